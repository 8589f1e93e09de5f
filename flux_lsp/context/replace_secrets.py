"""Replaces secrets in a text by placeholders: at each place the longest secret that stands there.

Costs little more than one look at each character, however many secrets there are.
"""

from collections.abc import Callable, Iterable, Mapping

_SURE = 8  # a shorter secret, or one of letters only, is only taken out where it is a whole word
_STARTS = (12, 4, 1)  # characters by which secrets are looked up: as many as they have


def make_replacer(placeholders: Mapping[str, str]) -> Callable[[str], str]:
    """A function that puts a placeholder for each secret in a text; `placeholders` by secret."""
    anywhere = _index_lengths(secret for secret in placeholders if _is_sure(secret))
    words = _index_lengths(secret for secret in placeholders if not _is_sure(secret))

    def find_length(text: str, place: int) -> int:
        begins_word = not (place and _is_in_word(text[place - 1]) and text[place].isalnum())
        best = max(_find_lengths(anywhere, placeholders, text, place), default=0)
        if begins_word:
            lengths = _find_lengths(words, placeholders, text, place)
            best = max(
                (n for n in lengths if n > best and _ends_word(text, place + n)), default=best
            )
        return best

    def replace(text: str) -> str:
        pieces, copied, place = [], 0, 0
        while place < len(text):
            length = find_length(text, place)
            if not length:
                place += 1
                continue
            pieces += [text[copied:place], placeholders[text[place : place + length]]]
            place += length
            copied = place
        return "".join([*pieces, text[copied:]])

    return replace


_Lengths = Mapping[int, Mapping[str, list[int]]]


def _index_lengths(secrets: Iterable[str]) -> _Lengths:
    """How long the secrets are that begin with a text, by how much of it is looked at."""
    known: dict[int, dict[str, set[int]]] = {}
    for secret in secrets:
        size = next(size for size in _STARTS if len(secret) >= size)
        known.setdefault(size, {}).setdefault(secret[:size], set()).add(len(secret))
    return {size: {s: sorted(ns) for s, ns in starts.items()} for size, starts in known.items()}


def _find_lengths(
    lengths: _Lengths, placeholders: Mapping[str, str], text: str, place: int
) -> list[int]:
    """The lengths of all secrets that stand at `place`."""
    return [
        length
        for size, starts in lengths.items()
        for length in starts.get(text[place : place + size], ())
        if text[place : place + length] in placeholders
    ]


def _is_sure(secret: str) -> bool:
    return len(secret) >= _SURE and not secret.isalpha()


def _ends_word(text: str, end: int) -> bool:
    return not (end < len(text) and _is_in_word(text[end]) and text[end - 1].isalnum())


def _is_in_word(c: str) -> bool:
    return c == "_" or (c.isascii() and c.isalnum())

"""Finds pieces of known secrets in a text: secrets that are cut off at their beginning or end.

Costs little more than one look at each character, however many secrets there are.
"""

from bisect import bisect_left
from collections.abc import Iterable

from flux_lsp.core.common_ends import count_common_prefix

_PART = 12  # a piece of a secret this long, at its start or end, is one too
_LONGEST = 20_000  # of a piece; a longer secret is cut into several
_MARKED_PART = 64  # of a key in a file: `-----BEGIN PRIVATE KEY-----` alone tells nothing


def find_parts(secrets: Iterable[str], text: str) -> set[str]:
    """The longest piece of a secret at each place of `text` where one begins or ends."""
    plain = [s for s in secrets if len(s) > _PART and not s.startswith("-----")]
    marked = [s for s in secrets if len(s) > _MARKED_PART and s.startswith("-----")]
    parts: set[str] = set()
    for known, least in ((plain, _PART), (marked, _MARKED_PART)):
        if known:
            back = _find_starts([secret[::-1] for secret in known], text[::-1], least)
            parts |= _find_starts(known, text, least) | {part[::-1] for part in back}
    return parts


def _find_starts(known: Iterable[str], text: str, least: int) -> set[str]:
    """The longest start of any of `known` at each place of `text`, where it is not whole."""
    whole = set(known)
    by_start: dict[str, list[str]] = {}
    for secret in sorted(whole):
        by_start.setdefault(secret[:least], []).append(secret)
    parts: set[str] = set()
    for place in range(len(text) - least + 1):
        alike = by_start.get(text[place : place + least])
        if alike is not None:
            parts.add(_find_longest(alike, text, place))
    return parts - whole


def _find_longest(known: list[str], text: str, place: int) -> str:
    """The longest common start of `text` at `place` and any of `known`, which is sorted."""
    here = text[place : place + _LONGEST]
    nearest = bisect_left(known, here)
    lengths = [
        count_common_prefix(secret, here) for secret in known[max(0, nearest - 1) : nearest + 1]
    ]
    return here[: max(lengths)]

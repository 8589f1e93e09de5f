"""Takes known secrets out of texts and puts placeholders in; the same secret has the same one always.

Never finds a secret by itself beyond the pieces of those it is told.
"""

import hashlib
import hmac
import re
import secrets as randomness
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.context.secrets import find_secrets
from flux_lsp.core.text import line_starts, split_lines

# Placeholders are keyed hashes: stable within this process, so that a preview is what is sent and a
# retry keeps its cached prefix, and worth nothing to anyone who has one.
_KEY = randomness.token_bytes(32)
_SURE = 8  # a shorter secret, or one of letters only, is only taken out where it is a whole word
_PART = 12  # a piece of a secret this long, at its start or end, is one too
_SHORTEST_LINE = 6  # of a secret of several lines
_LINE_END = re.compile(r"\\r\\n|\\n|\r\n|\n|\r")
_MARKS = " \t\"'`,;#*>|\\"  # what stands around a line of a secret and is none of it
_NO_SECRET = re.compile(r"-----|[A-Za-z-]+: ")  # the first and last line of a key, and its headers


def secrets_of(documents: Iterable[str]) -> frozenset[str]:
    """What should not leave of whole documents, so that a part of one is known for what it is."""
    return frozenset(secret for text in documents for secret in find_secrets(text))


def with_pieces(secrets: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Those of `secrets` that stand in one of `texts`, and every piece of one that does."""
    texts = tuple(texts)
    present: set[str] = set()
    for secret in secrets:
        for text in texts:
            if secret in text:
                present.add(secret)
            present.update(_ends(secret, text))
            present.update(line for line in _lines(secret) if line in text)
    return present


@dataclass(frozen=True)
class Redactor:
    """Hides `secrets`, the longest first."""

    secrets: frozenset[str]

    def text(self, text: str) -> str:
        """`text` with a placeholder for each secret."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self.placeholders[match[0]], text)

    def lines(self, text: str) -> list[tuple[int, str]]:
        """The lines of `text` without ends, each with its 0-based number there.

        A secret of several lines is one placeholder; the lines it takes have no number of their own.
        """
        ends = [match.end() for match in self._multi_line(text)]
        starts = [match.start() for match in self._multi_line(text)]

        def is_inside(place: int) -> bool:
            number = bisect_left(starts, place) - 1
            return number >= 0 and place <= ends[number]

        numbers = [n for n, start in enumerate(line_starts(text)) if not is_inside(start)]
        shown = (line.rstrip("\r\n") for line in split_lines(self.text(text)))
        return list(zip(numbers, shown, strict=False))

    @cached_property
    def placeholders(self) -> dict[str, str]:
        """Secret → placeholder."""
        return {
            secret: _placeholder(secret) for secret in sorted(self.secrets, key=len, reverse=True)
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return re.compile("|".join(map(_pattern, self.placeholders))) if self.secrets else None

    def _multi_line(self, text: str) -> Iterator[re.Match[str]]:
        matches = self._pattern.finditer(text) if self._pattern else iter(())
        return (match for match in matches if "\n" in match[0] or "\r" in match[0])


def _ends(secret: str, text: str) -> Iterator[str]:
    """Pieces of a secret where a line of it was cut off, as in what a retry is told."""
    least = max(_PART, len(secret) // 3)
    for at in (0, len(secret) - least):
        start = text.find(secret[at : at + least]) if len(secret) > least else -1
        while start >= 0:
            part, end = _grown(secret, at, text, start, least)
            if part != secret:
                yield part
            start = text.find(secret[at : at + least], end)


def _grown(secret: str, at: int, text: str, start: int, length: int) -> tuple[str, int]:
    """The longest piece of `secret` around `at` that stands so around `start`, and its end there."""
    first, last, shift = at, at + length, start - at
    while last < len(secret) and secret[last] == text[shift + last : shift + last + 1]:
        last += 1
    while first > 0 and shift + first > 0 and secret[first - 1] == text[shift + first - 1]:
        first -= 1
    return secret[first:last], shift + last


def _lines(secret: str) -> Iterator[str]:
    """The lines of a secret of several: each is worth hiding wherever it stands."""
    lines = _LINE_END.split(secret)
    if len(lines) > 1:
        bare = (line.strip(_MARKS) for line in lines)
        yield from (one for one in bare if len(one) >= _SHORTEST_LINE and not _NO_SECRET.match(one))


def _pattern(secret: str) -> str:
    escaped = re.escape(secret)
    if len(secret) >= _SURE and not secret.isalpha():
        return escaped
    before = r"(?<![A-Za-z0-9_])" if secret[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if secret[-1].isalnum() else ""
    return before + escaped + after


def _placeholder(secret: str) -> str:
    digest = hmac.new(_KEY, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"FLUX_SECRET_{digest.hexdigest()[:12]}"

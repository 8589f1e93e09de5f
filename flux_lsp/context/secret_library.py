"""The patterns of detect-secrets, applied to the few words and lines where they can match.

They are data, written by `python -m flux_lsp.publish`; the library itself is never loaded: importing
it costs megabytes and a fifth of a second.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Found better elsewhere in this package, or of a cost that grows with the square of a line.
_LEFT_OUT = frozenset({"Basic Auth Credentials", "NPM tokens", "OpenAI Token"})
# These go by a name before the value, so that a line is needed and not a word.
_BY_LINE = frozenset(
    {"AWS Access Key", "Cloudant Credentials", "IBM COS HMAC Credentials", "IBM Cloud IAM Key",
     "SoftLayer Credentials"}
)  # fmt: skip
_LINE_WORDS = ("aws", "cloudant", "ibm", "cos_", "cos-", "softlayer", "hmac")
_LONGEST = 1_000  # of a word or line; longer words are looked at in pieces that overlap
_OVERLAP = 300


def find_by_library(text: str, words: str) -> Iterator[str]:
    """What the library's patterns find in `text`, whose long words are `words`, one a line."""
    for_words, for_lines = load_patterns()
    yield from _find_matches(
        for_words, "\n".join(_split_long_words(words)) if len(words) > _LONGEST else words
    )
    yield from _find_matches(for_lines, "\n".join(_select_named_lines(text)))


@cache
def load_patterns() -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """Patterns for single words and for whole lines."""
    file = Path(__file__).parent / "data" / "secret_patterns.json"
    words: list[re.Pattern[str]] = []
    lines: list[re.Pattern[str]] = []
    for entry in json.loads(file.read_text(encoding="utf-8"))["patterns"]:
        if entry["detector"] not in _LEFT_OUT:
            into = lines if entry["detector"] in _BY_LINE else words
            into.append(re.compile(entry["pattern"], entry["flags"]))
    return tuple(words), tuple(lines)


def _split_long_words(words: str) -> Iterator[str]:
    for word in words.split("\n"):
        if len(word) <= _LONGEST:
            yield word
        else:
            yield from (word[n : n + _LONGEST] for n in range(0, len(word), _LONGEST - _OVERLAP))


def _select_named_lines(text: str) -> list[str]:
    lowered = text.lower()
    if not any(word in lowered for word in _LINE_WORDS):
        return []
    lines = (line for line in text.split("\n") if len(line) < _LONGEST)
    return [line for line in lines if any(word in line.lower() for word in _LINE_WORDS)]


def _find_matches(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[str]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            # A group of the library's may hold the secret or only its prefix.
            inner = max((group for group in match.groups() if group), key=len, default="")
            yield inner if len(inner) >= 16 else match[0].strip(" \t\n\"'=:")

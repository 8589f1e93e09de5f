"""Whether a request says what a phrase says, in other forms of its words.

Pure. Never looks further than some thousand characters, so that no text can make it slow.
"""

import re
from collections.abc import Iterable
from math import ceil

_LONGEST_TEXT = 4_000  # characters that are looked at
_STEM = 0.7  # the share of a word that its other forms begin with: `architectural`, `architecture`
_SHORT_STEM = 4
_WORD = re.compile(r"[^\W_]+")
_LINKS = frozenset(
    {"a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
)


def find_phrase(phrases: Iterable[str], text: str) -> str:
    """Find the first phrase all of whose words `text` holds, in any order; "" for none.

    `schema redesign` is in "redesign the schemas", and not in "a new schema".
    """
    words = {word.lower() for word in _WORD.findall(text[:_LONGEST_TEXT])}
    return next((phrase for phrase in phrases if _is_said(phrase, words)), "")


def _is_said(phrase: str, words: Iterable[str]) -> bool:
    stems = [_cut(word) for word in _WORD.findall(phrase.lower()) if word not in _LINKS]
    return bool(stems) and all(any(word.startswith(stem) for word in words) for stem in stems)


def _cut(word: str) -> str:
    return word[: max(_SHORT_STEM, ceil(_STEM * len(word)))]

"""Where a text may be cut without tearing one character as a person sees it.

Never a full grapheme segmentation: it only has to be careful in the same or more places.
"""

import unicodedata

_JOINER = "\u200d"


def may_cut(text: str, at: int) -> bool:
    """Whether `text` may be cut at offset `at`: not within CRLF, a surrogate pair or a cluster."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before in "\r\n":
        return not (before == "\r" and after == "\n")
    if after < "\u0300":  # the first combining mark
        return before != _JOINER
    return before != _JOINER and not _extends(after) and not _pairs(before, after)


def cut_before(text: str, at: int) -> int:
    """The last offset at or before `at` where `text` may be cut."""
    while not may_cut(text, at):
        at -= 1
    return at


def _extends(char: str) -> bool:
    """Whether `char` belongs to the character before it."""
    return (
        unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and final consonants
    )


def _pairs(before: str, after: str) -> bool:
    surrogates = "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"
    flags = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
    return surrogates or flags

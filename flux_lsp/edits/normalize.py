"""Gives characters that models and editors exchange for one another one plain form.

Never used to write: what is written keeps the file's own characters (`locate/file_characters`).
"""

import re
import unicodedata

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d", "-"),
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
        "\u2026": "...",
    }
)
_ESCAPE = re.compile(r"\\u(?!00[0-7])(?!d[89a-f])([0-9a-f]{4})", re.IGNORECASE)
_BLANKS = re.compile(r"[^\S\n]+")


def normalize(text: str) -> str:
    """Return `text` with plain quotes, dashes, blanks and dots, composed, its code escapes decoded."""
    if "\\u" in text:
        text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def drop_blanks(text: str) -> str:
    """Return `text` without blanks, but with its line feeds."""
    return _BLANKS.sub("", text)

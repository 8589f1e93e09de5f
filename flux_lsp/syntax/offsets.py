"""Converts exactly between code points of a text and bytes of its UTF-8; cheap for ASCII.

Never assumes that a byte offset lies on a character's edge: a parser may cut one in broken text.
"""

from bisect import bisect_right
from functools import cached_property

_STEP = 512  # code points between two known places
_CONTINUATION = bytes(range(0x80, 0xC0))


def encode(text: str) -> bytes:
    """Encode as UTF-8; lone surrogates, which an editor may send, take three bytes each."""
    return text.encode("utf-8", "surrogatepass")


class Offsets:
    """Both directions for one text; offsets beyond the end are clamped to it."""

    def __init__(self, text: str, data: bytes) -> None:
        """`data` is `encode(text)`."""
        self._text = text
        self._data = data
        self._ascii = len(text) == len(data)

    def convert_to_byte(self, offset: int) -> int:
        """Return the byte offset of a code-point offset."""
        offset = min(offset, len(self._text))
        if self._ascii:
            return offset
        known = offset // _STEP
        return self._known[known] + len(encode(self._text[known * _STEP : offset]))

    def convert_to_point(self, byte: int) -> int:
        """Return the code-point offset of a byte offset."""
        byte = min(byte, len(self._data))
        if self._ascii:
            return byte
        known = bisect_right(self._known, byte) - 1
        piece = self._data[self._known[known] : byte]
        return known * _STEP + len(piece.translate(None, _CONTINUATION))

    @cached_property
    def _known(self) -> list[int]:
        """Byte offsets of every `_STEP`th code point."""
        known = [0]
        for start in range(0, len(self._text) - _STEP + 1, _STEP):
            known.append(known[-1] + len(encode(self._text[start : start + _STEP])))
        return known

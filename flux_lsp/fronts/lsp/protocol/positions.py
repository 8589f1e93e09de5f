"""Converts columns of a line between LSP's three position encodings and code points.

Never looks at more than one line, and never fails: what lies outside the line is clamped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def negotiate(capabilities: Mapping[str, Any]) -> Encoding:
    """Return the client's first encoding that we know; utf-16 is the protocol's default."""
    general = capabilities.get("general")
    offered = general.get("positionEncodings") if isinstance(general, Mapping) else None
    for encoding in offered if isinstance(offered, list) else ():
        if encoding in ENCODINGS:
            return encoding  # type: ignore[no-any-return]  # membership narrows it
    return "utf-16"


def find_column(line: str, units: int, encoding: Encoding) -> int:
    """Find the code point column of `units` code units in `line`; inside a character is before it."""
    if units <= 0:
        return 0
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    if encoding == "utf-8":
        return _find_utf8_column(line, units)
    return _find_utf16_column(line, units)


def count_units(line: str, column: int, encoding: Encoding) -> int:
    """Count the code units that the first `column` code points of `line` take."""
    head = line[: max(column, 0)]
    if encoding == "utf-32" or head.isascii():
        return len(head)
    if encoding == "utf-8":
        return len(head.encode("utf-8", "surrogatepass"))
    return len(head.encode("utf-16-le", "surrogatepass")) // 2


def _find_utf8_column(line: str, units: int) -> int:
    encoded = line.encode("utf-8", "surrogatepass")
    while units < len(encoded) and encoded[units] & 0xC0 == 0x80:  # a continuation byte
        units -= 1
    return len(encoded[:units].decode("utf-8", "surrogatepass"))


def _find_utf16_column(line: str, units: int) -> int:
    encoded = line.encode("utf-16-le", "surrogatepass")
    cut = 2 * units
    # the high byte of a unit tells the halves of a pair: D8..DB first, DC..DF second
    if cut < len(encoded) and encoded[cut + 1] >> 2 == 0x37 and encoded[cut - 1] >> 2 == 0x36:
        cut -= 2
    return len(encoded[:cut].decode("utf-16-le", "surrogatepass"))

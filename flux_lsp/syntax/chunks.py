"""Gives the parser a text piece by piece, from buffers that it uses again.

Never hands out a fresh object: tree-sitter's Python binding (0.26) keeps a reference to each piece
that a read function returns, for as long as the process lives. A copy of the document would stay in
memory after every parse.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Point

Read = Callable[[int, "Point"], bytearray | None]

# Up to 4 bytes there is a buffer for every length: a character is never cut at the text's end.
_SIZES = (0, 1, 2, 3, *(1 << power for power in range(2, 17)))
# Sets of buffers that no parse uses now; never more than threads that parsed at one moment.
_IDLE: list[list[bytearray]] = []


@contextmanager
def open_reader(data: bytes) -> Iterator[Read]:
    """Open a read function over `data` for one parse; it returns None after the block.

    The tree keeps it to ask for the text of nodes. Read that text from the data instead.
    """
    buffers: list[bytearray] = _take_buffers()
    over = False

    def read(offset: int, _: "Point") -> bytearray | None:
        if over:
            return None
        # A buffer that the binding refers to cannot be resized, so each size has its own.
        buffer = buffers[bisect_right(_SIZES, max(0, len(data) - offset)) - 1]
        buffer[:] = data[offset : offset + len(buffer)]
        return buffer

    try:
        yield read
    finally:
        over = True
        _IDLE.append(buffers)


def _take_buffers() -> list[bytearray]:
    """Take one buffer of each size, 128 kB in all."""
    try:
        return _IDLE.pop()
    except IndexError:
        return [bytearray(size) for size in _SIZES]

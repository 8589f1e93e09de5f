"""The base protocol of LSP: bytes in, message bodies out; stdlib only and no I/O.

Never loses sync for good and never buffers more than the limits allow: what is no message is
reported once, skipped, and reading goes on at the next header.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_BODY = 128 * 1024 * 1024  # far above any source file; a limit, so that memory has one
_MAX_LINE = 8 * 1024
# Searched, not matched: after a body that was longer than announced, the next header stands
# behind the rest of it.
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*$", re.IGNORECASE)
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*(.*)")


class BadFrame(NamedTuple):
    """Input that is not a message, and why."""

    reason: str


class Decoder:
    """Takes bytes as they come, in any pieces, and gives back bodies and bad frames in order."""

    def __init__(self, max_body: int = MAX_BODY) -> None:
        self.max_body = max_body
        self._data = bytearray()
        self._length: int | None = None  # of the body, once its header told
        self._in_body = False
        self._junk = False  # something stood where a header should be

    def feed(self, data: bytes) -> None:
        """Add bytes that were read."""
        self._data += data

    def next(self) -> bytes | BadFrame | None:
        """Return the next body or bad frame; None when it needs more bytes."""
        while True:
            if self._in_body:
                return self._take_body()
            if (end := self._data.find(b"\n")) >= 0:
                line = bytes(self._data[:end]).rstrip(b"\r")
                del self._data[: end + 1]
                if (bad := self._read_header(line)) is not None:
                    return bad
            else:
                return self._skip_endless_line()

    def _take_body(self) -> bytes | None:
        length = self._length or 0
        if len(self._data) < length:
            return None
        body = bytes(self._data[:length])
        del self._data[:length]
        self._length, self._in_body = None, False
        return body

    def _read_header(self, line: bytes) -> BadFrame | None:
        if line:
            if length := _LENGTH.search(line):
                self._length = int(length[1])
            elif not _FIELD.match(line) or line[:15].lower() == b"content-length:":
                self._junk = True
            return None
        junk, self._junk = self._junk, False
        if self._length is not None:
            return self._begin_body(self._length)
        return BadFrame("a header without a usable Content-Length") if junk else None

    def _begin_body(self, length: int) -> BadFrame | None:
        if length <= self.max_body:
            self._in_body = True
            return None
        # Not skipped by count: the length may be nonsense, and waiting for a terabyte that never
        # comes would be losing sync for good. The body goes by as a line without end.
        self._length, self._junk = None, True
        return BadFrame(f"a message of {length} bytes; the limit is {self.max_body}")

    def _skip_endless_line(self) -> BadFrame | None:
        if len(self._data) <= _MAX_LINE:
            return None
        del self._data[:-64]  # a header may begin in the tail
        if self._junk:
            return None
        self._junk = True
        return BadFrame("a header line without end")


class StrictDecoder(Decoder):
    """For a wire that any program and any web page can write to.

    The first line that is no header ends it: `broken` is set, and nothing behind it is read. So an
    HTTP request is never taken for a message, whatever its headers and its body hold. `max_body` may
    be raised once the client is known.
    """

    broken = False

    def feed(self, data: bytes) -> None:
        """Add what was read, unless something before it was no message."""
        if not self.broken:
            super().feed(data)

    def next(self) -> bytes | BadFrame | None:
        """Do as the base class; after a bad frame there is nothing more."""
        item = None if self.broken else super().next()
        if isinstance(item, BadFrame):
            self.broken = True
            self._data.clear()
        return item

    def _read_header(self, line: bytes) -> BadFrame | None:
        if not line:
            if self._length is None:
                return BadFrame("a header without a usable Content-Length")
            return self._begin_body(self._length)
        header = _HEADER.fullmatch(line)
        if header is None:
            return BadFrame("a line that is no header")
        if header[1].lower() == b"content-length":
            length = header[2].strip()
            if self._length is not None or not re.fullmatch(rb"\d{1,18}", length):
                return BadFrame("a header without a usable Content-Length")
            self._length = int(length)
        return None


def frame(body: bytes) -> bytes:
    """Return `body` with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

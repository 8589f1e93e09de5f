"""Decodes the bytes of an answer's body into events: an event stream, or the whole message as JSON.

Lenient where the meaning is clear: event names, blank lines and the end may be missing. Never
guesses at broken JSON or broken UTF-8: both raise ValueError.
"""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping

Event = Mapping[str, object]

_LONGEST = 64_000_000  # bytes of one body; the API's own answers have less than one
_LINE = re.compile(r"\r\n|\n|\r(?!$)")  # a carriage return at the end may be half of a line end
_ENDS = re.compile(r"[\r\n]")


class EventDecoder:
    """Takes a body piece by piece and gives its events."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")()
        self._text = ""
        self._size = 0
        self._whole: bool | None = None  # JSON as a whole; unknown until the first sign
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take `chunk` and return the events that it completes."""
        self._size += len(chunk)
        if self._size > _LONGEST:
            raise json.JSONDecodeError("the answer has no end", "", 0)
        before = len(self._text)
        self._text += self._decoder.decode(chunk)
        if self._whole is None and (start := self._text.lstrip("\ufeff \t\r\n")):
            self._whole = start[0] in "{["
        if self._whole is False and _ENDS.search(self._text, max(0, before - 1)):
            *lines, self._text = _LINE.split(self._text)
            for line in lines:
                yield from self._take_line(line)

    def close(self) -> Iterator[Event]:
        """Return the events that only the end of the body completes."""
        text = self._text + self._decoder.decode(b"", True)
        self._text = ""
        if self._whole:
            yield from _parse_documents(text)
        elif text:
            yield from self._take_line(text.rstrip("\r"))
        yield from self._flush()

    def _take_line(self, line: str) -> Iterator[Event]:
        """Take one line of an event stream, see the HTML standard; skips comments and other fields."""
        if not line:
            yield from self._flush()
            return
        name, _, value = line.lstrip("\ufeff").partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            yield from self._flush()  # a server that leaves blank lines out
            self._name = value.strip()

    def _flush(self) -> Iterator[Event]:
        name, data = self._name, self._data
        self._name, self._data = "", []
        if data:
            for event in _parse_event("\n".join(data), data):
                yield event if "type" in event or not name else {**event, "type": name}


async def split_lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """Split a body into its lines that are not blank. Raises ValueError for one without an end."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST:
            raise json.JSONDecodeError("the line has no end", "", 0)
        for line in filter(None, map(bytes.strip, lines)):
            yield line.decode("utf-8")
    if rest.strip():
        yield rest.decode("utf-8")


def _parse_event(text: str, lines: list[str]) -> Iterator[Event]:
    """Parse the object of one event, or several if each line holds its own."""
    if not text.lstrip().startswith("{"):
        return  # [DONE], and whatever else closes a stream or keeps it alive
    try:
        yield from _list_objects(json.loads(text))
    except json.JSONDecodeError:
        if len(lines) == 1:
            raise
        for line in filter(str.strip, lines):
            yield from _list_objects(json.loads(line))


def _parse_documents(text: str) -> Iterator[Event]:
    """Parse a message, a list of events, or one event in each line."""
    try:
        yield from _list_objects(json.loads(text.lstrip("\ufeff")))
    except json.JSONDecodeError:
        for line in filter(str.strip, text.splitlines()):
            yield from _list_objects(json.loads(line))


def _list_objects(value: object) -> Iterator[Event]:
    for event in value if isinstance(value, list) else [value]:
        if isinstance(event, Mapping):
            yield event if "type" in event or "error" not in event else {**event, "type": "error"}

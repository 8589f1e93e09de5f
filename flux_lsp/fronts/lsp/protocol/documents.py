"""Open documents as lists of lines: a change costs what it changes, not what the file is long.

Never reads a file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple
from urllib.parse import unquote

from flux_lsp.fronts.lsp.protocol.lines import join_surrogates, split_lines, strip_end
from flux_lsp.fronts.lsp.protocol.params import get_optional, require
from flux_lsp.fronts.lsp.protocol.positions import Encoding, count_units, find_column

_Place = tuple[int, int]  # 0-based line, column in code points
_Event = tuple[
    tuple[_Place, _Place] | None, str
]  # positions in the client's units; None: all of it
_REMEMBERED = 64  # changes that a late one may be put before
_TYPED = 200  # lines that a change of a person who types may touch; larger ones are not remembered
_EARLY = 8  # changes of documents not open yet that are kept


class _Change(NamedTuple):
    """A change that was made, and how to undo it: lines `first..first+count` were `old`."""

    before: int  # the version it was made on
    version: int
    events: Sequence[_Event]
    undo: list[tuple[int, int, list[str]]]


class LineDocument:
    """One open document. Live: it changes under an `await`, so take `text()` or lines before one.

    Positions are `(line, units)` in the client's encoding, columns and offsets code points.
    Everything outside the document is clamped into it, as LSP says.
    """

    def __init__(
        self, uri: str, language_id: str, version: int, text: str, encoding: Encoding
    ) -> None:
        self.uri = uri
        self.language_id = language_id
        self.version = version
        self.encoding = encoding
        self._lines = split_lines(join_surrogates(text))
        self._recent: deque[_Change] = deque(maxlen=_REMEMBERED)
        self._text: str | None = None
        self._starts: list[int] | None = None

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a line end has an empty last line."""
        return len(self._lines)

    def line(self, number: int) -> str:
        """Return line `number` (0-based) with its end; empty outside of the document."""
        return self._lines[number] if 0 <= number < len(self._lines) else ""

    def lines(self, first: int, last: int) -> list[str]:
        """Return a copy of lines `first..last` (0-based, inclusive) with their ends."""
        return self._lines[max(first, 0) : max(last + 1, 0)]

    def text(self) -> str:
        """Return the whole text; joins it once after a change."""
        if self._text is None:
            self._text = "".join(self._lines)
        return self._text

    def column(self, number: int, units: int) -> int:
        """Return the code point column of a position on line `number`."""
        return find_column(strip_end(self.line(number)), units, self.encoding)

    def units(self, number: int, column: int) -> int:
        """Return the code units of a code point column on line `number`."""
        return count_units(strip_end(self.line(number)), column, self.encoding)

    def offset(self, number: int, units: int) -> int:
        """Return the code point offset into `text()` of a position."""
        line, column = self._locate(number, units)
        return self._find_line_starts()[line] + column

    def position(self, offset: int) -> tuple[int, int]:
        """Return the position of a code point offset into `text()`; between CR and LF is before both."""
        starts = self._find_line_starts()
        line = max(bisect_right(starts, offset) - 1, 0)
        return line, self.units(line, offset - starts[line])

    def change(self, events: Iterable[Mapping[str, Any]], version: int) -> None:
        """Apply the content changes of one didChange, in order; all or, if malformed, none.

        One client sends fast typing in any order, but with versions. A late change goes where it
        belongs, below the newer changes that came before it.
        """
        read = [_read_event(event) for event in events]
        newer: list[_Change] = []
        while self._is_late(version):
            newer.append(self._revert())
        self._apply(read, version)
        for change in reversed(newer):
            self._apply(change.events, change.version)
        self._text = self._starts = None

    def _is_late(self, version: int) -> bool:
        """Whether the newest change is newer and `version` falls between those remembered."""
        if not self._recent or not self._recent[0].before < version < self.version:
            return False
        return all(change.version != version for change in self._recent)

    def _apply(self, events: Sequence[_Event], version: int) -> None:
        undo: list[tuple[int, int, list[str]]] = []
        for span, text in events:
            if span is None:
                old, self._lines = self._lines, split_lines(join_surrogates(text))
                undo.append((0, len(self._lines), old))
            else:
                start, end = sorted((self._locate(*span[0]), self._locate(*span[1])))
                undo.append(self._splice(start, end, text))
        if sum(max(count, len(old)) for _, count, old in undo) <= _TYPED:
            self._recent.append(_Change(self.version, version, events, undo))
        else:
            self._recent.clear()
        self.version = version

    def _revert(self) -> _Change:
        change = self._recent.pop()
        for first, count, old in reversed(change.undo):
            self._lines[first : first + count] = old
        self.version = change.before
        return change

    def _locate(self, number: int, units: int) -> _Place:
        if number < 0:
            return 0, 0
        if number >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        return number, self.column(number, units)

    def _splice(self, start: _Place, end: _Place, text: str) -> tuple[int, int, list[str]]:
        """Replace a span; returns how to undo that."""
        first, last = start[0], end[0]
        changed = self._lines[first][: start[1]] + text + self._lines[last][end[1] :]
        if changed.startswith("\n") and first and self._lines[first - 1].endswith("\r"):
            first -= 1  # \r and \n that were apart are now one line end
            changed = self._lines[first] + changed
        lines = split_lines(join_surrogates(changed))
        if last + 1 < len(self._lines):
            lines.pop()  # the empty one behind the last line end: the next line is there already
        old = self._lines[first : last + 1]
        self._lines[first : last + 1] = lines
        return first, len(lines), old

    def _find_line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *accumulate(map(len, self._lines[:-1]))]
        return self._starts


class LineDocuments:
    """All open documents, by URI; one and the same document however its URI is percent-encoded."""

    def __init__(self, encoding: Encoding = "utf-16") -> None:
        self.encoding = encoding
        self._open: dict[str, LineDocument] = {}
        self._early: deque[tuple[str, int, Any]] = deque(maxlen=_EARLY)  # key, version, events

    def get(self, uri: str) -> LineDocument | None:
        """Return the open document with this URI."""
        return self._open.get(_normalize_uri(uri))

    def list_uris(self) -> list[str]:
        """Return the URI of each open document, as the client writes it."""
        return [document.uri for document in self]

    def __iter__(self) -> Iterator[LineDocument]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def open_document(self, params: Any) -> LineDocument:
        """Take in a document (`textDocument/didOpen`); one that is open already is replaced.

        The client that sends changes in any order sends the first of them before this, too: what
        follows the version that is opened without a gap is made now.
        """
        document = LineDocument(
            uri=require(params, "textDocument.uri", str),
            language_id=get_optional(params, "textDocument.languageId", str) or "",
            version=get_optional(params, "textDocument.version", int) or 0,
            text=require(params, "textDocument.text", str),
            encoding=self.encoding,
        )
        key = _normalize_uri(document.uri)
        self._open[key] = document
        early = {version: events for which, version, events in self._early if which == key}
        while document.version + 1 in early:
            document.change(early[document.version + 1], document.version + 1)
        self._forget(key)
        return document

    def change_document(self, params: Any) -> LineDocument | None:
        """Change a document (`textDocument/didChange`); None when it is not open."""
        uri = require(params, "textDocument.uri", str)
        document = self.get(uri)
        version = get_optional(params, "textDocument.version", int)
        events = require(params, "contentChanges", list)
        if document is not None:
            document.change(events, document.version if version is None else version)
        elif version is not None and all(map(_read_event, events)):
            self._early.append((_normalize_uri(uri), version, events))
        return document

    def close_document(self, params: Any) -> LineDocument | None:
        """Forget a document (`textDocument/didClose`); None when it was not open."""
        key = _normalize_uri(require(params, "textDocument.uri", str))
        self._forget(key)
        return self._open.pop(key, None)

    def _forget(self, key: str) -> None:
        kept = [change for change in self._early if change[0] != key]
        self._early = deque(kept, maxlen=_EARLY)


def _normalize_uri(uri: str) -> str:
    return unquote(uri) if "%" in uri else uri


def _read_event(event: Any) -> _Event:
    text = require(event, "text", str)
    if get_optional(event, "range", dict) is None:
        return None, text
    places = [
        (require(event, f"range.{end}.line", int), require(event, f"range.{end}.character", int))
        for end in ("start", "end")
    ]
    return (places[0], places[1]), text

"""The documents of a fake editor: positions in three encodings, workspace edits, undo.

Written apart from the server's own conversion, so that one mistake cannot hide in both; never
imports the product.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlparse

Json = dict[str, Any]
Encoding = Literal["utf-8", "utf-16", "utf-32"]
UNIT = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class EditError(ValueError):
    """The server asked for an edit that no editor can make sense of."""


def lines_of(text: str) -> list[str]:
    """Lines with their ends, by LSP's rules; a final line end is followed by an empty line."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def units(text: str, encoding: Encoding) -> int:
    """How many code units `text` takes."""
    codec, width = UNIT[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def to_position(text: str, offset: int, encoding: Encoding) -> Json:
    """Code point offset → LSP position."""
    lines = lines_of(text[:offset])
    # a cut between \r and \n: the position is still on the line the \r ends
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        raise EditError("a position between \\r and \\n does not exist")
    return {"line": len(lines) - 1, "character": units(lines[-1], encoding)}


def to_offset(text: str, position: Json, encoding: Encoding) -> int:
    """LSP position → code point offset; past the line's end is its end; mid-character raises."""
    lines = lines_of(text)
    if position["line"] < 0 or position["character"] < 0:
        raise EditError(f"negative position {position}")
    if position["line"] >= len(lines):
        return len(text)
    body = lines[position["line"]].rstrip("\r\n")
    codec, width = UNIT[encoding]
    head = body.encode(codec, "surrogatepass")[: position["character"] * width]
    try:
        column = len(head.decode(codec, "surrogatepass"))
    except UnicodeDecodeError as error:
        raise EditError(f"{position} is inside a character") from error
    if units(body[:column], encoding) != min(position["character"], units(body, encoding)):
        raise EditError(f"{position} is inside a character")
    return sum(map(len, lines[: position["line"]])) + column


def splice(text: str, edits: Sequence[Json], encoding: Encoding) -> str:
    """`text` after all `edits`, which refer to `text` as it is; overlapping ones raise."""
    spans = []
    for number, edit in enumerate(edits):
        start = to_offset(text, edit["range"]["start"], encoding)
        end = to_offset(text, edit["range"]["end"], encoding)
        if end < start:
            raise EditError(f"reversed range {edit['range']}")
        spans.append((start, end, number, edit["newText"]))
    pieces, done = [], 0
    for start, end, _, new_text in sorted(spans):
        if start < done:
            raise EditError("edits overlap")
        pieces += [text[done:start], new_text]
        done = end
    return "".join([*pieces, text[done:]])


def path_of(uri: str) -> Path:
    """The file a file URI names."""
    return Path(unquote(urlparse(uri).path))


@dataclass
class Buffer:
    """One open document as the person sees it."""

    uri: str
    language_id: str
    version: int
    text: str


@dataclass
class Editor:
    """Open buffers, files on disk, and what an `applyEdit` does to both.

    `stale` is what happens to an edit whose version is not the buffer's: refused with a reason
    (VS Code, Helix), or thrown away with `applied: true` (Neovim). `on_change(buffer, events)`
    is called after each change of an open buffer, with the content change events.
    """

    encoding: Encoding = "utf-16"
    on_change: Callable[[Buffer, list[Json]], None] = lambda _buffer, _events: None
    stale: Literal["refuse", "lie"] = "refuse"
    buffers: dict[str, Buffer] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _steps: list[dict[str, str | None]] = field(default_factory=list)

    def edit(self, uri: str, edits: Sequence[Json]) -> None:
        """Change an open buffer or a file by edits that refer to its present text."""
        old = self.text(uri)
        if old is None:
            raise EditError(f"no such file: {uri}")
        text = splice(old, edits, self.encoding)  # raises before anything is done
        # from the end to the start: each event's range is then right when it is applied
        order = sorted(range(len(edits)), key=lambda n: (_start(edits[n]), n), reverse=True)
        events = [{"range": edits[n]["range"], "text": edits[n]["newText"]} for n in order]
        self._write(uri, text, events)

    def text(self, uri: str) -> str | None:
        """What the person would see under this URI: the buffer, else the file, else None."""
        if uri in self.buffers:
            return self.buffers[uri].text
        path = path_of(uri)
        return path.read_bytes().decode() if path.is_file() else None

    def apply(self, workspace_edit: Json) -> Json:
        """A `workspace/applyEdit`: all or nothing, one undo step; returns its result."""
        operations = workspace_edit.get("documentChanges") or [
            {"textDocument": {"uri": uri, "version": None}, "edits": edits}
            for uri, edits in (workspace_edit.get("changes") or {}).items()
        ]
        if any(self._is_stale(operation) for operation in operations):
            reason = "the document changed meanwhile"
            return {"applied": True} if self.stale == "lie" else _refused(reason)
        before: dict[str, str | None] = {}
        try:
            for operation in operations:
                self._operate(operation, before)
        except EditError as error:
            self._restore(before)
            self.problems.append(str(error))
            return _refused(str(error))
        self._steps.append(before)
        return {"applied": True}

    def undo(self) -> None:
        """Take back the last `apply`, all of it."""
        self._restore(self._steps.pop())

    def _is_stale(self, operation: Json) -> bool:
        document = operation.get("textDocument", {})
        buffer = self.buffers.get(document.get("uri", ""))
        version = document.get("version")
        return buffer is not None and version is not None and version != buffer.version

    def _operate(self, operation: Json, before: dict[str, str | None]) -> None:
        match operation.get("kind"):
            case None:
                uri = operation["textDocument"]["uri"]
                before.setdefault(uri, self.text(uri))
                self.edit(uri, operation["edits"])
            case "create":
                self._create(operation, before)
            case "rename":
                self._rename(operation, before)
            case "delete":
                before.setdefault(operation["uri"], self.text(operation["uri"]))
                self._write(operation["uri"], None, [])
            case other:
                raise EditError(f"unknown operation {other!r}")

    def _create(self, operation: Json, before: dict[str, str | None]) -> None:
        uri, options = operation["uri"], operation.get("options") or {}
        old = self.text(uri)
        if old is not None and not options.get("overwrite"):
            if options.get("ignoreIfExists"):
                return
            raise EditError(f"{uri} exists already")
        before.setdefault(uri, old)
        self._write(uri, "", [{"text": ""}])

    def _rename(self, operation: Json, before: dict[str, str | None]) -> None:
        old, new = operation["oldUri"], operation["newUri"]
        before.setdefault(old, self.text(old))
        before.setdefault(new, self.text(new))
        if before[old] is None or before[new] is not None:
            raise EditError(f"cannot rename {old} to {new}")
        self._write(new, before[old], [])
        self._write(old, None, [])

    def _write(self, uri: str, text: str | None, events: list[Json]) -> None:
        if uri in self.buffers and text is not None:
            buffer = self.buffers[uri]
            buffer.text = text
            buffer.version += 1
            self.on_change(buffer, events)
        elif text is None:
            path_of(uri).unlink(missing_ok=True)
        else:
            path_of(uri).parent.mkdir(parents=True, exist_ok=True)
            path_of(uri).write_bytes(text.encode())

    def _restore(self, before: dict[str, str | None]) -> None:
        for uri, text in before.items():
            if self.text(uri) != text:
                self._write(uri, text, [{"text": text}])


def _start(edit: Json) -> tuple[int, int]:
    start = edit["range"]["start"]
    return start["line"], start["character"]


def _refused(reason: str) -> Json:
    return {"applied": False, "failureReason": reason}

"""One open document that a person types in, as the server sees it."""

from collections.abc import Sequence

from flux_lsp.core.text import Snapshot
from flux_lsp.fronts.lsp.protocol.documents import LineDocument
from flux_lsp.fronts.lsp.reviewing import read_line_edits
from flux_lsp.runs.line_edits import LineEdit


class TypedDocument:
    """A document at `uri`; what follows it hears of each change by `follow`."""

    def __init__(self, uri: str, path: str, text: str) -> None:
        self.uri, self.path = uri, path
        self.document = LineDocument(uri, "", 1, text, "utf-16")

    def take(self) -> Snapshot:
        return Snapshot(self.uri, self.path, "", self.document.version, self.document.text())

    def type(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """Replace what is between two places, each a line and a character."""
        places = zip(("start", "end"), (start, end), strict=True)
        change = {
            "text": text,
            "range": {name: dict(zip(("line", "character"), p, strict=True)) for name, p in places},
        }
        self.document.change([change], self.document.version + 1)
        self.follow(self.document.version, read_line_edits([change]))

    def follow(self, version: int, edits: Sequence[LineEdit] | None) -> None:
        """Hear of a change; the tests say who does."""
        raise NotImplementedError

"""Shows an explanation: a Markdown document where the client has them, else a message; and as hover.

Never touches the explained document.
"""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.fronts.lsp.editor import Editor
from flux_lsp.runs.private_files import write_private

if TYPE_CHECKING:
    from flux_lsp.core.text import Snapshot, Span

_KEPT = 30
_SUMMARY = 200


@dataclass(frozen=True)
class Explained:
    """An explanation and the text it is about."""

    uri: str
    about: str
    start: int
    markdown: str


class Explanations:
    """What was explained in this session, for the hover."""

    def __init__(self) -> None:
        """None yet."""
        self._kept: OrderedDict[str, Explained] = OrderedDict()

    def keep(self, run: str, snapshot: "Snapshot", span: "Span", markdown: str) -> None:
        """Remember one."""
        self._kept[run] = Explained(snapshot.uri, span.of(snapshot.text), span.start, markdown)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def has(self, uri: str) -> bool:
        """Whether any is about this document: the hover's quick way out."""
        return any(one.uri == uri for one in self._kept.values())

    def at(self, uri: str, text: str, offset: int) -> str | None:
        """The newest explanation about the text around `offset`, if that text is still the same."""
        for one in reversed(self._kept.values()):
            if one.uri != uri or not one.about.strip():
                continue
            start = one.start if text.startswith(one.about, one.start) else text.find(one.about)
            if 0 <= start <= offset <= start + len(one.about):
                return one.markdown
        return None


async def show(editor: Editor, folder: Path, run: str, title: str, markdown: str) -> Path:
    """Write the document, open it or say where it is; returns the file."""
    file = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', title)[:60]}-{run[:6]}.md"
    written = f"# {title}\n\n{markdown.strip()}\n"
    await asyncio.to_thread(write_private, file, written.encode("utf-8"))
    if not await editor.show(file.as_uri()):
        first = markdown.strip().split("\n", 1)[0]
        short = first if len(first) <= _SUMMARY else f"{first[: _SUMMARY - 1]}…"
        hover = "hover, or " if editor.can.get("textDocument.hover") is not None else ""
        editor.message("info", f"{short} (all of it: {hover}{file})")
    return file

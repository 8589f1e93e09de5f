"""The explanations of a session: kept for the hover, and written to a file if the front shows none.

Never touches the explained document.
"""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.runs.private_files import write_private

if TYPE_CHECKING:
    from flux_lsp.core.text import Snapshot, Span
    from flux_lsp.runs.ports import Front

_KEPT = 30
_SUMMARY = 200


@dataclass(frozen=True)
class Explanation:
    """A text about a span of a snapshot, Markdown; `title` names what it is about."""

    title: str
    snapshot: "Snapshot"
    span: "Span"
    markdown: str

    @property
    def subject(self) -> str:
        """The explained text."""
        return self.span.extract(self.snapshot.text)


class Explanations:
    """The explanations of this session, for the hover."""

    def __init__(self) -> None:
        """None yet."""
        self._kept: OrderedDict[str, Explanation] = OrderedDict()

    def keep(self, run: str, explanation: Explanation) -> None:
        """Remember one."""
        self._kept[run] = explanation
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def has(self, uri: str) -> bool:
        """Whether any explanation is about this document; the hover asks this first."""
        return any(explanation.snapshot.uri == uri for explanation in self._kept.values())

    def find(self, uri: str, text: str, offset: int) -> str | None:
        """The newest explanation about the text around `offset`, if that text is still the same."""
        for explanation in reversed(self._kept.values()):
            subject, start = explanation.subject, explanation.span.start
            if explanation.snapshot.uri != uri or not subject.strip():
                continue
            start = start if text.startswith(subject, start) else text.find(subject)
            if 0 <= start <= offset <= start + len(subject):
                return explanation.markdown
        return None


async def show_explanation(
    front: "Front", folder: Path, run: str, explanation: Explanation
) -> Path:
    """Write the explanation, open it or say where it is; returns the file."""
    title, text = explanation.title, explanation.markdown.strip()
    file = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', title)[:60]}-{run[:6]}.md"
    await asyncio.to_thread(write_private, file, f"# {title}\n\n{text}\n".encode())
    if not await front.show_document(file.as_uri()):
        first = text.split("\n", 1)[0]
        short = first if len(first) <= _SUMMARY else f"{first[: _SUMMARY - 1]}…"
        hover = "hover, or " if front.can.hovers else ""
        front.tell("info", f"{short} (all of it: {hover}{file})")
    return file

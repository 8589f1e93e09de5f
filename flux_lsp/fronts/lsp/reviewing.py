"""Keeps proposals in step with typing, and tells a client that shows them where they are.

Never changes a document.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from flux_lsp.core.text import LINE_END
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.line_edits import LineEdit

_PAUSE = 0.3  # seconds without typing, after which the client is told


class Reviewing:
    """One connection's proposals; used on the loop."""

    def __init__(self, session: EditorSession) -> None:
        """Nothing waits yet."""
        self._session = session
        self._due: asyncio.TimerHandle | None = None
        self._touched: set[str] = set()  # uris

    def handle_open(self, uri: str) -> None:
        """Compare the proposals with the text that was opened."""
        self._plan(uri)

    def handle_change(self, uri: str, version: int, edits: Sequence[LineEdit] | None) -> None:
        """Carry the proposals to `version` of the document; None where nobody can tell what was typed."""
        self._session.proposals.follow(uri, version, edits)
        self._plan(uri)

    def close(self) -> None:
        """Tell nothing more."""
        if self._due is not None:
            self._due.cancel()

    def _plan(self, uri: str) -> None:
        if not self._session.editor.can.outcome or not self._session.proposals.has(uri):
            return
        self._touched.add(uri)
        self.close()
        self._due = asyncio.get_running_loop().call_later(_PAUSE, self._tell)

    def _tell(self) -> None:
        from flux_lsp.fronts.lsp.review_menu import format_proposal

        proposals = self._session.proposals.list_newest_first()
        for proposal in proposals:
            if not self._touched.isdisjoint(proposal.uris):
                params = format_proposal(proposal, self._session.documents.make_uri)
                self._session.editor.wire.notify("flux/proposal", params)
        self._touched.clear()


def read_line_edits(changes: Sequence[Mapping[str, Any]]) -> list[LineEdit] | None:
    """Read content changes as changes of whole lines; None when one replaces the whole text."""
    edits = []
    for change in changes:
        place, text = change.get("range"), change["text"]
        if place is None:
            return None
        start, end = sorted(
            (place["start"], place["end"]), key=lambda p: (p["line"], p["character"])
        )
        removed, added = end["line"] - start["line"], len(LINE_END.findall(text))
        at_line_starts = start["character"] == end["character"] == 0
        part = 0 if at_line_starts and (not text or text[-1] in "\r\n") else 1
        opens = start == end and start["character"] > 0 and text[:1] in {"\r", "\n"}
        edits.append(LineEdit(start["line"], removed + part, added + part, opens))
    return edits

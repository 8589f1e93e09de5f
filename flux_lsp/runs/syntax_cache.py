"""Keeps the last tree of each document, so that the next parse is incremental.

Never decides what a tree means; safe to call from several threads.
"""

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from flux_lsp.core.text import Snapshot

if TYPE_CHECKING:
    from flux_lsp.syntax.tree import Parsed

_KEPT = 16


class SyntaxCache:
    """The trees by document; the newest text wins."""

    def __init__(self) -> None:
        """Empty."""
        self._trees: OrderedDict[str, Parsed] = OrderedDict()
        self._lock = Lock()

    def parse(self, snapshot: Snapshot) -> "Parsed | None":
        """Return the tree of this text; None when its language has no grammar."""
        from flux_lsp.syntax.languages import find_language
        from flux_lsp.syntax.tree import parse

        with self._lock:
            base = self._trees.get(snapshot.uri)
        if base is not None and base.text == snapshot.text:
            return base
        parsed = parse(snapshot.text, find_language(snapshot.language_id, snapshot.path), base)
        if parsed is not None:
            with self._lock:
                self._trees[snapshot.uri] = parsed
                self._trees.move_to_end(snapshot.uri)
                while len(self._trees) > _KEPT:
                    self._trees.popitem(last=False)
        return parsed

    def forget(self, uri: str) -> None:
        """Forget a document that was closed."""
        with self._lock:
            self._trees.pop(uri, None)

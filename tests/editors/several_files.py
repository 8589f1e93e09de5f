"""The server, whose model sees every Python file of the workspace whole, and may make new ones.

Tests use this to see what a plugin does with a proposal for several files: they start
`python tests/editors/several_files.py` in place of `flux-lsp`.
"""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flux_lsp.context.values import Excerpt, ShownFile
from flux_lsp.core.text import LineRange, Snapshot
from flux_lsp.engine import prepare
from flux_lsp.engine.scope import make_scope
from flux_lsp.fronts.cli.main import main
from flux_lsp.runs import environment
from flux_lsp.runs.workspace_context import read_workspace_context


def show_whole(snapshot: Snapshot) -> ShownFile:
    """Return the file with all of its lines shown."""
    count = snapshot.line_count
    whole = Excerpt(snapshot.path, LineRange(1, count), snapshot.text, "whole file", count)
    return ShownFile(snapshot, (whole,))


def widen() -> None:
    """Put the workspace's files into what a run shows, and new ones into what it may make."""

    def read_every_file(request, action, root, settings, text_of):  # type: ignore[no-untyped-def]
        snapshots = [text_of(file.as_uri()) for file in sorted(root.rglob("*.py"))]
        others = [s for s in snapshots if s is not None and s.path != request.snapshot.path]
        context = read_workspace_context(request, action, root, settings, text_of)
        return replace(context, shown=tuple(map(show_whole, others)))

    def make_wide_scope(*args):  # type: ignore[no-untyped-def]
        return replace(make_scope(*args), may_create=True)

    environment.read_workspace_context = read_every_file  # type: ignore[attr-defined]
    prepare.make_scope = make_wide_scope  # type: ignore[attr-defined]


if __name__ == "__main__":
    widen()
    sys.exit(main())

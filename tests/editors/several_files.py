"""The server, whose model may change every Python file of the workspace at once.

Today a run may change one file. What a plugin does with a proposal for several is tried with this:
`python tests/editors/several_files.py` stands for `flux-lsp`.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flux_lsp.core.text import Snapshot
from flux_lsp.edits.values import EditScope
from flux_lsp.engine import prepare
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.fronts.cli.main import main
from flux_lsp.runs import environment as world
from flux_lsp.runs.workspace_context import read_workspace_context


@dataclass(frozen=True)
class Wide(WorkspaceContext):
    """With every file that may be changed."""

    files: Mapping[str, Snapshot] = field(default_factory=dict)


def widen(around: Callable[..., WorkspaceContext], piece: Callable[..., EditScope]) -> None:
    """Put the workspace's files into what is read around a run, and into what it may change."""

    def look_wider(request, action, root, settings, text_of):  # type: ignore[no-untyped-def]
        found = (text_of(file.as_uri()) for file in sorted(root.rglob("*.py")))
        files = {snapshot.path: snapshot for snapshot in found if snapshot is not None}
        return Wide(**vars(around(request, action, root, settings, text_of)), files=files)

    def wide_piece(action, request, around_it, context, services):  # type: ignore[no-untyped-def]
        made = piece(action, request, around_it, context, services)
        files = {**around_it.files, **made.files}
        return replace(made, files=files, may_create=True)

    world.read_workspace_context = look_wider  # type: ignore[attr-defined]
    prepare._make_scope = wide_piece


if __name__ == "__main__":
    widen(read_workspace_context, prepare._make_scope)
    sys.exit(main())

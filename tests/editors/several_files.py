"""The server, whose model may change every Python file of the workspace at once.

Today a run may change one file. Tests use this to see what a plugin does with a proposal for several
files: they start `python tests/editors/several_files.py` in place of `flux-lsp`.
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
from flux_lsp.runs import environment
from flux_lsp.runs.workspace_context import read_workspace_context


@dataclass(frozen=True)
class Wide(WorkspaceContext):
    """With every file that may be changed."""

    files: Mapping[str, Snapshot] = field(default_factory=dict)


def widen(
    read_context: Callable[..., WorkspaceContext], make_scope: Callable[..., EditScope]
) -> None:
    """Put the workspace's files into what a run reads, and into what it may change."""

    def read_every_file(request, action, root, settings, text_of):  # type: ignore[no-untyped-def]
        snapshots = (text_of(file.as_uri()) for file in sorted(root.rglob("*.py")))
        files = {snapshot.path: snapshot for snapshot in snapshots if snapshot is not None}
        return Wide(**vars(read_context(request, action, root, settings, text_of)), files=files)

    def make_wide_scope(action, request, workspace, context, services):  # type: ignore[no-untyped-def]
        scope = make_scope(action, request, workspace, context, services)
        files = {**workspace.files, **scope.files}
        return replace(scope, files=files, may_create=True)

    environment.read_workspace_context = read_every_file  # type: ignore[attr-defined]
    prepare._make_scope = make_wide_scope


if __name__ == "__main__":
    widen(read_workspace_context, prepare._make_scope)
    sys.exit(main())

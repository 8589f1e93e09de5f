"""What the model is shown of one request: the target, what is around it, and parts of other files.

Never reads a file.
"""

from dataclasses import dataclass, replace

from flux_lsp.actions.action import Action
from flux_lsp.context.expand import expand_target
from flux_lsp.context.selection import find_selected_part
from flux_lsp.context.test_file import add_test_file
from flux_lsp.context.values import Context, ShownFile
from flux_lsp.core.errors import Problem
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.target_selection import find_target_selection
from flux_lsp.engine.values import Request


@dataclass(frozen=True)
class View:
    """What the model may be shown of one request; `files` are the parts of other files."""

    action: Action
    request: Request
    workspace: WorkspaceContext
    services: Services
    files: tuple[ShownFile, ...] = ()

    def expand(self, wider: bool, most_tokens: int | None = None) -> Context | Problem:
        """Return what is shown, wider after a failure; at most `most_tokens`, else as the setting says."""
        request, snapshot = self.request, self.request.snapshot
        parsed = self.services.parse(snapshot)
        limit = most_tokens or self.services.settings.context.max_tokens
        context = expand_target(
            snapshot,
            find_target_selection(self.action, request, parsed),
            parsed,
            max_tokens=limit,
            wider=wider,
            guidance=self.workspace.guidance,
        )
        if isinstance(context, Problem):
            return context
        part = find_selected_part(snapshot, request.selection, context.target.span)
        context = replace(context, selection=part).add_project(self.files)
        tests = self.workspace.test_file.snapshot if self.workspace.test_file else None
        return context if tests is None else add_test_file(context, tests, limit)

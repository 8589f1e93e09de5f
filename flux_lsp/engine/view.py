"""What the model is shown of one request: the target, what is around it, and parts of other files.

Never reads a file.
"""

from dataclasses import dataclass, replace

from flux_lsp.actions.action import Action
from flux_lsp.context.changes import is_commit_buffer, show_message
from flux_lsp.context.expand import expand_target
from flux_lsp.context.selection import find_selected_part
from flux_lsp.context.test_file import add_test_file
from flux_lsp.context.values import Context, ShownFile
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Span
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.shown_changes import find_changed_lines, select_changes
from flux_lsp.engine.target_selection import find_target_selection
from flux_lsp.engine.values import Request
from flux_lsp.syntax.selected import classify_selection
from flux_lsp.syntax.tree import Parsed


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
        changes, guidance = self.workspace.changes, self.workspace.guidance
        if changes is not None and is_commit_buffer(snapshot):
            return show_message(snapshot, guidance).add_changes(select_changes(changes, limit))
        context = expand_target(
            snapshot,
            self._find_selection(parsed, limit),
            parsed,
            max_tokens=limit,
            wider=wider,
            guidance=guidance,
        )
        if isinstance(context, Problem):
            return context
        if changes is not None:
            context = context.add_changes(select_changes(changes, limit))
        part = find_selected_part(snapshot, request.selection, context.target.span)
        context = replace(context, selection=part).add_project(self.files)
        tests = self.workspace.test_file.snapshot if self.workspace.test_file else None
        return context if tests is None else add_test_file(context, tests, limit)

    def _find_selection(self, parsed: Parsed | None, limit: int) -> Span:
        """Find what is selected; where the action is about changes, no part means all changed lines."""
        request, changes = self.request, self.workspace.changes
        pointed = find_target_selection(self.action, request, parsed)
        file = changes.find(request.snapshot.path) if changes else None
        text = request.snapshot.text
        selected = request.selection.extract(text)
        is_part = classify_selection(selected) == "text" and selected.strip() != text.strip()
        if file is None or is_part:
            return pointed
        return find_changed_lines(file, request.selection.start, limit) or pointed

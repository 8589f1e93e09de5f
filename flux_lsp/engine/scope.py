"""Says what an answer may search and change: the target's file, and others of which a part is shown.

Never lets an answer at a file that was not shown.
"""

from collections.abc import Iterator
from dataclasses import replace

from flux_lsp.actions.action import Action
from flux_lsp.context.others import read_others
from flux_lsp.context.redact import Redactor, include_pieces
from flux_lsp.context.values import Context
from flux_lsp.core.text import LineRange
from flux_lsp.edits.markers import choose_markers
from flux_lsp.edits.quoting import Quoting
from flux_lsp.edits.values import EditScope, Target
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Request


def make_scope(
    action: Action,
    request: Request,
    workspace: WorkspaceContext,
    context: Context,
    services: Services,
    secrets: frozenset[str],
) -> EditScope:
    """Make the scope of a run; `secrets` are those of all documents shown. Blocks."""
    messages = (diagnostic.message for diagnostic in request.diagnostics)
    shown = list_documents(request, workspace, context)
    scope = EditScope(
        files={},
        may_leave_target="leave_target" in action.rights and services.settings.review != "never",
        may_create=action.returns in {"edit", "tests"} and "create_files" in action.rights,
        existing=services.exists,
        parsed=services.parse,
        markers=choose_markers([*shown, *messages, request.instruction]),
        quoting=_make_quoting(context, secrets),
    )
    if workspace.test_file is not None:
        tests = workspace.test_file.snapshot
        return replace(scope, files={} if tests is None else {tests.path: tests})
    snapshot = request.snapshot
    problems = tuple(diagnostic.span for diagnostic in request.diagnostics)
    target = Target(snapshot.path, context.target.span, context.selection, problems)
    scope = replace(scope, files={snapshot.path: snapshot}, target=target)
    return _add_others(scope, workspace, context)


def widen_scope(
    scope: EditScope, workspace: WorkspaceContext, context: Context, secrets: frozenset[str]
) -> EditScope:
    """Return `scope` for a wider `context`. Blocks."""
    scope = replace(scope, quoting=_make_quoting(context, secrets))
    return scope if scope.target is None else _add_others(scope, workspace, context)


def list_documents(
    request: Request, workspace: WorkspaceContext, context: Context
) -> Iterator[str]:
    """List the whole text of every document of which the model sees a part."""
    yield request.snapshot.text
    yield from (file.snapshot.text for file in context.project)
    for changed in workspace.changes.files if workspace.changes else ():
        yield from (changed.before, changed.now.text)
    if workspace.test_file is not None and workspace.test_file.snapshot is not None:
        yield workspace.test_file.snapshot.text
    yield from (excerpt.text for excerpt in workspace.guidance)


def _add_others(scope: EditScope, workspace: WorkspaceContext, context: Context) -> EditScope:
    """Add the other files of which a part is shown; one that was there before stays as it was."""
    others = read_others(context, workspace.read_other)
    changeable = {path: other.snapshot for path, other in others.items() if not other.locked}
    locked = {path: other.locked for path, other in others.items() if other.locked}
    return replace(scope, files={**scope.files, **changeable, **scope.files}, locked=locked)


def _make_quoting(context: Context, secrets: frozenset[str]) -> Quoting:
    """Return what an answer may search and a rejection may quote: the lines that were shown."""
    shown: dict[str, list[LineRange]] = {context.target.path: [context.target.lines]}
    for excerpt in (*context.excerpts, *(e for file in context.project for e in file.excerpts)):
        shown.setdefault(excerpt.path, []).append(excerpt.lines)

    for change in context.changes:
        shown.setdefault(change.snapshot.path, []).extend(change.lines)

    def redact_lines(text: str) -> list[tuple[int, str]]:
        return Redactor(frozenset(include_pieces(secrets, [text]))).redact_lines(text)

    return Quoting(shown, redact_lines)

"""Turns a request into what the model will see and what its answer may change.

Never sends anything; the only I/O is behind `services.read_context`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from flux_lsp.actions.action import Action
from flux_lsp.context.redact import find_known_secrets
from flux_lsp.context.render import render_first_turn, render_user_turn
from flux_lsp.context.target import is_about
from flux_lsp.context.values import Context, Diagnostic
from flux_lsp.core.conversation import Prompt
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.edits.values import EditScope
from flux_lsp.engine.pipelines.hand_over import write_hand_over
from flux_lsp.engine.pipelines.words import describe_step_task
from flux_lsp.engine.project_view import view_project
from flux_lsp.engine.prompt import add_brief, build_prompt, describe_task
from flux_lsp.engine.scope import list_documents, make_scope, widen_scope
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Request, Strategy
from flux_lsp.engine.view import View


@dataclass(frozen=True)
class PreparedRequest:
    """A request with everything the loop needs around it."""

    action: Action
    request: Request
    workspace: WorkspaceContext
    context: Context
    scope: EditScope
    expand: Callable[[bool, int | None], Context | Problem]  # (wider, most tokens) -> what is shown
    most_tokens: int | None = None  # None: as many as the setting says
    wide: bool = False
    secrets: frozenset[str] = frozenset()  # of the whole documents that parts are shown of

    def widen(self) -> "PreparedRequest":
        """Return the request with a wider view; unchanged if it is as wide as it gets."""
        if self.wide:
            return self
        wider = self.expand(True, self.most_tokens)
        return self if isinstance(wider, Problem) else replace(self._show(wider), wide=True)

    def narrow(self, tokens: int) -> "PreparedRequest":
        """Return the request with so many tokens less around its target; unchanged if that cannot be."""
        most = max(1, self.context.tokens - tokens)
        narrower = self.expand(self.wide, most)
        if isinstance(narrower, Problem) or narrower.tokens >= self.context.tokens:
            return self
        return replace(self._show(narrower), most_tokens=most)

    def _show(self, context: Context) -> "PreparedRequest":
        secrets = find_known_secrets(list_documents(self.request, self.workspace, context))
        scope = widen_scope(self.scope, self.workspace, context, secrets)
        return replace(self, context=context, scope=scope, secrets=secrets)

    def describe_widening(self, narrower: "PreparedRequest") -> str:
        """Return the file text that this view adds to `narrower`, for the model; "" if it adds none."""
        if self.context.excerpts == narrower.context.excerpts:
            return ""
        beside = (
            _choose_instruction(self),
            _describe_test_place(self),
            self.action.brief,
            self.request.earlier,
        )
        more = render_user_turn(self.context, self.request.diagnostics, "", beside)
        return f"More of the file:\n{more}"


async def prepare_request(
    action: Action, request: Request, services: Services
) -> PreparedRequest | Problem:
    """Check what can be checked before money is spent, and gather what the model sees."""
    missing = _find_missing(action, request)
    if missing is not None:
        return missing
    workspace = await services.read_context(request, action)
    if workspace.excluded is not None:
        return Problem(
            ErrorCode.EXCLUDED_FILE,
            f"`{request.snapshot.path}` is not sent to a model: {workspace.excluded}",
            "Change `context.exclude` or the ignore file if it should be",
        )
    if workspace.problem is not None:
        return workspace.problem
    if action.returns == "tests" and workspace.test_file is None:
        return Problem(
            ErrorCode.OUT_OF_SCOPE,
            f"`{request.snapshot.path}` is in no workspace folder, so nobody knows where its tests belong",
            "Open the folder of its project, then run the action again",
        )
    view = View(action, request, workspace, services)
    context = await asyncio.to_thread(view.expand, False)
    if isinstance(context, Problem):
        return context
    files = (*workspace.shown, *await view_project(action, request, workspace, context, services))
    return await asyncio.to_thread(
        _assemble, replace(view, files=files), context.add_project(files)
    )


_EARLIER = "Asked about the target before, with what came of it; the instruction follows on it."


def write_question(prepared: PreparedRequest, strategy: Strategy, max_tokens: int | None) -> Prompt:
    """Write the prompt of the first call."""
    step = prepared.request.step
    handed = step.hand_over if step else None
    earlier = prepared.request.earlier
    parts = render_first_turn(
        prepared.context,
        prepared.request.diagnostics,
        _choose_instruction(prepared),
        _describe_test_place(prepared),
        _describe_task(prepared, strategy),
        prepared.action.brief,
        {
            "hand_over": write_hand_over(handed) if handed else "",
            "earlier": f"{_EARLIER}\n{earlier}" if earlier else "",
        },
    )
    return build_prompt(
        prepared.action,
        prepared.context,
        parts,
        strategy,
        max_tokens,
        prepared.scope.markers,
        in_pipeline=step is not None,
    )


def _describe_task(prepared: PreparedRequest, strategy: Strategy) -> str:
    action, step = prepared.action, prepared.request.step
    task = describe_task(action, strategy, others=prepared.scope.has_others)
    if step is None:
        return task
    if not action.may_edit and strategy != "text":
        task = add_brief(action, action.task)  # what it calls instead is the pipeline's matter
    return describe_step_task(action, step, task, strategy)


def _find_missing(action: Action, request: Request) -> Problem | None:
    if not request.snapshot.text.strip():
        return Problem(ErrorCode.NO_CHANGE, "The document is empty", "Write something first")
    if action.needs_instruction and not request.instruction.strip():
        return Problem(
            ErrorCode.BAD_REQUEST,
            "There is no instruction that says what should change",
            "Write a comment such as `flux: what to change` above the code and pick its action, or "
            "pass `instruction` to `flux.run`",
        )
    if action.needs_diagnostics and not request.diagnostics:
        return _NO_DIAGNOSTIC
    return None


_NO_DIAGNOSTIC = Problem(
    ErrorCode.NO_CHANGE,
    "There is no diagnostic in this range",
    "Put the cursor on a reported problem, or use the edit action",
)


def _select_diagnostics(
    action: Action, request: Request, context: Context
) -> tuple[Diagnostic, ...]:
    """Select the diagnostics of the target, if the action wants to see any; others distract."""
    if not (action.needs_diagnostics or action.shows_diagnostics):
        return ()
    snapshot, selection, target = request.snapshot, request.selection, context.target.span
    return tuple(
        diagnostic
        for diagnostic in request.diagnostics
        if is_about(snapshot, diagnostic.span, selection, target)
    )


def _assemble(view: View, context: Context) -> PreparedRequest | Problem:
    action, workspace, services = view.action, view.workspace, view.services
    diagnostics = _select_diagnostics(action, view.request, context)
    request = replace(view.request, diagnostics=diagnostics)
    if action.needs_diagnostics and not diagnostics:
        return _NO_DIAGNOSTIC
    secrets = find_known_secrets(list_documents(request, workspace, context))
    scope = make_scope(action, request, workspace, context, services, secrets)
    return PreparedRequest(action, request, workspace, context, scope, view.expand, secrets=secrets)


def _describe_test_place(prepared: PreparedRequest) -> str:
    """Return the facts about the test file; they are the project's words, never the instruction's."""
    return prepared.workspace.test_file.facts if prepared.workspace.test_file else ""


def _choose_instruction(prepared: PreparedRequest) -> str:
    """Choose the person's words; a step of a pipeline has its task and needs none."""
    words = prepared.request.instruction.strip()
    return words if prepared.request.step else words or prepared.action.default_instruction

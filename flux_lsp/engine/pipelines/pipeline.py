"""A pipeline as the engine runs it, and what is known between two of its steps.

Pure: `advance` alone decides which step comes next, and it goes back at most once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flux_lsp.actions.action import ActionStep
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Span
from flux_lsp.edits.change.moved_span import move_span
from flux_lsp.engine.pipelines.hand_over import join_hand_overs
from flux_lsp.engine.pipelines.overlay import Overlay, list_touched
from flux_lsp.engine.pipelines.values import HandOver, Json, StepAnswer, StepTask
from flux_lsp.engine.values import Answered, Proposed, Request

_MOST_REASONS = 5  # of a rejection, in a sentence


@dataclass(frozen=True)
class PipelineState:
    """What is known between two steps.

    `span` is the target in the text as the overlay has it. `directive_line` as in a request, None
    once the directive is gone. `next` is the index of the step that comes, the count of steps when
    all are done. `done`: each step that ended, in order, an Outcome as JSON.
    """

    span: Span
    directive_line: int | None = None
    overlay: Overlay = field(default_factory=Overlay)
    hand_over: HandOver | None = None
    next: int = 0
    is_sent_back: bool = False
    done: tuple[Json, ...] = ()


def begin(request: Request) -> PipelineState:
    """Return the state before the first step."""
    return PipelineState(request.selection, request.directive_line)


def make_step_request(
    steps: Sequence[ActionStep], state: PipelineState, request: Request, hold: int
) -> Request:
    """Make the request of the next step: the document with the edits so far, and what was handed over."""
    step, snapshot = steps[state.next], state.overlay.show(request.snapshot)
    changes = state.overlay.list_changes(request.snapshot)
    return replace(
        request,
        action=step.action.id,
        snapshot=snapshot,
        selection=state.span,
        diagnostics=tuple(
            replace(each, span=move_span(each.span, changes)) for each in request.diagnostics
        ),
        directive_line=state.directive_line,
        step=StepTask(
            number=state.next + 1,
            total=len(steps),
            words=step.words,
            hand_over=state.hand_over,
            is_sent_back=_is_sent_back(steps, state),
            may_reject=step.back_to is not None,
            hold=hold,
        ),
    )


def advance(
    steps: Sequence[ActionStep],
    state: PipelineState,
    request: Request,
    result: Proposed | Answered,
    span: Span,
) -> PipelineState | Problem:
    """Return the state after a step that came to `result`; a Problem for the second rejection.

    `request` is the step's own, and `span` its target.
    """
    step, answer = steps[state.next], result.step_answer or StepAnswer(HandOver(result.summary))
    is_rejected = answer.approved is False and step.back_to is not None
    if is_rejected and state.is_sent_back:
        return _refuse(step, answer)
    after = _follow(state, request, result, span)
    handed = answer.hand_over
    if isinstance(result, Proposed):
        handed = replace(handed, files=list_touched(result.plan, result.base, step.agent))
    elif answer.approved is False and not is_rejected:
        after = replace(after, overlay=after.overlay.add_doubt(_describe_doubt(step, answer)))
    return replace(
        after,
        hand_over=join_hand_overs(state.hand_over, handed),
        next=step.back_to if is_rejected and step.back_to is not None else state.next + 1,
        is_sent_back=state.is_sent_back or is_rejected,
    )


def _follow(
    state: PipelineState, request: Request, result: Proposed | Answered, span: Span
) -> PipelineState:
    """Lay what a step changes over the documents, and move the target with it."""
    if not isinstance(result, Proposed):
        return replace(state, span=span)
    overlay = state.overlay.add(result.plan, result.base)
    uri = request.snapshot.uri
    changes = [
        change
        for file in result.plan.files
        if result.base[file.path].uri == uri
        for change in file.changes
    ]
    line = None if changes else state.directive_line
    return replace(state, overlay=overlay, span=move_span(span, changes), directive_line=line)


def _is_sent_back(steps: Sequence[ActionStep], state: PipelineState) -> bool:
    """Whether the next step is one whose work was rejected."""
    return state.is_sent_back and any(step.back_to == state.next for step in steps)


def _describe_doubt(step: ActionStep, answer: StepAnswer) -> str:
    return f"`{step.agent}` does not approve: {answer.hand_over.summary}".rstrip(": .")


def _refuse(step: ActionStep, answer: StepAnswer) -> Problem:
    reasons = [f"{each.title} ({each.path}:{each.lines})" for each in answer.findings]
    words = "; ".join(reasons[:_MOST_REASONS]) or answer.hand_over.summary or "without a reason"
    return Problem(
        ErrorCode.REJECTED_BY_REVIEW,
        f"`{step.agent}` rejected the work a second time: {words}",
        "Nothing was changed. Say in the instruction what matters, and run it again",
    )

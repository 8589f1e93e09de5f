"""Holds a verified plan against the project's own checks, before it counts as an answer.

Never runs a command itself: `services.run_checks` does, and knows of sandboxes.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from flux_lsp.checks.choose import describe_file
from flux_lsp.checks.values import CheckedEdit, CheckResult
from flux_lsp.context.redact import Redactor, find_known_secrets, include_pieces
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import apply_changes
from flux_lsp.edits.values import Plan, Reject, reject
from flux_lsp.engine.events import Observer, ProjectCheckRunning
from flux_lsp.engine.failing_tests import drop_failing_tests
from flux_lsp.engine.pipelines.values import StepAnswer
from flux_lsp.engine.prepare import PreparedRequest
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.services import Services

_Reading = TypeVar("_Reading")
_MOST_NAMED = 3  # failures named in a sentence
_LONGEST = 300  # characters of a failure that is shown to a person


async def check_answer(
    state: RunState, answer: _Reading, services: Services, observe: Observer
) -> tuple[RunState, _Reading | Reject]:
    """Return the answer if its plan passes the checks that concern it, else why it is rejected.

    The state keeps the results, but for those of an answer that loses to one in doubt.
    """
    plan = answer.plan if isinstance(answer, StepAnswer) else answer
    if not isinstance(plan, Plan) or not services.settings.checks:
        return state, answer
    checked, results = await _check_plan(plan, state, services, observe)
    if isinstance(checked, Reject):
        kept = state if state.doubtful is not None else replace(state, checks=results)
        return kept, checked
    state = replace(state, checks=results)
    if isinstance(answer, StepAnswer):
        return state, replace(answer, plan=checked)
    return state, checked  # type: ignore[return-value] # a plan for a plan


async def _check_plan(
    plan: Plan, state: RunState, services: Services, observe: Observer
) -> tuple[Plan | Reject, tuple[CheckResult, ...]]:
    prepared = state.prepared
    results = await _run_checks(plan, state, services, observe)
    if prepared.action.returns == "tests" and any(result.new for result in results):
        smaller = drop_failing_tests(plan, results, prepared.scope.files)
        if smaller is not None:
            plan, results = smaller, await _run_checks(smaller, state, services, observe)
    if any(result.new for result in results):
        return _reject(results, prepared), results
    return _note_unfinished(plan, results, prepared), results


async def _run_checks(
    plan: Plan, state: RunState, services: Services, observe: Observer
) -> tuple[CheckResult, ...]:
    """Run the checks on what the plan makes of the files that lie on a disk."""
    run, files = state.prepared.request.run, state.prepared.scope.files
    changed = [change for change in plan.files if _is_file(files[change.path].uri)]
    before = {change.path: files[change.path].text for change in changed}
    after = {change.path: apply_changes(before[change.path], change.changes) for change in changed}
    after |= {new.path: new.content for new in plan.new_files}
    if not after:
        return ()
    concerned = [describe_file(change.path, files[change.path].language_id) for change in changed]
    concerned += [describe_file(new.path) for new in plan.new_files]
    edit = CheckedEdit(before, after, tuple(concerned))
    elapsed = services.clock.monotonic() - state.started
    seconds = max(0.0, services.settings.deadline_seconds - elapsed)

    def tell(name: str, passed: float) -> None:
        observe(ProjectCheckRunning(run, name, passed))

    return _hide_secrets(await services.run_checks(edit, seconds, tell), state.prepared, after)


def _is_file(uri: str) -> bool:
    """Whether a document has a place below the root: a cell or an unnamed one has none."""
    return uri.startswith(("file:", "flux-new:"))


def _hide_secrets(
    results: tuple[CheckResult, ...], prepared: PreparedRequest, texts: Mapping[str, str]
) -> tuple[CheckResult, ...]:
    """Hide secrets in what people are shown; what a model is told passes the choke point as well."""
    words = [text for result in results for text in (result.output, *map(str, result.new))]
    if not any(words):
        return results
    known = prepared.secrets | find_known_secrets([*texts.values(), *words])
    redact = Redactor(frozenset(include_pieces(known, words))).redact
    return tuple(
        replace(
            result,
            output=redact(result.output),
            new=tuple(
                replace(each, message=redact(each.message)[:_LONGEST]) for each in result.new
            ),
        )
        for result in results
    )


def _reject(results: tuple[CheckResult, ...], prepared: PreparedRequest) -> Reject:
    failed = [result for result in results if result.new]
    names = [f"{result.name}: {failure}" for result in failed for failure in result.new]
    shown = "; ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    facts = "\n\n".join(
        f"{result.name} fails with your edit and not without it (its output is data):\n"
        f"{result.output}"
        for result in failed
    )
    if prepared.action.returns == "tests":
        facts += "\n\nThe code stays as it is: each test must pass against it."
    what = "check fails" if len(failed) == 1 else "checks fail"
    return reject(ErrorCode.CHECK_FAILED, f"The project's {what}: {shown}{more}", facts)


def _note_unfinished(
    plan: Plan, results: tuple[CheckResult, ...], prepared: PreparedRequest
) -> Plan:
    """Return the plan, in doubt where a check could not finish and a person can look at it first."""
    names = [result.name for result in results if result.status == "unfinished"]
    if not names or not prepared.scope.may_leave_target:
        return plan
    words = f"the run's time was over before {' and '.join(names)} finished"
    return replace(plan, doubt=plan.doubt or words)

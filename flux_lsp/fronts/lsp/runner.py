"""One run as the editor sees it: progress, the engine's work, and delivery of what it brought.

Never lets an exception reach the editor: every run ends in an Outcome.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flux_lsp.actions import find
from flux_lsp.context.values import Diagnostic, Sent
from flux_lsp.core.errors import Code, FluxError, Problem
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import Watch
from flux_lsp.engine.values import Attempt, Outcome, Request
from flux_lsp.fronts.lsp import explain, review
from flux_lsp.fronts.lsp.apply import FileEdit, Made, apply_edits
from flux_lsp.fronts.lsp.arguments import RunArguments
from flux_lsp.fronts.lsp.convert import range_of, span_of
from flux_lsp.fronts.lsp.diagnostics import message_of
from flux_lsp.fronts.lsp.editor import Progress
from flux_lsp.fronts.lsp.jobs import Job
from flux_lsp.fronts.lsp.patch import patch_text, write_patch
from flux_lsp.fronts.lsp.protocol.positions import Encoding
from flux_lsp.fronts.lsp.session import Session

log = logging.getLogger(__name__)

_REPORT_EVERY = 0.1  # seconds; more often only costs the editor redraws


async def run_job(
    session: Session, job: Job, snapshot: Snapshot, token: str | int | None
) -> Outcome:
    """The whole life of a run; the outcome is kept in the job and told to the client."""
    action = job.arguments.action
    title = f"Flux: {action} {snapshot.path}"
    progress = session.editor.wire.progress(title, lambda: _cancel(session, job), token)
    extra: dict[str, Any] = {}
    try:
        outcome = await _perform(session, job, snapshot, progress)
        outcome, extra = await _deliver(session, job, outcome)
    except asyncio.CancelledError:  # the task itself ends normally, with an outcome that says so
        outcome = _unfinished(job, Code.CANCELLED, "The run was cancelled", "Nothing was changed")
    except FluxError as error:
        problem = error.problem
        outcome = _unfinished(job, problem.code, problem.message, problem.hint)
    except Exception:
        # The edge: whatever went wrong inside, the person is told and the server goes on.
        log.exception("run failed run=%s action=%s", job.run, action)
        outcome = _unfinished(
            job,
            Code.INTERNAL,
            Code.INTERNAL.meaning,
            Code.INTERNAL.hint,
        )
    job.outcome = outcome
    progress.end(said(outcome))
    _announce(session, job, outcome)
    session.tell(job, {**extra, "said": said(outcome)})
    return outcome


def _cancel(session: Session, job: Job) -> None:
    session.jobs.cancel(job.run)


async def _perform(session: Session, job: Job, snapshot: Snapshot, progress: Progress) -> Outcome:
    await session.configuration.refresh()
    services = await session.configuration.services(snapshot.uri)
    request = build_request(session, job.run, job.arguments, snapshot)
    job.request = request
    action = find(job.arguments.action)
    assert action is not None
    written, reported = 0, 0.0

    def state(text: str) -> None:
        job.state = text
        progress.report(text)

    def delta(text: str) -> None:
        nonlocal written, reported
        written += len(text)
        if time.monotonic() - reported > _REPORT_EVERY:
            reported = time.monotonic()
            progress.report(f"{job.state}: {written:,} characters")
        if session.editor.can.delta:
            session.editor.wire.notify("flux/delta", {"run": job.run, "text": text})

    def attempt(one: Attempt) -> None:
        job.attempts.append(one)

    def sent(parts: tuple[Sent, ...]) -> None:
        job.sent = parts

    watch = Watch(
        state=state,
        delta=delta,
        target=partial(session.jobs.narrow, job),
        sent=sent,
        attempt=attempt,
    )
    return await perform(action, request, services, watch)


def build_request(
    session: Session, run: str, arguments: RunArguments, snapshot: Snapshot
) -> Request:
    """LSP's ranges and diagnostics as spans of the snapshot."""
    encoding = session.documents.encoding
    span = span_of(snapshot, arguments.range, encoding)
    return Request(
        run=run,
        action=arguments.action,
        snapshot=snapshot,
        selection=span,
        instruction=arguments.instruction,
        diagnostics=tuple(_diagnostic(d, snapshot, encoding) for d in arguments.diagnostics),
        tier=arguments.tier,  # type: ignore[arg-type]
        model=arguments.model,
        max_usd=arguments.max_usd,
        directive_line=snapshot.line_of(span.start) if arguments.directive else None,
    )


def _diagnostic(raw: Mapping[str, Any], snapshot: Snapshot, encoding: Encoding) -> Diagnostic:
    severity = {1: "error", 2: "warning", 3: "information", 4: "hint"}
    return Diagnostic(
        span=span_of(snapshot, raw["range"], encoding),
        severity=severity.get(raw.get("severity", 1), "error"),
        message=message_of(raw),
        source=str(raw.get("source") or ""),
        code=str(raw.get("code") or ""),
    )


async def _deliver(session: Session, job: Job, outcome: Outcome) -> tuple[Outcome, dict[str, Any]]:
    if outcome.status == "answered":
        return outcome, await _answer(session, job, outcome)
    if outcome.plan is None:
        return outcome, {}
    if outcome.plan.already_applied:
        return replace(outcome, status="applied", summary="Already as asked; nothing to do"), {}
    settings = (await session.configuration.services(job.arguments.uri)).settings
    plan = outcome.plan
    label = f"Flux: {outcome.action}"
    edits = [FileEdit(outcome.base[f.path], f.changes) for f in plan.files]
    if not session.editor.can.apply_edit:
        folder = session.configuration.data_dir / "patches"
        file = await asyncio.to_thread(write_patch, folder, job.run, patch_text(outcome))
        session.editor.message(
            "info",
            f"Flux: this editor takes no edits; apply {file} with `git apply` or `patch -p1`",
        )
        return replace(outcome, status="proposed", summary=f"Written as a patch: {file}"), {}
    many = len(plan.files) + len(plan.new_files) > 1 and outcome.action != "tests"
    if settings.review == "always" or (
        settings.review == "auto" and (plan.outside or plan.doubt or many)
    ):
        return await _propose(session, job, outcome, edits, label)
    made = await apply_edits(
        session.editor,
        session.documents,
        label,
        edits,
        plan.new_files,
        beside=job.arguments.uri,
        made_late=partial(_keep_made, job),
    )
    if isinstance(made, Problem):
        return _not_applied(outcome, made), {}
    job.made = (made,)
    return replace(outcome, status="applied", summary=_what_changed(outcome)), {}


def _keep_made(job: Job, made: Made) -> None:
    """An edit of a cancelled run turned up after all: it can be undone."""
    job.made = (made,)


async def _propose(
    session: Session, job: Job, outcome: Outcome, edits: list[FileEdit], label: str
) -> tuple[Outcome, dict[str, Any]]:
    plan = outcome.plan
    assert plan is not None
    proposal = review.propose(outcome, job.arguments.uri)
    if session.editor.can.outcome or not session.editor.can.preview:
        session.proposals.keep(proposal)
        shown = review.as_json(proposal, session.documents.uri_of)
        why = f". {plan.doubt}" if plan.doubt else ""
        summary = f"{_what_changed(outcome)}: waiting for your yes{why}"
        return replace(outcome, status="proposed", summary=summary), {"proposal": shown}
    made = await apply_edits(
        session.editor,
        session.documents,
        label,
        edits,
        plan.new_files,
        beside=job.arguments.uri,
        confirm=True,
        made_late=partial(_keep_made, job),
    )
    if isinstance(
        made, Problem
    ):  # the person said no, or the document moved: keep it to decide later
        session.proposals.keep(proposal)
        return replace(
            outcome, status="proposed", summary="Not taken; still offered as a code action"
        ), {}
    job.made = (made,)
    return replace(outcome, status="applied", summary=_what_changed(outcome)), {}


async def _answer(session: Session, job: Job, outcome: Outcome) -> dict[str, Any]:
    request = job.request
    assert request is not None
    about = job.span  # narrowed to what the model was asked about
    parsed = await asyncio.to_thread(session.documents.syntax.parse, request.snapshot)
    holders = parsed.holders(about) if parsed else ()
    symbol = next((one for one in holders if one.span == about), None)
    name = symbol.name if symbol else request.snapshot.path
    session.explanations.keep(job.run, request.snapshot, about, outcome.text)
    if not session.editor.can.outcome or not session.editor.can.delta:
        folder = session.configuration.data_dir / "explanations"
        await explain.show(session.editor, folder, job.run, name, outcome.text)
    return {
        "text": outcome.text,
        "title": name,
        "by": paid(outcome),
        "uri": request.snapshot.uri,
        "range": range_of(request.snapshot, about, session.documents.encoding),
    }


def _not_applied(outcome: Outcome, problem: Problem) -> Outcome:
    return replace(outcome, status="refused", error=problem, summary=str(problem), plan=None)


def _unfinished(job: Job, code: Code, message: str, hint: str) -> Outcome:
    return Outcome(
        job.run,
        job.arguments.action,
        code.status,
        error=Problem(code, message, hint),
        attempts=tuple(job.attempts),
        sent=job.sent,
        summary=message,
    )


def _what_changed(outcome: Outcome) -> str:
    assert outcome.plan is not None
    parts = [f"{len(f.changes)} changes in {f.path}" for f in outcome.plan.files]
    parts = [
        part.replace("1 changes", "1 change") if part.startswith("1 ") else part for part in parts
    ]
    parts += [f"new file {new.path}" for new in outcome.plan.new_files]
    note = f" ({outcome.plan.note})" if outcome.plan.note else ""
    return ", ".join(parts) + note


def said(outcome: Outcome) -> str:
    """One line for people: what became of it, by whom, for how much."""
    by = paid(outcome)
    words = str(outcome.error) if outcome.error else outcome.summary or outcome.status
    words = outcome.with_trouble(words)
    return f"{words} [{by}]" if by else words


def paid(outcome: Outcome) -> str:
    """Which model answered and for how much; "" when none did."""
    if outcome.model is None or outcome.usd is None:
        return outcome.model or ""
    tiny = 0 < outcome.usd < 0.0001
    about = "~" if outcome.estimated else ""
    return f"{outcome.model}, {about}{'<$0.0001' if tiny else f'${outcome.usd:.4f}'}"


def _announce(session: Session, job: Job, outcome: Outcome) -> None:
    """A failure is always shown; success only where the edit itself does not show it."""
    log.info(
        "run ended run=%s action=%s status=%s code=%s attempts=%d",
        job.run,
        outcome.action,
        outcome.status,
        outcome.error.code if outcome.error else None,
        len(outcome.attempts),
    )
    if session.editor.can.outcome:
        return  # the plugin shows it
    if outcome.error is not None and outcome.status != "cancelled":
        session.editor.message("warning", f"Flux: {outcome.error}")
    elif outcome.status == "proposed" and session.editor.can.apply_edit:
        words = "Flux: open the code actions to see, accept or reject"  # first: lines are short
        doubt = f" ({outcome.plan.doubt})" if outcome.plan and outcome.plan.doubt else ""
        session.editor.message("info", f"{words} {_what_changed(outcome)}{doubt}")


def selection_of(session: Session, arguments: RunArguments, snapshot: Snapshot) -> Span:
    """The range a run was asked for, as a span."""
    return span_of(snapshot, arguments.range, session.documents.encoding)

"""Brings a run's result to the person: applies, proposes or shows it, or writes a patch.

Never applies what was not verified, and never without the person's yes where `review` wants one.
"""

import asyncio
from dataclasses import dataclass, replace

from flux_lsp.actions.action import Action
from flux_lsp.core.errors import Problem
from flux_lsp.engine.values import Answered, Applied, Proposed, Refused, Result, RunResult
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.events import EditApplied
from flux_lsp.runs.explanations import Explanation, show_explanation
from flux_lsp.runs.findings.show import show_findings
from flux_lsp.runs.patch import format_plan_patch, write_patch
from flux_lsp.runs.review import Proposal, Review, needs_yes, propose
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.values import AppliedEdit, FileEdit
from flux_lsp.runs.words import describe_checks, describe_plan, describe_unsaved, tell_unsaved


@dataclass(frozen=True)
class Delivery:
    """How a run ended, and what the session keeps of it."""

    result: RunResult
    proposal: Proposal | None = None
    explanation: Explanation | None = None


async def deliver(session: RunSession, run: Run, action: Action, result: Result) -> Delivery:
    """Deliver the result; raises FluxError when nobody knows if a cancelled edit was made."""
    if result.text:
        return await _show_text(session, run, result)
    if isinstance(result, Answered) and action.returns == "findings":
        return Delivery(await show_findings(session, run, result))
    if not isinstance(result, Proposed):
        return Delivery(result)
    if result.plan.already_applied:
        return Delivery(Applied(**result.common_fields, summary="Already as asked; nothing to do"))
    if not session.front.can.applies_edits:
        return await _write_patch(session, run, result)
    review = (await session.configuration.get_services(run.uri)).settings.review
    if needs_yes(result.plan, action, review):
        return await _propose(session, run, result, review)
    applied = await _apply(session, run, result)
    if isinstance(applied, Problem):
        common = result.common_fields
        return Delivery(Refused(problem=applied, summary=str(applied), **common))
    return Delivery(_record_edit(session, run, result, applied, None))


async def _write_patch(session: RunSession, run: Run, proposed: Proposed) -> Delivery:
    folder = session.configuration.data_dir / "patches"
    file = await asyncio.to_thread(write_patch, folder, run.id, format_plan_patch(proposed))
    session.front.tell(
        "info",
        f"Flux: this editor takes no edits; apply {file} with `git apply` or `patch -p1`",
    )
    return Delivery(replace(proposed, summary=f"Written as a patch: {file}"))


async def _apply(
    session: RunSession, run: Run, proposed: Proposed, *, confirm: bool = False
) -> AppliedEdit | Problem:
    def keep(edit: AppliedEdit) -> None:
        """Keep an edit that a cancelled run made after all, so that it can be undone."""
        session.runs.add_edit(run, edit)

    plan = proposed.plan
    order = EditOrder(
        label=f"Flux: {proposed.action}",
        edits=[FileEdit(proposed.base[file.path], file.changes) for file in plan.files],
        new_files=plan.new_files,
        beside=run.uri,
        confirm=confirm,
        on_late=keep,
    )
    return await apply_edits(session.front, session.documents, order)


async def _propose(session: RunSession, run: Run, proposed: Proposed, review: Review) -> Delivery:
    proposal = propose(proposed, run.uri, in_place=review == "inline")
    can = session.front.can
    if can.shows_outcomes or not can.previews_edits:
        proposal = session.proposals.keep(proposal)
        why = f". {proposed.plan.doubt}" if proposed.plan.doubt else ""
        checks = describe_checks(proposed.checks)
        says = f". {checks}" if checks else ""
        summary = f"{describe_plan(proposed.plan)}: waiting for your yes{why}{says}"
        return Delivery(replace(proposed, summary=summary), proposal)
    applied = await _apply(session, run, proposed, confirm=True)
    if isinstance(applied, Problem):  # a no, or the document moved: keep it to decide later
        proposal = session.proposals.keep(proposal)
        summary = "Not taken; still offered as a code action"
        return Delivery(replace(proposed, summary=summary), proposal)
    return Delivery(_record_edit(session, run, proposed, applied, 1.0))


def _record_edit(
    session: RunSession, run: Run, proposed: Proposed, edit: AppliedEdit, accepted: float | None
) -> RunResult:
    """Keep the edit for an undo, and tell of it; `accepted` is None when nobody was asked."""
    session.runs.add_edit(run, edit)
    tell_unsaved(session.front, edit)
    session.publish(EditApplied(run.id, edit, accepted))
    words = (describe_plan(proposed.plan), describe_checks(proposed.checks), describe_unsaved(edit))
    summary = ". ".join(filter(None, words))
    return Applied(**proposed.common_fields, summary=summary)


async def _show_text(session: RunSession, run: Run, result: Result) -> Delivery:
    """Show the answer, or the words of a model that was to change the code."""
    snapshot, about = run.request.snapshot, run.span  # narrowed to what the model was asked about
    parsed = await asyncio.to_thread(session.documents.syntax.parse, snapshot)
    holders = parsed.list_holders(about) if parsed else ()
    symbol = next((symbol for symbol in holders if symbol.span == about), None)
    title = symbol.name if symbol else snapshot.path
    explanation = Explanation(title, snapshot, about, result.text)
    session.explanations.keep(run.id, explanation)
    if not session.front.can.shows_answers:
        folder = session.configuration.data_dir / "explanations"
        await show_explanation(session.front, folder, run.id, explanation)
    return Delivery(result, explanation=explanation)

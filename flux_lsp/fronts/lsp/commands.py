"""Runs the `flux.*` commands: checks arguments, asks the session, returns plain JSON.

Never waits for a model unless the caller asked to.
"""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from flux_lsp.engine.values import Request
from flux_lsp.fronts.lsp.agent_commands import list_agents, trust_agent
from flux_lsp.fronts.lsp.arguments import (
    RunArguments,
    parse_again,
    parse_run_arguments,
    parse_single,
)
from flux_lsp.fronts.lsp.convert import to_position, to_span
from flux_lsp.fronts.lsp.review_menu import format_proposal
from flux_lsp.fronts.lsp.run_observers import (
    ProgressObserver,
    Token,
    notify_outcome,
    notify_text,
)
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.decide import (
    accept_pieces,
    choose_pieces,
    find_edit,
    find_proposal,
    reject_pieces,
    show_proposal,
)
from flux_lsp.runs.diagnostics import read_diagnostics
from flux_lsp.runs.events import Observer
from flux_lsp.runs.findings.show import dismiss_finding
from flux_lsp.runs.mentions import find_mention
from flux_lsp.runs.pipelines.run import find_stored
from flux_lsp.runs.preview import preview_run
from flux_lsp.runs.related import read_related
from flux_lsp.runs.related_questions import list_questions
from flux_lsp.runs.review import Proposal
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.start import continue_run, resume_run, retry_run, start_run, take_snapshot
from flux_lsp.runs.status import report_status
from flux_lsp.runs.undo import undo_run

Handler = Callable[[EditorSession, Sequence[object], Token | None], Awaitable[object]]


async def run(session: EditorSession, arguments: Sequence[object], token: Token | None) -> object:
    """`flux.run`: start a run; returns `{run}` at once, or the Outcome with `wait`."""
    order = parse_run_arguments(arguments, session.registry.ids)
    request = await _make_request(session, order)
    started = start_run(session, request, *_make_observers(session, token))
    return await _answer(session, started, order.wait)


async def cancel(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.cancel`: cancel one run, or all runs under way."""
    values = parse_single(arguments, "flux.cancel", {"run": str})
    return {"cancelled": session.runs.cancel(values.get("run"))}


async def undo(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.undo`: undo what a run changed, in each file whose text is still as the run left it."""
    values = parse_single(arguments, "flux.undo", {"run": str})
    report = await undo_run(session, values.get("run"))
    if report.kept and not session.editor.can.outcome:
        session.front.tell("warning", f"Flux: not undone: {report.describe_kept()}")
    return {
        "run": report.run,
        "undone": True,
        "kept": [file.uri for file in report.kept],
        "why": {file.uri: file.why for file in report.kept},
    }


async def retry(session: EditorSession, arguments: Sequence[object], token: Token | None) -> object:
    """`flux.retry`: run the same action on the same place, with a remark or on another tier.

    A pipeline that was cut off goes on at the first step that is not done.
    """
    values = parse_again("flux.retry", arguments, {"undo": bool})
    more = {"instruction": values.get("instruction", ""), "tier": values.get("tier")}
    observers = _make_observers(session, token)
    stored = await find_stored(session, values["run"])
    if stored is not None:
        started = await resume_run(session, stored, *observers, **more)
    else:
        old = session.find_run(values["run"])
        started = await retry_run(session, old, *observers, **more, undo=values.get("undo", False))
    return await _answer(session, started, values.get("wait", False))


async def go_on(session: EditorSession, arguments: Sequence[object], token: Token | None) -> object:
    """`flux.continue`: ask something further where a run was, which the model is told of."""
    values = parse_again("flux.continue", arguments, {})
    old, words = session.find_run(values["run"]), values.get("instruction", "")
    observers = _make_observers(session, token)
    started = await continue_run(session, old, words, *observers, tier=values.get("tier"))
    return await _answer(session, started, values.get("wait", False))


async def status(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.status`: report runs, spending and the models in effect."""
    parse_single(arguments, "flux.status", {})
    return await report_status(session)


async def preview(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.preview`: return what `flux.run` would send, byte for byte, and its price; sends nothing."""
    order = parse_run_arguments(arguments, session.registry.ids)
    return await preview_run(session, await _make_request(session, order))


async def ask_others(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.related`: what a plugin may ask its other servers first, and pass to `flux.run` as `related`."""
    order = parse_run_arguments(arguments, session.registry.ids)
    request = await _make_request(session, order)
    encoding = session.documents.encoding
    return {
        "questions": [
            {
                "method": question.method,
                "position": to_position(request.snapshot, question.offset, encoding),
                "why": question.why,
            }
            for question in await list_questions(session, request)
        ]
    }


async def show(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.show`: show what a proposal would still change, or a run has changed, as a diff."""
    values = parse_single(arguments, "flux.show", {"run": str})
    change = find_edit(session, values.get("run")) or find_proposal(session, values.get("run"))
    file = await show_proposal(session, change)
    return {"run": change.run, "file": str(file)}


async def accept(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.accept`: apply a proposal, one of its hunks, or those of one file."""
    choice = choose_pieces(session, *_parse_choice("flux.accept", arguments))
    left = await accept_pieces(session, choice)
    return {**_format_left(session, left), "accepted": list(choice.numbers)}


async def reject(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.reject`: drop a proposal, one of its hunks, or those of one file; changes no document."""
    choice = choose_pieces(session, *_parse_choice("flux.reject", arguments))
    left = await reject_pieces(session, choice)
    return {**_format_left(session, left), "rejected": list(choice.numbers)}


async def dismiss(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.dismiss`: take a finding away, for as long as its lines stay as they are."""
    values = parse_single(
        arguments, "flux.dismiss", {"uri": str, "finding": str}, required=("uri", "finding")
    )
    placed = await dismiss_finding(session, values["uri"], values["finding"])
    return {"finding": placed.id, "dismissed": True}


HANDLERS: dict[str, Handler] = {
    "flux.run": run,
    "flux.cancel": cancel,
    "flux.undo": undo,
    "flux.retry": retry,
    "flux.continue": go_on,
    "flux.status": status,
    "flux.preview": preview,
    "flux.related": ask_others,
    "flux.agents": list_agents,
    "flux.trust": trust_agent,
    "flux.show": show,
    "flux.accept": accept,
    "flux.reject": reject,
    "flux.dismiss": dismiss,
}


async def _make_request(session: EditorSession, order: RunArguments) -> Request:
    """Make a request: LSP's ranges and diagnostics become spans of the document as it is now.

    A directive that names an agent or a pipeline is for that one.
    """
    if order.directive and (named := await find_mention(session, order.instruction, order.uri)):
        action, mention = named
        order = replace(order, action=action, instruction=mention.instruction)
    snapshot = await take_snapshot(session, order.uri, order.action, order.version)
    encoding = session.documents.encoding
    span = to_span(snapshot, order.range, encoding)
    return Request(
        run="",
        action=order.action,
        snapshot=snapshot,
        selection=span,
        instruction=order.instruction,
        diagnostics=read_diagnostics(
            order.diagnostics, lambda range_: to_span(snapshot, range_, encoding)
        ),
        tier=order.tier,
        model=order.model,
        max_usd=order.max_usd,
        directive_line=snapshot.get_line(span.start) if order.directive else None,
        related=read_related(order.related, order.uri, session.documents),
        name=session.name_target(snapshot, span),
    )


def _make_observers(session: EditorSession, token: Token | None) -> tuple[Observer, ...]:
    """Make the observers that show one run to the client."""
    editor = session.editor
    return (
        ProgressObserver(editor, session.runs.cancel, token),
        notify_text(editor),
        notify_outcome(editor, session.documents),
    )


async def _answer(session: EditorSession, started: Run, wait: bool) -> dict[str, Any]:
    if not wait:
        return {"run": started.id}
    try:
        result = await started.wait()
    except CancelledError:  # the request was cancelled: so is the run it waits for
        session.runs.cancel(started.id)
        raise
    return result.to_json()


def _parse_choice(
    command: str, arguments: Sequence[object]
) -> tuple[str | None, int | None, str | None]:
    values = parse_single(arguments, command, {"run": str, "hunk": int, "uri": str})
    return values.get("run"), values.get("hunk"), values.get("uri")


def _format_left(session: EditorSession, proposal: Proposal) -> dict[str, Any]:
    """Format what is left as a proposal of its own; accepted changes count as part of the text."""
    left = format_proposal(proposal, session.documents.make_uri) if proposal.open else None
    return {"run": proposal.run, "open": len(proposal.open), "proposal": left}

"""The `flux.*` commands: arguments checked, work handed to the session, plain JSON back.

Never waits for a model unless the caller asked to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flux_lsp.actions import all_actions, find
from flux_lsp.core.errors import Code, FluxError, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.fronts.lsp import review
from flux_lsp.fronts.lsp.apply import apply_edits, inverse
from flux_lsp.fronts.lsp.arguments import BadArgumentsError, RunArguments, run_arguments, single
from flux_lsp.fronts.lsp.convert import carry
from flux_lsp.fronts.lsp.documents import path_of
from flux_lsp.fronts.lsp.jobs import Job
from flux_lsp.fronts.lsp.patch import write_patch
from flux_lsp.fronts.lsp.private_files import forget_run
from flux_lsp.fronts.lsp.runner import build_request, run_job, selection_of
from flux_lsp.fronts.lsp.session import Session
from flux_lsp.fronts.lsp.status_line import status_line

Handler = Callable[[Session, Sequence[object], str | int | None], Awaitable[object]]


async def run(session: Session, arguments: Sequence[object], token: str | int | None) -> object:
    """`flux.run`: start a run; answers `{run}` at once, or the Outcome with `wait`."""
    wanted = run_arguments(arguments, [a.id for a in all_actions()])
    return await _start(session, wanted, token)


async def _start(session: Session, wanted: RunArguments, token: str | int | None) -> dict[str, Any]:
    snapshot = await _snapshot(session, wanted)
    span = selection_of(session, wanted, snapshot)

    async def work(job: Job) -> Any:
        return await run_job(session, job, snapshot, token)

    job = session.jobs.start(wanted, span, work)
    if not wanted.wait:
        return {"run": job.run}
    assert job.task is not None
    try:
        outcome = await asyncio.shield(job.task)
    except asyncio.CancelledError:  # the request was cancelled: so is the run it waits for
        session.jobs.cancel(job.run)
        raise
    return outcome.as_json()


async def cancel(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.cancel`: end one run, or all that are going on."""
    given = single(arguments, "flux.cancel", {"run": str})
    return {"cancelled": session.jobs.cancel(given.get("run"))}


async def undo(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.undo`: take back what a run changed, if that text is still as it left it."""
    given = single(arguments, "flux.undo", {"run": str})
    if "run" in given:
        job = session.job(given["run"])
    else:
        job = session.jobs.last(lambda j: bool(j.made) and not j.undone) or session.job("")
    if not job.made or job.undone:
        raise FluxError(Code.NO_CHANGE, "This run changed nothing that is still there", "")
    edits = inverse(job.made)
    if isinstance(edits, Problem):
        raise FluxError(edits.code, edits.message, "Use the editor's own undo")
    done = await apply_edits(
        session.editor, session.documents, f"Flux: undo {job.arguments.action}", edits
    )
    if isinstance(done, Problem):
        raise FluxError(done.code, done.message, "Use the editor's own undo")
    job.undone = True
    created = [file for made in job.made for file in made.created]
    gone = [uri for uri, content in created if await _removed(session, uri, content)]
    return {
        "run": job.run,
        "undone": True,
        "kept": [uri for uri, _ in created if uri not in gone],
    }


async def _removed(session: Session, uri: str, content: str) -> bool:
    """Take away a file a run made, where the client can and nobody wrote in it since."""
    now = await session.documents.snapshot(uri)
    if now is None or now.text != content or not session.editor.can.resource("delete"):
        return False
    edit = {"documentChanges": [{"kind": "delete", "uri": uri}]}
    answer = await session.editor.ask("workspace/applyEdit", {"label": "Flux: undo", "edit": edit})
    return bool(isinstance(answer, dict) and answer.get("applied"))


async def retry(session: Session, arguments: Sequence[object], token: str | int | None) -> object:
    """`flux.retry`: the same action on the same place, with a remark or another tier."""
    given = single(
        arguments,
        "flux.retry",
        {"run": str, "instruction": str, "tier": str, "wait": bool},
        required=("run",),
    )
    if given.get("tier") not in {None, "haiku", "sonnet"}:
        raise BadArgumentsError(f"unknown tier `{given['tier']}`; known: haiku, sonnet")
    job = session.job(given["run"])
    session.proposals.drop(job.run)
    await _forget(session, job.run)
    old = job.arguments
    remark = given.get("instruction", "")
    words = "\n".join(filter(None, (old.instruction, remark)))
    again = replace(
        old,
        instruction=words,
        tier=given.get("tier", old.tier),
        wait=given.get("wait", False),
        version=None,
    )
    return await _start(session, await _where_it_is_now(session, job, again), token)


async def _where_it_is_now(session: Session, job: Job, again: RunArguments) -> RunArguments:
    """The same code after what was typed since: ranges that were given once mean other code now."""
    now = await _snapshot(session, again)
    if job.request is None or job.request.snapshot.text == now.text:
        return again
    ranges = [again.range, *(diagnostic["range"] for diagnostic in again.diagnostics)]
    before, encoding = job.request.snapshot, session.documents.encoding
    place, *places = await asyncio.to_thread(carry, ranges, before, now, encoding)
    diagnostics = tuple(
        {**one, "range": its} for one, its in zip(again.diagnostics, places, strict=True)
    )
    return replace(again, range=place, diagnostics=diagnostics, version=now.version)


async def status(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.status`: what is going on, what was spent, which models are in effect."""
    single(arguments, "flux.status", {})
    running = [
        {
            "run": job.run,
            "action": job.arguments.action,
            "uri": job.arguments.uri,
            "state": job.state,
        }
        for job in session.jobs.running()
    ]
    proposals = [
        {"run": p.run, "action": p.action, "open": len(p.open)}
        for p in session.proposals.newest_first()
    ]
    told = {"running": running, "proposals": proposals, **await session.configuration.status()}
    last = session.jobs.last(lambda job: job.model is not None)
    return {**told, **status_line(told, last.model if last else None)}


async def preview(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.preview`: what `flux.run` would send, byte for byte, and its price; sends nothing."""
    from flux_lsp.engine.perform import preview as first_call
    from flux_lsp.engine.prepare import prepare
    from flux_lsp.engine.sealing import seal_in_thread
    from flux_lsp.models.size import body_tokens

    wanted = run_arguments(arguments, [a.id for a in all_actions()])
    snapshot = await _snapshot(session, wanted)
    await session.configuration.refresh()
    services = await session.configuration.services(snapshot.uri)
    request = build_request(session, "preview", wanted, snapshot)
    action = find(wanted.action)
    assert action is not None
    prepared = await prepare(action, request, services)
    if isinstance(prepared, Problem):
        raise FluxError(prepared.code, prepared.message, prepared.hint)
    made = first_call(action, prepared, request, services)
    if isinstance(made, Problem):
        raise FluxError(made.code, made.message, made.hint)
    prompt, route = made
    sealed = await seal_in_thread(prompt, prepared.secrets)
    if isinstance(sealed, Problem):
        raise FluxError(sealed.code, sealed.message, sealed.hint)
    body = services.client.request_body(sealed.prompt, route)
    tokens = body_tokens(body)
    return {
        "model": route.model,
        "tier": route.tier,
        "reason": route.reason,
        "sent": [{"path": s.path, "lines": s.lines, "why": s.why} for s in prepared.context.sent],
        "redacted": len(sealed.placeholders),
        "input_tokens": tokens,
        "max_tokens": prompt.max_tokens,
        "usd_at_most": await session.configuration.price_at_most(route, tokens, prompt.max_tokens),
        "request": body,
    }


async def show(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.show`: what a proposal would still change, as a diff in a document; changes nothing."""
    given = single(arguments, "flux.show", {"run": str})
    proposal = _proposal(session, given.get("run"))
    folder = session.configuration.data_dir / "proposals"
    file = await asyncio.to_thread(write_patch, folder, proposal.run, review.as_patch(proposal))
    if not await session.editor.show(file.as_uri()):
        hover = "hover over it, or " if session.editor.can.get("textDocument.hover") else ""
        session.editor.message("info", f"Flux: to see the change {hover}open {file}")
    return {"run": proposal.run, "file": str(file)}


async def accept(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.accept`: apply a proposal, or one hunk of it, or one file's."""
    proposal, chosen = _chosen(session, "flux.accept", arguments)
    if not chosen:
        raise FluxError(Code.NO_CHANGE, "This change was decided on already", "")
    made = await apply_edits(
        session.editor,
        session.documents,
        f"Flux: {proposal.action}",
        proposal.edits(chosen),
        proposal.new_files(chosen),
        beside=proposal.uri,
    )
    if isinstance(made, Problem):
        raise FluxError(made.code, made.message, made.hint)
    now = replace(proposal, accepted=proposal.accepted | {p.number for p in chosen})
    session.proposals.keep(now)
    await _forget(session, now.run)
    job = session.jobs.find(proposal.run)
    if job is not None:
        job.made = (*(() if job.undone else job.made), made)
        job.undone = False
    return {**_left(session, now), "accepted": [p.number for p in chosen]}


async def reject(session: Session, arguments: Sequence[object], _: object) -> object:
    """`flux.reject`: drop a proposal, or one hunk of it, or one file's; nothing changes."""
    proposal, chosen = _chosen(session, "flux.reject", arguments)
    now = replace(proposal, rejected=proposal.rejected | {p.number for p in chosen})
    session.proposals.keep(now)
    await _forget(session, now.run)
    return {**_left(session, now), "rejected": [p.number for p in chosen]}


async def _forget(session: Session, run: str) -> None:
    """The patch that was shown of a proposal says no longer what is left of it."""
    await asyncio.to_thread(forget_run, session.configuration.data_dir, run)


def _left(session: Session, proposal: review.Proposal) -> dict[str, Any]:
    """What is still to be decided, as a proposal of its own: what was accepted counts as there."""
    left = review.remaining(proposal) if proposal.open else None
    return {
        "run": proposal.run,
        "open": len(proposal.open),
        "proposal": left and review.as_json(left, session.documents.uri_of),
    }


HANDLERS: dict[str, Handler] = {
    "flux.run": run,
    "flux.cancel": cancel,
    "flux.undo": undo,
    "flux.retry": retry,
    "flux.status": status,
    "flux.preview": preview,
    "flux.show": show,
    "flux.accept": accept,
    "flux.reject": reject,
}


def _chosen(
    session: Session, command: str, arguments: Sequence[object]
) -> tuple[review.Proposal, list[review.Piece]]:
    """The proposal meant, and those of its open pieces: all, one hunk by its number, one file's."""
    given = single(arguments, command, {"run": str, "hunk": int, "uri": str})
    found = _proposal(session, given.get("run"))
    chosen = [
        piece
        for piece in found.open
        if given.get("hunk") in {None, piece.number}
        and given.get("uri") in {None, found.uri_of(piece, session.documents.uri_of)}
    ]
    return found, chosen


def _proposal(session: Session, run: str | None) -> review.Proposal:
    found = session.proposals.find(run)
    if isinstance(found, Problem):
        raise FluxError(found.code, found.message, found.hint)
    return found


async def _snapshot(session: Session, wanted: RunArguments) -> Snapshot:
    snapshot = await session.documents.snapshot(wanted.uri)
    if snapshot is None:
        where = path_of(wanted.uri)
        if where is None:
            raise FluxError(
                Code.BAD_REQUEST,
                f"“{urlsplit(wanted.uri).scheme}” documents are not shared with Flux: it works on "
                "files on disk, untitled documents and notebook cells",
                "Save a copy and run the action there",
            )
        raise FluxError(
            Code.BAD_REQUEST,
            f"`{where.name}` is neither open nor a readable text file",
            "Open it in the editor, then run the action again",
        )
    if wanted.action == "tests" and path_of(wanted.uri) is None:
        raise FluxError(
            Code.BAD_REQUEST,
            f"Tests import what they test, and `{snapshot.path}` is no file yet",
            "Save the document first",
        )
    if wanted.version is not None and wanted.version != snapshot.version:
        raise FluxError(
            Code.STALE_DOCUMENT,
            f"`{snapshot.path}` changed since the action was offered",
            "Open the menu again",
        )
    return snapshot

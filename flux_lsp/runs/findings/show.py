"""Takes the findings of a run into the session, and dismisses one for good.

Never asks a model, and never changes a document.
"""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.findings.values import Finding
from flux_lsp.engine.values import Answered
from flux_lsp.runs.findings.dismissals import is_dismissed, make_key, read_lines, record_dismissal
from flux_lsp.runs.findings.follow import carry_block, compare, keep_unchanged
from flux_lsp.runs.findings.values import PlacedFinding
from flux_lsp.runs.line_edits import HunkLines
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession


async def show_findings(session: RunSession, run: Run, result: Answered) -> Answered:
    """Show the findings of a run where their lines are now, in place of those of an earlier run.

    Returns the result without those that a person dismissed before.
    """
    code = name_code(result.action)
    data = session.configuration.data_dir
    kept = await asyncio.to_thread(_leave_out_dismissed, result, code, data)
    by_file = {
        base.uri: (base, tuple(finding for finding in kept if finding.path == path))
        for path, base in result.base.items()
    }
    read = {uri: await asyncio.to_thread(session.documents.read, uri) for uri in by_file}
    _replace_earlier(session, run, code)
    for uri, (base, findings) in by_file.items():
        now = _take_newest(session, read[uri])
        if now is not None and findings:
            session.findings.place(now.uri, now)
            session.findings.add(now, _place(findings, base, now, code, run.uri))
    dismissed = len(result.findings) - len(kept)
    if not dismissed:
        return result
    summary = f"{result.summary}. You dismissed {dismissed} of them before"
    return replace(result, findings=kept, summary=summary)


async def dismiss_finding(session: RunSession, uri: str, finding_id: str) -> PlacedFinding:
    """Take a finding away, now and in later runs as long as its lines stay as they are.

    Raises FluxError when there is no such finding.
    """
    placed = session.findings.take(uri, finding_id)
    if placed is None:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            "There is no such finding any more",
            "Its lines changed, or you dismissed it before",
        )
    key = make_key(placed.code, session.documents.get_display_path(uri), placed.lines_text)
    data = session.configuration.data_dir
    try:
        await asyncio.to_thread(record_dismissal, data, key, placed.finding)
    except OSError as error:
        words = f"Flux: the finding may come back: {data} cannot be written ({error.strerror})"
        session.front.tell("warning", words)
    return placed


def name_code(action: str) -> str:
    """Return the name by which a person knows who reports: the agent's id, or the action's."""
    return action.removeprefix("agent:")


def _leave_out_dismissed(result: Answered, code: str, data: Path) -> tuple[Finding, ...]:
    def is_kept(finding: Finding) -> bool:
        base = result.base[finding.path]
        key = make_key(code, base.path, read_lines(base, finding))
        return not is_dismissed(data, key, finding)

    return tuple(finding for finding in result.findings if is_kept(finding))


def _take_newest(session: RunSession, read: Snapshot | None) -> Snapshot | None:
    """Return the document as it is now; it may be open by another name than the model was shown."""
    return None if read is None else session.documents.take_open_snapshot(read.uri) or read


def _replace_earlier(session: RunSession, run: Run, code: str) -> None:
    """Forget what an earlier run of the same said of the same lines, wherever these are now."""
    base = run.request.snapshot
    now = session.documents.take_open_snapshot(run.uri) or base
    session.findings.place(run.uri, now)
    lines = base.get_lines(run.span)
    about = HunkLines(lines.first - 1, lines.last - lines.first + 1)
    session.findings.replace_earlier(code, run.uri, about.carry(compare(base, now)))


def _place(
    findings: tuple[Finding, ...], base: Snapshot, now: Snapshot, code: str, home: str
) -> tuple[PlacedFinding, ...]:
    """Place findings of `base` in `now`; those whose lines changed meanwhile are left out."""
    typed = compare(base, now)
    placed = []
    for finding in findings:
        first, last = finding.lines.first, finding.lines.last
        block = carry_block(HunkLines(first - 1, last - first + 1), typed)
        if block is not None:
            lines_text = read_lines(base, finding)
            parts = "\0".join((code, finding.title, lines_text))
            digest = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
            placed.append(PlacedFinding(digest[:16], code, home, finding, block, lines_text))
    return keep_unchanged(placed, now)

"""Writes the row of each run into the ledger, and adds to it what becomes of the run.

An observer of every run of a session: it never holds one up, and passes on no text.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Any

from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import FluxError
from flux_lsp.core.text import Span
from flux_lsp.engine.events import StepEnded
from flux_lsp.engine.values import RunResult
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_values import Aftermath, RunRow
from flux_lsp.runs.background import BackgroundTasks
from flux_lsp.runs.clock import SystemClock
from flux_lsp.runs.corrections.watch import CorrectionWatch
from flux_lsp.runs.corrections.watched_edit import Sighting, find_bucket
from flux_lsp.runs.events import (
    EditApplied,
    EditUndone,
    Event,
    HunksRejected,
    RunEnded,
    RunRetried,
    RunStarted,
)
from flux_lsp.runs.run_row import build_row, build_step_row
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession

log = logging.getLogger(__name__)

_KEPT = 100  # runs that more may become known of
_SAME_TASK = 900.0  # seconds within which the same action at the same place is the same task


@dataclass
class _Record:
    """What is known of a run so far; `row` once it has ended. Times are those of a clock.

    It holds no `Run`, which keeps the text of its document.
    """

    run: str
    uri: str
    action: str
    began: float
    span: Span
    is_watched: bool = False
    after: Aftermath = field(default_factory=Aftermath)
    row: RunRow | None = None
    applied: float | None = None
    steps: int = 0  # of a pipeline, those that ended
    step_began: float = 0.0


class RunRecorder:
    """The rows of a session's runs; call it with each event, and close it at the end."""

    def __init__(self, session: RunSession, clock: Clock) -> None:
        """Nothing is known yet."""
        self._session, self._clock = session, clock
        self._records: OrderedDict[str, _Record] = OrderedDict()
        self._watch = CorrectionWatch(session.documents, clock, self._take_sighting)
        self._unwritten: dict[str, RunRow] = {}
        self._run_log: RunLog | None = None
        self._writing: asyncio.Task[None] | None = None
        self._watching = BackgroundTasks()

    def __call__(self, event: Event) -> None:
        """Take in what happened to a run."""
        if isinstance(event, RunStarted):
            self._begin(event.run)
            return
        record = self._records.get(event.run)
        if record is None:
            return
        run = self._session.runs.find(event.run)
        if run is not None:  # both become known while it goes on
            record.span, record.is_watched = run.span, run.watches_corrections
        match event:
            case EditApplied():
                self._note_edit(record, event)
            case EditUndone():
                self._note_undo(record)
            case HunksRejected(share=share):
                self._change(record, rejected=_limit(record.after.rejected + share))
            case StepEnded() if run is not None:
                self._note_step(record, run, event)
            case RunRetried():
                self._note_correction(record, retried=True)
            case RunEnded(result=result) if run is not None:
                self._finish(record, run, result)

    async def settle(self) -> None:
        """Wait until everything that was seen so far is written."""
        while self._writing is not None or not self._watching.is_idle:
            await self._watching.wait()
            if self._writing is not None:
                await asyncio.gather(self._writing, return_exceptions=True)

    async def look(self) -> None:
        """Look at the watched edits now, not only when their time has come."""
        await self._watch.look()

    async def close(self) -> None:
        """End every watch, and write what is known."""
        await self.settle()
        await self._watch.close()
        await self.settle()

    def _begin(self, run_id: str) -> None:
        run = self._session.runs.find(run_id)
        if run is None:
            return
        began = self._clock.monotonic()
        self._records[run_id] = _Record(
            run_id, run.uri, run.request.action, began, run.span, step_began=began
        )
        while len(self._records) > _KEPT:
            self._records.popitem(last=False)

    def _finish(self, record: _Record, run: Run, result: RunResult) -> None:
        now, ms = self._clock.now(), 1000 * (self._clock.monotonic() - record.began)
        root = self._session.documents.find_root(run.uri)
        record.row = build_row(run, result, root, now, round(ms))
        self._note_same_task(record)
        self._change(record)

    def _note_edit(self, record: _Record, event: EditApplied) -> None:
        share = event.accepted
        record.applied = self._clock.monotonic()
        if share is None:
            self._change(record, applied=True)
        else:
            self._change(record, accepted=_limit(record.after.accepted + share))
        if record.is_watched:
            self._watch.expect(record.run, event.edit)
            self._watching.start(self._watch.begin(record.run, event.edit))

    def _note_undo(self, record: _Record) -> None:
        self._watch.end(record.run, "whole")
        elapsed = self._clock.monotonic() - (record.applied or record.began)
        self._note_correction(record, undone=True, undone_within=find_bucket(elapsed))

    def _note_step(self, record: _Record, run: Run, event: StepEnded) -> None:
        """Write the row of a pipeline's step, which is over; a repeated step gets one of its own."""
        now, ended = self._clock.now(), self._clock.monotonic()
        root = self._session.documents.find_root(run.uri)
        record.steps += 1
        row = build_step_row(
            run, event, record.steps, root, now, round(1000 * (ended - record.step_began))
        )
        record.step_began = ended
        self._unwritten[row.run] = row
        self._begin_writing()

    def _note_same_task(self, record: _Record) -> None:
        """Mark the earlier runs of the same action at the same place."""
        for other in self._records.values():
            if other is record or (other.uri, other.action) != (record.uri, record.action):
                continue
            recent = record.began - other.began < _SAME_TASK
            if recent and _do_overlap(other.span, record.span) and not other.after.rerun:
                self._note_correction(other, rerun=True)

    def _take_sighting(self, run_id: str, seen: Sighting) -> None:
        record = self._records.get(run_id)
        if record is None:
            return
        if record.after.undone and record.after.watched != "open":
            return  # undone by a command, which says more than a look
        fields = {name: getattr(seen, name) for name in Sighting.__slots__}
        fields["rerun"] = seen.rerun or record.after.rerun
        self._change(record, **fields)

    def _note_correction(self, record: _Record, **fields: Any) -> None:
        if record.is_watched:
            self._change(record, **fields)

    def _change(self, record: _Record, **fields: Any) -> None:
        record.after = replace(record.after, **fields)
        if record.row is not None:
            record.row = replace(record.row, aftermath=record.after)
            self._unwritten[record.row.run] = record.row
            self._begin_writing()

    def _begin_writing(self) -> None:
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        """Write what is new until nothing is; a ledger in trouble only delays it."""
        try:
            if self._run_log is None:
                self._run_log = await self._session.configuration.get_run_log()
            while self._unwritten:
                rows = list(self._unwritten.values())
                self._unwritten.clear()
                await self._record(self._run_log, rows)
        finally:
            self._writing = None

    async def _record(self, run_log: RunLog, rows: list[RunRow]) -> None:
        try:
            await asyncio.to_thread(run_log.record, *rows)
        except FluxError as error:
            log.warning("runs are not in the ledger yet: %s", error.problem.message)


def begin_records(session: RunSession) -> None:
    """Write down the runs of a session from now on, if nobody does."""
    if not any(isinstance(observer, RunRecorder) for observer in session.observers):
        recorder = RunRecorder(session, SystemClock())
        session.observers.append(recorder)
        session.closers.append(recorder.close)


def _limit(share: float) -> float:
    """Return a sum of shares, which rounding may have taken beyond the whole."""
    return min(1.0, round(share, 6))


def _do_overlap(a: Span, b: Span) -> bool:
    """Whether two places share a character; a cursor counts as the character after it."""
    return a.start < max(b.end, b.start + 1) and b.start < max(a.end, a.start + 1)

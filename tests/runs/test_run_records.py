"""The row of each run in the ledger, and what the session adds as a person goes on."""

import asyncio
import gc
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.engine.values import Proposed
from flux_lsp.ledger.run_values import RunRow
from flux_lsp.ledger.values import hash_workspace
from flux_lsp.runs.corrections.watch import PAUSE
from flux_lsp.runs.decide import accept_pieces, choose_pieces, reject_pieces
from flux_lsp.runs.run_records import RunRecorder
from flux_lsp.runs.start import retry_run
from flux_lsp.runs.undo import undo_run
from tests.fakes.clock import ManualClock
from tests.fakes.model import Answer
from tests.runs.fakes import CODE, URI, Stage, stage

TWO_HUNKS = [
    (
        "apply_edits",
        {
            "edits": [
                {"path": "app.py", "old_string": "import os", "new_string": "import os, sys"},
                {"path": "app.py", "old_string": "os.name", "new_string": "sys.platform"},
            ]
        },
    )
]


class Desk:
    """A session that keeps records, with a clock that the test moves."""

    def __init__(self, folder: Path, *script: Answer, **settings: Any) -> None:
        self.clock = ManualClock()
        self.stage: Stage = stage(folder, *script, **settings)
        self.session = self.stage.session
        self.recorder = RunRecorder(self.session, self.clock)
        self.session.observers.append(self.recorder)

    async def wait(self, seconds: float) -> None:
        while seconds > 0:
            self.clock.advance(min(PAUSE, seconds))
            seconds -= PAUSE
            await self.recorder.look()

    async def rows(self) -> list[RunRow]:
        await self.recorder.settle()
        run_log = await self.session.configuration.get_run_log()
        return run_log.list_runs()

    async def row(self) -> RunRow:
        return (await self.rows())[-1]


async def test_a_run_that_ends_has_its_row(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.stage.start().wait()

    row = await desk.row()

    assert (row.action, row.language, row.status, row.attempts) == ("edit", "python", "applied", 1)
    assert (row.first_tier, row.first_result, row.last_tier) == ("haiku", "ok", "haiku")
    assert row.workspace == hash_workspace(Path("/w"))
    assert row.error is None
    assert (row.aftermath.applied, row.aftermath.accepted, row.aftermath.watched) == (
        True,
        0,
        "open",
    )


async def test_a_refusal_is_a_row_with_its_first_answer(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "I would rather talk.", max_attempts=2)
    await desk.stage.start().wait()

    row = await desk.row()

    assert (row.status, row.error, row.first_result) == ("refused", "FORMAT", "FORMAT")
    assert row.aftermath.watched == "none"


async def test_what_is_kept_comes_with_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.stage.start().wait()
    await desk.recorder.settle()
    await desk.wait(620)

    after = (await desk.row()).aftermath

    assert (after.kept_half, after.kept_5, after.kept_10, after.watched) == (1, 1, 1, "whole")


async def test_a_run_that_the_session_forgets_is_kept_by_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    run = desk.stage.start()
    await run.wait()
    await desk.recorder.settle()
    await asyncio.gather(
        *(close() for close in desk.session.closers)
    )  # who looks at the run, is done
    forgotten = weakref.ref(run)
    desk.session.runs._runs.clear()
    del run
    gc.collect()

    assert forgotten() is None
    assert (await desk.row()).status == "applied"


async def test_flux_undo_is_a_strong_sign_with_its_delay(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    run = desk.stage.start()
    await run.wait()
    await desk.recorder.settle()
    await desk.wait(100)
    await undo_run(desk.session, run.id)

    after = (await desk.row()).aftermath

    assert desk.stage.text == CODE
    assert (after.undone, after.undone_within, after.watched) == (True, 300, "whole")


async def test_the_editors_own_undo_is_seen(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.stage.start().wait()
    await desk.recorder.settle()
    await desk.wait(10)
    desk.stage.front.type(URI, lambda _: CODE)
    await desk.wait(4)

    after = (await desk.row()).aftermath

    assert (after.undone, after.undone_within) == (True, 30)


async def test_a_retry_with_a_remark_is_a_sign_and_one_without_is_a_weak_one(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, "It adds.", "It adds up.", "It sums.")
    first = desk.stage.start("explain")
    await first.wait()
    second = await retry_run(desk.session, first, instruction="shorter")
    await second.wait()
    await (await retry_run(desk.session, second)).wait()

    marks = [(r.aftermath.retried, r.aftermath.rerun) for r in await desk.rows()]

    assert marks == [(True, True), (False, True), (False, False)]


async def test_hunks_accepted_and_rejected_are_shares(tmp_path: Path) -> None:
    desk = Desk(tmp_path, *TWO_HUNKS, review="always")
    result = await desk.stage.start(at="import os").wait()
    assert isinstance(result, Proposed)
    assert (await desk.row()).aftermath.applied is False
    await accept_pieces(desk.session, choose_pieces(desk.session, result.run, 1))
    await reject_pieces(desk.session, choose_pieces(desk.session, result.run, 2))

    after = (await desk.row()).aftermath

    assert (after.accepted, after.rejected, after.applied) == (0.5, 0.5, False)
    assert after.watched == "open"


async def test_all_hunks_rejected_one_by_one_are_the_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path, *TWO_HUNKS, review="always")
    result = await desk.stage.start(at="import os").wait()
    for number in (1, 2):
        await reject_pieces(desk.session, choose_pieces(desk.session, result.run, number))

    assert (await desk.row()).aftermath.rejected == 1


async def test_with_the_setting_off_nothing_is_watched_and_no_correction_is_written(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, watch_corrections=False)
    run = desk.stage.start()
    await run.wait()
    await desk.recorder.settle()
    await desk.wait(40)
    await undo_run(desk.session, run.id)

    row = await desk.row()

    assert replace(row.aftermath, applied=False) == type(row.aftermath)()
    assert desk.session.documents.save_listeners == set()


async def test_the_end_of_the_session_ends_the_watch(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.stage.start().wait()
    await desk.recorder.settle()
    await desk.wait(40)
    await desk.recorder.close()

    after = (await desk.row()).aftermath

    assert (after.kept_half, after.kept_5, after.watched) == (1, None, "lost")


async def test_a_ledger_in_trouble_delays_the_row_and_hurts_no_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path, "It adds.", "It sums.")
    (tmp_path / "ledger.sqlite3").mkdir()
    result = await desk.stage.start("explain").wait()
    await desk.recorder.settle()
    assert result.status == "answered"
    assert "not in the ledger yet" in caplog.text

    (tmp_path / "ledger.sqlite3").rmdir()
    await desk.stage.start("explain", at="os.name").wait()

    assert len(await desk.rows()) == 2


async def test_no_text_of_the_document_reaches_the_ledger(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.stage.start(instruction="use sum, SECRETWORD").wait()
    await desk.recorder.settle()
    await desk.wait(620)
    await desk.recorder.close()

    stored = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.sqlite3*"))

    for word in (b"SECRETWORD", b"app.py", b"sum(items)", b"def total", b"os.name"):
        assert word not in stored

"""A job on disk: used from several threads, private, and readable by the next process."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.core.text import Change, Span
from flux_lsp.core.usage import Usage
from flux_lsp.edits.values import NewFile
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.job_values import ItemEnd, Round, StoredReply
from flux_lsp.runs.batch.values import BatchItem

REPLY = Reply(
    model="claude-haiku-5-5",
    text="FLUX",
    tool_calls=(ToolCall("toolu_1", "rewrite_range", '{"code": "ä"}'),),
    stop_reason="tool_use",
    usage=Usage(1, 2, 3, 4, cache_write_hour=3),
    blocks=({"type": "text", "text": "FLUX"},),
)
END = ItemEnd(
    status="done",
    model="claude-haiku-5-5",
    usd=0.25,
    doubt="look",
    files=(("a.py", (Change(Span(1, 2), "x"),)),),
    new_files=(NewFile("b.py", "y"),),
)


def make_store(folder: Path, items: int) -> JobStore:
    store = JobStore(folder)
    listed = [BatchItem(n, "a.py", f"f{n}", Span(n, n + 1)) for n in range(1, items + 1)]
    store.write_order({"order": {}}, [("a.py", "text")], listed)
    store.open_round(Round(1, "now", "haiku"), [item.number for item in listed])
    return store


def test_threads_write_and_read_at_once(tmp_path: Path) -> None:
    store, together = make_store(tmp_path / "job", 40), Barrier(4)

    def work(first: int) -> None:
        together.wait(10)
        for number in range(first, 41, 4):
            store.write_replies(1, [(number, StoredReply(REPLY, 0.5))])
            store.end_items([(number, END)])
            assert list(store.iterate_replies(1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(1, 5)))
    assert len(list(store.iterate_replies(1))) == 40
    assert store.sum_usd() == pytest.approx(10.0)


def test_the_next_process_reads_what_was_written(tmp_path: Path) -> None:
    store = make_store(tmp_path / "job", 1)
    store.write_replies(1, [(1, StoredReply(REPLY, 0.5))])
    store.write_replies(1, [(1, StoredReply("expired", 0.0))])  # the first answer stays
    store.end_items([(1, END)])
    store.write_secrets(1, [(1, {"FLUX_SECRET_0123456789ab": "hunter2"})])
    store.close()
    store = JobStore(tmp_path / "job")
    assert list(store.iterate_replies(1)) == [(1, StoredReply(REPLY, 0.5))]
    (state,) = store.list_items("done")
    assert (state.ending, state.item.symbol) == (END, "f1")
    assert store.read_secrets(1, 1) == {"FLUX_SECRET_0123456789ab": "hunter2"}
    assert (tmp_path / "job").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "job/job.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_broken_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    (tmp_path / "job/job.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(FluxError) as caught:
        JobStore(tmp_path / "job")
    assert caught.value.problem.code is ErrorCode.NOT_CONFIGURED

"""The two adapters: what an editor is shown of a run, and files that a command changes in memory."""

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.engine.values import Request
from flux_lsp.fronts.cli.disk_front import DiskFront
from flux_lsp.fronts.cli.lines import format_range, locate_range, select_lines
from flux_lsp.fronts.lsp.convert import to_range, to_span
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import Capabilities, Editor
from flux_lsp.fronts.lsp.front import EditorFront
from flux_lsp.fronts.lsp.protocol.documents import LineDocuments as Store
from flux_lsp.fronts.lsp.run_observers import ProgressObserver, notify_outcome, notify_text
from flux_lsp.runs.events import RunStarted
from flux_lsp.runs.values import Declined, FileEdit, WorkspaceEdit
from tests.runs.fakes import ABLE, FakeFront, stage


class Wire:
    """Keeps what is sent; answers requests as told."""

    def __init__(self, answer: object = None) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.answer = answer
        self.cancel: Callable[[], object] = lambda: None

    async def request(self, method: str, params: object) -> object:
        self.sent.append((method, params))
        return self.answer

    def notify(self, method: str, params: object) -> None:
        self.sent.append((method, params))

    def progress(
        self, title: str, on_cancel: Callable[[], object], token: str | int | None
    ) -> "Wire":
        self.sent.append(("begin", (title, token)))
        self.cancel = on_cancel
        return self

    def report(self, message: str) -> None:
        self.sent.append(("report", message))

    def end(self, message: str) -> None:
        self.sent.append(("end", message))

    def of(self, method: str) -> list[Any]:
        return [params for name, params in self.sent if name == method]


def editor(wire: Wire, **capabilities: Any) -> Editor:
    return Editor(wire, Capabilities(capabilities, {}))


def test_a_shown_run_leaves_no_circle_that_keeps_the_document() -> None:
    """A circle stays until the collector comes by, which is seldom: megabytes of old texts."""
    wire = Wire()
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, "a = 1\n")
    request = Request("r", "edit", snapshot, Span(0, 5))
    observe = ProgressObserver(editor(wire), lambda _: None, None)
    observe(RunStarted("r", request))
    dead = weakref.ref(observe)
    gc.disable()
    try:
        del observe
        assert dead() is None
        assert all(request is not each for each in gc.get_referents(wire.cancel))
    finally:
        gc.enable()


async def test_progress_goes_by_the_clients_own_token_and_ends_always(tmp_path: Path) -> None:
    it, wire = stage(tmp_path, "It adds."), Wire()
    cancelled: list[str] = []
    observer = ProgressObserver(editor(wire), cancelled.append, "client-7")
    it.session.observers.append(observer)

    result = await it.start("explain").wait()
    wire.cancel()

    assert wire.of("begin") == [("Flux: explain · app.py:7", "client-7")]
    reading, asking, counting = wire.of("report")[:3]
    assert (reading, counting) == ("reading", f"{asking}: 8 characters")
    assert asking == "asking m"
    (end,) = wire.of("end")
    assert end.startswith("It adds. [m")
    assert cancelled == [result.run]


async def test_a_wait_counts_down_each_second(tmp_path: Path) -> None:
    problem = Problem(ErrorCode.RATE_LIMITED, "No more for now", "Wait")
    busy = CallError(problem, status=429, retryable=True, retry_after=2.5)
    it, wire = stage(tmp_path, busy, "It adds."), Wire()
    it.session.observers.append(ProgressObserver(editor(wire), lambda _: None, None))

    await it.start("explain").wait()

    waiting = [report for report in wire.of("report") if "waiting" in report]
    assert waiting == [f"waiting {left} s: No more for now" for left in (3, 2, 1)]


@pytest.mark.parametrize("shows", [True, False])
async def test_words_in_place_of_an_edit_are_shown_as_an_explanation_is(
    tmp_path: Path, shows: bool
) -> None:
    front = FakeFront(can=replace(ABLE, shows_outcomes=shows, shows_answers=shows))
    it, wire = stage(tmp_path, "It is fine as it is.", front=front), Wire()
    client = editor(wire, experimental={"flux": {"outcome": shows, "delta": shows}})
    it.session.observers.append(notify_outcome(client, EditorDocuments(Store(), [])))

    result = await it.start().wait()

    assert result.to_json()["text"] == "It is fine as it is."
    if shows:
        (outcome,) = wire.of("flux/outcome")
        assert (outcome["status"], outcome["text"], outcome["title"]) == (
            "refused", "It is fine as it is.", "total",
        )  # fmt: skip
        assert front.shown == []
    else:
        (shown,) = front.shown
        assert "It is fine as it is." in Path(unquote(urlsplit(shown).path)).read_text()
        ((_, told),) = front.told
        assert "answered in words" in told


@pytest.mark.parametrize("wants", [True, False])
async def test_a_client_gets_the_notifications_that_it_asked_for(
    tmp_path: Path, wants: bool
) -> None:
    it, wire = stage(tmp_path, "It adds."), Wire()
    client = editor(wire, experimental={"flux": {"outcome": wants, "delta": wants}})
    store = EditorDocuments(Store(), [])
    it.session.observers += [notify_text(client), notify_outcome(client, store)]

    await it.start("explain").wait()

    assert len(wire.of("flux/delta")) == len(wire.of("flux/outcome")) == int(wants)
    for outcome in wire.of("flux/outcome"):
        assert (outcome["status"], outcome["text"], outcome["title"]) == (
            "answered", "It adds.", "total",
        )  # fmt: skip
        assert {"said", "by", "range", "uri"} <= set(outcome)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"applied": True}, None),
        ({"applied": False, "failureReason": "no"}, Declined),
        (None, "problem"),
    ],
)
async def test_an_editors_answer_is_yes_no_or_no_word(answer: object, kind: Any) -> None:
    wire = Wire(answer)
    capabilities = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
    client = editor(wire, **capabilities)
    front = EditorFront(client, EditorDocuments(Store(), []))
    base = Snapshot("file:///w/a.py", "a.py", "python", 3, "x = 1\n")
    edit = WorkspaceEdit("Flux: edit", (FileEdit(base, (Change(Span(4, 5), "2"),)),))

    problem = await front.apply_edit(edit)

    ((sent),) = wire.of("workspace/applyEdit")
    (operation,) = sent["edit"]["documentChanges"]
    assert operation["textDocument"] == {"uri": base.uri, "version": 3}
    assert operation["edits"][0]["newText"] == "2"
    assert type(problem) is Declined if kind is Declined else (problem is None) == (kind is None)


async def test_files_of_a_command_change_in_memory_alone(tmp_path: Path) -> None:
    front = DiskFront()
    changed: list[str] = []
    front.on_change = changed.append
    file, other = tmp_path / "a.py", tmp_path / "b.py"
    file.write_text("x = 1\n")
    uri = front.open(file, "x = 1\n")
    base = Snapshot(uri, "a.py", "", 1, "x = 1\n")
    edit = FileEdit(base, (Change(Span(4, 5), "2"),))

    assert await front.apply_edit(WorkspaceEdit("e", (edit,), ((other.as_uri(), "y\n"),))) is None
    again = await front.apply_edit(WorkspaceEdit("e", (edit,)))

    assert isinstance(again, Declined)
    assert again.code is ErrorCode.STALE_DOCUMENT
    assert front.list_changes() == {file: ("x = 1\n", "x = 2\n"), other: (None, "y\n")}
    assert changed == [uri, other.as_uri()]
    assert file.read_text() == "x = 1\n"
    assert not other.exists()
    assert await front.apply_edit(WorkspaceEdit("e", deleted=(other.as_uri(),))) is None
    assert front.list_changes() == {file: ("x = 1\n", "x = 2\n")}


TEXT = "def f():\r\n    # 数😀\r\n    return 1\r\n\tlast"


@pytest.mark.parametrize(
    ("lines", "selected"),
    [
        (None, TEXT),
        ((2, 2), ""),
        ((2, 3), "    # 数😀\r\n    return 1"),
        ((4, 99), ""),
        ((1, 99), TEXT),
    ],
)
def test_lines_are_a_cursor_or_a_selection(lines: Any, selected: str) -> None:
    snapshot = Snapshot("", "a.py", "", 1, TEXT)
    span = select_lines(snapshot, lines)
    assert span.extract(TEXT) == selected
    if lines == (2, 2):
        assert TEXT[span.start] == "#"
    assert format_range(snapshot, span) == to_range(snapshot, span, "utf-32")


@pytest.mark.parametrize("start", [(0, 0), (1, 7), (1, 99), (3, 2), (9, 0)])
@pytest.mark.parametrize("end", [(0, 3), (2, 4), (3, 99)])
def test_positions_of_a_command_are_those_of_an_editor_that_counts_code_points(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    snapshot = Snapshot("", "a.py", "", 1, TEXT)
    place = {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }
    assert locate_range(snapshot, place) == to_span(snapshot, place, "utf-32")


async def test_the_mark_of_a_closed_file_is_no_column() -> None:
    wire = Wire({"applied": True})
    capable = editor(wire, workspace={"workspaceEdit": {"documentChanges": True}})
    front = EditorFront(capable, EditorDocuments(Store(), []))
    base = Snapshot("file:///a.py", "a.py", "", None, "\ufeffx = 1\n")

    await front.apply_edit(WorkspaceEdit("e", (FileEdit(base, (Change(Span(5, 6), "2"),)),)))

    (sent,) = wire.of("workspace/applyEdit")
    (entry,) = sent["edit"]["documentChanges"]
    assert entry["textDocument"] == {"uri": "file:///a.py", "version": None}
    assert entry["edits"][0]["range"]["start"] == {"line": 0, "character": 4}

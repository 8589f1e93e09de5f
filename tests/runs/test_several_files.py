"""An edit of several files on its way to editors that treat it each in their own way."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import pytest

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.values import NewFile
from flux_lsp.engine.values import Request
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.undo import undo_run
from flux_lsp.runs.values import AppliedEdit, FileEdit
from tests.runs.clients import Kind, SimulatedClient

NAMES = ("a.py", "b.py", "c.py")
BEFORE = "import os\n\n\ndef f():\n    return old()\n\n\ndef g():\n    return 1\n"
AFTER = BEFORE.replace("old()", "new(1)")
TYPED = "# typed\n"


@dataclass
class Desk:
    """Three files, of which `c.py` is closed, and an edit of all."""

    root: Path
    client: SimulatedClient
    documents: WorkspaceDocuments
    edits: list[FileEdit]

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def texts(self) -> list[str | None]:
        return [self.client.read(self.uri(name)) for name in NAMES]

    def type(self, name: str) -> None:
        uri = self.uri(name)
        self.client.write(uri, TYPED + self.client.texts[uri].content)

    async def apply(self, *new: NewFile) -> AppliedEdit | Problem:
        order = EditOrder("Flux: edit", self.edits, new, beside=self.uri("a.py"))
        return await apply_edits(self.client, self.documents, order)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("settle._OPENED_WITHIN", "settle.ECHO_WITHIN", "apply.ECHO_WITHIN"):
        monkeypatch.setattr(f"flux_lsp.runs.{name}", 0.02)


def desk(root: Path, kind: Kind, before: str = BEFORE, after: str = AFTER) -> Desk:
    client = SimulatedClient(kind)
    documents = WorkspaceDocuments(client, [root])
    client.on_change = documents.notify_change
    edits = []
    for name in NAMES:
        (root / name).write_bytes(before.encode())
        uri = client.open(root / name) if name != "c.py" else (root / name).as_uri()
        snapshot = documents.read(uri)
        assert isinstance(snapshot, Snapshot)
        now = after if snapshot.version is None else after.removeprefix("\ufeff")
        edits.append(FileEdit(snapshot, find_changes(snapshot.text, now)))
    return Desk(root, client, documents, edits)


@pytest.mark.parametrize("kind", ["all", "first", "abort", "skip", "silent", "disk"])
async def test_every_file_has_its_part(tmp_path: Path, kind: Kind) -> None:
    it = desk(tmp_path, kind)

    applied = await it.apply()

    assert isinstance(applied, AppliedEdit)
    assert it.texts() == [AFTER] * 3
    assert applied.unsaved == (() if kind == "disk" else ("c.py",))
    assert len(it.client.edits) == 1


async def test_a_yes_that_was_a_half_is_taken_back(tmp_path: Path) -> None:
    it = desk(tmp_path, "half")

    result = await it.apply()

    assert isinstance(result, Problem)
    assert result.code is ErrorCode.STALE_DOCUMENT
    assert it.texts() == [BEFORE] * 3


async def test_typing_while_the_model_worked_is_kept_in_each_file(tmp_path: Path) -> None:
    it = desk(tmp_path, "all")
    it.type("b.py")
    (tmp_path / "c.py").write_text(TYPED + BEFORE)

    assert isinstance(await it.apply(), AppliedEdit)

    assert it.texts() == [AFTER, TYPED + AFTER, TYPED + AFTER]


@pytest.mark.parametrize(
    "what", ["typed over", "changed", "deleted", "renamed", "read-only", "link"]
)
async def test_one_file_that_cannot_change_is_no_change_at_all(tmp_path: Path, what: str) -> None:
    it = desk(tmp_path, "all")
    closed = tmp_path / "c.py"
    match what:
        case "typed over":
            it.client.write(it.uri("b.py"), BEFORE.replace("old()", "older()"))
        case "changed":
            closed.write_text(BEFORE.replace("old()", "older()"))
        case "deleted":
            closed.unlink()
        case "renamed":
            closed.rename(tmp_path / "d.py")
        case "read-only":
            closed.chmod(0o444)
        case "link":
            closed.unlink()
            closed.symlink_to(tmp_path / "nowhere.py")
    before = it.texts()

    result = await it.apply()

    assert isinstance(result, Problem)
    assert result.code is ErrorCode.STALE_DOCUMENT
    assert it.texts() == before
    assert it.client.edits == []


@pytest.mark.parametrize("name", ["a.py", "b.py"])
@pytest.mark.parametrize("kind", ["all", "first", "abort", "skip", "disk"])
async def test_a_key_as_the_edit_arrives_is_kept(tmp_path: Path, kind: Kind, name: str) -> None:
    it = desk(tmp_path, kind)

    def type_once() -> None:
        if len(it.client.edits) == 1:
            it.type(name)

    it.client.on_arrival = type_once

    result = await it.apply()

    wanted = [TYPED + AFTER if one == name else AFTER for one in NAMES]
    if isinstance(result, Problem):
        wanted = [TYPED + BEFORE if one == name else BEFORE for one in NAMES]
    assert it.texts() == wanted


async def test_a_key_behind_the_edit_is_kept(tmp_path: Path) -> None:
    it = desk(tmp_path, "first")
    it.client.on_done = lambda: it.type("b.py")

    assert isinstance(await it.apply(), AppliedEdit)
    assert it.texts() == [AFTER, TYPED + AFTER, AFTER]


async def test_what_was_typed_over_at_once_stays_and_is_named(tmp_path: Path) -> None:
    it = desk(tmp_path, "half")

    def type_over() -> None:
        if len(it.client.edits) == 1:
            uri = it.uri("a.py")
            it.client.write(uri, it.client.texts[uri].content.replace("new(1)", "new(1, 2)"))

    it.client.on_done = type_over

    result = await it.apply()

    assert isinstance(result, Problem)
    assert "`a.py` still holds" in result.message
    assert it.client.texts[it.uri("a.py")].content == BEFORE.replace("old()", "new(1, 2)")
    assert it.texts()[1:] == [BEFORE, BEFORE]


@pytest.mark.parametrize("kind", ["all", "disk"])
@pytest.mark.parametrize(
    "before",
    ["\ufeffx = old()\r\ny = 2\r\n", "\ufeffx = old()\n", "x = old()\r\ny = 2\r\n", "x = old()"],
)
async def test_a_closed_file_keeps_its_bytes(tmp_path: Path, kind: Kind, before: str) -> None:
    after = before.replace("old()", "new(1)")
    it = desk(tmp_path, kind, before, after)
    (tmp_path / "c.py").chmod(0o750)

    assert isinstance(await it.apply(), AppliedEdit)

    if kind == "disk":
        assert (tmp_path / "c.py").read_bytes() == after.encode()
        assert (tmp_path / "c.py").stat().st_mode & 0o777 == 0o750
    else:
        assert it.client.read(it.uri("c.py")) == after.removeprefix("\ufeff")
        assert (tmp_path / "c.py").read_bytes() == before.encode()


async def test_a_file_behind_a_link_is_written_and_the_link_stays(tmp_path: Path) -> None:
    it = desk(tmp_path, "disk")
    (tmp_path / "c.py").rename(tmp_path / "real.py")
    (tmp_path / "c.py").symlink_to("real.py")

    assert isinstance(await it.apply(), AppliedEdit)

    assert (tmp_path / "c.py").is_symlink()
    assert (tmp_path / "real.py").read_text() == AFTER


async def test_what_was_written_on_disk_is_taken_back_when_the_editor_declines(
    tmp_path: Path,
) -> None:
    it = desk(tmp_path, "disk")

    async def decline(_: object) -> Problem:
        return Problem(ErrorCode.STALE_DOCUMENT, "The editor did not apply the edit", "")

    it.client.apply_edit = decline  # type: ignore[method-assign, assignment]

    result = await it.apply(NewFile("d.py", "x = 1\n"))

    assert isinstance(result, Problem)
    assert it.texts() == [BEFORE] * 3
    assert sorted(os.listdir(tmp_path)) == list(NAMES)


@pytest.mark.parametrize("kind", ["all", "disk"])
async def test_a_new_file_where_one_is_stops_everything(tmp_path: Path, kind: Kind) -> None:
    it = desk(tmp_path, kind)
    (tmp_path / "d.py").write_text("precious = 1\n")

    result = await it.apply(NewFile("d.py", "x = 1\n"))

    assert isinstance(result, Problem)
    assert it.texts() == [BEFORE] * 3
    assert (tmp_path / "d.py").read_text() == "precious = 1\n"


@pytest.mark.parametrize("kind", ["all", "disk"])
async def test_a_closed_file_that_was_opened_meanwhile_is_the_open_one(
    tmp_path: Path, kind: Kind
) -> None:
    it = desk(tmp_path, kind)
    it.client.open(tmp_path / "c.py")
    it.type("c.py")

    assert isinstance(await it.apply(), AppliedEdit)

    assert it.texts() == [AFTER, AFTER, TYPED + AFTER]
    assert (tmp_path / "c.py").read_text() == BEFORE


async def test_what_was_written_on_disk_is_taken_back_when_the_run_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flux_lsp.runs.apply._LAST_WORD", 0.01)
    it = desk(tmp_path, "disk")
    has_it = asyncio.Event()

    async def hang(_: object) -> Problem | None:
        has_it.set()
        await asyncio.Event().wait()
        return None

    it.client.apply_edit = hang  # type: ignore[method-assign, assignment]
    task = asyncio.ensure_future(it.apply())
    await has_it.wait()
    assert (tmp_path / "c.py").read_text() == AFTER

    task.cancel()
    with pytest.raises(FluxError):
        await task
    await asyncio.sleep(0)

    assert it.texts() == [BEFORE] * 3


async def test_open_documents_come_first_and_new_files_last(tmp_path: Path) -> None:
    it = desk(tmp_path, "first")
    it.edits.reverse()

    assert isinstance(await it.apply(NewFile("d.py", "x = 1\n")), AppliedEdit)

    (edit,) = it.client.edits
    assert [file.base.version for file in edit.files] == [1, 1, None]
    assert [file.base.path for file in edit.files][-1] == "c.py"
    assert it.texts() == [AFTER] * 3


async def test_a_file_that_was_opened_by_another_name_is_changed_there(tmp_path: Path) -> None:
    it = desk(tmp_path, "all")
    (tmp_path / "link.py").symlink_to("c.py")
    uri = it.client.open(tmp_path / "link.py")
    it.client.write(uri, TYPED + BEFORE)

    assert isinstance(await it.apply(), AppliedEdit)

    assert it.client.texts[uri].content == TYPED + AFTER
    assert it.texts()[:2] == [AFTER] * 2
    assert (tmp_path / "c.py").read_text() == BEFORE


# -- undo


def session_of(it: Desk) -> RunSession:
    """A session in which a run is about to change the files."""
    session = RunSession(it.client, it.documents, Mock(), Mock())
    snapshot = it.edits[0].base
    session.runs._runs["r"] = Run(Request("r", "edit", snapshot, Span(0, 0)))
    return session


async def applied(it: Desk, *new: NewFile) -> RunSession:
    session = session_of(it)
    edit = await it.apply(*new)
    assert isinstance(edit, AppliedEdit)
    session.runs.add_edit(session.find_run("r"), edit)
    return session


@pytest.mark.parametrize("kind", ["all", "first", "abort", "skip", "disk"])
async def test_undo_restores_every_file(tmp_path: Path, kind: Kind) -> None:
    it = desk(tmp_path, kind)
    session = await applied(it, NewFile("d.py", "x = 1\n"))
    if kind == "disk":
        it.client.close(it.uri("d.py"))  # an open one cannot be deleted
        it.client.close(it.uri("a.py"))
        (tmp_path / "a.py").write_text(AFTER)

    report = await undo_run(session, None)

    assert it.texts() == [BEFORE] * 3
    assert it.client.read(it.uri("d.py")) is None
    assert report.kept == ()
    assert set(report.restored) == {it.uri(name) for name in (*NAMES, "d.py")}
    with pytest.raises(FluxError):
        await undo_run(session, "r")


async def test_undo_names_what_it_cannot_restore_and_can_be_asked_again(tmp_path: Path) -> None:
    it = desk(tmp_path, "disk")
    session = await applied(it)
    uri = it.uri("b.py")
    it.client.write(uri, AFTER.replace("new(1)", "new(2)"))
    (tmp_path / "c.py").unlink()

    report = await undo_run(session, "r")

    assert [(file.path, file.why) for file in report.kept] == [
        ("b.py", "was typed in where the run had changed it"),
        ("c.py", "was deleted or renamed since"),
    ]
    assert it.texts() == [BEFORE, AFTER.replace("new(1)", "new(2)"), None]

    it.client.write(uri, AFTER)
    (tmp_path / "c.py").write_text(AFTER.replace("return 1", "return 2"))
    assert (await undo_run(session, "r")).kept == ()
    assert it.texts() == [BEFORE, BEFORE, BEFORE.replace("return 1", "return 2")]


@pytest.mark.parametrize("why", ["changed on disk where the run had changed it", "is read-only"])
async def test_undo_leaves_a_closed_file_that_it_cannot_write(tmp_path: Path, why: str) -> None:
    it = desk(tmp_path, "disk")
    session = await applied(it)
    if why == "is read-only":
        (tmp_path / "c.py").chmod(0o444)
    else:
        (tmp_path / "c.py").write_text(AFTER.replace("new(1)", "new(2)"))

    report = await undo_run(session, "r")

    assert report.describe_kept() == f"`c.py` {why}"
    assert it.texts()[:2] == [BEFORE] * 2


async def test_undo_of_nothing_that_can_be_restored_changes_nothing(tmp_path: Path) -> None:
    it = desk(tmp_path, "all")
    session = await applied(it)
    for name in NAMES:
        uri = it.uri(name)
        it.client.write(uri, it.client.texts[uri].content.replace("new(1)", "new(2)"))

    with pytest.raises(FluxError, match="Nothing was undone"):
        await undo_run(session, "r")
    assert it.texts() == [AFTER.replace("new(1)", "new(2)")] * 3


async def test_the_undo_is_offered_for_some_minutes_in_each_file(tmp_path: Path) -> None:
    it = desk(tmp_path, "all")
    session = session_of(it)
    time = 1000.0
    session.runs.now = lambda: time
    edit = await it.apply()
    assert isinstance(edit, AppliedEdit)
    session.runs.add_edit(session.find_run("r"), edit)

    assert all(session.runs.find_undoable(it.uri(name), 600) for name in NAMES)
    assert session.runs.find_undoable(it.uri("d.py"), 600) is None
    time += 601
    assert session.runs.find_undoable(it.uri("a.py"), 600) is None


async def test_a_file_on_disk_that_somebody_wrote_in_meanwhile_is_named(tmp_path: Path) -> None:
    it = desk(tmp_path, "disk")
    theirs = AFTER + "# theirs\n"

    async def decline(_: object) -> Problem:
        (tmp_path / "c.py").write_text(theirs)
        return Problem(ErrorCode.STALE_DOCUMENT, "The editor did not apply the edit", "")

    it.client.apply_edit = decline  # type: ignore[method-assign, assignment]

    result = await it.apply()

    assert isinstance(result, Problem)
    assert "`c.py` still holds" in result.message
    assert it.texts() == [BEFORE, BEFORE, theirs]


async def test_what_was_typed_as_the_edit_arrived_stays_when_it_is_undone(tmp_path: Path) -> None:
    it = desk(tmp_path, "first")
    session = session_of(it)

    def type_once() -> None:
        if len(it.client.edits) == 1:
            it.type("b.py")

    it.client.on_arrival = type_once
    edit = await it.apply()
    assert isinstance(edit, AppliedEdit)
    session.runs.add_edit(session.find_run("r"), edit)

    await undo_run(session, "r")

    assert it.texts() == [BEFORE, TYPED + BEFORE, BEFORE]

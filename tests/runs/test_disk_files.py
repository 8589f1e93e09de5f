"""Files that Flux writes itself: all of them or none, each with its mode and behind its link."""

from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Change as TextChange
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.fronts.cli.disk_front import DiskFront
from flux_lsp.runs import disk_files
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.disk_files import restore_all, write_all
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.values import AppliedEdit, FileEdit


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_text("old\n")
    return paths


def test_all_files_are_written_and_new_ones_made(files: list[Path], tmp_path: Path) -> None:
    files[0].chmod(0o751)
    new = tmp_path / "deep/d.py"

    assert write_all({**dict.fromkeys(files, ("old\n", "new\r\n")), new: (None, "x\n")}) is None

    assert [path.read_bytes() for path in files] == [b"new\r\n"] * 3
    assert files[0].stat().st_mode & 0o777 == 0o751
    assert new.read_text() == "x\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.py", "b.py", "c.py", "deep"]


@pytest.mark.parametrize("what", ["changed", "gone", "read-only", "exists", "a folder"])
def test_one_that_cannot_be_written_keeps_all_as_they_are(
    files: list[Path], tmp_path: Path, what: str
) -> None:
    changed: dict[Path, disk_files.Change] = dict.fromkeys(files, ("old\n", "new\n"))
    match what:
        case "changed":
            files[2].write_text("theirs\n")
        case "gone":
            files[2].unlink()
        case "read-only":
            files[2].chmod(0o444)
        case "exists":
            changed[tmp_path / "d.py"] = (None, "new\n")
            (tmp_path / "d.py").symlink_to("nowhere")
        case "a folder":
            files[2].unlink()
            files[2].mkdir()

    problem = write_all(changed)

    assert problem is not None
    assert [path.read_text() for path in files[:2]] == ["old\n"] * 2
    assert not any(p.name.startswith(".") for p in tmp_path.iterdir())


def test_what_changes_at_the_last_moment_takes_all_back(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = disk_files._stage

    def stage_and_change(path: Path, text: str) -> Path:
        if path == files[2]:
            files[1].write_text("theirs\n")
        return stage(path, text)

    monkeypatch.setattr(disk_files, "_stage", stage_and_change)

    problem = write_all(dict.fromkeys(files, ("old\n", "new\n")))

    assert problem is not None
    assert problem.code is ErrorCode.STALE_DOCUMENT
    assert [path.read_text() for path in files] == ["old\n", "theirs\n", "old\n"]


def test_restoring_leaves_what_somebody_wrote_since(files: list[Path]) -> None:
    write_all(dict.fromkeys(files, ("old\n", "new\n")))
    files[1].write_text("theirs\n")

    kept = restore_all(dict.fromkeys(files, ("old\n", "new\n")))

    assert kept == [files[1]]
    assert [path.read_text() for path in files] == ["old\n", "theirs\n", "old\n"]


async def test_the_command_line_writes_several_files_or_none(
    files: list[Path], tmp_path: Path
) -> None:
    front = DiskFront()
    documents = WorkspaceDocuments(front, [tmp_path])
    front.on_change = documents.notify_change
    uri = front.open(files[0], "old\n")
    snapshots = [documents.read(u) for u in (uri, *(path.as_uri() for path in files[1:]))]
    change = (TextChange(Span(0, 3), "new"),)
    edits = [FileEdit(s, change) for s in snapshots if isinstance(s, Snapshot)]

    applied = await apply_edits(front, documents, EditOrder("e", edits))

    assert isinstance(applied, AppliedEdit)
    assert applied.unsaved == ()

    assert [path.read_text() for path in files] == ["old\n"] * 3
    changed = front.list_changes()
    assert changed == dict.fromkeys(files, ("old\n", "new\n"))
    files[2].write_text("theirs\n")
    assert write_all(changed) is not None
    assert [path.read_text() for path in files] == ["old\n", "old\n", "theirs\n"]
    files[2].write_text("old\n")
    assert write_all(changed) is None
    assert [path.read_text() for path in files] == ["new\n"] * 3

"""Who starts the child, how long a run waits for it, what it sees, and that it ends."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from flux_lsp.context.project.index import StoredIndex
from flux_lsp.core.text import Snapshot
from flux_lsp.runs.index_process import IndexProcess, make_child_environment
from flux_lsp.runs.project_index import ProjectIndexes, describe_index, get_database_path
from tests.context.project.projects import write_files


def make_indexes(tmp_path: Path, *documents: Snapshot) -> ProjectIndexes:
    return ProjectIndexes(tmp_path / "data", lambda _: list(documents))


async def open_whole(indexes: ProjectIndexes, root: Path) -> StoredIndex:
    """Open the index once every file is in it."""
    while True:
        index = await indexes.open(root, "use.py", (), 0.3)
        if index is not None and index.describe().is_complete:
            return index
        await asyncio.sleep(0.02)


def test_a_child_has_no_key_and_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "FLUX_MODEL",
                 "GITHUB_TOKEN", "PYTHONSTARTUP", "LD_PRELOAD"):  # fmt: skip
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "relative", str(Path.cwd())]))

    env = make_child_environment(os.environ)

    assert "secret" not in env.values()
    assert env["PYTHONSAFEPATH"] == "1"
    assert "PYTHONPATH" not in env


async def test_the_index_is_built_after_a_run_wants_it(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write_files(root, {"lib.py": "def make(): ...", "use.py": "from lib import make"})
    indexes = make_indexes(tmp_path)
    assert not (tmp_path / "data").exists()

    index = await open_whole(indexes, root)
    await indexes.close()

    assert [d.path for d in index.resolve_name("use.py", "make")] == ["lib.py"]
    database = get_database_path(tmp_path / "data", root)
    if sys.platform != "win32":
        assert database.parent.stat().st_mode & 0o077 == 0
    report = describe_index(tmp_path / "data", root, is_wanted=True)
    assert (report["state"], report["files"], report["definitions"]) == ("complete", 2, 1)


async def test_open_documents_lie_over_it(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write_files(root, {"lib.py": "def make(): ...", "use.py": "from lib import other"})
    document = Snapshot("file:///lib.py", "lib.py", "python", 3, "def other(): ...")
    indexes = make_indexes(tmp_path, document)

    index = await open_whole(indexes, root)
    await indexes.close()

    assert [d.name for d in index.resolve_name("use.py", "other")] == ["other"]


async def test_a_run_waits_no_longer_than_its_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def never(self: IndexProcess, path: str, seconds: float) -> bool:
        waited.append(seconds)
        return False

    monkeypatch.setattr(IndexProcess, "wait_for", never)
    write_files(tmp_path / "project", {"use.py": ""})
    indexes = make_indexes(tmp_path)
    await indexes.open(tmp_path / "project", "use.py", (), 0.3)
    await indexes.close()

    assert waited == [0.3]


async def test_the_wait_ends_when_the_child_dies(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    child = await IndexProcess.start({"root": 3}, tmp_path / "data")  # an order that it cannot read

    started = time.monotonic()
    assert await child.wait_for("a.py", 60.0)
    assert await child.task is False
    assert time.monotonic() - started < 60


async def test_a_child_that_cannot_be_started_keeps_no_run_from_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    write_files(tmp_path / "project", {"use.py": ""})
    indexes = make_indexes(tmp_path)

    assert await indexes.open(tmp_path / "project", "use.py", (), 0.3) is None
    await indexes.close()


async def test_closing_ends_the_child(tmp_path: Path) -> None:
    write_files(
        tmp_path / "project", {f"f{n}.py": "def f(x): return x\n" * 500 for n in range(300)}
    )
    indexes = make_indexes(tmp_path)
    await indexes.open(tmp_path / "project", "f0.py", (), 0.3)
    folder = indexes._folders[tmp_path / "project"]
    assert folder._process is not None
    process = folder._process._process

    await indexes.close()

    assert process.returncode is not None


def test_doctor_says_why_there_is_none(tmp_path: Path) -> None:
    assert describe_index(tmp_path, tmp_path, is_wanted=False)["state"] == "off"
    assert describe_index(tmp_path, None, is_wanted=True)["state"] == "off"
    assert describe_index(tmp_path, tmp_path, is_wanted=True)["state"] == "none"

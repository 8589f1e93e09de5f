"""What changed since the last commit: read from git without running anything of the repository."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.context.changes import ChangedFile, CommitChanges, find_message
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import LineRange, Snapshot
from flux_lsp.engine.shown_changes import find_changed_lines, select_changes
from flux_lsp.runs import git
from flux_lsp.runs.changes import read_changes

TEXT = "".join(f"line {n}\n" for n in range(40))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    run(folder, "init", "-q")
    return folder


def run(folder: Path, *arguments: str, **env: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    everything = {**os.environ, **env}
    subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=everything
    )


def commit(folder: Path, **files: str | bytes) -> None:
    write(folder, **files)
    run(folder, "add", "-Af")
    run(folder, "commit", "-qm", "x")


def write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("__", ".")).write_bytes(data)


async def read(
    folder: Path, name: str, text: str, language: str = "python"
) -> CommitChanges | Problem:
    path = folder / name
    shown = path.relative_to(folder).as_posix()
    return await read_changes(Snapshot(path.as_uri(), shown, language, 1, text), folder, ())


async def read_staged(folder: Path, **more: str) -> CommitChanges | Problem:
    return await read(folder, ".git/COMMIT_EDITMSG", "\n# x\n", "git-commit")


async def test_document_is_compared_with_the_last_commit_and_not_with_the_disk(
    repository: Path,
) -> None:
    commit(repository, a__py="old\n")
    write(repository, a__py="on disk\n")

    changes = await read(repository, "a.py", "in the editor\n")

    assert isinstance(changes, CommitChanges), changes
    assert [(file.before, file.now.text) for file in changes.files] == [
        ("old\n", "in the editor\n")
    ]


@pytest.mark.parametrize("has_commit", [True, False])
async def test_new_file_is_new_from_its_first_line(repository: Path, has_commit: bool) -> None:
    if has_commit:
        commit(repository, other__py="x\n")

    changes = await read(repository, "a.py", "new\n")

    assert isinstance(changes, CommitChanges), changes
    assert changes.files[0].before == ""


async def test_line_ends_that_git_changes_are_no_change(repository: Path) -> None:
    commit(repository, a__py="one\ntwo\n")

    same = await read(repository, "a.py", "one\r\ntwo\r\n")

    assert isinstance(same, Problem)
    assert same.code is ErrorCode.NO_CHANGE


async def test_staged_files_are_those_that_may_be_sent_and_are_text(repository: Path) -> None:
    commit(repository, a__py="a\n", gone__py="gone\n")
    big = "x" * 500_000
    write(
        repository, a__py="b\n", __env="SECRET=1\n", pic__png=b"\0\1", big__txt=big, new__py="n\n"
    )
    (repository / "gone.py").unlink()
    (repository / "link.py").symlink_to("a.py")
    run(repository, "add", "-Af")

    changes = await read_staged(repository)

    assert isinstance(changes, CommitChanges), changes
    shown = {file.now.path: (file.before, file.now.text) for file in changes.files}
    assert shown == {"a.py": ("a\n", "b\n"), "gone.py": ("gone\n", ""), "new.py": ("", "n\n")}
    assert changes.hidden == 4


async def test_nothing_staged_and_nothing_that_may_be_sent(repository: Path) -> None:
    commit(repository, a__py="a\n")
    nothing = await read_staged(repository)
    write(repository, __env="SECRET=1\n")
    run(repository, "add", "-Af")
    excluded = await read_staged(repository)

    assert isinstance(nothing, Problem)
    assert isinstance(excluded, Problem)
    assert (nothing.code, excluded.code) == (ErrorCode.NO_CHANGE, ErrorCode.EXCLUDED_FILE)


async def test_first_commit_and_linked_work_tree(repository: Path, tmp_path: Path) -> None:
    write(repository, a__py="a\n")
    run(repository, "add", "-A")
    first = await read_staged(repository)
    assert isinstance(first, CommitChanges), first
    assert [file.before for file in first.files] == [""]
    run(repository, "commit", "-qm", "x")
    run(repository, "worktree", "add", "-q", str(tmp_path / "linked"))
    linked = tmp_path / "linked"
    write(linked, a__py="b\n")
    run(linked, "add", "-A")

    buffer = repository / ".git/worktrees/linked/COMMIT_EDITMSG"
    snapshot = Snapshot(buffer.as_uri(), "COMMIT_EDITMSG", "git-commit", 1, "\n")
    changes = await read_changes(snapshot, None, ())
    own = await read_changes(Snapshot((linked / "a.py").as_uri(), "a.py", "", 1, "c\n"), linked, ())

    assert isinstance(changes, CommitChanges), changes
    assert [file.now.uri for file in changes.files] == [(linked / "a.py").as_uri()]
    assert isinstance(own, CommitChanges), own
    assert own.files[0].before == "a\n"


async def test_index_of_a_commit_that_is_under_way_counts(repository: Path) -> None:
    commit(repository, a__py="a\n")
    write(repository, a__py="b\n")
    index = repository / ".git/index.lock"
    other = repository / ".git/next-index"
    run(repository, "add", "-A", GIT_INDEX_FILE=str(other))
    nothing = await read_staged(repository)
    other.rename(index)

    changes = await read_staged(repository)

    assert isinstance(nothing, Problem)
    assert isinstance(changes, CommitChanges), changes


HOSTILE = """
[core]
    fsmonitor = {script}
    hooksPath = {hooks}
    pager = {script}
    sshCommand = {script}
    editor = {script}
    gitProxy = {script}
    alternateRefsCommand = {script}
    untrackedCache = true
[diff]
    external = {script}
[diff "x"]
    textconv = {script}
    command = {script}
[filter "x"]
    clean = {script}
    smudge = {script}
    process = {script}
    required = true
[alias]
    cat-file = !{script}
    diff-index = !{script}
[gpg]
    program = {script}
[credential]
    helper = {script}
[extensions]
    partialClone = origin
[remote "origin"]
    url = ext::{script}
    promisor = true
    uploadpack = {script}
[protocol]
    allow = always
[trace2]
    eventTarget = {folder}/traced
"""


async def test_nothing_that_a_repository_configures_is_run(
    repository: Path, tmp_path: Path
) -> None:
    commit(repository, a__py="a\n", __gitattributes="*.py diff=x filter=x\n")
    missing = "b" * 40
    script, hooks = tmp_path / "attack.sh", tmp_path / "hooks"
    hooks.mkdir()
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    script.chmod(0o755)
    for name in ("post-index-change", "pre-commit", "reference-transaction"):
        (hooks / name).write_text(script.read_text())
        (hooks / name).chmod(0o755)
    write(repository, a__py="b\n")
    run(repository, "add", "-A")
    config = repository / ".git/config"
    text = HOSTILE.format(script=script, hooks=hooks, folder=tmp_path)
    config.write_text(config.read_text().replace("version = 0", "version = 1") + text)

    staged = await read_staged(repository)
    own = await read(repository, "a.py", "c\n")
    absent = await git.read_blobs(repository / ".git", (missing, "HEAD:none.py", "HEAD:a.py"))

    assert isinstance(staged, CommitChanges), staged
    assert isinstance(own, CommitChanges), own
    assert absent == {"HEAD:a.py": "a\n"}
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "traced").exists()


async def test_folder_that_is_no_repository_and_missing_git_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    broken = await read(tmp_path, "a.py", "x\n")
    monkeypatch.setattr("shutil.which", lambda _: None)
    none = await read(tmp_path, "a.py", "x\n")

    assert isinstance(broken, Problem)
    assert isinstance(none, Problem)
    assert broken.code is none.code is ErrorCode.BAD_REQUEST
    assert "git is not installed" in none.message


async def test_answer_of_git_is_bounded(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, a__py="a\n")
    monkeypatch.setattr(git, "_MOST_BYTES", 20)

    with pytest.raises(git.GitError, match="too much"):
        await git.read_blobs(
            repository / ".git", ["HEAD:a.py"] * 1 + [f"HEAD:{n}" for n in range(9)]
        )


@pytest.mark.parametrize(
    ("buffer", "message"),
    [
        ("\n# Please enter\n#\n", "\n"),
        ("feat: x\n\nBody.\n\n# Please enter\n", "feat: x\n\nBody.\n\n"),
        ("; x\n", ""),
        ("a\n; Please\n;\tnew: b\n", "a\n"),
        ("a\n// Please\n", "a\n"),
        ("- one\n- two\n", "- one\n- two\n"),
        ("a\n# ---------- >8 ----------\n@@ -1 +1 @@\n-x\n", "a\n"),
        ("a\n; ---------- >8 ----------\n#include\n", "a\n"),
        ("a\n@ x\n@ ---------- >8 ----------\ndiff --git a/x b/x\n+y\n", "a\n"),
        ("a\ndiff --git a/x b/x\n+secret\n", "a\n"),
        ("a\r\n\r\n# x\r\n", "a\r\n\r\n"),
        ("", ""),
    ],
)
def test_message_is_what_stands_above_the_words_of_git(buffer: str, message: str) -> None:
    assert find_message(Snapshot("", "", "", 1, buffer)).extract(buffer) == message


@given(st.lists(st.sampled_from(["a", "@@ -1 +1 @@", "+x", "# y", "; z", "", "-q"])), st.booleans())
def test_nothing_below_the_scissors_is_ever_the_message(lines: list[str], sign: bool) -> None:
    cut = f"{'#' if sign else ';'} ------------------------ >8 ------------------------"
    buffer = "\n".join(["title", cut, "SECRET", *lines, "SECRET"])

    assert "SECRET" not in find_message(Snapshot("", "", "", 1, buffer)).extract(buffer)


def change(before: str, now: str, path: str = "a.py") -> ChangedFile:
    return ChangedFile(before, Snapshot(f"file:///{path}", path, "", 1, now))


def test_diffs_that_fit_are_shown_and_the_rest_is_counted() -> None:
    edited = TEXT.replace("line 3\n", "line three\n").replace("line 30\n", "line thirty\n")
    small, large = change("", "x\n", "b.py"), change("", "y" * 9_000, "c.py")

    first, second = select_changes(
        CommitChanges((change(TEXT, edited), small, large), hidden=1), 400
    )

    assert first.lines == (LineRange(1, 7), LineRange(28, 34))
    assert "+line three\n" in first.diff
    assert second.diff.endswith("(2 more changed files are not shown)\n")
    (cut,) = select_changes(CommitChanges((change(TEXT, edited),)), 60)
    assert cut.lines == (LineRange(1, 7),)
    assert cut.diff.endswith("(1 more places of this file are not shown)\n")


def test_cursor_means_all_changed_lines_or_those_near_it() -> None:
    edited = TEXT.replace("line 3\n", "line three\n").replace("line 30\n", "line thirty\n")
    file = change(TEXT, edited)

    whole = find_changed_lines(file, 0, 10_000)
    near = find_changed_lines(file, len(edited), 20)

    assert whole is not None
    assert near is not None
    assert file.now.get_lines(whole) == LineRange(4, 31)
    assert file.now.get_lines(near) == LineRange(31, 31)
    assert find_changed_lines(change(TEXT, TEXT), 0, 9) is None

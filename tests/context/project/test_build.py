"""The index follows its project: what is new, changed or gone; what kills it costs little."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flux_lsp.context.project.build import Builder
from flux_lsp.context.project.database import VERSION, check_database, is_complete
from flux_lsp.core.isolation import isolate_environment
from tests.context.project.projects import build, build_index, open_index, write_files


def list_paths(tmp_path: Path, state: int = 1) -> list[str]:
    with closing(sqlite3.connect(tmp_path / "index.sqlite3")) as database:
        rows = database.execute("SELECT path FROM file WHERE state = ? ORDER BY path", (state,))
        return [path for (path,) in rows]


def list_names(tmp_path: Path, path: str) -> list[str]:
    return [definition.name for definition in open_index(tmp_path).list_definitions(path)]


@contextmanager
def start_child(
    tmp_path: Path, *wants: str, check: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """The real child process, with its order; `stdin` stays open, and it is killed at the end."""
    order = {
        "root": str(tmp_path / "project"),
        "database": str(tmp_path / "index.sqlite3"),
        "exclude": [],
        "check": check,
    }
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "flux_lsp.context.project.child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path,
        env=isolate_environment(os.environ),
    )  # fmt: skip
    assert child.stdin is not None
    lines = [order, *({"want": path} for path in wants)]
    child.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
    child.stdin.flush()
    with child:
        try:
            yield child
        finally:
            child.kill()


def read_line(child: subprocess.Popen[str]) -> dict[str, object]:
    assert child.stdout is not None
    line: dict[str, object] = json.loads(child.stdout.readline())
    return line


def read_end(child: subprocess.Popen[str]) -> dict[str, object]:
    """The last line, once the child has ended."""
    assert child.stdout is not None
    end: dict[str, object] = [json.loads(line) for line in child.stdout][-1]
    return end


def build_in_child(tmp_path: Path, *, check: bool = False) -> dict[str, object]:
    with start_child(tmp_path, check=check) as child:
        return read_end(child)


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    write_files(tmp_path / "project", {"a.py": "def a(): ...", "b.py": "def b(): ..."})
    assert build(tmp_path).read == 2
    assert build(tmp_path).read == 0

    write_files(tmp_path / "project", {"b.py": "def other(): ...", "c.py": "def c(): ..."})
    (tmp_path / "project/a.py").unlink()

    assert build(tmp_path).read == 2
    assert list_paths(tmp_path) == ["b.py", "c.py"]
    assert list_names(tmp_path, "b.py") == ["other"]
    assert open_index(tmp_path).find_references("a") == ()


def test_words_of_replaced_files_go_in_time(tmp_path: Path) -> None:
    write_files(tmp_path / "project", {f"f{n}.py": "use_it()" for n in range(4)})
    build(tmp_path)
    for round_ in range(6):
        write_files(tmp_path / "project", {"f0.py": f"use_it()\nword_{round_} = 1 + {round_}"})
        build(tmp_path)

    with closing(sqlite3.connect(tmp_path / "index.sqlite3")) as database:
        (count,) = database.execute("SELECT count(*) FROM word WHERE word = 'use_it'").fetchone()
    assert count <= 5


def test_ignore_rules_and_the_persons_patterns_hold(tmp_path: Path) -> None:
    write_files(
        tmp_path / "project",
        {
            ".gitignore": "built/\n*.gen.py\n!keep.gen.py\n",
            ".fluxignore": "private.py\n",
            "a.py": "",
            "x.gen.py": "",
            "keep.gen.py": "",
            "private.py": "",
            "built/b.py": "",
            "sub/.gitignore": "c.py\n",
            "sub/c.py": "",
            "sub/d.py": "",
            "deep/sub/c.py": "",
            "secret/e.py": "",
            "credentials": "",
            ".env.py": "",
            ".ssh/key.py": "",
            "node_modules/m/index.js": "",
            "env/pyvenv.cfg": "",
            "env/lib/f.py": "",
            "%2eenv": "",
            "notes.md": "# notes",
            "data.json": "{}",
        },
    )
    build(tmp_path, ("secret/",))

    assert list_paths(tmp_path) == ["a.py", "deep/sub/c.py", "keep.gen.py", "sub/d.py"]


def test_a_project_inside_an_ignored_folder_is_not_read(tmp_path: Path) -> None:
    write_files(tmp_path, {".git/HEAD": "", ".gitignore": "project/\n", "project/a.py": "x = 1"})
    build(tmp_path)

    assert list_paths(tmp_path) == []


def test_another_version_and_a_damaged_file_are_built_again(tmp_path: Path) -> None:
    build_index(tmp_path, {"a.py": "def a(): ..."})
    with closing(sqlite3.connect(tmp_path / "index.sqlite3")) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 7}")
    assert build(tmp_path).read == 1

    (tmp_path / "index.sqlite3").write_bytes(b"no database at all" * 500)
    for ending in ("-wal", "-shm"):
        (tmp_path / f"index.sqlite3{ending}").unlink(missing_ok=True)
    assert build(tmp_path).read == 1
    assert list_names(tmp_path, "a.py") == ["a"]


def test_damage_in_the_middle_is_seen_when_somebody_asks(tmp_path: Path) -> None:
    build_index(tmp_path, {f"f{n}.py": f"def name_{n}(): ...\n" * 50 for n in range(30)})
    file = tmp_path / "index.sqlite3"
    content = bytearray(file.read_bytes())
    content[4_096 * 3 : 4_096 * 9] = b"\xff" * (4_096 * 6)
    for ending in ("-wal", "-shm"):
        (tmp_path / f"index.sqlite3{ending}").unlink(missing_ok=True)
    file.write_bytes(content)

    assert build_in_child(tmp_path, check=True) == {"read": 30, "complete": True}
    check_database(file)
    assert is_complete(file)


def test_a_kill_in_the_middle_loses_nothing_that_was_written(tmp_path: Path) -> None:
    count = 400
    write_files(
        tmp_path / "project",
        {f"f{n:03}.py": f"def name_{n}(x): return x\n" * 60 for n in range(count)},
    )
    with start_child(tmp_path, "f399.py") as child:
        assert read_line(child) == {"ready": "f399.py"}
        child.send_signal(signal.SIGKILL)
    kept = list_paths(tmp_path)
    assert "f399.py" in kept
    assert len(kept) < count

    rest = build_in_child(tmp_path)

    assert rest == {"read": count - len(kept), "complete": True}
    assert len(list_paths(tmp_path)) == count
    assert list_names(tmp_path, "f007.py")[0] == "name_7"


def test_the_target_and_its_imports_come_first(tmp_path: Path) -> None:
    write_files(
        tmp_path / "project",
        {
            **{f"a{n:03}.py": "x = 1\n" * 200 for n in range(200)},
            "z/__init__.py": "",
            "z/target.py": "from .lib import Thing\nimport z.other",
            "z/lib.py": "from .inner import Thing",
            "z/inner.py": "class Thing: ...",
            "z/other.py": "",
        },
    )
    with start_child(tmp_path, "z/target.py") as child:
        read_line(child)
        meant = open_index(tmp_path).resolve_name("z/target.py", "Thing")

    assert [d.path for d in meant] == ["z/inner.py"]
    assert len(list_paths(tmp_path)) < 100


def test_two_processes_share_one_index(tmp_path: Path) -> None:
    write_files(
        tmp_path / "project", {f"f{n:03}.py": f"def name_{n}(): ...\n" * 40 for n in range(150)}
    )
    with start_child(tmp_path) as first, start_child(tmp_path, "f149.py") as second:
        ends = [read_end(child) for child in (first, second)]

    assert any(end["complete"] for end in ends)
    assert len(list_paths(tmp_path)) == 150
    assert [d.name for d in open_index(tmp_path).find_definitions("name_7", most=40)] == [
        "name_7"
    ] * 40


def test_what_is_known_is_read_while_nobody_else_writes(tmp_path: Path) -> None:
    write_files(tmp_path / "project", {"a.py": "def a(): ..."})
    builder = Builder(tmp_path / "index.sqlite3", tmp_path / "project", ())
    statements: list[str] = []
    builder._connection.set_trace_callback(statements.append)
    builder.list_files()
    builder.close()

    assert statements[0] == "BEGIN IMMEDIATE"
    assert "FROM main.file" in statements[1]


def test_the_child_ends_with_its_server(tmp_path: Path) -> None:
    write_files(
        tmp_path / "project", {f"f{n:03}.py": "def name(x): return x\n" * 300 for n in range(800)}
    )
    with start_child(tmp_path, "f000.py") as child:
        read_line(child)
        assert child.stdin is not None
        child.stdin.close()

        assert child.wait(60) == 0
        assert read_line(child)["complete"] is False


def test_a_file_that_killed_two_processes_is_skipped(tmp_path: Path) -> None:
    write_files(tmp_path / "project", {"a.py": "def a(): ...", "b.py": "def b(): ..."})
    (tmp_path / "index.at").write_bytes(b"1 a.py")
    assert build(tmp_path).read == 2
    assert list_paths(tmp_path) == ["a.py", "b.py"]

    write_files(tmp_path / "project", {"a.py": "def again(): ..."})
    (tmp_path / "index.at").write_bytes(b"2 a.py".ljust(512))
    build(tmp_path)
    assert list_paths(tmp_path, state=2) == ["a.py"]
    assert not (tmp_path / "index.at").exists()

    write_files(tmp_path / "project", {"a.py": "def mended_by_a_person(): ..."})
    build(tmp_path)
    assert list_names(tmp_path, "a.py") == ["mended_by_a_person"]


def test_a_death_is_counted_for_the_file_it_came_at(tmp_path: Path) -> None:
    write_files(tmp_path / "project", {"a.py": "def a(): ..."})
    for expected in (b"1 a.py", b"2 a.py"):
        builder = Builder(tmp_path / "index.sqlite3", tmp_path / "project", ())
        builder.list_files()
        builder.build(lambda: None, lambda _: None, lambda: False)
        note = (tmp_path / "index.at").read_bytes()
        assert note.rstrip() == expected  # the builder is never closed, as after a kill
        builder._connection.close()
        write_files(tmp_path / "project", {"a.py": f"def a(): ...  # {expected!r}"})

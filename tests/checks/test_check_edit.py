"""What checks say of an edit: only new failures count, flaky ones do not, and nothing is written."""

import asyncio
import sys
from pathlib import Path

import pytest

from flux_lsp.checks.check_edit import CheckRunner
from flux_lsp.checks.choose import describe_file
from flux_lsp.checks.values import CheckedEdit, CheckResult
from flux_lsp.settings.checks import CheckSetting
from tests.checks.running import need_sandbox

# A linter of six lines: it reports each LATER, and leaves a note beside the project that it ran.
LINT = """
import pathlib, sys
bad = [f"{p}:{n}:1: T001 {line.strip()}" for p in sorted(pathlib.Path().rglob("*.txt"))
       for n, line in enumerate(p.read_text().splitlines(), 1) if "LATER" in line]
print("\\n".join(bad))
sys.exit(bool(bad))
"""


class Project:
    """A project whose check runs without walls, and with them where the machine has them."""

    def __init__(self, root: Path, wish: str) -> None:
        self.root, self.wish = root, wish
        self.runner = CheckRunner()
        self.told: list[str] = []
        (root / "lint.py").write_text(LINT)
        (root / "a.txt").write_text("LATER old\n")

    def check(
        self,
        after: dict[str, str],
        before: dict[str, str] | None = None,
        command: tuple[str, ...] = (sys.executable, "lint.py"),
        seconds: float = 60,
        **fields: object,
    ) -> CheckResult:
        setting = CheckSetting(name="lint", command=command, **fields)  # type: ignore[arg-type]
        edit = CheckedEdit(before or {}, after, tuple(map(describe_file, after)))
        results = asyncio.run(
            self.runner.check(
                [setting], self.wish, edit, self.root, seconds,  # type: ignore[arg-type]
                lambda name, passed: self.told.append(name),
            )
        )  # fmt: skip
        assert len(results) <= 1
        return results[0] if results else CheckResult("lint", "not_run", why="not concerned")


@pytest.fixture(params=["auto", "none"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    if request.param == "auto":
        need_sandbox()
    return Project(tmp_path, request.param)


def test_a_clean_edit_passes(project: Project) -> None:
    result = project.check({"a.txt": "fine\n"})
    assert (result.status, result.new) == ("passed", ())
    assert project.told == ["lint"]
    assert (project.root / "a.txt").read_text() == "LATER old\n"


def test_only_new_failures_count(project: Project) -> None:
    assert project.check({"a.txt": "x\nLATER old\n"}).status == "passed"  # it only moved
    result = project.check({"a.txt": "LATER old\nLATER new\n"})
    assert result.status == "failed"
    assert [failure.message for failure in result.new] == ["LATER new"]
    assert result.old == 1
    assert "LATER new" in result.output
    assert "LATER old" not in result.output


def test_what_is_typed_elsewhere_is_laid_over_too(project: Project) -> None:
    before = {"b.txt": "LATER typed\n"}
    result = project.check({"c.txt": "LATER new\n"}, before)
    assert [failure.path for failure in result.new] == ["c.txt"]
    assert result.old == 2


def test_a_flaky_failure_does_not_count(project: Project) -> None:
    note = project.root.parent / "count" if project.wish == "none" else None
    if note is None:
        pytest.skip("nothing passes from one run in a sandbox to the next")
    once = f"test -e {note}"
    line = f'{once} || {{ grep -q new a.txt && touch {note} && echo "a.txt:1:1: T1 x" && exit 1; }}; exit 0'
    result = project.check({"a.txt": "new"}, command=("/bin/sh", "-c", line))
    assert (result.status, len(result.flaky)) == ("passed", 1)


def test_the_exit_code_alone_is_enough(project: Project) -> None:
    result = project.check({"a.txt": "bad"}, command=("/bin/sh", "-c", "! grep bad a.txt"))
    assert [failure.code for failure in result.new] == ["exit code"]
    both = project.check({"a.txt": "bad"}, command=("/bin/sh", "-c", "exit 3"))
    assert (both.status, both.old) == ("passed", 1)


def test_a_program_that_is_not_there_says_nothing_of_the_edit(project: Project) -> None:
    result = project.check({"a.txt": "x"}, command=("no-such-program",))
    assert result.status == "not_run"
    assert "not found" in result.why


def test_an_edit_that_takes_the_program_away_fails(project: Project) -> None:
    line = "grep -q fine a.txt || no-such-program"
    (project.root / "a.txt").write_text("fine")
    result = project.check({"a.txt": "x"}, command=("/bin/sh", "-c", line))
    assert (result.status, result.new[0].code) == ("failed", "exit code")


def test_absolute_paths_do_not_tell_failures_apart(project: Project) -> None:
    line = 'echo "$PWD/a.txt:1:1: T1 see $PWD/a.txt"; exit 1'
    result = project.check({"a.txt": "x"}, command=("/bin/sh", "-c", line))
    assert (result.status, result.old) == ("passed", 1)


def test_the_end_of_the_run_is_no_failure(project: Project) -> None:
    result = project.check({"a.txt": "x"}, command=("sleep", "60"), seconds=0.5)
    assert result.status == "unfinished"


def test_its_own_time_limit_is_a_failure_only_with_the_edit(project: Project) -> None:
    line = "grep -q slow a.txt && sleep 60; exit 0"
    command = ("/bin/sh", "-c", line)
    result = project.check({"a.txt": "slow"}, command=command, timeout_seconds=1)
    assert (result.status, result.new[0].code) == ("failed", "ended: time")


def test_the_unchanged_tree_is_checked_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[bool] = []
    from flux_lsp.checks import check_edit, run

    real = run.run_command

    async def count(order: object, sandbox: object) -> object:
        orders.append("new" in str(order.layover.texts))  # type: ignore[attr-defined]
        return await real(order, sandbox)  # type: ignore[arg-type]

    monkeypatch.setattr(check_edit, "run_command", count)
    project.check({"a.txt": "LATER new\n"})
    assert orders == [True, False, True]
    project.check({"a.txt": "LATER new 2\n"})
    assert orders[3:] == [True, True]
    (project.root / "b.txt").write_text("changed")
    project.check({"a.txt": "LATER new 3\n"})
    assert orders[5:] == [True, False, True]


def test_a_check_of_another_language_does_not_run(project: Project) -> None:
    assert project.check({"a.txt": "x"}, languages=("python",)).why == "not concerned"


def test_without_a_sandbox_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flux_lsp.checks import probe

    monkeypatch.setattr(probe, "list_candidates", list)
    project = Project(tmp_path, "auto")
    result = project.check({"a.txt": "x"}, command=("/bin/sh", "-c", f"touch {tmp_path}/ran"))
    assert (result.status, (tmp_path / "ran").exists()) == ("not_run", False)
    assert "there is no sandbox" in result.why


def test_a_workspace_around_the_home_folder_is_not_run(tmp_path: Path) -> None:
    project = Project(tmp_path, "none")
    project.runner = CheckRunner(home=tmp_path / "me")
    assert "home folder" in project.check({"a.txt": "x"}).why


def test_a_secret_file_that_is_open_is_not_laid_over(project: Project) -> None:
    before = {".env": "topsecret"}
    result = project.check({"a.txt": "x"}, before, command=("/bin/sh", "-c", "cat .env; exit 1"))
    assert "topsecret" not in result.output

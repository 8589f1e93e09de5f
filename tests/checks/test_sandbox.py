"""What a check sees: the plan over the project at its real path, its tools, and an empty home."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from flux_lsp.checks import probe as probing
from flux_lsp.checks.environment import list_visible, make_environment
from flux_lsp.checks.sandbox import (
    Sandbox,
    build_command,
    explain_failure,
    list_candidates,
    write_seatbelt_profile,
)
from flux_lsp.checks.tree import look_at_tree
from tests.checks.running import list_walls, need_sandbox, run_in

WALLS = ["sandboxes", "copy"]


def choose(which: str) -> list[Sandbox]:
    if which == "copy":
        return [Sandbox("none")]
    need_sandbox()
    return list_walls()


@pytest.mark.parametrize("which", WALLS)
def test_the_plan_lies_over_the_project(which: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    for sandbox in choose(which):
        texts = {"a.py": "näw\r\n", "new/deep/b.py": "b"}
        line = "cat a.py new/deep/b.py; echo written > a.py; echo more > c.py"
        run = asyncio.run(run_in(sandbox, tmp_path, line, texts=texts))
        assert (run.exit_code, run.output) == (0, "näw\r\nb"), (sandbox.walls, run)
        assert (tmp_path / "a.py").read_text() == "old"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a.py"]


@pytest.mark.parametrize("which", WALLS)
def test_secret_files_are_not_there(which: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("topsecret")
    for sandbox in choose(which):
        run = asyncio.run(run_in(sandbox, tmp_path, "cat .env; ls -A", secret=(".env",)))
        assert "topsecret" not in run.output
        assert (tmp_path / ".env").exists()


def test_the_real_path_stays() -> None:
    root = Path(__file__).parents[2]
    for sandbox in choose("sandboxes"):
        run = asyncio.run(
            run_in(sandbox, root, f"pwd; {sys.executable} -c 'import pydantic; print(1)'")
        )
        assert run.output.split() == [str(root), "1"], (sandbox.walls, run.output)


@pytest.mark.parametrize("which", WALLS)
def test_a_program_that_is_not_there(which: str, tmp_path: Path) -> None:
    for sandbox in choose(which):
        run = asyncio.run(run_in(sandbox, tmp_path, "no-such-program"))
        assert run.exit_code == 127
        assert "not found" in run.output


def test_odd_names_of_a_project(tmp_path: Path) -> None:
    root = tmp_path / "a:b,c\\d é=x"
    root.mkdir()
    (root / "f").write_text("1")
    for sandbox in choose("sandboxes"):
        run = asyncio.run(run_in(sandbox, root, "cat f; echo 2 > f"))
        assert (run.exit_code, run.output) == (0, "1"), (sandbox.walls, run)
        assert (root / "f").read_text() == "1"


def test_a_text_is_never_written_through_a_link_that_leads_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "p", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "l").symlink_to(outside)
    for sandbox in [*choose("sandboxes"), Sandbox("none")]:
        run = asyncio.run(run_in(sandbox, root, "true", texts={"l/f": "x"}))
        assert run.ending == "cannot", sandbox.walls
        assert list(outside.iterdir()) == []


def test_the_environment_holds_no_key() -> None:
    env = {
        "PATH": "/bin", "ANTHROPIC_API_KEY": "k", "GITHUB_TOKEN": "k", "SSH_AUTH_SOCK": "k",
        "DBUS_SESSION_BUS_ADDRESS": "k", "LC_ALL": "C", "FLUX_TOKEN": "k", "HOME": "/elsewhere",
        "PYTEST_ADDOPTS": "k", "NODE_OPTIONS": "k", "LD_PRELOAD": "k",
    }  # fmt: skip
    passed = make_environment(env, Path("/home/me"))
    assert "k" not in passed.values()
    assert (passed["PATH"], passed["LC_ALL"], passed["HOME"]) == ("/bin", "C", "/home/me")


def test_no_folder_with_secrets_can_be_seen() -> None:
    home = Path("/home/me")
    env = {"CARGO_HOME": "/home/me", "GOPATH": "relative", "JAVA_HOME": "/"}
    visible = list_visible(env, home)
    for secret in (".ssh", ".aws", ".config", ".gnupg", ".local/share/keyrings", ".cargo/credentials.toml",
                   ".docker", ".kube", ".netrc", ".npmrc", ".m2/settings.xml"):  # fmt: skip
        path = f"{home / secret}/"
        assert not any(path.startswith(f"{shown}/") for shown in visible), secret
    assert "/" not in visible
    assert "/home/me" not in visible


def test_bubblewrap_is_used_from_0_11_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("bubblewrap is a program for Linux")
    for version, expected in (
        ("0.8.0", ["own"]),
        ("0.11.0", ["bwrap", "own"]),
        ("1.0", ["bwrap", "own"]),
    ):
        program = tmp_path / "bwrap"
        program.write_text(f"#!/bin/sh\necho bubblewrap {version}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        assert [candidate.walls for candidate in list_candidates()] == expected


def test_the_command_line_of_bubblewrap() -> None:
    words = build_command(
        Sandbox("bwrap", program="/b"), Path("/home/me/p"), Path("/home/me"), ["/usr"], 9
    )
    line = " ".join(words)
    for part in ("--unshare-all", "--cap-drop ALL", "--disable-userns", "--size 9 --tmpfs /home/me",
                 "--overlay-src /home/me/p --tmp-overlay /home/me/p", "--remount-ro /"):  # fmt: skip
        assert part in line
    assert line.index("--tmpfs /home/me") < line.index("--overlay-src")


def test_the_rules_for_macos() -> None:
    profile = write_seatbelt_profile(Path('/tmp/a "b"'), Path("/Users/me"), ["/usr"])
    assert "(deny default)" in profile
    assert "(deny network*)" in profile
    assert '(allow file-read* file-write* (subpath "/tmp/a \\"b\\""))' in profile
    assert profile.count("file-write*") == 2  # the copy, and /dev/null


def test_nothing_runs_where_no_walls_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(probing, "list_candidates", list)
    sandbox = asyncio.run(probing.find_sandbox(tmp_path))
    assert sandbox.walls is None
    assert "Linux and macOS" in sandbox.why


def test_the_cause_is_named() -> None:
    words = explain_failure(
        Sandbox("own"), {"cannot": "mount overlay: Operation not permitted"}, ""
    )
    assert "overlay" in words


def test_a_tree_changes_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "server.pem").write_text("k")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text("token")
    first = look_at_tree(tmp_path)
    assert first.secret == (".git/config", "server.pem")
    (tmp_path / "node_modules/x").write_text("1")
    assert look_at_tree(tmp_path) == first
    (tmp_path / "a").write_text("22")
    assert look_at_tree(tmp_path).digest != first.digest

"""Every file that Flux reads by itself, in every hostile form: it answers, and stays small."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.answers import text, tool
from tests.server.flux import Flux, flux

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")

CODE = "def total(items):\n    return sum(items)\n"
TEST = "from app import total\n\n\ndef test_total():\n    assert total([1]) == 1\n"
_MOST_MB = 250
_LONGEST = 2.0  # seconds that a hostile file may cost
# Below the workspace, and below the person's own folders.
WORKSPACE = (
    "flux.toml", "pyproject.toml", ".env", ".gitignore", ".fluxignore", "CLAUDE.md", "AGENTS.md",
    "setup.cfg", "tox.ini", "pytest.ini", "setup.py", "Pipfile", "requirements.txt", "package.json",
    "conftest.py", "tests/test_app.py", "src/.gitignore", "src/CLAUDE.md", "src/package.json",
)  # fmt: skip
HOME = (
    "xdg_config_home/flux/config.toml", "xdg_config_home/flux/prices.toml",
    "xdg_config_home/flux/catalogue.toml", "flux-data/trusted.json",
    ".config/anthropic/active_config",
)  # fmt: skip


def fifo(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3_000_000_000)


def large(path: Path) -> None:
    path.write_bytes(b"a = 1\n" * 600_000)


def one_line(path: Path) -> None:
    path.write_bytes(b"A" * 900_000)


def blank_lines(path: Path) -> None:
    path.write_bytes(b"\n" * 400_000)


def stars(path: Path) -> None:
    path.write_text("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n**/" + "*a*" * 900 + "/**/b\n")


def many_stars(path: Path) -> None:
    path.write_text("".join(f"*{n}*a*b[c]\n" for n in range(30_000)))


def deep_toml(path: Path) -> None:
    path.write_text("a = " + "[" * 200_000)


def deep_key(path: Path) -> None:
    path.write_text("[tool.pytest]\n" + "a." * 300_000 + "b = 1\n")


def deep_json(path: Path) -> None:
    path.write_text('{"a":' * 150_000)


def strange_values(path: Path) -> None:
    path.write_text(
        '[tool]\npytest = 5\n[tool.flux]\n"" = 1\n[flux]\nx = 1e999\n'
        if path.suffix == ".toml"
        else '{"dependencies": [[]], "devDependencies": 5, "scripts": "x", "jest": []}'
    )


def nul_bytes(path: Path) -> None:
    path.write_bytes(b"a\0b = 1\n\0")


def utf_16(path: Path) -> None:
    path.write_bytes("a = 1\n".encode("utf-16"))


def no_text(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)


def folder(path: Path) -> None:
    path.mkdir()


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def itself(path: Path) -> None:
    path.symlink_to(".")


def unreadable(path: Path) -> None:
    path.write_text("a = 1\n")
    path.chmod(0)


FORMS: tuple[Callable[[Path], None], ...] = (
    fifo, device, terminal, huge, large, one_line, blank_lines, stars, many_stars, deep_toml,
    deep_key, deep_json, strange_values, nul_bytes, utf_16, no_text, folder, dangling, loop, itself,
    unreadable,
)  # fmt: skip


def spoil(root: Path, names: tuple[str, ...], form: Callable[[Path], None]) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        form(path)


@dataclass(frozen=True)
class Effort:
    """What the same few requests took: seconds of the clock, and of the server's own work."""

    clock: float
    work: float

    @property
    def slowness(self) -> float:
        """How much longer than its work a server takes on this machine now; never below 1."""
        return max(1.0, self.clock / max(self.work, 0.01))

    def stays_near(self, *usual: "Effort") -> None:
        """At most two seconds more than usual: of work, and of the clock by the machine's speed."""
        slowest = max(usual, key=lambda effort: effort.slowness)
        assert self.work - slowest.work < _LONGEST, (self, usual)
        assert self.clock - slowest.clock < _LONGEST * slowest.slowness, (self, usual)


async def answers(f: Flux) -> Effort:
    """Both actions end, a hover is answered, and all of it took no more memory than it may."""
    began, worked = time.monotonic(), work_of(f)
    uri = f.open("src/app.py", CODE)
    explained = await f.run(uri, "explain", "sum(items)")
    tested = await f.run(uri, "tests", "sum(items)")
    at = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    await f.client.request("textDocument/hover", at)

    for outcome in (explained, tested):
        assert outcome["status"] in {"answered", "applied", "proposed", "refused", "failed"}
        assert (outcome["error"] or {}).get("code") not in {"INTERNAL", "TIMEOUT", "CANCELLED"}
    assert peak_mb(f) < _MOST_MB
    return Effort(time.monotonic() - began, work_of(f) - worked)


def work_of(f: Flux) -> float:
    """CPU seconds of the server so far, whatever else the machine is doing."""
    status = Path(f"/proc/{f.client.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(status[11]) + int(status[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(f: Flux) -> int:
    status = Path(f"/proc/{f.client.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


SCRIPT = (
    text("It adds."),
    *[tool("apply_edits", {"edits": [], "new_files": [{"path": "tests/test_new.py", "content": TEST}]})]
    * 8,
)  # fmt: skip


def test_a_wait_of_more_than_two_seconds_is_seen_on_a_slow_machine_too() -> None:
    quick, slow = Effort(clock=0.4, work=0.3), Effort(clock=3.0, work=0.3)

    Effort(clock=2.2, work=0.3).stays_near(quick)
    Effort(clock=20.0, work=0.4).stays_near(quick, slow)
    for effort, usual in (((3.5, 0.3), quick), ((24.0, 0.3), slow), ((20.0, 2.5), slow)):
        with pytest.raises(AssertionError):
            Effort(*effort).stays_near(usual)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
async def test_no_file_stops_or_swells_the_server(
    tmp_path: Path, form: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "work", WORKSPACE, form)
    spoil(tmp_path / "home", HOME, form)
    (tmp_path / "plain").mkdir()
    async with flux(tmp_path, *SCRIPT) as f, flux(tmp_path / "plain", *SCRIPT) as plain:
        before, hostile, after = [await answers(server) for server in (plain, f, plain)]
        hostile.stays_near(before, after)


@pytest.mark.timeout(60)
async def test_many_runs_behind_pipes_leave_room_for_the_next(tmp_path: Path) -> None:
    async with flux(tmp_path, *[text("It adds.")] * 12) as f:
        for number in range(10):
            (f.root / f"p{number}").mkdir()
            os.mkfifo(f.root / f"p{number}" / "pyproject.toml")
            uri = f.open(f"p{number}/app.py", CODE)
            await f.start(uri, "tests", "sum(items)")
        uri = f.open("free.py", CODE)
        assert (await f.run(uri, "explain", "sum(items)"))["status"] in {"answered", "refused"}


@pytest.mark.timeout(60)
async def test_a_setting_of_the_editor_with_many_stars_freezes_nothing(tmp_path: Path) -> None:
    settings = {"context": {"exclude": ["*a" * 15 + "b", "**/*a" * 300 + "/b"]}}
    async with flux(tmp_path, text("It adds."), settings=settings) as f:
        uri = f.open("a" * 100 + ".py", CODE)
        assert (await f.run(uri, "explain", "sum(items)"))["status"] == "answered"

"""Output that cannot be written, signs that cannot be shown, interrupts: a sentence and a code."""

import contextlib
import errno
import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.cli.commands import Shell, flux

__all__ = ["flux"]

FLUX = (sys.executable, "-m", "flux_lsp")
BEFORE = "def f(a):\n    if not a:\n        return None\n    return a + 1\n"
DOCUMENT = ("run", "document", "a.py:1", "--provider", "offline")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors as POSIX has them")


def ran(*arguments: str, shell: str = "", **more: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own; `shell` is what follows it there."""
    line = ["sh", "-c", f'"$@" {shell}', "sh", *FLUX, *arguments]
    return subprocess.run(line, capture_output=True, check=False, env={**os.environ, **more})


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("command", [("doctor", "--offline"), ("usage",), DOCUMENT])
def test_an_encoding_that_lacks_signs_is_no_crash(
    flux: Shell, encoding: str, command: Sequence[str]
) -> None:
    (flux.root / "a.py").write_text(BEFORE, encoding="utf-8")
    done = ran(*command, PYTHONIOENCODING=encoding)
    assert b"Traceback" not in done.stderr
    assert done.returncode in {0, 3}
    done.stdout.decode("utf-8" if command == DOCUMENT else encoding)


def test_json_is_json_in_every_encoding(flux: Shell) -> None:
    (flux.root / "a.py").write_text(
        'def f(a):\n    if not a:\n        return None\n    return "→" + a\n', encoding="utf-8"
    )
    done = ran(*DOCUMENT, "--json", PYTHONIOENCODING="cp1252")
    assert json.loads(done.stdout.decode("ascii"))["status"] == "proposed"


def test_a_patch_is_in_the_bytes_of_the_file(flux: Shell) -> None:
    (flux.root / "a.py").write_text(
        'def f(a):\n    if not a:\n        return None\n    return "→" + a\n', encoding="utf-8"
    )
    done = ran(*DOCUMENT, PYTHONIOENCODING="cp1252")
    assert ' return "→" + a' in done.stdout.decode("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [DOCUMENT, (*DOCUMENT, "--json"), ("doctor", "--offline")])
def test_a_full_disk_behind_stdout_is_one_and_a_sentence(
    flux: Shell, arguments: Sequence[str]
) -> None:
    (flux.root / "a.py").write_text(BEFORE, encoding="utf-8")
    done = ran(*arguments, shell="> /dev/full")
    assert done.returncode == 1
    assert b"the output could not be written" in done.stderr
    assert b"Traceback" not in done.stderr
    assert (flux.root / "a.py").read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize("json_", [(), ("--json",)])
@pytest.mark.parametrize("where", ["> /dev/full", ">&-", "2>&- >&-", "2> /dev/full > /dev/full"])
def test_a_change_that_was_written_is_zero_whatever_becomes_of_its_report(
    flux: Shell, where: str, json_: tuple[str, ...]
) -> None:
    if "/dev/full" in where and not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    (flux.root / "a.py").write_text(BEFORE, encoding="utf-8")
    done = ran(*DOCUMENT, "--apply", *json_, shell=where)
    assert (flux.root / "a.py").read_text(encoding="utf-8") != BEFORE
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


def test_what_is_printed_never_ends_up_in_a_file_that_is_opened_later(flux: Shell) -> None:
    done = ran("doctor", "--offline", shell=">&- 2>&-")
    assert done.returncode in {0, 3}
    for file in flux.data.rglob("*"):
        assert not file.is_file() or b"Flux LSP" not in file.read_bytes()


def test_in_a_terminal_the_server_says_what_it_is(flux: Shell) -> None:
    above, below = pty.openpty()
    try:
        done = subprocess.run(
            FLUX, stdin=below, capture_output=True, check=False, env=dict(os.environ)
        )
    finally:
        os.close(above)
        os.close(below)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"language server" in done.stderr
    assert b"flux-lsp doctor" in done.stderr


@pytest.mark.parametrize("option", ["--tcp", "--ws"])
def test_a_port_that_is_taken_is_a_sentence(flux: Shell, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = ran(option, str(port))
    assert done.returncode == 1
    assert os.strerror(errno.EADDRINUSE).encode() in done.stderr
    assert str(port).encode() in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs started from here take an interrupt, also if the tests run as a background job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("command", [DOCUMENT[:3], ("models", "--check"), ("doctor",)])
def test_an_interrupt_is_130_and_no_traceback(flux: Shell, command: Sequence[str]) -> None:
    (flux.root / "a.py").write_text(BEFORE, encoding="utf-8")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env = {**os.environ, "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "k"}
        process = subprocess.Popen(
            [*FLUX, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
        with silent.accept()[0]:  # it is at work, and waits for an answer
            os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "NaN", "1e999", "much", ""])
def test_what_is_no_amount_of_money_is_wrong_usage(flux: Shell, value: str) -> None:
    (flux.root / "a.py").write_text(BEFORE, encoding="utf-8")
    done = flux(*DOCUMENT, f"--max-usd={value}")
    assert done.code == 2
    assert "--max-usd" in done.err


@pytest.mark.parametrize("text", ["[NaN]", '[{"a": Infinity}]', "[" * 100_000, "{}", "\0"])
def test_diagnostics_that_are_none_are_wrong_usage(flux: Shell, text: str) -> None:
    (flux.root / "a.py").write_text(BEFORE, encoding="utf-8")
    (flux.root / "d.json").write_text(text, encoding="utf-8")
    done = flux("run", "fix", "a.py", "--diagnostics", "d.json")
    assert done.code == 2
    assert "d.json" in done.err


@pytest.mark.parametrize("place", ["/dev/zero", ".", "pipe", "nothing.py", "large.py", "loop.py"])
@pytest.mark.parametrize("command", [("run", "explain"), ("demo",)])
def test_a_file_that_cannot_be_worked_on_is_wrong_usage(
    flux: Shell, command: Sequence[str], place: str
) -> None:
    os.mkfifo(flux.root / "pipe")
    (flux.root / "large.py").write_bytes(b"a" * 4_000_001)
    (flux.root / "loop.py").symlink_to("loop.py")
    done = flux(*command, place)
    assert done.code == 2
    assert place in done.err


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (BEFORE, "a.py:5", "there is no line 5: a.py has 4 lines"),
        (BEFORE.rstrip("\n"), "a.py:5", "there is no line 5: a.py has 4 lines"),
        (BEFORE, "a.py:2-5", "there is no line 5: a.py has 4 lines"),
        ("a = 1\r\nb = 2\r\n", "a.py:3", "there is no line 3: a.py has 2 lines"),
        ("", "a.py:2", "there is no line 2: a.py has 1 line"),
        (BEFORE, "a.py:0", "not a range"),
        (BEFORE, "a.py:3-2", "not a range"),
    ],
)
def test_lines_that_are_not_there_are_wrong_usage(
    flux: Shell, text: str, place: str, words: str
) -> None:
    (flux.root / "a.py").write_bytes(text.encode())
    done = flux("run", "document", place, "--provider", "offline")
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def shown(*arguments: str, **env: str) -> str:
    """What a command shows on a terminal."""
    above, below = pty.openpty()
    own = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    process = subprocess.Popen(
        [*FLUX, *arguments],
        stdout=below,
        stderr=subprocess.DEVNULL,
        env=own | {"TERM": "xterm-256color"} | env,
    )
    os.close(below)
    pieces = []
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
        while piece := os.read(above, 65536):
            pieces.append(piece)
    os.close(above)
    assert process.wait() == 0
    return b"".join(pieces).decode().replace("\r\n", "\n")


def test_a_terminal_gets_the_diff_in_colours_unless_told_otherwise(flux: Shell) -> None:
    code = BEFORE.replace("a + 1", '"\x1b]0;owned\x07" + a  # ' + "long " * 40)
    (flux.root / "a.py").write_text(code, encoding="utf-8")
    plain = ran(*DOCUMENT).stdout.decode()

    coloured = shown(*DOCUMENT)

    assert '\x1b[32m+    """' in coloured
    assert "\n+++ b/a.py\n" in coloured
    assert "\x1b]0;" not in coloured, "text of a file must not command the terminal"
    assert "␛]0;owned␇" in coloured
    expected = plain.replace("\x1b", "␛").replace("\x07", "␇")
    assert shown(*DOCUMENT, NO_COLOR="1") == expected
    assert shown(*DOCUMENT, TERM="dumb") == expected
    assert "\x1b]0;owned\x07" in plain, "a patch keeps the bytes of the file"


def test_a_folder_that_was_deleted_is_a_sentence(flux: Shell, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        done = flux("doctor", "--offline")
    finally:
        os.chdir(flux.root)
    assert done.code == 1
    assert "current folder" in done.err


def test_without_a_home_folder_everything_still_answers(
    flux: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    for command in (("doctor", "--offline"), ("usage",), ("trust", "--list"), ("models",)):
        assert flux(*command).code in {0, 3}

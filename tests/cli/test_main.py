"""The way in: lean, and honest in its exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flux_lsp import __version__
from flux_lsp.fronts.cli.parser import COMMANDS, parse
from tests.cli.commands import Shell, flux

__all__ = ["flux"]

LAZY = """
import sys
sys.modules["flux_lsp.fronts.lsp.run"] = probe = type(sys)("probe")
def serve(options):
    loaded = {name.partition(".")[0] for name in sys.modules}
    print(sorted(loaded - set(sys.stdlib_module_names) - BEFORE))
    print(vars(options))
    return 7
probe.serve = serve
BEFORE = {name.partition(".")[0] for name in sys.modules}
from flux_lsp.__main__ import main
sys.exit(main(ARGUMENTS))
"""


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], {"tcp": None, "ws": None, "log_file": None, "log_level": None}),
        (["serve"], {"tcp": None, "ws": None, "log_file": None, "log_level": None}),
        (["--stdio", "--clientProcessId=12"], {"tcp": None, "log_level": None}),
        (["--tcp", "7000"], {"tcp": ("127.0.0.1", 7000)}),
        (["serve", "--ws", "[::]:7001", "--log-level", "debug"], {"ws": ("::", 7001)}),
        (["--log-file", "x.log"], {"log_file": Path("x.log")}),
    ],
)
def test_serving_loads_nothing_but_the_standard_library_first(
    arguments: list[str], options: dict[str, object]
) -> None:
    code = LAZY.replace("ARGUMENTS", repr(arguments))
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    loaded, given = ran.stdout.splitlines()
    assert (ran.returncode, loaded) == (7, "[]")
    for name, value in options.items():
        assert f"'{name}': {value!r}" in given


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["usage", "--since", "yesterday"],
        ["usage", "--by", "hour"],
        ["serve", "--tcp", "localhost"],
        ["serve", "--tcp", "localhost:99999"],
        ["report"],
        ["trust", "--list", "--remove"],
        ["run"],
    ],
)
def test_wrong_usage_is_two_and_says_why(flux: Shell, arguments: list[str]) -> None:
    ran = flux(*arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert "usage: flux-lsp" in ran.err


def test_version_and_help_are_done(flux: Shell) -> None:
    version, help_ = flux("--version"), flux("--help")

    assert (version.code, version.out) == (0, f"flux-lsp {__version__}\n")
    assert help_.code == 0
    for command in COMMANDS:
        assert command in help_.out
        assert flux(command, "--help").code == 0


def test_a_command_is_known_by_its_name() -> None:
    assert parse(["usage"]).command == "usage"
    assert parse(["--stdio"]).command == "serve"


def test_a_reader_that_goes_away_is_no_crash(flux: Shell) -> None:
    flux("usage")  # makes everything importable once
    command = f"{sys.executable} -m flux_lsp doctor --offline --json | head -c 1"
    ran = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True, env=dict(os.environ)
    )

    assert ran.stdout == "{"
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr

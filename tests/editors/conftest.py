"""Real editors are driven only when asked for: `pytest -m editor tests/editors`."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.story import story
from tests.fakes.messages_command import CommandApi

ROOT = Path(__file__).parents[2]
Play = Callable[..., None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """An ordinary run leaves them out: they need a gigabyte of editors and minutes."""
    if "editor" not in config.option.markexpr:
        left_out = [item for item in items if item.get_closest_marker("editor")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """An editor that was not there is never passed over in silence."""
    for report in terminalreporter.getreports("skipped"):
        if "editor" in report.keywords:
            terminalreporter.write_line(
                f"NOT TESTED {report.nodeid}: {report.longrepr[2]}", red=True
            )


@pytest.fixture
def editors() -> Path:
    """Where `editors/setup.sh` has put them."""
    return Path(os.environ.get("EDITORS", ROOT / ".cache" / "editors"))


@pytest.fixture
def api() -> Iterator[CommandApi]:
    """A fake Messages API that plays the story."""
    with story().in_thread() as started:
        yield started


@pytest.fixture
def play(editors: Path, api: CommandApi) -> Play:
    """Run a suite against the real server and the fake API; every line it prints must say ok."""

    def run(script: str, *programs: str, within: float = 300) -> None:
        missing = [name for name in programs if not (editors / "bin" / name).exists()]
        if missing:
            pytest.skip(f"{', '.join(missing)} not installed; run editors/setup.sh {editors}")
        env = {
            **os.environ,
            "SERVER": f"{sys.executable} -m flux_lsp",
            "API_URL": api.url,
            "EDITORS": str(editors),
        }
        done = subprocess.run(
            [ROOT / script], env=env, capture_output=True, text=True, timeout=within, check=False
        )
        print(done.stdout, done.stderr, sep="\n")
        checks = [line for line in done.stdout.splitlines() if line.startswith(("ok", "FAIL"))]
        failed = [line for line in checks if line.startswith("FAIL")]
        assert (done.returncode, failed) == (0, []), done.stdout + done.stderr
        assert checks, "the suite checked nothing"

    return run

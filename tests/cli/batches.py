"""A workspace, a fake API and rules for the tests of `flux-lsp batch`."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.cli.commands import Shell
from tests.fakes.answers import Answer, Json, status
from tests.fakes.messages_api import MessagesApi
from tests.fakes.rules import Rule, rewritten

_HEAD = re.compile(r"^([ \t]*)(?:def|class) (\w+).*:\n", re.MULTILINE)


def documented() -> Rule:
    """The target of Python with a docstring below its head."""
    return rewritten(lambda target: _HEAD.sub(_add_docstring, target, count=1))


def failing_for(names: set[str], rule: Rule) -> Rule:
    """Haiku breaks the code of symbols with these names; everything else is answered by `rule`."""
    broken = rewritten(lambda target: target.replace("return", "return return"))

    def answer(request: Json, number: int) -> Answer:
        shown = str(request["messages"][0]["content"][-1])
        is_haiku = "haiku" in request["model"]
        return (broken if is_haiku and any(n in shown for n in names) else rule)(request, number)

    return answer


def _add_docstring(match: re.Match[str]) -> str:
    return f'{match[0]}{match[1]}    """Say what {match[2]} is for."""\n'


def write_functions(root: Path, files: int, functions: int) -> None:
    """Write Python files of undocumented functions."""
    for number in range(files):
        body = "".join(
            f"def f{number}_{n}(value):\n    return value + {n}\n\n\n" for n in range(functions)
        )
        file = root / f"src/m{number}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(body)


@contextmanager
def serve_batches(flux: Shell, responder: Rule | None = None) -> Iterator[MessagesApi]:
    """The fake API, to which every command of `flux` goes."""
    with MessagesApi(responder=responder or documented()).in_thread() as api:
        flux.set(
            {
                "ANTHROPIC_API_KEY": "sk-ant-test",
                "ANTHROPIC_BASE_URL": api.url,
                "FLUX_BATCH_POLL_SECONDS": "0.01",
            }
        )
        yield api


def read_ledger(data: Path, query: str) -> list[tuple[object, ...]]:
    """Rows of the ledger."""
    with closing(sqlite3.connect(data / "ledger.sqlite3")) as database:
        return database.execute(query).fetchall()


def run_killed(flux: Shell, point: str) -> None:
    """Document `src` in a process that is killed at one point; see `tests.cli.killed`."""
    command = [sys.executable, "-m", "tests.cli.killed", point, "batch", "document", "src"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run(
        command, cwd=flux.root, env=environment, capture_output=True, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()


def fail_on_status(code: int) -> Rule:
    """An API that answers with this status."""
    return lambda _request, _number: status(code)

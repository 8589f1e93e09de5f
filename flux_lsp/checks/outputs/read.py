"""Reads the failures in what a command wrote: JSON, JUnit, or the lines that known tools write.

Never reports a failure that is only like one: a text without a known form has none.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flux_lsp.checks.outputs.json_forms import read_json
from flux_lsp.checks.outputs.junit import read_junit
from flux_lsp.checks.outputs.text_forms import read_lines
from flux_lsp.checks.values import CommandRun, Failure

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
# What differs from run to run in a message that says the same.
_MOVING = re.compile(r"\b(lines?|:)\s*\d+(?:\s*-\s*\d+)?|0x[0-9a-f]{6,}|\b\d+(?:\.\d+)?\s?m?s\b")
_MOST = 5_000  # failures that are kept


def read_failures(run: CommandRun, root: Path) -> tuple[Failure, ...]:
    """Read the failures of a run in `root`; one for its exit code where it has no known form."""
    if run.ending:
        return (Failure(_ENDINGS[run.ending], code=f"ended: {run.ending}"),)
    if run.exit_code == 0:
        return ()
    output = _ESCAPE.sub("", run.output)
    failures = read_json(output) or read_junit(output) or read_lines(output)
    known = tuple(_settle(failures, root))[:_MOST]
    return known or (make_exit_failure(run),)


def make_exit_failure(run: CommandRun) -> Failure:
    """Return the failure that an exit code alone says."""
    return Failure(f"it ended with exit code {run.exit_code}", code="exit code")


_ENDINGS = {
    "time": "it took longer than its `timeout_seconds`",
    "memory": "it used too much memory",
    "processes": "it started too many processes",
    "disk": "it wrote too much to the disk",
    "output": "it printed too much",
    "cancelled": "it was cancelled",
    "cannot": "it could not start",
}


def _settle(failures: list[Failure], root: Path) -> Iterator[Failure]:
    """Make paths relative to the root, and messages the same in every run."""
    places = {str(root), str(root.resolve())}
    for failure in failures:
        path, message = failure.path, failure.message
        for place in places:
            path = path.removeprefix(f"{place}/")
            message = message.replace(f"{place}/", "")
        if not failure.test:
            message = _MOVING.sub(lambda match: f"{match[1] or ''} …".strip(), message)
        yield replace(failure, path=path.removeprefix("./"), message=message[:500])

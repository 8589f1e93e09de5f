"""Tells new failures from old ones, and cuts what a tool wrote down to what helps with the new.

Pure. Never calls a failure new that was there before.
"""

import re
from collections import Counter
from collections.abc import Sequence

from flux_lsp.checks.outputs.read import make_exit_failure
from flux_lsp.checks.values import CommandRun, Failure

_MOST_SHOWN = 8  # failures that a model is told of
_MOST_LINES = 25  # of what a tool wrote about one
_MOST_CHARACTERS = 6_000
_LONGEST_LINE = 300
_TELLING = re.compile(r"^(?:E |>|\s*assert|\S+:\d+: )")
_HEADING = re.compile(r"^_{3,} (?P<name>.+?) _{3,}$")
_END = re.compile(r"^(?:_{3,} .+ _{3,}|={3,}.*={3,})$")


def find_new_failures(
    before: Sequence[Failure], after: Sequence[Failure], runs: tuple[CommandRun, CommandRun]
) -> tuple[Failure, ...]:
    """Find what fails in `after` and not in `before`; `runs` are the two that they were read from.

    The same failure twice where it was once is new. So is another exit code than before, where
    nothing else says why: a tool that crashed told of nothing.
    """
    left = Counter(failure.identity for failure in before)
    new = []
    for failure in after:
        if left[failure.identity] > 0:
            left[failure.identity] -= 1
        else:
            new.append(failure)
    first, second = runs
    if not new and second.exit_code not in (0, None, first.exit_code):
        new.append(make_exit_failure(second))
    return tuple(new)


def keep_repeated(new: Sequence[Failure], again: Sequence[Failure]) -> tuple[Failure, ...]:
    """Keep of the `new` failures those that a second run has `again`."""
    left = Counter(failure.identity for failure in again)
    kept = []
    for failure in new:
        if left[failure.identity] > 0:
            left[failure.identity] -= 1
            kept.append(failure)
    return tuple(kept)


def cut_output(new: Sequence[Failure], run: CommandRun) -> str:
    """Cut what was written down to the new failures, each with the lines that tell most."""
    parts = [_describe(failure, run.output) for failure in new[:_MOST_SHOWN]]
    if len(new) > _MOST_SHOWN:
        parts.append(f"and {len(new) - _MOST_SHOWN} more")
    if all(failure.code == "exit code" or failure.code.startswith("ended") for failure in new):
        parts.append(_cut_lines(run.output.strip().splitlines()[-_MOST_LINES:]))
    return "\n".join(filter(None, parts))[:_MOST_CHARACTERS]


def _describe(failure: Failure, output: str) -> str:
    section = _find_section(failure.test, output.splitlines()) if failure.test else []
    return "\n".join(filter(None, (str(failure), _cut_lines(section))))


def _find_section(test: str, lines: Sequence[str]) -> list[str]:
    """Find the lines that pytest writes about a test which tell most."""
    name = ".".join(test.split("::")[1:])
    for number, line in enumerate(lines):
        heading = _HEADING.match(line)
        if name and heading is not None and heading["name"] == name:
            section = []
            for following in lines[number + 1 :]:
                if _END.match(following):
                    break
                section.append(following)
            return [line for line in section if _TELLING.match(line)][:_MOST_LINES]
    return []


def _cut_lines(lines: Sequence[str]) -> str:
    return "\n".join(line[:_LONGEST_LINE] for line in lines)

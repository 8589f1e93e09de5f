"""Reads failures from the lines that pytest, ruff, mypy, tsc, eslint, go, cargo and their like write.

Never reads a warning as a failure.
"""

import re
from collections.abc import Iterator
from functools import partial

from flux_lsp.checks.values import Failure

_PATH = r"(?P<path>(?:[A-Za-z]:)?[^\s:()'\"][^:()'\"]*?\.\w+)"
_CODE = r"[A-Z]+\d+|invalid-syntax:|SyntaxError:"
# A form is one line. Its groups are the fields of a failure.
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        # pytest's short summary; a test's parameters may hold blanks
        r"(?:FAILED|ERROR) (?P<test>[^\s:]+\.\w+(?:::.+?)?)(?: - (?P<message>.*))?",
        r"(?:FAIL|ERROR): (?P<test>\w+ \([\w.]+\))",  # unittest
        rf"{_PATH}:(?P<line>\d+):(?:\d+:)? error: (?P<message>.*?)(?:  \[(?P<code>[\w-]+)\])?",  # mypy
        rf"{_PATH}:(?P<line>\d+):\d+: (?P<code>{_CODE}) (?:\[\*\] )?(?P<message>.*)",  # ruff, flake8
        rf"{_PATH}\((?P<line>\d+),\d+\): error (?P<code>TS\d+): (?P<message>.*)",  # tsc
        rf"{_PATH}:(?P<line>\d+):\d+ - error (?P<code>TS\d+): (?P<message>.*)",  # tsc --pretty
        rf"{_PATH}:(?P<line>\d+):\d+ - error: (?P<message>.*?)(?: \((?P<code>\w+)\))?",  # pyright
        r"\s*--- FAIL: (?P<test>\S+) \([\d.]+s\)",  # go test
        r"(?:# |\./)?(?:vet: )?(?P<path>[^\s:]+\.go):(?P<line>\d+):\d+: (?P<message>.*)",  # go build
        r"test (?P<test>\S+) (?:- should panic )?\.\.\. FAILED",  # cargo test
        r" *● (?P<test>\S.* › .+)",  # jest
        r" *FAIL +(?P<test>\S+\.\w+ > .+)",  # vitest
    )
)
_RUST_HEAD = re.compile(r"error(?:\[(?P<code>\w+)\])?: (?P<message>.+)")
_RUST_PLACE = re.compile(r"\s*--> (?P<path>.+?):(?P<line>\d+):\d+")
_ESLINT_FILE = re.compile(r"(?P<path>\S.*\.\w{1,5})")
_ESLINT_ENTRY = re.compile(
    r"\s+(?P<line>\d+):\d+\s+error\s+(?P<message>.+?)(?:\s{2,}(?P<code>\S+))?"
)
_LONGEST = 2_000  # characters of a line that is read
_NEAR = 4  # lines between the head of a Rust error and its place


def read_lines(output: str) -> list[Failure]:
    """Read every failure; a test that is named twice counts once."""
    lines = [line.rstrip()[:_LONGEST] for line in output.splitlines()]
    failures = [*_read_single(lines), *_read_rust(lines), *_read_eslint(lines)]
    tests = {failure.test: failure for failure in reversed(failures) if failure.test}
    return [*reversed(tests.values()), *(failure for failure in failures if not failure.test)]


def _read_single(lines: list[str]) -> Iterator[Failure]:
    for line in lines:
        match = next(filter(None, (form.fullmatch(line) for form in _FORMS)), None)
        if match is not None:
            yield _make_failure(match)


def _read_rust(lines: list[str]) -> Iterator[Failure]:
    for number, line in enumerate(lines):
        head = _RUST_HEAD.fullmatch(line)
        if head is None:
            continue
        near = lines[number + 1 : number + 1 + _NEAR]
        place = next(filter(None, map(_RUST_PLACE.fullmatch, near)), None)
        if place is not None:
            code = head["code"] or ""
            yield Failure(head["message"], "", place["path"], code, int(place["line"]))


def _read_eslint(lines: list[str]) -> Iterator[Failure]:
    path = ""
    for line in lines:
        if (entry := _ESLINT_ENTRY.fullmatch(line)) and path:
            yield _make_failure(entry, path)
        elif (file := _ESLINT_FILE.fullmatch(line)) is not None:
            path = file["path"]


def _make_failure(match: re.Match[str], path: str = "") -> Failure:
    fields = match.groupdict()
    get = partial(_get, fields)
    line = fields.get("line")
    code = get("code").rstrip(":")
    return Failure(
        get("message"), get("test"), get("path") or path, code, int(line) if line else None
    )


def _get(fields: dict[str, str | None], name: str) -> str:
    return (fields.get(name) or "").strip()

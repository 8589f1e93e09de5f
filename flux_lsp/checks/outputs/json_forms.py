"""Reads failures from the JSON of ruff, eslint, mypy, pyright, cargo, go test, and from SARIF.

Never raises for JSON of another shape: it has no failures.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flux_lsp.checks.values import Failure
from flux_lsp.files import parse_json

_MOST_LINES = 50_000
_Entry = Mapping[str, Any]


def read_json(output: str) -> list[Failure]:
    """Read a document, or lines of which each is one; empty when there is no JSON of a known shape."""
    start = output.lstrip()[:1]
    if start not in ("[", "{"):
        return []
    return [failure for entry in _list_entries(output) for failure in _read_entry(entry)]


def _list_entries(output: str) -> Iterator[_Entry]:
    whole = _parse(output)
    values = whole if isinstance(whole, list) else [whole]
    if whole is None:
        values = [_parse(line) for line in output.splitlines()[:_MOST_LINES]]
    yield from (value for value in values if isinstance(value, dict))


def _parse(text: str) -> Any:
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        return parse_json(text)
    except ValueError:
        return None


def _read_entry(entry: _Entry) -> Iterator[Failure]:
    match entry:
        case {"runs": [*runs]}:
            yield from (failure for run in runs for failure in _read_sarif(run))
        case {"filePath": str(path), "messages": [*messages]}:  # eslint
            yield from _read_eslint(path, messages)
        case {"filename": str(path), "location": location, "message": message}:  # ruff
            yield _make(message, path, entry.get("code"), _get(location, "row"))
        case {"generalDiagnostics": [*diagnostics]}:
            yield from _read_pyright(diagnostics)
        case {"file": str(path), "severity": "error", "message": message}:  # mypy
            yield _make(message, path, entry.get("code"), entry.get("line"))
        case {"reason": "compiler-message", "message": {"level": "error"} as message}:  # cargo
            yield from _read_rust(message)
        case {"Action": "fail", "Package": str(package), "Test": str(test)}:  # go test
            yield Failure("", f"{package}.{test}")


def _read_eslint(path: str, messages: list[object]) -> Iterator[Failure]:
    for message in messages:
        if _get(message, "severity") == 2:
            code, line = _get(message, "ruleId"), _get(message, "line")
            yield _make(_get(message, "message"), path, code, line)


def _read_pyright(diagnostics: list[object]) -> Iterator[Failure]:
    for diagnostic in diagnostics:
        if _get(diagnostic, "severity") == "error":
            line = _get(_get(_get(diagnostic, "range"), "start"), "line")
            place = line + 1 if isinstance(line, int) else None
            message, rule = _get(diagnostic, "message"), _get(diagnostic, "rule")
            yield _make(message, _get(diagnostic, "file"), rule, place)


def _read_rust(message: _Entry) -> Iterator[Failure]:
    spans = [span for span in message.get("spans", []) if _get(span, "is_primary")]
    if spans:
        code = _get(message.get("code"), "code")
        path, line = _get(spans[0], "file_name"), _get(spans[0], "line_start")
        yield _make(message.get("message"), path, code, line)


def _read_sarif(run: object) -> Iterator[Failure]:
    for result in _get(run, "results") or []:
        if _get(result, "level") not in (None, "error"):
            continue
        places = _get(result, "locations") or [None]
        place = _get(places[0], "physicalLocation")
        path = str(_get(_get(place, "artifactLocation"), "uri") or "").removeprefix("file://")
        text = _get(_get(result, "message"), "text")
        yield _make(text, path, _get(result, "ruleId"), _get(_get(place, "region"), "startLine"))


def _make(message: object, path: object, code: object, line: object) -> Failure:
    place = line if isinstance(line, int) else None
    return Failure(str(message or ""), "", str(path or ""), str(code or ""), place)


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None

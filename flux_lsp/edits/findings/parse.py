"""Reads what a model reports, from a tool call or from text: a call written as text, or plain JSON.

Never repairs broken JSON, and never reads findings out of prose: nothing there says what is quoted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import LineRange
from flux_lsp.edits.findings.values import SEVERITIES, Claim, ParsedFindings, Severity
from flux_lsp.edits.parse.call_forms import BadCallTextError, is_about_tools, read_calls
from flux_lsp.edits.parse.json_values import BadJsonError, find_json, load_arguments, load_json
from flux_lsp.edits.values import EditScope, Reject, reject

_TOOL = "report_findings"
_PATH = ("path", "file_path", "filePath", "file", "filename")
_FIRST = ("first_line", "firstLine", "start_line", "startLine", "line", "line_number", "lines")
_LAST = ("last_line", "lastLine", "end_line", "endLine", "line_end")
_QUOTE = ("quote", "quoted", "snippet", "line_text", "code")
_SEVERITY = ("severity", "level")
_TITLE = ("title", "name", "issue", "message", "text", "description")
_TEXT = ("text", "description", "details", "explanation", "message")
_FIX = ("fix", "suggestion", "recommendation")
_MOST_LINES = 10_000_000
_LONGEST = {"title": 160, "text": 4_000, "fix": 2_000, "summary": 2_000}  # characters
_LINES = re.compile(r"\D{0,6}(\d{1,8})(?:\s*[-–,]\D{0,6}(\d{1,8}))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_JSON_START = re.compile(r"^[ \t]*(?=[{\[])", re.MULTILINE)
_MOST_STARTS = 2_000
_SKELETON = (
    '{"findings": [{"path": "…", "first_line": 1, "last_line": 1, "quote": "…", '
    '"severity": "warning", "title": "…", "text": "…"}], "summary": "…"}'
)


class _BadReportError(Exception):
    """What is wrong with a report, in words for the model; never leaves this module."""


def parse_findings(reply: Reply, scope: EditScope) -> ParsedFindings | Reject:
    """Read what `reply` reports; FORMAT when it cannot be read, OUT_OF_SCOPE when it is an edit."""
    try:
        if reply.tool_calls:
            return _join(_read_call(call) for call in reply.tool_calls)
        return _read_text(reply.text, scope)
    except (_BadReportError, BadJsonError) as bad:
        refusal = reject(
            ErrorCode.FORMAT,
            "The answer held no readable findings",
            f"{bad}. Report with {_TOOL}, or as JSON: {_SKELETON}",
        )
        words = "" if reply.tool_calls else reply.text.strip()
        return Reject(refusal.code, refusal.message, refusal.feedback, words=words)
    except _EditError:
        return reject(
            ErrorCode.OUT_OF_SCOPE,
            "The answer changes code, and the action only reports",
            f"nothing is to be changed here. Call {_TOOL} with what you have to say",
        )


class _EditError(Exception):
    """The answer is an edit; never leaves this module."""


def _read_text(text: str, scope: EditScope) -> ParsedFindings:
    text = text.replace("\r\n", "\n")
    try:
        calls = [call.call for call in read_calls(text)]
    except BadCallTextError as bad:
        raise _BadReportError(str(bad)) from None
    if calls and any(is_about_tools(shown.text) for shown in scope.files.values()):
        raise _BadReportError("a file holds tool calls itself, so that one in a text is unclear")
    if calls:
        return _join(map(_read_call, calls))
    reports = [_read_report(value) for value in _find_json(text) if _is_report(value)]
    if len(reports) != 1:
        raise _BadReportError("it holds several reports" if reports else "it holds no report")
    return reports[0]


def _find_json(text: str) -> Iterator[Any]:
    """Find the JSON values that begin a line, the outermost of each."""
    at = 0
    for number, start in enumerate(_JSON_START.finditer(text)):
        if start.end() < at or number > _MOST_STARTS:
            continue
        decoded = find_json(text, start.end())
        if decoded is not None:
            value, at = decoded
            yield value


def _is_report(value: Any) -> bool:
    """Whether a JSON value is a report: an object with `findings`, or a list of such entries."""
    if isinstance(value, dict):
        return isinstance(value.get("findings"), list)
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(item, dict) and _get(item, _FIRST) for item in value)


def _read_call(call: ToolCall) -> ParsedFindings:
    arguments = load_arguments(call.json)
    plain = "".join(char for char in call.name.lower() if char.isalpha())
    if "rewrite" in plain or "edit" in plain:
        raise _EditError
    return _read_report(arguments)


def _read_report(value: Any) -> ParsedFindings:
    if isinstance(value, list):
        value = {"findings": value}
    if not isinstance(value, dict) or "findings" not in value:
        raise _BadReportError("`findings` is missing")
    items = value["findings"]
    if isinstance(items, str):
        items = load_json(items)
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        raise _BadReportError("`findings` is not a list")
    claims = [_read_claim(item) for item in items]
    return ParsedFindings(
        claims=tuple(claim for claim in claims if claim is not None),
        summary=_clean(value.get("summary"), "summary"),
        approved=_read_flag(value.get("approved")),
        unreadable=sum(claim is None for claim in claims),
    )


def _join(reports: Iterator[ParsedFindings]) -> ParsedFindings:
    """Join the reports of one answer; it is approved when no part says no."""
    parts = list(reports)
    verdicts = [part.approved for part in parts if part.approved is not None]
    return ParsedFindings(
        claims=tuple(claim for part in parts for claim in part.claims),
        summary=" ".join(filter(None, (part.summary for part in parts))),
        approved=all(verdicts) if verdicts else None,
        unreadable=sum(part.unreadable for part in parts),
    )


def _read_claim(item: Any) -> Claim | None:
    """Read one entry; None when it says nothing, or of no line."""
    if not isinstance(item, Mapping):
        return None
    lines = _read_lines(_get(item, _FIRST), _get(item, _LAST))
    title = _clean(_get(item, _TITLE), "title")
    if lines is None or not title:
        return None
    text = _clean(_get(item, _TEXT), "text")
    path, quote = _get(item, _PATH), _get(item, _QUOTE)
    return Claim(
        path=path if isinstance(path, str) else "",
        lines=lines,
        quote=quote if isinstance(quote, str) else "",
        severity=_read_severity(_get(item, _SEVERITY)),
        title=" ".join(title.split()),
        text="" if text == title else text,
        fix=_clean(_get(item, _FIX), "fix"),
    )


def _get(item: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Return the value under the first of `names` that has one."""
    return next((item[name] for name in names if item.get(name) not in (None, "")), None)


def _read_lines(first: Any, last: Any) -> LineRange | None:
    """Read two numbers, also from words such as "12-14" or "L12"; None for anything else."""
    if isinstance(first, str) and (match := _LINES.fullmatch(first.strip())):
        first, last = match[1], last if last is not None else match[2]
    begin, end = _read_number(first), _read_number(first if last is None else last)
    if begin is None or end is None or not 1 <= begin <= end < _MOST_LINES:
        return None
    return LineRange(begin, end)


def _read_number(value: Any) -> int | None:
    if isinstance(value, str) and (match := _LINES.fullmatch(value.strip())) and not match[2]:
        return int(match[1])
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _read_severity(value: Any) -> Severity:
    """Read a severity; an unknown one is a warning."""
    word = value.strip().lower() if isinstance(value, str) else ""
    return next((severity for severity in SEVERITIES if severity == word), "warning")


def _read_flag(value: Any) -> bool | None:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _clean(value: Any, what: str) -> str:
    """Return a text without control characters, cut where it is too long."""
    if not isinstance(value, str):
        return ""
    text, most = _CONTROL.sub(" ", value.replace("\r\n", "\n")).strip(), _LONGEST[what]
    return text if len(text) <= most else f"{text[: most - 1]}…"

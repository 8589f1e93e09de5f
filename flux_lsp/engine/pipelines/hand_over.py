"""Hand-overs: joined along a pipeline, kept short, and written as data that no model can mistake for a tag.

Pure. Never passes on more than `LONGEST` characters.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flux_lsp.engine.pipelines.values import HandOver, Json, TouchedFile

LONGEST = 24_000  # characters of the JSON
_LONGEST_SUMMARY, _LONGEST_ENTRY = 4_000, 500
_MOST_DECISIONS, _MOST_OPEN, _MOST_FINDINGS, _MOST_FILES = 20, 10, 30, 50
_ESCAPES = str.maketrans({"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"})
# What a finding says; where it is comes first.
_OF_FINDING = ("path", "first_line", "last_line", "severity", "title", "text", "fix")


def join_hand_overs(before: HandOver | None, now: HandOver) -> HandOver:
    """Join what a step leaves with what it was given.

    Decisions and files add up. Findings stay until a step reports others.
    """
    if before is None:
        return shorten_hand_over(now)
    files = {file.path: file for file in (*before.files, *now.files)}
    return shorten_hand_over(
        HandOver(
            summary=now.summary or before.summary,
            decisions=tuple(dict.fromkeys((*before.decisions, *now.decisions))),
            files=tuple(files.values()),
            findings=now.findings or before.findings,
            open=now.open,
        )
    )


def shorten_hand_over(hand_over: HandOver) -> HandOver:
    """Cut every part to what a next step can use; of the decisions the last ones stay."""
    return HandOver(
        summary=_cut(hand_over.summary, _LONGEST_SUMMARY),
        decisions=tuple(_cut(each, _LONGEST_ENTRY) for each in hand_over.decisions)[
            -_MOST_DECISIONS:
        ],
        files=hand_over.files[-_MOST_FILES:],
        findings=tuple(_shorten_finding(each) for each in hand_over.findings[:_MOST_FINDINGS]),
        open=tuple(_cut(each, _LONGEST_ENTRY) for each in hand_over.open[:_MOST_OPEN]),
    )


def write_hand_over(hand_over: HandOver) -> str:
    """Write it as JSON in which no `<` stands, so that nothing in it can look like an element.

    Beyond `LONGEST` characters the findings go first, then the files, then the decisions.
    """
    value = to_json(hand_over)
    for part in ("findings", "files", "decisions", "open"):
        entries = value[part]
        while len(text := _dump(value)) > LONGEST and isinstance(entries, list) and entries:
            entries.pop()
        if len(text) <= LONGEST:
            break
    return text


def to_json(hand_over: HandOver) -> dict[str, Any]:
    """Return the schema as JSON has it: `{summary, decisions, files, findings, open}`."""
    return {
        "summary": hand_over.summary,
        "decisions": list(hand_over.decisions),
        "files": [
            {"path": file.path, "lines": file.lines, "why": file.why} for file in hand_over.files
        ],
        "findings": [dict(finding) for finding in hand_over.findings],
        "open": list(hand_over.open),
    }


def read_json(value: Mapping[str, Any]) -> HandOver:
    """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return HandOver(
        summary=str(value["summary"]),
        decisions=tuple(map(str, value["decisions"])),
        files=tuple(
            TouchedFile(str(file["path"]), str(file["lines"]), str(file["why"]))
            for file in value["files"]
        ),
        findings=tuple(dict(finding) for finding in value["findings"]),
        open=tuple(map(str, value["open"])),
    )


def clean_entries(value: object) -> tuple[str, ...]:
    """Return the texts of a list that a model wrote; also of one text alone."""
    items: Iterable[object] = (
        [value] if isinstance(value, str) else value if isinstance(value, list) else []
    )
    return tuple(text for item in items if isinstance(item, str) and (text := item.strip()))


def _shorten_finding(finding: Json) -> Json:
    kept = {key: finding[key] for key in _OF_FINDING if key in finding}
    return {
        key: _cut(value, _LONGEST_ENTRY) if isinstance(value, str) else value
        for key, value in kept.items()
    }


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _dump(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES)

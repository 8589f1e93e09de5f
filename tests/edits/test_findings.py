"""What a model reports: only what stands in the files that it was shown is kept."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import LineRange
from flux_lsp.edits.findings.read import read_findings
from flux_lsp.edits.findings.values import Finding, FindingReport
from flux_lsp.edits.quoting import Quoting
from flux_lsp.edits.values import EditScope, Reject
from tests.edits.reading import called, make_scope, said, shown

CODE = """\
import os


def read(path):
    data = open(path).read()
    if data == None:
        return None
    return data


def run(command):
    os.system(command)
    return None
"""
LINES = CODE.split("\n")


def claim(line: int = 5, quote: str | None = None, **more: Any) -> dict[str, Any]:
    """A claim on a line that holds what it quotes, unless said otherwise."""
    return {
        "path": "a.py",
        "first_line": line,
        "last_line": line,
        "quote": LINES[line - 1] if quote is None else quote,
        "severity": "warning",
        "title": f"Problem in line {line}",
        "text": "It may fail.",
    } | more


def report(*claims: object, scope: EditScope | None = None, **more: Any) -> FindingReport:
    reply = called(("report_findings", {"findings": list(claims), "summary": "Sum.", **more}))
    result = read_findings(reply, scope or make_scope(CODE))
    assert isinstance(result, FindingReport), result
    return result


def only(*claims: object, **more: Any) -> Finding:
    (finding,) = report(*claims, **more).findings
    return finding


def refuse(reply: Any, scope: EditScope | None = None) -> Reject:
    result = read_findings(reply, scope or make_scope(CODE))
    assert isinstance(result, Reject), result
    return result


def test_finding_on_the_line_it_quotes_is_kept_whole() -> None:
    result = report(claim(5, fix="Close the file."), approved=False)

    assert result.findings == (
        Finding(
            "a.py",
            LineRange(5, 5),
            "data = open(path).read()",
            "warning",
            "Problem in line 5",
            "It may fail.",
            "Close the file.",
        ),
    )
    assert (result.summary, result.approved, result.dropped) == ("Sum.", False, 0)


@pytest.mark.parametrize(
    "false",
    [
        claim(5, quote="data = open(path).write()"),
        claim(5, quote=""),
        claim(5, quote="   "),
        claim(5, path="made/up.py"),
        claim(5, path="../a.py"),
        claim(5, path="/etc/passwd"),
        claim(5, last_line=200),
        claim(5, last_line=4),
        claim(1, first_line=0),
        claim(1, first_line=-3),
        claim(1, first_line=None),
        claim(1, first_line="somewhere"),
        claim(1, first_line=1.5),
        claim(1, first_line=10**30, last_line=10**30),
        claim(1, first_line=True),
        claim(1, title="", text=""),
        claim(7, first_line=10, last_line=10, quote="return None"),  # stands twice near by
        claim(1, first_line=14, last_line=14, quote=""),
        "not an object",
        None,
        7,
        ["a list"],
        {},
    ],
)
def test_what_cannot_be_seen_in_the_file_is_dropped_and_the_rest_is_kept(false: object) -> None:
    result = report(claim(5), false, claim(12))

    assert [finding.lines.first for finding in result.findings] == [5, 12]
    assert result.dropped == 1


def test_miscounted_line_moves_to_the_only_line_near_by_that_is_quoted() -> None:
    finding = only(claim(5, first_line=8, last_line=9))

    assert finding.lines == LineRange(5, 6)


def test_quote_inside_its_lines_is_where_the_finding_begins() -> None:
    assert only(claim(12, first_line=11, last_line=13)).lines == LineRange(12, 13)


def test_far_off_quote_is_dropped() -> None:
    text = "first = 1\n" + "other = 2\n" * 30
    scope = make_scope(text)

    assert report(claim(quote="first = 1", first_line=22, last_line=22), scope=scope).dropped == 1
    assert only(claim(quote="first = 1", first_line=21, last_line=21), scope=scope).lines.first == 1


def test_part_of_a_line_is_a_quote_of_it_and_moves_nothing() -> None:
    assert only(claim(5, quote="open(path).read()")).quote == "data = open(path).read()"
    assert report(claim(6, quote="open(path).read()")).dropped == 1


def test_quote_that_is_a_part_here_and_a_whole_line_near_by_is_dropped() -> None:
    scope = make_scope("return msg.Err.Error()\nelse:\nreturn msg.Err\n")

    dropped = report(claim(quote="return msg.Err", first_line=1, last_line=1), scope=scope)

    assert (dropped.findings, dropped.dropped) == ((), 1)


def test_brace_is_never_looked_for_near_by() -> None:
    scope = make_scope("{\n  a\n}\n")

    assert report(claim(quote="}", first_line=2, last_line=2), scope=scope).dropped == 1
    assert only(claim(quote="}", first_line=3, last_line=3), scope=scope).lines.first == 3


def test_line_that_was_not_shown_is_no_place_for_a_finding() -> None:
    scope = make_scope(CODE, quoting=Quoting({"a.py": [LineRange(4, 8)]}))

    result = report(claim(5), claim(12), claim(8, last_line=12), scope=scope)

    assert [finding.lines.first for finding in result.findings] == [5]
    assert result.dropped == 2


@pytest.mark.parametrize("word", ["critical", "", None, 3, ["error"], "info"])
def test_unknown_severity_is_a_warning(word: object) -> None:
    assert only(claim(5, severity=word)).severity == "warning"


def test_flood_is_capped_at_the_most_serious() -> None:
    flood = [claim(5, severity="hint", title=f"Hint {n}") for n in range(497)]
    serious = [claim(12, severity="error", title=f"Error {n}") for n in range(3)]

    result = report(*flood, *serious)

    assert [finding.severity for finding in result.findings[:4]] == ["error"] * 3 + ["hint"]
    assert (len(result.findings), result.left_out, result.dropped) == (50, 450, 0)


def test_doubles_become_one_and_the_more_serious_stays() -> None:
    result = report(claim(5, title="Leaks  it."), claim(5, title="leaks it", severity="error"))

    assert [finding.severity for finding in result.findings] == ["error"]


def test_findings_on_any_file_that_was_shown() -> None:
    scope = EditScope({"a.py": shown(CODE), "src/b.py": shown("x = 1\n", "src/b.py")})

    result = report(claim(5), claim(1, path="b.py", quote="x = 1"), scope=scope)

    assert [finding.path for finding in result.findings] == ["a.py", "src/b.py"]


def test_nothing_to_report_is_a_report() -> None:
    assert report().findings == ()


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"findings": [claim(5)], "summary": "Sum."}),
        f"Here is what I see.\n```json\n{json.dumps({'findings': [claim(5)]}, indent=2)}\n```\nDone.",
        json.dumps([claim(5)]),
        f"```\n{json.dumps([claim(5)])}\n```",
        json.dumps({"name": "report_findings", "arguments": {"findings": [claim(5)]}}),
        f'<invoke name="report_findings">\n<parameter name="findings">{json.dumps([claim(5)])}'
        "</parameter>\n</invoke>",
        f"report_findings(findings={[claim(5)]!r}, summary='Sum.')",
        f"<tool_call>{json.dumps({'name': 'report_findings', 'arguments': {'findings': [claim(5)]}})}"
        "</tool_call>",
    ],
)
def test_report_written_as_text_is_read(text: str) -> None:
    result = read_findings(said(text), make_scope(CODE))

    assert isinstance(result, FindingReport), result
    assert [finding.lines.first for finding in result.findings] == [5]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No problems.",
        "- **a.py:5** (error): `data = open(path).read()` leaks the file",
        '{"findings": [{"path": "a.py", "first_line": 5',
        json.dumps({"findings": [claim(5)]}) + "\n" + json.dumps({"findings": [claim(12)]}),
        "[1, 2]",
        "{}",
        '{"findings": 7}',
        '{"findings": [], "findings": []}',
        '<invoke name="report_findings"><parameter name="findings">[',
        "[" * 5_000,
    ],
)
def test_text_without_one_readable_report_is_refused(text: str) -> None:
    refusal = refuse(said(text))

    assert refusal.code is ErrorCode.FORMAT
    assert "report_findings" in refusal.feedback


@pytest.mark.parametrize(
    "arguments",
    ["", "{", "[]x", '"text"', "7", "null", '{"summary": "x"}', '{"findings": 7}', "[" * 9_000],
)
def test_broken_call_is_refused(arguments: str) -> None:
    assert refuse(called(("report_findings", arguments))).code is ErrorCode.FORMAT


def test_edit_in_place_of_findings_is_out_of_scope() -> None:
    for tool in ("rewrite_range", "apply_edits"):
        assert refuse(called((tool, {"code": "x"}))).code is ErrorCode.OUT_OF_SCOPE


def test_report_that_was_cut_off_is_not_read() -> None:
    whole = called(("report_findings", {"findings": [claim(5)]}), stop="max_tokens")

    assert refuse(whole).code is ErrorCode.TRUNCATED


def test_report_in_a_file_that_holds_one_is_not_read_from_text() -> None:
    code = f"{CODE}# report_findings(findings=[])\n"

    assert refuse(said("report_findings(findings=[])"), make_scope(code)).code is ErrorCode.FORMAT


def test_several_calls_are_one_report() -> None:
    reply = called(
        ("report_findings", {"findings": [claim(5)], "approved": True}),
        ("report_findings", {"findings": json.dumps([claim(12)]), "approved": "false"}),
    )
    result = read_findings(reply, make_scope(CODE))

    assert isinstance(result, FindingReport)
    assert [finding.lines.first for finding in result.findings] == [5, 12]
    assert result.approved is False


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["path", "first_line", "last_line", "quote", "severity", "title"]),
            inner,
        )
    ),
    max_leaves=8,
)


@given(st.lists(_JSON | st.builds(claim, st.integers(1, 13)), max_size=6), st.text(max_size=40))
def test_every_finding_stands_where_it_says_whatever_is_claimed(
    claims: list[object], text: str
) -> None:
    for reply in (called(("report_findings", {"findings": claims})), said(text)):
        result = read_findings(reply, make_scope(CODE))
        for finding in result.findings if isinstance(result, FindingReport) else ():
            assert LINES[finding.lines.first - 1].strip() == finding.quote
            assert finding.lines.first <= finding.lines.last <= len(LINES)

"""A run that reports: one tool, verified findings, secrets hidden, and prose is asked for again."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from flux_lsp.actions.action import Action
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.edits.findings.values import Finding
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.engine.values import Answered, Refused, Request, Result
from flux_lsp.settings.schema import Settings
from tests.engine.canary_runs import _services
from tests.fakes.model import Answer, ScriptedModel

SECRET = "ghp_" + "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAB7d"
CODE = f'TOKEN = "{SECRET}"\n\n\ndef load(path):\n    return open(path).read()\n'
REVIEW = Action(
    "look",
    "Look",
    "look at {target}",
    "Looks.",
    "findings",
    "Report faults.",
    "haiku",
    "It is quick.",
)


def claim(line: int, quote: str, **more: Any) -> dict[str, Any]:
    words = {"severity": "error", "title": f"Line {line}", "text": "Bad."}
    return {"path": "a.py", "first_line": line, "last_line": line, "quote": quote, **words, **more}


async def run(*script: Answer, settings: Settings | None = None) -> tuple[Result, ScriptedModel]:
    model = ScriptedModel(list(script))
    services = replace(_services(model, WorkspaceContext()), settings=settings or Settings())
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, CODE)
    request = Request("r", "look", snapshot, Span(0, len(CODE)))
    return await perform(REVIEW, request, services), model


async def test_run_ends_with_the_findings_that_are_true() -> None:
    claims = [claim(5, "return open(path).read()"), claim(3, "made up")]
    result, model = await run(
        ("report_findings", {"findings": claims, "summary": "One leak.", "approved": False})
    )

    assert isinstance(result, Answered), result
    assert result.findings == (
        Finding("a.py", LineRange(5, 5), "return open(path).read()", "error", "Line 5", "Bad."),
    )
    assert (result.approved, result.base["a.py"].text) == (False, CODE)
    assert result.summary == (
        "1 finding (1 error). One leak. 1 more did not match the code and are left out"
    )
    shown = json.loads(json.dumps(result.to_json()))["findings"]
    assert [(each["first_line"], "fix" in each) for each in shown] == [(5, False)]
    tools = json.loads(model.bodies[0])["tools"]
    assert [tool["name"] for tool in tools] == ["report_findings"]


async def test_quote_of_a_line_with_a_secret_is_verified_and_shown_without_it() -> None:
    _, asked = await run(("report_findings", {"findings": [], "summary": ""}))
    sent = str(asked.prompts[0])
    assert SECRET not in sent
    (placeholder, *_) = re.findall("FLUX_SECRET_[0-9a-f]{12}", sent)
    words = {"title": f"{placeholder} is in the code", "fix": f"Take {placeholder} away."}
    line = claim(1, f'TOKEN = "{placeholder}"', **words)

    result, _ = await run(("report_findings", {"findings": [line], "summary": placeholder}))

    (finding,) = result.findings
    assert finding.quote == 'TOKEN = "[secret]"'
    assert (finding.title, finding.fix) == ("[secret] is in the code", "Take [secret] away.")
    assert SECRET not in str(result.to_json())
    assert "FLUX_SECRET" not in str(result.to_json())


async def test_prose_is_asked_for_again_and_shown_in_the_end() -> None:
    result, model = await run("I see a leak of a file.")

    assert isinstance(result, Refused)
    assert (str(result.problem.code), result.findings) == ("FORMAT", ())
    assert result.text == "I see a leak of a file."
    assert "report_findings" in str(model.prompts[1].turns[-1])


async def test_prose_and_then_a_report() -> None:
    call = ("report_findings", {"findings": [claim(4, "def load(path):")], "summary": "S"})

    result, _ = await run("I see a leak.", call)

    assert [finding.lines.first for finding in result.findings] == [4]
    assert [attempt.result for attempt in result.attempts] == ["FORMAT", "ok"]


async def test_edit_changes_nothing_and_is_told_so() -> None:
    result, model = await run(("rewrite_range", {"code": "x = 1\n"}))

    assert isinstance(result, Refused)
    assert str(result.problem.code) == "OUT_OF_SCOPE"
    assert "OUT_OF_SCOPE" in str(model.prompts[1].turns[-1])


@pytest.mark.parametrize("fenced", [True, False])
async def test_text_dialect_reports_as_json(fenced: bool) -> None:
    text = json.dumps({"findings": [claim(4, "def load(path):")], "summary": "S"})

    result, model = await run(
        f"```json\n{text}\n```" if fenced else text, settings=Settings(dialect="text")
    )

    assert [finding.lines.first for finding in result.findings] == [4]
    assert "tools" not in json.loads(model.bodies[0])
    assert '{"findings": [' in model.prompts[0].system


async def test_nothing_to_report_is_an_answer() -> None:
    result, _ = await run(("report_findings", {"findings": [], "summary": "All is well."}))

    assert isinstance(result, Answered)
    assert (result.findings, result.summary) == ((), "No findings. All is well")

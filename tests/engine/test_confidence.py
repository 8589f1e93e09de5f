"""A model's own word on its answer: read, kept, and believed only where it has been worth something."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.text import Snapshot, Span, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.engine.confidence import read_confidence
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.engine.values import Proposed, Request
from flux_lsp.ledger.confidence import compute_auroc, is_telling
from flux_lsp.ledger.run_values import Aftermath, RunRow
from flux_lsp.models.client import Route
from flux_lsp.settings.schema import Settings
from tests.engine.canary_runs import _services
from tests.fakes.model import ScriptedModel

CODE = "def a():\n    return 1\n"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('{"code": "x", "confidence": 0.4}', 0.4),
        ('{"code": "x", "confidence": 1}', 1.0),
        ('{"code": "x", "confidence": 0}', 0.0),
        ('{"code": "x"}', None),
        ('{"code": "x", "confidence": true}', None),
        ('{"code": "x", "confidence": 7}', None),
        ('{"code": "x", "confidence": NaN}', None),
        ('{"code": "x", "confidence": "high"}', None),
        ("[1]", None),
        ('{"code": ', None),
    ],
)
def test_confidence_is_a_number_from_0_to_1(arguments: str, expected: float | None) -> None:
    call = ToolCall("t", "rewrite_range", arguments)

    assert read_confidence(Reply("m", "", (call,), "tool_use", Usage())) == expected


@pytest.mark.parametrize(
    ("confidence", "trusted", "sonnet_answers", "tiers", "returned"),
    [
        (0.3, True, True, ["haiku", "sonnet"], "return 2"),
        (0.3, True, False, ["haiku", "sonnet", "sonnet"], "return 1.5"),
        (0.3, False, True, ["haiku"], "return 1.5"),
        (0.7, True, True, ["haiku"], "return 1.5"),
        (None, True, True, ["haiku"], "return 1.5"),
    ],
)
async def test_doubt_asks_sonnet_and_its_silence_leaves_haikus_answer(
    confidence: float | None, trusted: bool, sonnet_answers: bool, tiers: list[str], returned: str
) -> None:
    said = {} if confidence is None else {"confidence": confidence}
    first = ("rewrite_range", {"code": "def a():\n    return 1.5\n", **said})
    second: Any = ("rewrite_range", {"code": "def a():\n    return 2\n"})
    model = ScriptedModel([first, second if sonnet_answers else "I cannot."])
    services = replace(
        _services(model, WorkspaceContext()),
        settings=Settings(),
        choose_route=lambda tier, *_: Route(tier, tier, "asked"),
        trusts_confidence=lambda: trusted,
    )
    action = load_registry().find("edit")
    assert action is not None
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, CODE)
    request = Request("r", "edit", snapshot, Span(0, len(CODE)), instruction="rename `a` to `a`")

    result = await perform(action, request, services)

    assert isinstance(result, Proposed), result
    assert [attempt.tier for attempt in result.attempts] == tiers
    assert result.attempts[0].confidence == confidence
    (file,) = result.plan.files
    assert returned in apply_changes(CODE, file.changes)


def test_separation_is_counted_with_ties_as_half() -> None:
    assert compute_auroc([(0.9, False), (0.2, True)]) == 1.0
    assert compute_auroc([(0.2, False), (0.9, True)]) == 0.0
    assert compute_auroc([(0.5, False), (0.5, True)]) == 0.5
    assert compute_auroc([(0.9, False), (0.5, False), (0.5, True), (0.1, True)]) == 0.875
    assert compute_auroc([(0.9, False)]) is None


def row(confidence: float, bad: bool, tier: Any = "haiku") -> RunRow:
    after = Aftermath(undone=bad, undone_within=30 if bad else None, kept_10=None if bad else 1.0)
    return RunRow(
        "r", NOW, "edit", "python", "applied", 1, 0.0, 1, confidence=confidence, last_tier=tier,
        aftermath=after,
    )  # fmt: skip


def test_it_is_believed_after_200_answers_that_it_separates() -> None:
    telling = [row(0.9, False)] * 150 + [row(0.4, True)] * 50

    assert is_telling(telling, NOW)
    assert not is_telling(telling[1:], NOW)
    assert not is_telling([replace(each, last_tier="sonnet") for each in telling], NOW)
    assert not is_telling([row(0.9, number % 4 == 0) for number in range(400)], NOW)

"""A run's first call: what the request, the settings, the prices and the past make of it."""

from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.engine.perform import perform, preview
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.models.client import Route
from flux_lsp.models.prices import compute_price, load_prices
from flux_lsp.models.routing.estimates import MeasuredPrompt, expect_usage, measure_prompt
from flux_lsp.models.routing.memory import RoutingMemory
from flux_lsp.models.routing.words import explain_decision
from flux_lsp.settings.schema import Settings
from tests.engine.canary_runs import _services
from tests.fakes.model import ScriptedModel

DAY = date(2026, 11, 20)
CODE = "def total(items):\n    return sum(items)\n"
RENAME, WONDER = "rename `items` to `amounts`", "figure out why this is wrong"


def services(settings: dict[str, Any] | None = None, gone: Tier | None = None) -> Services:
    def choose(tier: Tier, may_fall_back: bool, model: str) -> Route | Problem:
        del model
        if tier != gone:
            return Route(tier, f"claude-{tier}-5-5", f"{tier}: the newest", described=True)
        if not may_fall_back:
            return Problem(ErrorCode.MODEL_UNAVAILABLE, "gone", "")
        other: Tier = "haiku" if tier == "sonnet" else "sonnet"
        return Route(other, f"claude-{other}-5-5", f"claude-{tier}-5-5 is gone", described=True)

    base = _services(ScriptedModel(["It is."]), WorkspaceContext())
    base.budget.price_of = lambda usage, model, _: compute_price(usage, model, DAY)  # type: ignore[misc]
    return replace(
        base,
        settings=Settings.model_validate(settings or {}),
        choose_route=choose,
        find_step=lambda model: load_prices().find_step(model, DAY),
        memory=RoutingMemory(),
    )


async def decide(
    around: Services, instruction: str = RENAME, **more: Any
) -> tuple[Decision, RunState]:
    action = load_registry().find(more.pop("action", "edit"))
    assert action is not None
    text = more.pop("text", CODE)
    end = more.pop("end", len(text))
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, text)
    request = Request("r", action.id, snapshot, Span(0, end), instruction=instruction, **more)
    prepared = await prepare_request(action, request, around)
    assert not isinstance(prepared, Problem)
    state = await preview(action, prepared, request, around)
    assert not isinstance(state, Problem)
    return state.decision, state


@pytest.mark.parametrize(
    ("settings", "more", "tier", "rule"),
    [
        ({}, {}, "haiku", "score"),
        ({}, {"instruction": WONDER}, "sonnet", "score"),
        ({}, {"instruction": "shorten it"}, "sonnet", "default"),
        ({}, {"instruction": "check the password"}, "sonnet", "security"),
        ({}, {"tier": "haiku", "instruction": WONDER}, "haiku", "pinned"),
        ({}, {"model": "m"}, "sonnet", "pinned"),
        ({}, {"remark": True}, "sonnet", "escalated"),
        ({"model": "m"}, {}, "sonnet", "model"),
        ({"model": "m", "routing": {"edit": "haiku"}}, {}, "haiku", "model"),
        ({"model": "m"}, {"tier": "haiku"}, "haiku", "pinned"),
        ({"routing": {"edit": "sonnet"}}, {}, "sonnet", "pinned"),
        (
            {"routing": {"edit": "haiku"}},
            {"remark": True, "instruction": WONDER},
            "haiku",
            "pinned",
        ),
        ({"routing": {"cut": 4}}, {}, "sonnet", "score"),
        ({"routing": {"cut": -3}}, {"instruction": WONDER}, "haiku", "score"),
        ({"routing": {"matrix": {"pattern_application": -3}}}, {}, "sonnet", "score"),
    ],
)
async def test_what_decides(settings: Any, more: Any, tier: Tier, rule: str) -> None:
    decision, state = await decide(services(settings), **more)

    assert (decision.tier, decision.rule) == (tier, rule)
    assert state.route.tier == tier
    assert sum(decision.points.values()) == decision.score


async def test_a_tier_that_cannot_be_reached_leaves_it_to_the_other_which_is_told() -> None:
    decision, state = await decide(services(gone="haiku"))

    assert (decision.tier, decision.rule, decision.model) == (
        "sonnet",
        "unreachable",
        "claude-sonnet-5-5",
    )
    assert state.route.reason == "claude-haiku-5-5 is gone"
    assert (state.fallback, state.strategy) == (True, "rewrite")
    decision, state = await decide(services(gone="haiku"), WONDER)
    assert (decision.rule, state.fallback) == ("score", False)


async def test_a_decision_holds_for_five_minutes_on_its_file() -> None:
    around = services()
    now = {"seconds": 0.0}
    around.clock.monotonic = lambda: now["seconds"]  # type: ignore[method-assign]
    action = load_registry().find("edit")
    assert action is not None
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, CODE)
    first = Request("r", "edit", snapshot, Span(0, len(CODE)), instruction="add a total")

    await perform(action, first, around)

    assert (await decide(around, "shorten it"))[0].rule == "sticky"
    assert (await decide(around, "shorten it"))[0].tier == "haiku"
    assert (await decide(around, WONDER))[0].tier == "sonnet"  # a score that is 4 away
    now["seconds"] = 301.0
    assert (await decide(around, "shorten it"))[0].rule == "default"


async def test_context_is_cut_below_the_long_prompt_step_of_haiku() -> None:
    functions = "".join(f"def f{n}(value):\n    return value + {n}\n\n\n" for n in range(12_000))
    around = services({"context": {"max_tokens": 500_000}})

    decision, state = await decide(around, text=functions, end=1)
    assert (decision.tier, decision.rule) == ("haiku", "score")
    estimate = decision.estimates["haiku"]
    assert estimate is not None
    assert estimate.input_tokens < 100_000

    whole, _ = await decide(around, text=functions, tier="sonnet", end=1)
    estimate = whole.estimates["sonnet"]
    assert estimate is not None
    assert estimate.input_tokens > 100_000
    assert "f11999" not in str(state.prompt.turns)


async def test_a_target_beyond_the_step_goes_to_the_cheaper_tier() -> None:
    lines = "".join(f"value_{n} = {n}\n" for n in range(3_000))
    around = replace(services(), find_step=lambda _: 2_000)

    decision, _ = await decide(around, text=lines)
    assert (decision.tier, decision.rule) == ("haiku", "price")

    dear = replace(around, budget=copy(around.budget))
    dear.budget.price_of = lambda usage, model, _: 9.0 if "haiku" in model else 1.0  # type: ignore[misc]
    decision, _ = await decide(dear, text=lines)
    assert (decision.tier, decision.rule) == ("sonnet", "price")


def test_each_tier_is_estimated_with_its_own_cache() -> None:
    memory = RoutingMemory()
    prompt = MeasuredPrompt(5000, (("a", 1000), ("b", 4000)))

    memory.record_call("haiku", prompt, Usage(cache_write=4000), 0.0)

    assert memory.count_cached_tokens("haiku", prompt, 299.0) == 4000
    assert memory.count_cached_tokens("sonnet", prompt, 299.0) == 0
    assert memory.count_cached_tokens("haiku", prompt, 301.0) == 0
    assert memory.count_cached_tokens("haiku", MeasuredPrompt(2000, (("a", 1000),)), 1.0) == 1000
    memory.record_call("sonnet", prompt, Usage(input=5000), 0.0)  # it cached nothing
    assert memory.count_cached_tokens("sonnet", prompt, 1.0) == 0


def test_the_tokens_of_a_call_by_kind() -> None:
    prompt = MeasuredPrompt(5000, (("a", 1000), ("b", 4000)))

    assert expect_usage(prompt, 0, 300) == Usage(1000, 300, cache_write=4000)
    assert expect_usage(prompt, 1000, 300) == Usage(1000, 300, cache_write=3000, cache_read=1000)
    assert expect_usage(MeasuredPrompt(5000), 0, 300) == Usage(5000, 300)


def test_prefixes_are_the_same_as_long_as_the_bodies_are() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}

    def body(question: str, **more: Any) -> dict[str, Any]:
        content = [
            {"type": "text", "text": "file", **mark},
            {"type": "text", "text": question, **mark},
        ]
        return {
            "model": "m",
            "system": [{"type": "text", "text": "rules", **mark}],
            "messages": [{"role": "user", "content": content}],
            **more,
        }

    first, second = measure_prompt(body("one")), measure_prompt(body("two"))
    assert [a == b for a, b in zip(first.prefixes, second.prefixes, strict=True)] == [
        True,
        True,
        False,
    ]
    thinking = measure_prompt(body("one", thinking={"type": "disabled"}))
    assert [a == b for a, b in zip(first.prefixes, thinking.prefixes, strict=True)] == [
        True,
        False,
        False,
    ]


async def test_a_decision_explains_itself_in_one_line() -> None:
    decision, _ = await decide(services())

    assert explain_decision(decision).startswith(
        "haiku: +2 pattern application, +2 well defined spec = +4 (strong); Haiku about $0."
    )
    assert decision.to_json()["usd"] == decision.usd

"""From a tier to a model and how it is asked: pins, the live list, the catalogue, refusals."""

from dataclasses import replace
from datetime import date

import pytest

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.models.anthropic.listing import read_model
from flux_lsp.models.availability import Refusal, RefusalMemory
from flux_lsp.models.catalogue import ModelInfo, load_catalogue
from flux_lsp.models.client import Route
from flux_lsp.models.router import choose_route
from flux_lsp.models.selection import ModelPreferences, Selection, read_preferences
from flux_lsp.models.tiers import TierModel, resolve
from flux_lsp.settings.credentials import Credentials
from flux_lsp.settings.schema import Models, Settings
from tests.fakes.messages_api import MessagesApi, status
from tests.fakes.model_list import ALL, MODELS, model
from tests.models.given import KEY, FakeClock, asking

TODAY = date(2026, 11, 21)
SHIPPED = load_catalogue()


def listed(*entries: dict[str, object]) -> list[ModelInfo]:
    return [found for entry in entries if (found := read_model(entry))]


NEW = model("claude-haiku-6", "haiku", "2027-01-01", thinking=("adaptive", "disabled"), effort=ALL)


def test_the_live_list_comes_before_the_catalogue() -> None:
    found = resolve("haiku", "auto", listed(*MODELS, NEW), SHIPPED, TODAY)
    assert found.model.id == "claude-haiku-6"
    assert "this key can list" in found.why
    assert not found.warning


def test_without_a_live_list_the_catalogue_decides() -> None:
    nothing: list[ModelInfo] = []
    for live in (None, nothing):
        found = resolve("sonnet", "auto", live, SHIPPED, TODAY)
        assert found.model.id == "claude-sonnet-5-5"
        assert found.why == "newest in the catalogue"


def test_deprecated_models_and_other_lines_are_never_chosen() -> None:
    live = listed(
        model("claude-haiku-7", "haiku", "2028-01-01", lifecycle="deprecated"),
        model("claude-opus-9", "opus", "2029-01-01"),
        MODELS[0],
    )
    assert resolve("haiku", "auto", live, SHIPPED, TODAY).model.id == "claude-haiku-5-5"


def test_a_bare_list_of_ids_is_read_with_the_catalogues_eyes() -> None:
    live = listed({"id": "claude-haiku-4-5-20251001"}, {"id": "gpt-x"})
    found = resolve("haiku", "auto", live, SHIPPED, TODAY)
    assert found.model.id == "claude-haiku-4-5-20251001"
    assert found.model.strict_tools


def test_bedrock_gets_its_own_spelling() -> None:
    found = resolve("haiku", "auto", None, SHIPPED, TODAY, "bedrock")
    assert found.model.id == "anthropic.claude-haiku-5-5"
    assert found.model.described


@pytest.mark.parametrize(
    ("pin", "live", "warned", "instead"),
    [
        ("claude-haiku-4-5", None, "", "claude-haiku-5-5"),
        ("claude-haiku-4-5", listed(*MODELS), "", "claude-haiku-5-5"),
        ("claude-sonnet-4-5", None, "retired on 2026-11-30", "claude-sonnet-5-5"),
        (
            "claude-sonnet-4-5-20250929",
            listed(*MODELS),
            "retired on 2026-11-30",
            "claude-sonnet-5-5",
        ),
        ("claude-3-haiku-20240307", None, "retired since 2026-04-20", "claude-haiku-5-5"),
        (
            "claude-haiku-5-5",
            listed(MODELS[1]),
            "list of models does not hold",
            "claude-haiku-5-5",
        ),
        ("claude-typo", listed(*MODELS), "list of models does not hold", "claude-sonnet-5-5"),
        ("qwen3", None, "", "claude-sonnet-5-5"),
    ],
)
def test_a_pin_is_kept_and_what_is_wrong_with_it_said(
    pin: str, live: list[ModelInfo] | None, warned: str, instead: str
) -> None:
    found = resolve("sonnet", pin, live, SHIPPED, TODAY)
    assert found.model.id == pin
    assert "`models.sonnet`" in found.why
    assert found.replacement == instead
    if not warned:
        assert found.warning == ""
        return
    assert warned in found.warning
    assert pin in found.warning
    assert instead in found.warning
    route = _choose("sonnet", pins={"sonnet": pin}, live=live)
    assert isinstance(route, Route)
    assert warned in route.reason  # so that each run says it


def test_the_api_knows_better_when_a_model_retires() -> None:
    """A date can be moved; what the API calls active is active."""
    live = listed(model("claude-sonnet-4-5", "sonnet", "2025-09-29"))
    found = resolve("sonnet", "claude-sonnet-4-5", live, SHIPPED, date(2027, 6, 1))
    assert not found.warning


@pytest.mark.parametrize(
    ("name", "thinking", "effort"),
    [
        ("claude-haiku-5-5", "disabled", None),
        ("claude-sonnet-5-5", "between_tools", "medium"),
        ("claude-sonnet-5", "disabled", "medium"),
        ("claude-haiku-4-5", None, None),
        ("claude-sonnet-4-5", None, None),
        ("claude-opus-5-5", None, None),
        ("qwen3", None, None),
    ],
)
def test_a_model_is_asked_for_speed_as_far_as_it_takes_it(
    name: str, thinking: str | None, effort: str | None
) -> None:
    route = _choose("haiku", pins={"haiku": name})
    assert isinstance(route, Route)
    assert (route.thinking, route.effort) == (thinking, effort)
    assert route.described == (name != "qwen3")


def test_the_reason_names_the_tier_and_why() -> None:
    route = _choose("haiku")
    assert isinstance(route, Route)
    assert route.reason == "haiku: newest in the catalogue"
    assert (route.tier, route.setting) == ("haiku", "models.haiku")


@pytest.mark.parametrize(("wanted", "other"), [("haiku", "sonnet"), ("sonnet", "haiku")])
def test_a_refused_model_falls_back_to_the_other_tier_and_says_so(
    wanted: Tier, other: Tier
) -> None:
    refused = {f"claude-{wanted}-5-5": Refusal(403, 0)}
    route = _choose(wanted, refused)
    assert isinstance(route, Route)
    assert (route.tier, route.model) == (other, f"claude-{other}-5-5")
    assert f"claude-{wanted}-5-5 is not available to this key (403)" in route.reason
    assert f"{other} stands in for {wanted}" in route.reason


def test_no_fallback_where_it_is_not_allowed_or_leads_nowhere() -> None:
    one = {"claude-haiku-5-5": Refusal(404, 0)}
    both = one | {"claude-sonnet-5-5": Refusal(None, 0)}
    same: dict[Tier, str] = {"haiku": "claude-haiku-5-5", "sonnet": "claude-haiku-5-5"}
    for found in (
        _choose("haiku", one, may_fall_back=False),
        _choose("haiku", both),
        _choose("haiku", one, pins=same),
    ):
        assert isinstance(found, Problem)
        assert found.code is ErrorCode.MODEL_UNAVAILABLE
        assert "claude-haiku-5-5" in found.message
        assert "models.haiku" in found.hint
    assert isinstance(_choose("sonnet", one), Route)


def test_refusals_are_forgotten_by_the_clock_and_are_news_once() -> None:
    clock = FakeClock()
    memory = RefusalMemory(clock, seconds=100)
    assert memory.refuse("key", "m", 404)
    assert not memory.refuse("key", "m", 404)
    assert memory.find_refusal("other key", "m") is None
    assert memory.find_refusal("key", "other model") is None
    clock.seconds += 99
    assert memory.find_refusal("key", "m") is not None
    clock.seconds += 1
    assert memory.find_refusal("key", "m") is None
    assert memory.refuse("key", "m", 404)
    memory.accept("key", "m")
    assert memory.find_refusal("key", "m") is None


def test_a_selection_remembers_per_key() -> None:
    selection, mine = Selection(SHIPPED, FakeClock()), _wishes()
    route = selection.choose_route("haiku", True, mine)
    assert isinstance(route, Route)
    assert selection.record_refusal(route, mine, 404)
    assert not selection.record_refusal(route, mine, 404)
    fallback = selection.choose_route("haiku", True, mine)
    assert isinstance(fallback, Route)
    assert fallback.tier == "sonnet"
    other_key = read_preferences(Settings(), Credentials("api_key", "x", secret="other"))
    back = selection.choose_route("haiku", True, other_key)
    assert isinstance(back, Route)
    assert back.tier == "haiku"
    selection.record_answer(route, mine)
    again = selection.choose_route("haiku", True, mine)
    assert isinstance(again, Route)
    assert again.tier == "haiku"


def test_one_model_for_everything() -> None:
    selection = Selection(SHIPPED, FakeClock())
    for wanted in (_wishes(model="claude-opus-5-5"), _wishes(Settings(model="claude-opus-5-5"))):
        tiers: tuple[Tier, ...] = ("haiku", "sonnet")
        for tier in tiers:
            route = selection.choose_route(tier, True, wanted)
            assert isinstance(route, Route)
            assert (route.tier, route.model) == (tier, "claude-opus-5-5")
            assert "`model` asks for it" in route.reason
            assert route.setting == "model"


def test_pins_come_from_the_settings_and_the_offline_provider_needs_no_model() -> None:
    selection = Selection(SHIPPED, FakeClock())
    pinned = selection.choose_route(
        "haiku", True, _wishes(Settings(models=Models(haiku="claude-x")))
    )
    assert isinstance(pinned, Route)
    assert pinned.model == "claude-x"
    offline = selection.choose_route("haiku", True, _wishes(Settings(provider="offline")))
    assert isinstance(offline, Route)
    assert offline.provider == "offline"


def test_preferences_tell_keys_apart_without_holding_one() -> None:
    mine = read_preferences(Settings(), Credentials("api_key", "x", secret="sk-secret"))
    assert "sk-secret" not in repr(mine)
    elsewhere = read_preferences(
        Settings(base_url="http://127.0.0.1:1"), Credentials("api_key", "x", secret="sk-secret")
    )
    assert mine.credential != elsewhere.credential


async def test_the_live_list_is_fetched_once_and_used() -> None:
    async with MessagesApi(models=[*MODELS, NEW]) as api, asking(api) as it:
        selection, mine = Selection(SHIPPED, it.clock), _wishes()
        assert await selection.refresh(it.client, mine) is None
        assert await selection.refresh(it.client, mine) is None
        assert len(api.other_calls) == 1
        route = selection.choose_route("haiku", True, mine)
        assert isinstance(route, Route)
        assert route.model == "claude-haiku-6"
        it.clock.seconds += 7 * 3600
        await selection.refresh(it.client, mine)
        assert len(api.other_calls) == 2


async def test_a_list_that_cannot_be_had_leaves_the_catalogue_and_is_asked_for_later() -> None:
    async with MessagesApi(models=status(500)) as api, asking(api) as it:
        selection, mine = Selection(SHIPPED, it.clock), _wishes()
        assert isinstance(await selection.refresh(it.client, mine), CallError)
        assert await selection.refresh(it.client, mine) is None
        route = selection.choose_route("haiku", True, mine)
        assert isinstance(route, Route)
        assert route.model == "claude-haiku-5-5"
        it.clock.seconds += 601
        assert isinstance(await selection.refresh(it.client, mine), CallError)
        assert len(api.other_calls) == 2


def _choose(
    tier: Tier,
    refused: dict[str, Refusal] | None = None,
    *,
    may_fall_back: bool = True,
    pins: dict[Tier, str] | None = None,
    live: list[ModelInfo] | None = None,
) -> Route | Problem:
    tiers: tuple[Tier, ...] = ("haiku", "sonnet")
    resolved: dict[Tier, TierModel] = {
        one: resolve(one, (pins or {}).get(one, "auto"), live, SHIPPED, TODAY) for one in tiers
    }
    return choose_route(
        tier, resolved, refused or {}, provider="anthropic", may_fall_back=may_fall_back
    )


def _wishes(settings: Settings | None = None, model: str = "") -> ModelPreferences:
    return read_preferences(settings or Settings(), replace(KEY), model)


def test_what_replaces_a_retired_pin_stands_in_and_both_are_named() -> None:
    pin = "claude-3-haiku-20240307"
    route = _choose("haiku", {pin: Refusal(404, 0)}, pins={"haiku": pin}, may_fall_back=False)
    assert isinstance(route, Route)
    assert (route.tier, route.model, route.stands_in) == ("haiku", "claude-haiku-5-5", True)
    assert pin in route.reason
    assert "claude-haiku-5-5" in route.reason


def test_nothing_replaces_a_pin_that_is_neither_going_nor_gone() -> None:
    pin = "claude-haiku-4-5"
    found = _choose("haiku", {pin: Refusal(403, 0)}, pins={"haiku": pin}, may_fall_back=False)
    assert isinstance(found, Problem)

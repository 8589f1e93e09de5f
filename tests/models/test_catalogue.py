"""The shipped catalogue is whole and consistent, and a person can mend it."""

from datetime import date
from pathlib import Path

import pytest

from flux_lsp.models.catalogue import load_catalogue, strip_provider
from flux_lsp.models.prices import load_prices

TODAY = date(2026, 11, 21)


def test_the_newest_of_each_tier() -> None:
    shipped = load_catalogue()
    names = {line: shipped.find_newest(line, TODAY) for line in ("haiku", "sonnet", "nothing")}
    assert names["haiku"] is not None
    assert names["haiku"].id == "claude-haiku-5-5"
    assert names["sonnet"] is not None
    assert names["sonnet"].id == "claude-sonnet-5-5"
    assert names["nothing"] is None


def test_every_model_is_found_by_all_its_names_and_none_twice() -> None:
    shipped = load_catalogue()
    names = [name for one in shipped.models for name in (one.id, *one.aliases)]
    assert len(names) == len(set(names))
    for one in shipped.models:
        for name in (one.id, *one.aliases):
            assert shipped.get(name) == one


def test_every_replacement_is_active_and_of_the_same_line() -> None:
    shipped = load_catalogue()
    for one in shipped.models:
        if one.state(TODAY) != "active":
            assert one.replacement, one.id
        if one.replacement:
            instead = shipped.get(one.replacement)
            assert instead is not None, one.id
            assert (instead.state(TODAY), instead.line) == ("active", one.line)


def test_every_active_model_of_a_tier_has_windows_and_a_price() -> None:
    for one in load_catalogue().models:
        if one.line in {"haiku", "sonnet"} and one.state(TODAY) != "retired":
            assert one.context_tokens, one.id
            assert one.max_output_tokens, one.id
            assert one.strict_tools, one.id
            assert load_prices().find_price(one.id, TODAY), one.id


def test_states_follow_the_dates() -> None:
    old = load_catalogue().get("claude-sonnet-4-5")
    assert old is not None
    assert old.state(date(2026, 9, 29)) == "active"
    assert old.state(date(2026, 11, 29)) == "deprecated"
    assert old.state(date(2026, 11, 30)) == "retired"


@pytest.mark.parametrize(
    ("spelt", "plain"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
        ("anthropic.claude-haiku-5-5", "claude-haiku-5-5"),
        ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929"),
        ("claude-haiku-5-5", "claude-haiku-5-5"),
        ("deepseek-v3", "deepseek-v3"),
    ],
)
def test_cloud_providers_spell_ids_in_their_own_way(spelt: str, plain: str) -> None:
    assert strip_provider(spelt) == plain


def test_a_persons_file_adds_models_and_mends_single_fields(tmp_path: Path) -> None:
    mine = tmp_path / "catalogue.toml"
    mine.write_text(
        '[[model]]\nid = "claude-haiku-6"\nline = "haiku"\nreleased = 2027-01-01\n'
        '[[model]]\nid = "claude-sonnet-5-5"\nretires_on = 2026-11-01\n'
    )
    catalogue = load_catalogue(mine)
    haiku, sonnet = catalogue.find_newest("haiku", TODAY), catalogue.find_newest("sonnet", TODAY)
    assert haiku is not None
    assert haiku.id == "claude-haiku-6"
    assert sonnet is not None
    assert sonnet.id == "claude-sonnet-5"
    mended = catalogue.get("claude-sonnet-5-5")
    assert mended is not None
    assert mended.context_tokens == 1_000_000  # what the file does not name stays
    assert catalogue.warnings == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[model]\n", "catalogue.toml"),
        ("model = 1\n", "list of tables"),
        ("[[model]]\nline = 'haiku'\n", "without `id`"),
        ('[[model]]\nid = "x"\nthinks = true\n', "x: unknown key `thinks`"),
        ('[[model]]\nid = "x"\nreleased = "2026"\n', "x: released must be a date"),
        ('[[model]]\nid = "x"\ncontext_tokens = 0\n', "x: context_tokens"),
        ('[[model]]\nid = "x"\nthinking = "adaptive"\n', "x: thinking must be a list"),
        ('[[model]]\nid = "x"\nstrict_tools = 1\n', "x: strict_tools"),
        ('[[model]]\nid = "x"\nlifecycle = "old"\n', "x: lifecycle"),
        ('[[model]]\nid = "x"\nline = 1\n', "x: line must be a text"),
    ],
)
def test_a_file_that_is_wrong_is_named_and_the_shipped_catalogue_stays(
    text: str, said: str, tmp_path: Path
) -> None:
    mine = tmp_path / "catalogue.toml"
    mine.write_text(text)
    catalogue = load_catalogue(mine)
    assert said in catalogue.warnings[0]
    assert catalogue.models == load_catalogue().models

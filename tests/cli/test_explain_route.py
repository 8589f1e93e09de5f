"""`flux-lsp run --explain-route`: the decision and both prices, without a call."""

import pytest

from tests.cli.commands import Shell, flux

__all__ = ["flux"]

CODE = "def total(items):\n    return sum(items)\n"


@pytest.fixture
def project(flux: Shell) -> Shell:
    flux.set({"ANTHROPIC_API_KEY": "sk-ant-test", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"})
    (flux.root / "app.py").write_text(CODE)
    return flux


def test_json_is_the_route_and_its_points_sum_to_its_score(project: Shell) -> None:
    ran = project(
        "run",
        "edit",
        "app.py",
        "--instruction",
        "rename `items`",
        "--explain-route",
        "--json",
    )

    assert ran.code == 0, ran.err
    route = ran.json
    assert set(route) >= {"tier", "model", "rule", "band", "score", "points", "usd"}
    assert sum(route["points"].values()) == route["score"] == 4
    assert (route["tier"], route["rule"], route["band"]) == ("haiku", "score", "strong")
    assert 0 < route["usd"]["haiku"] < route["usd"]["sonnet"]
    assert route["estimates"]["haiku"]["cached_tokens"] == 0
    assert (project.root / "app.py").read_text() == CODE


def test_words_for_a_person_name_the_rule_and_both_prices(project: Shell) -> None:
    ran = project("run", "explain", "app.py", "--tier", "sonnet", "--explain-route")

    assert ran.code == 0, ran.err
    assert "rule: pinned" in ran.out
    assert "haiku: claude-haiku-5-5" in ran.out
    assert "sonnet: claude-sonnet-5-5" in ran.out

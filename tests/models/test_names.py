"""Names that are no model: what was meant, and no guess where nobody knows."""

from datetime import date

import pytest

from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.names import suggest

SHIPPED = load_catalogue()
KNOWN = [name for one in SHIPPED.models for name in (one.id, *one.aliases)]
NEWEST = {
    line: model.id
    for line in ("haiku", "sonnet", "opus")
    if (model := SHIPPED.find_newest(line, date(2026, 12, 1)))
}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("sonnet", "claude-sonnet-5-5"),
        ("Haiku", "claude-haiku-5-5"),
        ("claude-sonet-5-5", "claude-sonnet-5-5"),
        ("claude-hiaku-5-5", "claude-haiku-5-5"),
        ("claude-sonnet-5.5", "claude-sonnet-5-5"),
        ("Claude-Sonnet-5-5", "claude-sonnet-5-5"),
        ("claude sonnet 5.5", "claude-sonnet-5-5"),
        ("CLAUDE_SONNET_5_5", "claude-sonnet-5-5"),
        ("sonnet5.5", "claude-sonnet-5-5"),
        ("anthropic/claude-sonnet-5-5", "claude-sonnet-5-5"),
        ("claude-sonnet-5-5[1m]", "claude-sonnet-5-5"),
        ("claude-sonnet-5-5-latest", "claude-sonnet-5-5"),
        ("claude-sonnet-9", "claude-sonnet-5-5"),
        ("claude-5-5-sonnet", "claude-sonnet-5-5"),
    ],
)
def test_what_was_meant_is_suggested(name: str, meant: str) -> None:
    assert suggest(name, KNOWN, NEWEST) == meant


@pytest.mark.parametrize(
    "name", ["qwen3", "gpt-5", "llama3.1:8b", "my-sonnet-router", "default", "", "a" * 5000]
)
def test_a_name_of_ones_own_means_nothing_else(name: str) -> None:
    assert suggest(name, KNOWN, NEWEST) is None

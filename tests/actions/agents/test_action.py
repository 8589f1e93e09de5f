"""An agent as an action: the same value that the built-in ones are."""

from datetime import date
from typing import Any

import pytest

from flux_lsp.actions.action import Action
from flux_lsp.actions.agents.action import make_action
from flux_lsp.actions.agents.read import read_agent
from flux_lsp.models.catalogue import load_catalogue

TODAY = date(2026, 11, 28)


def action(*keys: str) -> Action:
    text = "\n".join(["---", "name: a", "description: Helps. A lot.", *keys, "---", "Be helpful."])
    agent = read_agent("a.md", text, load_catalogue(), TODAY).agent
    assert agent is not None
    return make_action(agent)


def test_what_every_agent_has() -> None:
    a = action()

    assert (a.id, a.title, a.kind) == ("agent:a", "Helps", "refactor.rewrite.flux.agent")
    assert a.brief == "Be helpful."
    assert "Be helpful." not in a.task
    assert a.default_instruction == ""
    assert a.shows_diagnostics


@pytest.mark.parametrize(
    ("keys", "returns", "rights"),
    [
        ([], "answer", ()),
        (["tools: Read, Grep"], "answer", ()),
        (["tools: Edit"], "edit", ("leave_target",)),
        (["tools: Edit, Write"], "edit", ("leave_target", "create_files")),
        (["returns: edit"], "edit", ("leave_target",)),
        (["returns: tests"], "tests", ("leave_target", "create_files")),
        (["returns: findings", "tools: Write"], "findings", ()),
        (["returns: edit", "tools: Read"], "answer", ()),
        (["returns: tests", "readonly: true"], "answer", ()),
    ],
)
def test_rights_come_from_the_file_and_from_what_it_returns(
    keys: list[str], returns: str, rights: tuple[str, ...]
) -> None:
    a = action(*keys)

    assert (a.returns, a.rights) == (returns, rights)
    assert a.may_edit is (returns in {"edit", "tests"})


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([], {"tier": "haiku", "is_pinned": False, "escalates_to": "sonnet"}),
        (["returns: edit"], {"tier": "sonnet", "is_pinned": False}),
        (["returns: findings"], {"tier": "sonnet", "is_pinned": False}),
        (["model: haiku"], {"tier": "haiku", "is_pinned": True, "model": ""}),
        (
            ["model: claude-haiku-4-5-20251001"],
            {"tier": "haiku", "model": "claude-haiku-4-5-20251001"},
        ),
        (["model: opus"], {"tier": "sonnet", "is_pinned": True}),
        (["model: gpt-5"], {"tier": "haiku", "is_pinned": False}),
        (["escalation: none"], {"escalates_to": None}),
        (["maxTurns: 1", "effort: high"], {"attempts": 1, "effort": "high"}),
        (
            ["model: {preference: haiku, escalation: {to: sonnet, when: [schema redesign]}}"],
            {"tier": "haiku", "turns_to": "sonnet", "turning_words": ("schema redesign",)},
        ),
        (  # a fast path: failed answers still go up
            ["model: {preference: sonnet, escalation: {to: haiku, when: [example]}}"],
            {"tier": "sonnet", "turns_to": "haiku", "escalates_to": "sonnet"},
        ),
    ],
)
def test_who_is_asked(keys: list[str], expected: dict[str, Any]) -> None:
    a = action(*keys)

    assert {name: getattr(a, name) for name in expected} == expected


def test_where_it_is_offered() -> None:
    a = action("languages: [python]", 'paths: ["**/models.py"]', "returns: tests")

    assert a.offer.languages == ("python",)
    assert a.offer.paths == ("**/models.py",)
    assert a.offer.requires == ("file", "grammar")

"""An agent's file in each dialect becomes one value; what Flux does not do is said."""

from datetime import date

import pytest

from flux_lsp.actions.agents.read import LONGEST_BRIEF, read_agent
from flux_lsp.actions.agents.values import Agent, AgentFile, ModelChoice
from flux_lsp.models.catalogue import load_catalogue

TODAY = date(2026, 11, 29)


def read(text: str, path: str = "agents/file-name.md") -> AgentFile:
    return read_agent(path, text, load_catalogue(), TODAY)


def agent_of(head: str, path: str = "agents/file-name.md") -> Agent:
    file = read(f"---\n{head}\n---\nBe brief.\n", path)
    assert file.agent is not None, file.problems
    return file.agent


def codes(head: str, path: str = "agents/file-name.md") -> list[tuple[str, str]]:
    return [(p.severity, p.code) for p in read(f"---\n{head}\n---\nBe brief.\n", path).problems]


DIALECTS = {
    "claude code": (
        "name: sql-checker\ndescription: Reviews SQL changes.\ntools: Read, Grep\nmodel: haiku",
        ("sql-checker", "answer", ModelChoice("haiku")),
    ),
    "vs code": (
        "name: Code Planner\ndescription: Plans\ntools: ['search', 'edit/editFiles']\n"
        "model: ['GPT-5', 'Claude Sonnet 4.6 (copilot)']",
        ("code-planner", "edit", ModelChoice("sonnet", "claude-sonnet-4-6")),
    ),
    "the first seed": (
        "name: query-tuner\nmodel:\n  preference: haiku\n  fallbacks: [sonnet]\ntools:\n"
        "  catalog: [Read, Edit]",
        ("query-tuner", "edit", ModelChoice("haiku")),
    ),
    "opencode": (
        "description: Names things\nmode: subagent\nmodel: anthropic/claude-haiku-4-5\n"
        "tools: {edit: false, write: true}",
        ("file-name", "edit", ModelChoice("haiku", "claude-haiku-4-5-20251001")),
    ),
    "cursor": (
        "name: verifier\nmodel: inherit\nreadonly: true\ntools: edit",
        ("verifier", "answer", ModelChoice()),
    ),
    "gemini": (
        "name: doc_finder\nkind: local\ntools: [read_file]",
        ("doc-finder", "answer", ModelChoice()),
    ),
    "kiro": (
        "description: API work\ntools: [read, write]\nmodel: claude-sonnet-4",
        ("file-name", "edit", ModelChoice("sonnet")),
    ),
    "its own": ("name: t\nreturns: tests\nlanguages: python", ("t", "tests", ModelChoice())),
}


@pytest.mark.parametrize(("head", "wanted"), DIALECTS.values(), ids=DIALECTS)
def test_a_dialect(head: str, wanted: tuple[str, str, ModelChoice]) -> None:
    agent = agent_of(head)

    assert (agent.id, agent.returns, agent.choice) == wanted


@pytest.mark.parametrize(
    ("model", "choice", "problem"),
    [
        ("inherit", ModelChoice(), []),
        ("fast", ModelChoice("haiku"), []),
        ("opus", ModelChoice("sonnet"), [("hint", "no-tier")]),
        ("claude-opus-4-1", ModelChoice("sonnet"), [("hint", "no-tier")]),
        ("claude-haiku-5-5", ModelChoice("haiku", "claude-haiku-5-5"), []),
        ("Claude Haiku 5.5 (Preview)", ModelChoice("haiku", "claude-haiku-5-5"), []),
        ("claude-sonnet-4-20250514", ModelChoice("sonnet"), [("warning", "old-model")]),
        ("claude-3-5-haiku", ModelChoice("haiku"), [("warning", "old-model")]),
        ("gpt-5", ModelChoice(), [("warning", "unknown-model")]),
    ],
)
def test_models(model: str, choice: ModelChoice, problem: list[tuple[str, str]]) -> None:
    head = f"name: a\nmodel: {model}"

    assert agent_of(head).choice == choice
    assert codes(head) == problem


def test_a_retired_model_is_mended_by_its_successor() -> None:
    (problem,) = read("---\nmodel: claude-sonnet-4-20250514\n---\nx").problems

    assert problem.fix is not None
    assert problem.fix.text == "claude-sonnet-5-5"
    assert (problem.fix.place.line, problem.fix.place.column) == (1, 7)


def test_tools_grant_only_the_right_to_edit() -> None:
    head = "name: a\ntools: Bash, WebFetch, Read\nhooks: {x: y}\nmcpServers: [z]"

    assert agent_of(head).returns == "answer"
    assert codes(head) == [
        ("information", "not-done"),
        ("information", "not-done"),
        ("information", "no-commands"),
    ]
    assert agent_of("tools: Read, Edit\ndisallowedTools: Edit").returns == "answer"
    assert agent_of("tools: '*'\npermissionMode: plan").returns == "answer"
    assert agent_of("tools: '*'").returns == "edit"


def test_returns_cannot_take_what_tools_do_not_grant() -> None:
    assert agent_of("returns: edit\ntools: Read").returns == "answer"
    assert codes("returns: edit\ntools: Read") == [("warning", "no-right")]
    assert agent_of("returns: edit").returns == "edit"
    assert codes("returns: poem") == [("error", "unknown-returns")]


def test_an_unknown_key_is_a_warning_only_in_a_folder_of_ours() -> None:
    head = "name: a\ndescripton: b"

    assert codes(head, ".claude/agents/a.md") == [("information", "unknown-key")]
    assert codes(head, ".flux/agents/a.md") == [("warning", "unknown-key")]
    (problem,) = read(f"---\n{head}\n---\nx").problems
    assert problem.fix is not None
    assert problem.fix.text == "description"


def test_a_description_that_breaks_yaml_can_be_quoted() -> None:
    text = '---\nname: a\ndescription: Say: "no"\n---\nBe brief.\n'
    file = read(text)

    assert file.agent is not None
    assert file.agent.description == 'Say: "no"'
    (problem,) = file.problems
    assert problem.code == "repaired"
    assert problem.fix is not None
    place, lines = problem.fix.place, text.split("\n")
    lines[place.line] = lines[place.line][: place.column] + problem.fix.text
    mended = read("\n".join(lines))
    assert mended.problems == ()
    assert mended.agent == file.agent


def test_what_cannot_be_an_agent() -> None:
    assert not read("# A page\n").is_agent
    assert read("Be brief.\n", "agents/b.agent.md").agent is not None
    assert [p.code for p in read("---\nname: a\n---\n\n").problems] == ["no-brief"]
    assert [p.code for p in read("---\n: : :\n\t- x\n---\nx").problems] == ["unreadable"]


def test_a_brief_over_the_cap_ends_at_a_paragraph_and_says_so() -> None:
    file = read("---\nname: a\n---\n" + "Words of a paragraph.\n\n" * 2_000)

    assert file.agent is not None
    assert len(file.agent.brief) <= LONGEST_BRIEF
    assert file.agent.brief.endswith("paragraph.")
    assert [(p.severity, p.code) for p in file.problems] == [("warning", "long-brief")]


def test_where_an_agent_is_offered_and_what_it_is_called() -> None:
    agent = agent_of(
        "name: a\ndescription: Tunes queries. Use it often.\n"
        "tier: {id: core, conditions: ['**/*.sql', migrations]}\nlanguages: [sql, sqll]\n"
        "escalation: {to: sonnet, when: [schema redesign]}\nmaxTurns: 2\nhidden: yes\n"
        "handoffs: [{label: Go, agent: builder}]\ndependencies: {requires: [tester]}"
    )

    assert agent.title == "Tunes queries"
    assert agent.paths == ("**/*.sql",)
    assert agent.words == ("migrations",)
    assert agent.languages == ("sql",)
    assert agent.escalates_when == ("schema redesign",)
    assert agent.attempts == 2
    assert not agent.is_listed
    assert agent.next == ("builder", "tester")

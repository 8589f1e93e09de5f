"""The built-in agents: whole, offered where they say, ranked where they fit, and each of them runs."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.actions.agents.rank import MenuAgent, list_menu_agents, rank
from flux_lsp.actions.agents.sources import (
    BUILTIN_FOLDER,
    AgentFiles,
    AgentFolder,
    ListedAgent,
    list_agents,
)
from flux_lsp.actions.offer import MenuContext, is_allowed
from flux_lsp.core.text import Snapshot, Span, apply_changes
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import TestFile, WorkspaceContext
from flux_lsp.engine.values import Answered, Proposed, Request
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.client import Route
from flux_lsp.models.routing.phrases import find_phrase
from flux_lsp.syntax.languages import find_language
from tests.actions.agents.situations import PLACES, Place
from tests.actions.agents.test_action import TODAY
from tests.engine.canary_runs import _services
from tests.fakes.model import Answer, ScriptedModel

# Text of a file in each language, and what a model makes of it.
SAMPLES = {
    "python": ("def total(items):\n    return 0\n", "def total(items):\n    return sum(items)\n"),
    "typescript": ("export const a = 1;\n", "export const a = 2;\n"),
    "typescriptreact": ("export const A = () => <p>a</p>;\n", "export const A = () => <b>a</b>;\n"),
    "javascript": ("export const a = 1;\n", "export const a = 2;\n"),
    "go": (
        "package main\n\nfunc F() int { return 1 }\n",
        "package main\n\nfunc F() int { return 2 }\n",
    ),
    "rust": ("fn f() -> i32 {\n    1\n}\n", "fn f() -> i32 {\n    2\n}\n"),
    "java": ("class App {\n    int n = 1;\n}\n", "class App {\n    int n = 2;\n}\n"),
    "hcl": ('variable "a" {\n  default = 1\n}\n', 'variable "a" {\n  default = 2\n}\n'),
    "yaml": ("a: 1\nb: 2\n", "a: 1\nb: 3\n"),
    "markdown": ("# A\n\nOld words.\n", "# A\n\nNew words.\n"),
    "sql": ("SELECT a FROM t WHERE b = 1;\n", "SELECT a FROM t WHERE b = 2;\n"),
    "makefile": ("all:\n\techo a\n", "all:\n\techo b\n"),
    "graphql": ("type A {\n  b: Int\n}\n", "type A {\n  b: Int!\n}\n"),
    "plaintext": ("Some words.\n", "Other words.\n"),
}


@dataclass(frozen=True)
class Row:
    """One line of the table; `elsewhere` is a language and a path where it is not offered."""

    agent: str
    tier: Tier
    returns: str
    language: str
    path: str
    elsewhere: tuple[str, ...]


def read_rows() -> Iterator[Row]:
    for line in (Path(__file__).parent / "catalogue.txt").read_text().splitlines():
        if not line.startswith("#"):
            agent, tier, returns, language, path, *elsewhere = line.split()
            assert tier in ("haiku", "sonnet")
            yield Row(agent, tier, returns, language, path, tuple(elsewhere))  # type: ignore[arg-type]


ROWS = tuple(read_rows())


@cache
def listed() -> dict[str, ListedAgent]:
    files = AgentFiles(load_catalogue())
    return {
        each.id: each
        for each in list_agents(files.read_folders([BUILTIN_FOLDER], TODAY), frozenset())
    }


@cache
def candidates() -> dict[str, MenuAgent]:
    return {each.id: each for each in list_menu_agents(listed().values())}


def context(language: str, path: str, **more: Any) -> MenuContext:
    fields = {"selection": "cursor", "symbol": None, **more}
    return MenuContext(language=find_language(language, path), path=path, **fields)


def see(place: Place) -> MenuContext:
    problems = (place.problem,) if place.problem else ()
    return context(
        place.language, place.path, symbol=place.symbol, problems=problems, nearby=place.nearby
    )


def test_the_table_names_every_agent() -> None:
    assert {row.agent for row in ROWS} == set(listed()) == set(candidates())
    assert len(ROWS) == 67
    turning = [each for each in candidates().values() if each.action.turns_to]
    assert len(turning) == 9
    plain = [row for row in ROWS if not candidates()[row.agent].action.turns_to]
    assert sum(row.tier == "sonnet" for row in plain) == 27
    assert sum(row.tier == "haiku" for row in plain) == 31


@pytest.mark.parametrize("agent", sorted(listed()))
def test_each_file_is_whole(agent: str) -> None:
    each = listed()[agent]
    read = each.stored.file.agent

    assert each.problems == ()
    assert read is not None
    assert read.id == each.stored.path.stem
    assert len(read.title) <= 60
    assert not read.title.endswith("…")
    assert 60 <= len(read.brief.split()) <= 350
    assert read.reason
    assert read.words
    assert candidates()[agent].action.is_pinned


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.agent)
def test_each_is_offered_where_it_says_and_nowhere_else(row: Row) -> None:
    rule = candidates()[row.agent].action.offer

    assert is_allowed(rule, context(row.language, row.path))
    if row.elsewhere == ("-",):
        assert (rule.languages, rule.paths) == ((), ())
    else:
        assert not is_allowed(rule, context(*row.elsewhere))


def answer(row: Row, before: str, after: str) -> Answer:
    if row.returns == "findings":
        line = next(n for n, text in enumerate(before.splitlines(), 1) if text.strip())
        quote = before.splitlines()[line - 1]
        words = {"severity": "warning", "title": "A fault", "text": "It is wrong."}
        place = {"path": row.path, "first_line": line, "last_line": line, "quote": quote}
        return "report_findings", {"findings": [{**place, **words}], "summary": "One."}
    if row.returns == "tests":
        new = {"path": "tests/test_new.py", "content": "def test_total():\n    assert True\n"}
        return "apply_edits", {"edits": [], "new_files": [new]}
    return ("rewrite_range", {"code": after}) if row.returns == "edit" else "The answer."


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.agent)
async def test_each_runs_and_brings_what_it_promises(row: Row) -> None:
    before, after = SAMPLES[row.language]
    action = candidates()[row.agent].action
    model = ScriptedModel([answer(row, before, after)])
    place = TestFile("tests/test_new.py", "pytest", None, "File: tests/test_new.py")
    around = WorkspaceContext(test_file=place if row.returns == "tests" else None)
    services = replace(
        _services(model, around),
        choose_route=lambda tier, *_: Route(tier, f"claude-{tier}-5-5", "why"),
    )
    snapshot = Snapshot(f"file:///w/{row.path}", row.path, row.language, 1, before)
    request = Request("r", action.id, snapshot, Span(0, len(before)))

    result = await perform(action, request, services)

    assert action.returns == row.returns
    assert [(each.tier, each.result) for each in result.attempts] == [(row.tier, "ok")]
    asked = "".join(str(block["text"]) for block in model.prompts[0].turns[0].blocks)
    assert action.brief in asked
    if row.returns == "edit":
        assert isinstance(result, Proposed)
        assert apply_changes(before, result.plan.files[0].changes) == after
    elif row.returns == "tests":
        assert isinstance(result, Proposed)
        assert [new.path for new in result.plan.new_files] == ["tests/test_new.py"]
    else:
        assert isinstance(result, Answered)
        assert len(result.findings) == (row.returns == "findings")
        assert bool(result.text) is (row.returns == "answer")


@pytest.mark.parametrize("agent", sorted(a.id for a in candidates().values() if a.action.turns_to))
def test_an_agent_of_two_tiers_turns_at_its_words_and_not_at_others(agent: str) -> None:
    action = candidates()[agent].action

    assert action.turns_to not in (None, action.tier)
    assert all(find_phrase(action.turning_words, f"please: {p}") for p in action.turning_words)
    assert not find_phrase(action.turning_words, "make it shorter and easier to read")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.agent}:{place.path}")
def test_the_agent_that_fits_is_among_the_three(place: Place) -> None:
    ranked = rank(tuple(candidates().values()), see(place))

    assert place.agent in [each.id for each in ranked[:3]]


def test_an_agent_of_ones_own_comes_before_the_built_in_ones() -> None:
    own = replace(candidates()["code-reviewer"], id="zz", is_own=True)

    ranked = rank((*candidates().values(), own), context("c", "a.c"))

    assert ranked[0].id == "zz"


def test_an_agent_of_ones_own_that_fits_nothing_comes_first_nowhere() -> None:
    plain = candidates()["code-reviewer"]
    own = MenuAgent("aa", plain.action, frozenset({"kubernetes"}), (), is_own=True)

    here = rank((*candidates().values(), own), context("c", "a.c"))
    there = rank((*candidates().values(), own), context("c", "kubernetes/a.c"))

    assert "aa" not in [each.id for each in here[:3]]
    assert there[0].id == "aa"


def test_a_team_says_in_the_description_what_its_agent_is_good_for(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("---\nname: x\ndescription: Checks invoices.\n---\nCheck.\n")
    read = AgentFiles(load_catalogue()).read_folders(
        [AgentFolder("user", tmp_path, tmp_path)], TODAY
    )
    (own,) = list_menu_agents(list_agents(read, frozenset()))

    ranked = rank((*candidates().values(), own), context("c", "src/invoices.c"))

    assert ranked[0].id == "x"


def test_ranking_is_quick_and_looks_no_further_than_it_says() -> None:
    long = context("python", "a.py", nearby="import os\n" * 100_000, symbol="x" * 100_000)
    begin = time.process_time()
    for _ in range(20):
        rank(tuple(candidates().values()), long)
    assert (time.process_time() - begin) / 20 < 0.05

"""An agent of a person, and one of a workspace, through the real server process."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.answers import text, tool
from tests.fakes.rules import user_text
from tests.server.flux import Flux, flux

CODE = "def total(items):\n    n = 0\n    for item in items:\n        n += item\n    return n\n"
BETTER = "def total(items):\n    return sum(items)\n"
AGENT = "---\nname: helper\ndescription: Helps.\ntools: Edit\nmodel: haiku\n---\nUse what is built in.\n"


async def test_a_persons_agent_edits_and_stands_in_the_ledger(tmp_path: Path) -> None:
    async with flux(tmp_path, tool("rewrite_range", {"code": BETTER})) as f:
        folder = f.home / ".claude" / "agents"
        folder.mkdir(parents=True)
        (folder / "helper.md").write_text(AGENT)
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "agent:helper", "n += item")

        assert (outcome["status"], f.client.text(uri)) == ("applied", BETTER)
        assert (outcome["route"]["tier"], outcome["route"]["rule"]) == ("haiku", "pinned")
        assert "Use what is built in." in user_text(f.api.calls[0].json)
        (call,) = f.ledger()
        assert (call.action, call.agent) == ("agent:helper", "helper")


async def test_a_workspaces_agent_and_an_unknown_one_are_refused_without_a_call(
    tmp_path: Path,
) -> None:
    async with flux(tmp_path, text("never")) as f:
        f.file(".claude/agents/helper.md", AGENT)
        uri = f.open("app.py", CODE)

        codes = [
            (await f.run(uri, f"agent:{name}", "n += item"))["error"]["code"]
            for name in ("helper", "nobody")
        ]

        assert codes == ["UNTRUSTED_WORKSPACE", "NOT_CONFIGURED"]
        assert f.api.calls == []
        assert f.client.text(uri) == CODE


async def open_menu(f: Flux, uri: str, part: str = "n += item") -> list[dict[str, Any]]:
    """The agents' entries of the menu, once the agents were read."""

    async def read() -> list[dict[str, Any]]:
        actions = await f.client.code_actions(uri, f.cursor(uri, part))
        return [each for each in actions if each["kind"] == "refactor.rewrite.flux.agent"]

    first = await read()
    assert [each["title"] for each in first] == ["Flux: ask an agent…"]  # nothing was read yet
    for _ in range(100):
        entries = await read()
        if len(entries) > 1:
            return entries
        await f.client.execute("flux.status", {})
    raise AssertionError("the menu never names an agent")


async def test_the_menu_names_three_agents_and_the_way_to_all(tmp_path: Path) -> None:
    async with flux(tmp_path, tool("rewrite_range", {"code": BETTER})) as f:
        uri = f.open("app.py", CODE)

        *agents, ask = await open_menu(f, uri)

        assert len(agents) == 3
        assert agents[0]["title"] == "Flux: python-pro: writes Python to your specification"
        (argument,) = agents[0]["command"]["arguments"]
        assert (agents[0]["command"]["command"], argument["action"]) == (
            "flux.run",
            "agent:python-pro",
        )
        assert not any(each.get("isPreferred") for each in agents)
        await f.client.execute("flux.run", {**argument, "wait": True})
        assert f.client.text(uri) == BETTER
        assert ask["command"]["command"] == "flux.agents"
        await f.client.execute("flux.agents", ask["command"]["arguments"][0])
        message = f.client.seen("window/showMessage")[-1]["message"]
        assert "flux: @NAME what to do" in message
        assert "@python-pro" in message


async def test_nobody_who_only_moves_the_cursor_is_offered_an_agent(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        uri = f.open("app.py", CODE)
        await open_menu(f, uri)

        quiet = await f.client.code_actions(uri, f.cursor(uri, "n += item"), trigger=2)
        other = await f.client.code_actions(
            uri, f.client.range_of(uri, "n += item"), only=["quickfix"]
        )

        assert not [each for each in quiet + other if each["kind"].endswith(".agent")]


async def test_a_plugin_gets_the_agents_that_are_offered_with_tier_and_price(
    tmp_path: Path,
) -> None:
    async with flux(tmp_path) as f:
        uri = f.open("app.py", CODE)

        place = {"uri": uri, "range": f.client.range_of(uri, "n += item")}
        agents = (await f.client.execute("flux.agents", place))["agents"]

        first = agents[0]
        assert set(first) == {"id", "title", "returns", "tier", "usd", "hint"}
        assert (first["id"], first["returns"], first["tier"]) == ("python-pro", "edit", "haiku")
        assert 0 < first["usd"] < 0.05
        by_id = {each["id"]: each for each in agents}
        assert by_id["code-reviewer"]["usd"] > first["usd"]
        assert "golang-pro" not in by_id
        assert f.api.calls == []


@pytest.mark.parametrize("is_read", [False, True])
async def test_a_directive_runs_the_agent_that_it_names(tmp_path: Path, is_read: bool) -> None:
    code = "# flux: @python-pro use sum\n" + CODE
    async with flux(tmp_path, tool("rewrite_range", {"code": BETTER})) as f:
        uri = f.open("app.py", code)
        if is_read:
            await open_menu(f, uri)

        actions = await f.client.code_actions(uri, f.cursor(uri, "flux: @python"))
        (entry,) = [each for each in actions if each["title"] == "Flux: @python-pro use sum"]
        outcome = await f.client.execute(
            "flux.run", {**entry["command"]["arguments"][0], "wait": True}
        )

        assert (outcome["action"], outcome["status"]) == ("agent:python-pro", "applied")
        assert f.client.text(uri) == BETTER
        asked = user_text(f.api.calls[0].json)
        assert "<instruction>use sum</instruction>" in asked


async def test_an_at_sign_that_names_nobody_is_a_part_of_the_instruction(tmp_path: Path) -> None:
    code = "# flux: @dataclass this\n" + CODE
    async with flux(tmp_path, tool("rewrite_range", {"code": BETTER})) as f:
        uri = f.open("app.py", code)

        actions = await f.client.code_actions(uri, f.cursor(uri, "flux: @data"))
        (entry,) = [each for each in actions if each["title"] == "Flux: @dataclass this"]
        outcome = await f.client.execute(
            "flux.run", {**entry["command"]["arguments"][0], "wait": True}
        )

        assert outcome["action"] == "edit"
        assert "<instruction>@dataclass this</instruction>" in user_text(f.api.calls[0].json)


async def test_agents_can_be_kept_out_of_the_menu(tmp_path: Path) -> None:
    async with flux(tmp_path, settings={"agents": {"menu": False}}) as f:
        uri = f.open("app.py", CODE)

        actions = await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))

        assert not [each for each in actions if each["kind"].endswith(".agent")]


def test_the_server_starts_without_the_reader_of_agents_files_and_without_runs() -> None:
    heavy = ("yaml", "pydantic", "flux_lsp.engine.values", "flux_lsp.edits.findings.values")
    code = f"import sys, flux_lsp.fronts.lsp.app; print(*(set({heavy}) & sys.modules.keys()))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert done.stdout.strip() == ""

"""Agents' files that are open: problems, quick fixes, hover, completion, definition; nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.answers import text
from tests.fakes.wire import LspError
from tests.server.flux import Flux, flux

GOOD = "---\nname: helper\ndescription: Helps.\nmodel: haiku\n---\nHelp.\n"


async def wait_for_problems(f: Flux, uri: str, count: int = 1) -> list[dict[str, Any]]:
    """The problems that the server tells of a file, at the `count`th time."""

    def told() -> list[Any]:
        return [p for p in f.client.seen("textDocument/publishDiagnostics") if p["uri"] == uri]

    await f.client.wait_for(lambda: len(told()) >= count)
    problems: list[dict[str, Any]] = told()[-1]["diagnostics"]
    return problems


async def test_a_retired_model_is_told_and_mended(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        text = "---\nname: a\ndescription: ä𝒳\nmodel: claude-sonnet-4-20250514\n---\nHelp.\n"
        uri = f.open(".claude/agents/a.md", text, "markdown")

        (problem,) = await wait_for_problems(f, uri)

        assert (problem["severity"], problem["source"], problem["code"]) == (2, "flux", "old-model")
        assert problem["range"] == f.client.range_of(uri, "claude-sonnet-4-20250514")
        actions = await f.client.code_actions(uri, f.client.range_of(uri, "model"))
        (fix,) = [a for a in actions if a["title"] == "Flux: replace it by claude-sonnet-5-5"]
        f.client.editor.apply(fix["edit"])
        assert "model: claude-sonnet-5-5\n" in (f.client.text(uri) or "")


async def test_problems_follow_typing_and_go_with_the_file(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        uri = f.open(".flux/agents/a.md", GOOD, "markdown")
        assert await wait_for_problems(f, uri) == []

        f.client.replace(uri, "model: haiku", "modle: haiku")

        (problem,) = await wait_for_problems(f, uri, 2)
        assert "did you mean `model`?" in problem["message"]
        f.client.close(uri)
        assert await wait_for_problems(f, uri, 3) == []


async def test_two_agents_of_one_name_are_told_before_they_are_saved(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        f.file(".flux/agents/other.md", GOOD.replace("helper", "other"))
        uri = f.open(".flux/agents/a.md", GOOD, "markdown")
        assert await wait_for_problems(f, uri) == []

        f.client.replace(uri, "name: helper", "name: other")

        (problem,) = await wait_for_problems(f, uri, 2)
        assert problem["code"] == "two-agents"


async def test_hover_completion_and_definition(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        target = f.file(".flux/agents/builder.md", GOOD.replace("helper", "builder"))
        uri = f.open(
            ".flux/agents/a.md", GOOD.replace("model", "agents: builder\nmodel"), "markdown"
        )
        await wait_for_problems(f, uri)

        async def ask(method: str, part: str) -> Any:
            position = f.client.range_of(uri, part)["end"]
            return await f.client.request(
                f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position}
            )

        hover = await ask("hover", "name: helper")
        assert "It asks Haiku; failed answers go to Sonnet." in hover["contents"]["value"]
        assert "builder" in [item["label"] for item in await ask("completion", "agents: ")]
        assert "sonnet" in [item["label"] for item in await ask("completion", "model: ")]
        assert (await ask("definition", "agents: buil"))["uri"] == target.as_uri()
        assert await ask("completion", "Help.") == []
        assert await ask("hover", "\nHelp.") is None


async def test_other_files_are_left_alone(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        page = f.open("docs/agents.md", GOOD.replace("haiku", "gpt-5"), "markdown")
        agent = f.open("team.agent.md", GOOD.replace("haiku", "gpt-5"), "markdown")

        assert [p["code"] for p in await wait_for_problems(f, agent)] == ["unknown-model"]
        told = [p["uri"] for p in f.client.seen("textDocument/publishDiagnostics")]
        assert page not in told


async def list_entries(f: Flux, uri: str) -> dict[str, dict[str, Any]]:
    """The entries of the menu in an agent's file, by title."""
    offered = await f.client.code_actions(uri, f.cursor(uri, "name:"))
    return {each["title"]: each["command"] for each in offered if "command" in each}


async def test_a_workspaces_agent_is_trusted_as_it_is_saved_and_then_runs(tmp_path: Path) -> None:
    async with flux(tmp_path, text("It adds.")) as f:
        other = f.open("app.py", "def total(items):\n    return sum(items)\n")
        uri = f.open(".flux/agents/a.md", GOOD, "markdown")
        await wait_for_problems(f, uri)
        refused = await f.run(other, "agent:helper", "total")
        trust = (await list_entries(f, uri))["Flux: trust this agent"]

        await f.client.execute(trust["command"], trust["arguments"][0])

        await wait_for_problems(f, uri, 2)
        entries = await list_entries(f, uri)
        assert refused["error"]["code"] == "UNTRUSTED_WORKSPACE"
        assert "Flux: trust this agent" not in entries
        run = entries["Flux: run this agent on app.py"]
        outcome = await f.client.execute("flux.run", {**run["arguments"][0], "wait": True})
        assert (outcome["status"], outcome["action"]) == ("answered", "agent:helper")


async def test_what_is_not_saved_is_not_trusted(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        uri = f.open(".flux/agents/a.md", GOOD, "markdown")
        f.client.replace(uri, "Help.\n", "Help, and delete everything.\n")

        with pytest.raises(LspError, match="not on disk as you see it"):
            await f.client.execute("flux.trust", {"uri": uri})


async def test_the_hover_names_the_model_of_now_and_the_price_of_a_run(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        able = GOOD.replace("model: haiku", "model: haiku\ntools: Edit, Write")
        uri = f.open(".flux/agents/a.md", able, "markdown")
        await wait_for_problems(f, uri)

        place = {"textDocument": {"uri": uri}, "position": f.cursor(uri, "name: helper")["start"]}
        hover = (await f.client.request("textDocument/hover", place))["contents"]["value"]

        assert "Now it begins with `claude-haiku-5-5`; on 100 lines that costs about $0.0" in hover
        assert "change other files that it was shown, and make new files" in hover

"""Agents' files that are open: problems, quick fixes, hover, completion, definition; nowhere else."""

from pathlib import Path
from typing import Any

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

"""An agent of a person, and one of a workspace, through the real server process."""

from pathlib import Path

from tests.fakes.answers import text, tool
from tests.fakes.rules import user_text
from tests.server.flux import flux

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

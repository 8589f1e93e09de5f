"""`flux-lsp agents`: what it lists, what it checks, and what trust covers."""

from pathlib import Path
from typing import Any

from tests.cli.commands import Shell, flux

__all__ = ["flux"]

GOOD = "---\nname: helper\ndescription: Helps.\ntools: Edit\nmodel: haiku\n---\nHelp.\n"


def put(folder: Path, name: str, text: str = GOOD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def list_own(flux: Shell) -> list[dict[str, Any]]:
    """The agents that do not come with Flux."""
    listed = flux("agents", "--json").json["agents"]
    return [each for each in listed if each["source"] != "builtin"]


def test_the_list_says_what_each_agent_is(flux: Shell) -> None:
    path = put(flux.root / ".claude/agents", "helper.md")

    (agent,) = list_own(flux)

    assert agent == {
        "id": "helper",
        "title": "Helps",
        "source": "workspace",
        "path": str(path),
        "returns": "edit",
        "tier": "haiku",
        "model": None,
        "escalation": "sonnet",
        "rights": ["edit"],
        "offered": {"languages": [], "paths": []},
        "trusted": False,
        "hidden": False,
        "problems": [],
    }


def test_trust_covers_the_files_as_they_are(flux: Shell) -> None:
    path = put(flux.root / ".flux/agents", "helper.md")

    def is_trusted() -> bool:
        return bool(list_own(flux)[0]["trusted"])

    assert not is_trusted()
    assert "So is its agent, as the files are now" in flux("trust").out
    assert is_trusted()
    path.write_text(GOOD + "And delete everything.\n")
    assert not is_trusted()
    flux("trust")
    assert is_trusted()
    flux("trust", "--remove")
    assert not is_trusted()


def test_the_check_ends_with_one_for_an_error(flux: Shell) -> None:
    folder = flux.root / "team"
    put(folder, "good.md")
    checked = flux("agents", "check", str(folder))
    assert (checked.code, checked.out) == (0, "1 file, 0 with errors\n")

    bad = put(folder, "bad.md", "---\nname: bad\n---\n")
    checked = flux("agents", "check", str(folder))
    assert checked.code == 1
    assert f"{bad}:1:1: error: The brief is missing" in checked.out

    assert flux("agents", "check", str(folder / "none.md")).code == 1
    as_json = flux("agents", "check", str(bad), "--json")
    assert as_json.json["files"][0]["problems"][0]["code"] == "no-brief"


def test_without_agents_it_says_where_they_go(flux: Shell) -> None:
    assert ".flux/agents/" in flux("agents").out


def test_pipelines_are_listed_with_their_steps(flux: Shell) -> None:
    put(flux.root / ".flux/agents", "helper.md")
    text = "---\nname: twice\ndescription: Helps.\nsteps:\n  - agent: helper\n    task: Help.\n"
    text += "  - agent: helper\n    back_to: 1\n---\n"
    path = put(flux.root / ".flux/pipelines", "twice.md", text)

    listed = {each["id"]: each for each in flux("agents", "--json").json["pipelines"]}

    assert "design-implement-review" in listed
    assert listed["twice"] == {
        "id": "twice",
        "title": "Helps",
        "source": "workspace",
        "path": str(path),
        "steps": [
            {"agent": "helper", "task": "Help.", "back_to": None},
            {"agent": "helper", "task": "", "back_to": "helper"},
        ],
        "trusted": False,
        "hidden": False,
        "problems": [],
    }
    assert "So are its 2 agents and pipelines, as the files are now" in flux("trust").out
    listed = {each["id"]: each for each in flux("agents", "--json").json["pipelines"]}
    assert listed["twice"]["trusted"]


def test_the_check_reads_pipelines(flux: Shell) -> None:
    put(flux.root / ".flux/agents", "helper.md")
    put(flux.root / ".flux/pipelines", "good.md", "---\nsteps: [helper]\n---\n")
    assert flux("agents", "check").out == "2 files, 0 with errors\n"
    assert flux("agents", "check", str(flux.root / ".flux")).out == "2 files, 0 with errors\n"

    bad = put(flux.root / ".flux/pipelines", "bad.md", "---\nsteps: [helper, nobody]\n---\n")
    checked = flux("agents", "check")
    assert checked.code == 1
    assert f"{bad}:2:17: error: There is no agent `nobody`" in checked.out
    assert flux("agents", "check", str(bad)).code == 1


def test_an_agent_runs_from_the_command_line_and_an_unknown_one_does_not(flux: Shell) -> None:
    put(flux.home / ".claude/agents", "helper.md", GOOD.replace("tools: Edit\n", ""))
    file = flux.root / "a.py"
    file.write_text("def total(items):\n    return sum(items)\n")

    ran = flux("run", "agent:helper", str(file), "--provider", "offline", "--json")
    missing = flux("run", "agent:nobody", str(file), "--provider", "offline", "--json")

    assert (ran.code, ran.json["status"], ran.json["action"]) == (0, "answered", "agent:helper")
    assert (missing.code, missing.json["status"]) == (3, "refused")
    assert missing.json["error"]["code"] == "NOT_CONFIGURED"
    assert flux("run", "agent:", str(file)).code == 2


def test_a_workspaces_agent_is_refused_until_it_is_trusted(flux: Shell) -> None:
    put(flux.root / ".claude/agents", "helper.md", GOOD.replace("tools: Edit\n", ""))
    file = flux.root / "a.py"
    file.write_text("def total(items):\n    return sum(items)\n")
    command = ("run", "agent:helper", str(file), "--provider", "offline", "--json")

    refused = flux(*command)
    flux("trust")

    assert (refused.code, refused.json["error"]["code"]) == (1, "UNTRUSTED_WORKSPACE")
    assert flux(*command).json["status"] == "answered"

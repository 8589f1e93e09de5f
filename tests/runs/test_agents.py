"""An agent runs as an action does, and one that may not run is refused without a call."""

from datetime import date
from pathlib import Path

import pytest

from flux_lsp.core.errors import FluxError
from flux_lsp.engine.values import Answered, Applied, Refused
from flux_lsp.runs.agents import (
    AgentDirectory,
    list_known_agents,
    make_agent_files,
    trust_agents,
    trust_file,
)
from flux_lsp.settings import paths
from tests.runs.fakes import AFTER, Stage, stage

TODAY = date(2026, 11, 28)
EDITS = "---\nname: helper\ndescription: Helps.\ntools: Edit\n---\nUse sum.\n"
ANSWERS = "---\nname: helper\ndescription: Helps.\n---\nSay what it does.\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the person's own agents."""
    monkeypatch.setattr(paths, "find_home", lambda: tmp_path / "home")
    folder = tmp_path / "home" / ".claude" / "agents"
    folder.mkdir(parents=True)
    return folder


async def test_an_agent_edits_with_its_brief(tmp_path: Path, home: Path) -> None:
    (home / "helper.md").write_text(EDITS)
    it = stage(tmp_path)

    result = await it.start("agent:helper", instruction="").wait()

    assert isinstance(result, Applied)
    assert (result.action, it.text) == ("agent:helper", AFTER)
    assert "Brief:\\nUse sum." in it.model.bodies[0]


async def test_an_agent_without_the_right_to_edit_answers(tmp_path: Path, home: Path) -> None:
    (home / "helper.md").write_text(ANSWERS)
    it = stage(tmp_path, "It adds.")

    result = await it.start("agent:helper").wait()

    assert isinstance(result, Answered)
    assert result.text == "It adds."


def refusal(it: Stage, result: object) -> tuple[str, str]:
    """The code and the words of a run that made no call."""
    assert isinstance(result, Refused)
    assert it.model.prompts == []
    assert result.attempts == ()
    return str(result.problem.code), result.problem.message


async def test_an_unknown_agent_is_refused_with_the_nearest_name(
    tmp_path: Path, home: Path
) -> None:
    (home / "helper.md").write_text(ANSWERS)
    it = stage(tmp_path)

    code, words = refusal(it, await it.start("agent:helpr").wait())

    assert code == "NOT_CONFIGURED"
    assert "did you mean `helper`?" in words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ANSWERS.replace("Helps.", "Helps.\ndisable: true"), "is disabled"),
        (ANSWERS.replace("Helps.", "Helps.\nreturns: poems"), "`returns` is one of"),
    ],
)
async def test_an_agent_that_cannot_run_says_why(
    tmp_path: Path, home: Path, text: str, why: str
) -> None:
    (home / "helper.md").write_text(text)
    it = stage(tmp_path)

    code, words = refusal(it, await it.start("agent:helper").wait())

    assert (code, why in words) == ("NOT_CONFIGURED", True)


async def test_two_agents_of_one_name_in_one_source_run_neither(tmp_path: Path, home: Path) -> None:
    (home / "helper.md").write_text(ANSWERS)
    (home / "other.md").write_text(ANSWERS)
    it = stage(tmp_path)

    code, words = refusal(it, await it.start("agent:helper").wait())

    assert (code, "so neither runs" in words) == ("NOT_CONFIGURED", True)


async def test_a_workspaces_agent_runs_once_its_content_is_trusted(
    tmp_path: Path, home: Path
) -> None:
    root, data = tmp_path / "project", tmp_path / "data"
    file = root / ".flux" / "agents" / "helper.md"
    file.parent.mkdir(parents=True)
    file.write_text(ANSWERS)
    agents = AgentDirectory(data, lambda: TODAY)

    async def find(folder: Path | None = root) -> str:
        return str(getattr(await agents.find_action("helper", folder), "code", "runs"))

    assert await find() == "UNTRUSTED_WORKSPACE"
    assert trust_agents(make_agent_files(), root, data, TODAY) == 1
    assert await find() == "runs"
    file.write_text(ANSWERS + "And more.\n")
    assert await find() == "UNTRUSTED_WORKSPACE"
    (home / "helper.md").write_text(ANSWERS)
    assert await find() == "runs"  # the person's own, which no untrusted file hides
    assert await find(None) == "runs"


def test_only_what_the_person_sees_is_trusted(tmp_path: Path) -> None:
    root, data = tmp_path / "project", tmp_path / "data"
    file = root / ".flux" / "agents" / "helper.md"
    file.parent.mkdir(parents=True)
    file.write_text(ANSWERS)
    (file.parent / "other.md").write_text(EDITS.replace("helper", "other"))

    with pytest.raises(FluxError, match="not on disk as you see it"):
        trust_file(root, file, ANSWERS + "And more.", data)
    listed = list_known_agents(make_agent_files(), root, data, TODAY)
    assert not any(each.is_trusted for each in listed if each.stored.source == "workspace")

    trust_file(root, file, ANSWERS, data)
    listed = list_known_agents(make_agent_files(), root, data, TODAY)
    assert [e.id for e in listed if e.is_trusted and e.stored.source == "workspace"] == ["helper"]

"""The pipelines of Flux through the real server process: one edit, one undo, and no step paid twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import Answer, refusal, status, tool
from tests.fakes.lsp import LspError
from tests.server.flux import Flux, flux

CODE = "def total(items):\n    n = 0\n    for item in items:\n        n += item\n    return n\n"
SUM = "def total(items):\n    return sum(items)\n"
TOLD = 'def total(items):\n    """Add the items."""\n    return sum(items)\n'
TESTS = "from app import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"


def hand(summary: str = "done") -> Answer:
    return tool("hand_over", {"summary": summary, "decisions": [], "open": []}, id="hand")


def rewrite(code: str) -> Answer:
    return tool("rewrite_range", {"code": code}).then(hand())


def report(line: int = 0, quote: str = "", **more: Any) -> Answer:
    entry = {"path": "app.py", "first_line": line, "last_line": line, "quote": quote}
    entry |= {"severity": "error", "title": "Slow", "text": "It is slow."}
    return tool("report_findings", {"findings": [entry] if line else [], "summary": "seen", **more})


NEW_TESTS = tool(
    "apply_edits", {"edits": [], "new_files": [{"path": "tests/test_app.py", "content": TESTS}]}
).then(hand())
APPROVED = report(approved=True)
FOUND = report(3, "    for item in items:").then(hand())
SCRIPTS = {
    "design-implement-review": [hand(), rewrite(SUM), NEW_TESTS, APPROVED],
    "research-generate-validate": [hand(), rewrite(TOLD), hand("nothing to correct")],
    "troubleshoot-fix-test": [FOUND, rewrite(SUM), NEW_TESTS],
    "audit-remediate-verify": [FOUND, rewrite(SUM), APPROVED],
}
LAST = {"research-generate-validate": TOLD}


def open_project(f: Flux) -> str:
    f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
    return f.open("app.py", CODE)


def read_tree(f: Flux) -> dict[str, bytes]:
    files = (path for path in f.root.rglob("*") if path.is_file())
    return {path.relative_to(f.root).as_posix(): path.read_bytes() for path in files}


def count_edits(f: Flux) -> int:
    return len(f.client.seen("workspace/applyEdit"))


@pytest.mark.parametrize("name", SCRIPTS)
async def test_each_is_one_edit_that_one_undo_takes_back(tmp_path: Path, name: str) -> None:
    async with flux(tmp_path, *SCRIPTS[name]) as f:
        uri = open_project(f)
        before = read_tree(f)

        outcome = await f.run(uri, f"pipeline:{name}", "n += item", instruction="use sum")

        assert outcome["error"] is None, outcome
        assert len(outcome["steps"]) == len(SCRIPTS[name])
        assert len(f.api.calls) == len(SCRIPTS[name])
        if outcome["status"] == "proposed":
            assert f.client.text(uri) == CODE
            await f.client.execute("flux.accept", {"run": outcome["run"]})
        assert count_edits(f) == 1
        assert f.client.text(uri) == LAST.get(name, SUM)
        assert (f.root / "tests/test_app.py").exists() == (NEW_TESTS in SCRIPTS[name])

        undone = await f.client.execute("flux.undo", {"run": outcome["run"]})

        assert undone["kept"] == []
        assert f.client.text(uri) == CODE
        assert read_tree(f) == before
        usd = sum(call.usd or 0 for call in f.ledger())
        assert outcome["usd"] == pytest.approx(usd)
        assert not list((f.home / "flux-data/pipelines").iterdir())


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_a_server_that_was_killed_goes_on_where_it_was(tmp_path: Path, step: int) -> None:
    script = SCRIPTS["design-implement-review"]
    async with flux(tmp_path, *script[:step], script[step].stalled(after=1)) as f:
        uri = open_project(f)
        run = await f.start(uri, "pipeline:design-implement-review", "n += item", instruction="sum")
        await f.api.call(step)
        f.client.process.kill()
        await f.client.process.wait()
        before = read_tree(f)

    async with flux(tmp_path, *script[step:]) as f:
        uri = f.open("app.py", CODE)
        assert read_tree(f) == before
        outcome = await f.client.execute("flux.retry", {"run": run, "wait": True})

        assert outcome["status"] == "proposed", outcome
        assert len(f.api.calls) == len(script) - step
        assert len(outcome["steps"]) == len(script)
        await f.client.execute("flux.accept", {"run": outcome["run"]})
        assert f.client.text(uri) == SUM
        assert (f.root / "tests/test_app.py").read_text() == TESTS
        with pytest.raises(LspError):  # nothing is left of the first one
            await f.client.execute("flux.retry", {"run": run})


async def test_progress_says_which_step_asks_and_names_the_pipeline_by_its_id(
    tmp_path: Path,
) -> None:
    async with flux(tmp_path, *SCRIPTS["troubleshoot-fix-test"]) as f:
        uri = open_project(f)

        outcome = await f.run(uri, "pipeline:troubleshoot-fix-test", "n += item")

        values = [told["value"] for told in f.client.seen("$/progress")]
        assert values[0]["title"] == "Flux: troubleshoot-fix-test `total` · app.py:4"
        lines = [value.get("message", "") for value in values]
        assert any(line.startswith("step 2 of 3: python-pro, asking claude") for line in lines)
        assert outcome["action"] == "pipeline:troubleshoot-fix-test"


async def test_status_names_what_was_cut_off(tmp_path: Path) -> None:
    async with flux(tmp_path, FOUND, status(400, "no")) as f:
        uri = open_project(f)
        outcome = await f.run(uri, "pipeline:troubleshoot-fix-test", "n += item")

        assert outcome["error"] is not None
        (cut_off,) = (await f.client.execute("flux.status", {}))["cut_off"]
        assert cut_off == {
            "run": outcome["run"],
            "action": "pipeline:troubleshoot-fix-test",
            "uri": uri,
            "done": 1,
        }


async def test_an_unknown_pipeline_and_an_untrusted_one_make_no_call(tmp_path: Path) -> None:
    async with flux(tmp_path, hand()) as f:
        f.file(".flux/pipelines/mine.md", "---\nsteps: [python-pro]\n---\n")
        uri = open_project(f)

        codes = [
            (await f.run(uri, f"pipeline:{name}", "n += item"))["error"]["code"]
            for name in ("mine", "nobody")
        ]

        assert codes == ["UNTRUSTED_WORKSPACE", "NOT_CONFIGURED"]
        assert f.api.calls == []


async def test_the_preview_is_the_first_call_byte_for_byte(tmp_path: Path) -> None:
    async with flux(tmp_path, *SCRIPTS["design-implement-review"]) as f:
        uri = open_project(f)
        argument = f.argument(uri, "pipeline:design-implement-review", "n += item")

        shown = await f.client.execute("flux.preview", argument)
        await f.run(uri, "pipeline:design-implement-review", "n += item")

        assert f.api.calls[0].json == shown["request"]
        assert [step["agent"] for step in shown["steps"]] == [
            "backend-architect",
            "python-pro",
            "test-automator",
            "code-reviewer",
        ]
        assert shown["usd_at_most"] == pytest.approx(sum(s["usd_at_most"] for s in shown["steps"]))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all bad ends."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


ENDS = {
    "failure": (status(400, "no"), "failed"),
    "refusal": (refusal(), "refused"),
    "cancel": (None, "cancelled"),
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("step", range(4))
@pytest.mark.parametrize("end", ENDS)
async def test_a_bad_end_at_any_step_leaves_nothing_behind(
    shared: Flux, step: int, end: str
) -> None:
    f, script, (answer, ending) = shared, SCRIPTS["design-implement-review"], ENDS[end]
    f.start_over(*script[:step], answer or script[step].stalled(after=1))
    uri = open_project(f)
    before = read_tree(f)

    run = await f.start(uri, "pipeline:design-implement-review", "n += item", instruction="use sum")
    if end == "cancel":
        await f.api.call(step)
        await f.client.execute("flux.cancel", {"run": run})
    outcome = await f.outcome(run)

    assert outcome["status"] == ending, outcome
    done = [each["agent"] for each in outcome["steps"] if each["error"] is None]
    assert len(done) == step
    assert (f.client.text(uri), read_tree(f), count_edits(f)) == (CODE, before, 0)
    spent = (await f.client.execute("flux.status", {}))["spent"]
    assert spent["held_usd"] == 0.0


@pytest.mark.asyncio(loop_scope="module")
async def test_a_second_rejection_leaves_nothing_behind(shared: Flux) -> None:
    f, script = shared, SCRIPTS["design-implement-review"]
    rejected = report(2, "    return sum(items)", approved=False)
    again = [rewrite(TOLD), hand("nothing to add"), rejected]
    f.start_over(*script[:3], rejected, *again)
    uri = open_project(f)
    before = read_tree(f)

    outcome = await f.run(uri, "pipeline:design-implement-review", "n += item", instruction="sum")

    assert outcome["error"]["code"] == "REJECTED_BY_REVIEW", outcome
    assert "Slow" in outcome["error"]["message"]
    assert (f.client.text(uri), read_tree(f), count_edits(f)) == (CODE, before, 0)
    assert len(outcome["steps"]) == 7


@pytest.mark.parametrize("step", range(4))
async def test_a_spent_budget_before_any_step_leaves_nothing_behind(
    tmp_path: Path, step: int
) -> None:
    script = list(SCRIPTS["design-implement-review"])
    if step > 0:  # the step before costs more than anybody could know
        script[step - 1] = script[step - 1].using(output=8_000_000)
    limit = 0.0001 if step == 0 else 3.0
    async with flux(tmp_path, *script, settings={"budget": {"per_action_usd": limit}}) as f:
        uri = open_project(f)
        before = read_tree(f)

        outcome = await f.run(uri, "pipeline:design-implement-review", "n += item", instruction="x")

        assert (outcome["status"], outcome["error"]["code"]) == ("refused", "OVER_BUDGET"), outcome
        assert len(f.api.calls) == step
        assert (f.client.text(uri), read_tree(f), count_edits(f)) == (CODE, before, 0)
        spent = (await f.client.execute("flux.status", {}))["spent"]
        assert spent["held_usd"] == 0.0

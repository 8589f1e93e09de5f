"""The main job through the real server process: menu, edit, fix, explain, document, tests."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.fakes.flags import Gate
from tests.fakes.rules import user_text
from tests.server.flux import Flux, flux

CODE = """\
import os


def total(items):
    n = 0
    for item in items:
        n += item
    return n


def other():
    return os.name
"""

BETTER = """\
def total(items):
    return sum(items)
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all tests that need none of their own."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def test_edit_is_one_versioned_edit_and_one_undo(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}))
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    assert "return sum(items)" in (f.client.text(uri) or "")
    assert (f.client.text(uri) or "").endswith("def other():\n    return os.name\n")
    assert outcome["attempts"][0]["tier"] == "sonnet"
    assert outcome["usd"] > 0
    f.client.undo()
    assert f.client.text(uri) == CODE


async def test_the_model_is_shown_the_target_exactly_and_the_instruction(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}))
    uri = f.open("app.py", CODE)

    await f.run(uri, "edit", "n += item", instruction="use sum")

    body = f.api.calls[0].json
    said = user_text(body)
    assert '<target path="app.py" first_line="4" last_line="8">' in said
    assert "<instruction>use sum</instruction>" in said
    assert [t["name"] for t in body["tools"]] == ["rewrite_range", "apply_edits"]
    assert body["tool_choice"]["type"] == "auto"


async def test_flux_run_answers_at_once_and_the_server_goes_on_serving(shared: Flux) -> None:
    gate = Gate()
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}).held(gate))
    uri = f.open("app.py", CODE)

    answer = await f.client.execute(
        "flux.run", f.argument(uri, "edit", "n += item", instruction="use sum")
    )
    await f.api.call(0)
    offered = await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))
    gate.open()
    await f.client.wait_for(lambda: "sum(items)" in (f.client.text(uri) or ""))

    assert set(answer) == {"run"}
    assert any(a["title"].startswith("Flux: cancel") for a in offered)


async def test_a_cancel_closes_the_stream_and_applies_nothing(shared: Flux) -> None:
    answer = tool("rewrite_range", {"code": BETTER}).stalled(after=1)
    f = shared
    f.start_over(answer)
    uri = f.open("app.py", CODE)
    run = await f.client.execute(
        "flux.run", f.argument(uri, "edit", "n += item", instruction="use sum")
    )
    call = await f.api.call(0)

    cancelled = await f.client.execute("flux.cancel", run)
    await call.disconnected.wait()

    assert cancelled == {"cancelled": [run["run"]]}
    assert (await f.outcome(run["run"]))["status"] == "cancelled"
    assert f.client.text(uri) == CODE


async def test_a_cancelled_request_cancels_the_run_it_waits_for(shared: Flux) -> None:
    answer = tool("rewrite_range", {"code": BETTER}).stalled(after=1)
    f = shared
    f.start_over(answer)
    uri = f.open("app.py", CODE)
    pending = f.client.start_command(
        "flux.run", f.argument(uri, "edit", "n += item", instruction="x", wait=True)
    )
    call = await f.api.call(0)

    f.client.cancel(pending.id)
    await call.disconnected.wait()

    assert f.client.text(uri) == CODE


async def test_typing_while_the_model_works_is_kept(shared: Flux) -> None:
    gate = Gate()
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}).held(gate))
    uri = f.open("app.py", CODE)
    waiting = asyncio.ensure_future(f.run(uri, "edit", "n += item", instruction="use sum"))
    await f.api.call(0)

    f.client.replace(uri, "import os\n", "import os\nimport sys\n")
    gate.open()
    outcome = await waiting

    assert outcome["status"] == "applied", outcome
    assert (f.client.text(uri) or "").startswith("import os\nimport sys\n")
    assert "return sum(items)" in (f.client.text(uri) or "")


async def test_typing_in_the_target_refuses_the_answer(shared: Flux) -> None:
    gate = Gate()
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}).held(gate))
    uri = f.open("app.py", CODE)
    waiting = asyncio.ensure_future(f.run(uri, "edit", "n += item", instruction="use sum"))
    await f.api.call(0)

    f.client.replace(uri, "        n += item\n", "        n += item * 2\n")
    typed = f.client.text(uri)
    gate.open()
    outcome = await waiting

    assert outcome["status"] == "refused"
    assert outcome["error"]["code"] == "STALE_DOCUMENT"
    assert f.client.text(uri) == typed


async def test_explain_streams_and_never_edits(shared: Flux) -> None:
    f = shared
    f.start_over(text("Adds up the items.\n\nIt loops."))
    uri = f.open("explained.py", CODE)  # a decision holds for five minutes on its file

    outcome = await f.run(uri, "explain", "n += item")

    assert outcome["status"] == "answered"
    assert outcome["summary"] == "Adds up the items."
    assert "".join(d["text"] for d in f.client.seen("flux/delta")).startswith("Adds up")
    assert f.client.text(uri) == CODE
    assert outcome["attempts"][0]["tier"] == "haiku"
    hover = await f.client.request(
        "textDocument/hover",
        {
            "textDocument": {"uri": uri},
            "position": f.client.range_of(uri, "n += item")["start"],
        },
    )
    assert "Adds up the items." in hover["contents"]["value"]


async def test_explain_is_a_document_for_a_client_without_flux_notifications(
    tmp_path: Path,
) -> None:
    from tests.fakes.lsp import capabilities

    caps = capabilities(experimental=None)
    async with flux(tmp_path, text("Adds up."), capabilities=caps) as f:
        uri = f.open("app.py", CODE)

        await f.run(uri, "explain", "n += item")

        shown = f.client.seen("window/showDocument")
        assert len(shown) == 1
        assert shown[0]["uri"].endswith(".md")


async def test_fix_sends_only_the_diagnostics_of_the_range(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}))
    uri = f.open("app.py", CODE)
    where = f.client.range_of(uri, "n += item")
    found = {"range": where, "message": "bad name n", "severity": 2, "source": "lint"}

    offered = await f.client.code_actions(
        uri, f.cursor(uri, "n += item"), trigger=2, diagnostics=[found]
    )
    fix = offered[0]
    result = await f.client.execute("flux.run", {**fix["command"]["arguments"][0], "wait": True})

    assert [a["kind"] for a in offered] == ["quickfix.flux.fix"]
    assert result["status"] == "applied", result
    said = user_text(f.api.calls[0].json)
    assert "<diagnostic" in said
    assert "bad name n" in said


async def test_a_comment_directive_is_offered_and_its_line_goes_away(shared: Flux) -> None:
    code = CODE.replace("def total", "# flux: use sum\ndef total")
    f = shared
    f.start_over(tool("rewrite_range", {"code": f"# flux: use sum\n{BETTER}"}))
    uri = f.open("app.py", code)

    offered = await f.client.code_actions(uri, f.client.range_of(uri, "# flux: use sum"), trigger=1)
    action = next(a for a in offered if a["title"] == "Flux: use sum")
    result = await f.client.execute("flux.run", {**action["command"]["arguments"][0], "wait": True})

    assert result["status"] == "applied", result
    assert "flux:" not in (f.client.text(uri) or "")
    assert "return sum(items)" in (f.client.text(uri) or "")


async def test_tests_makes_the_test_file_in_the_same_edit(tmp_path: Path) -> None:
    content = "from app import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
    answer = tool(
        "apply_edits",
        {"edits": [], "new_files": [{"path": "tests/test_app.py", "content": content}]},
    )
    async with flux(tmp_path, answer) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        f.file("tests/test_x.py", "def test_x():\n    pass\n")
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "tests", "n += item")

        assert outcome["status"] == "applied", outcome
        made = (f.root / "tests/test_app.py").as_uri()
        assert f.client.text(made) == content
        assert f.client.text(uri) == CODE
        assert len(f.client.seen("workspace/applyEdit")) == 1


async def test_undo_and_retry_by_command(shared: Flux) -> None:
    answers = [tool("rewrite_range", {"code": BETTER}) for _ in range(2)]
    f = shared
    f.start_over(*answers)
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    await f.client.execute("flux.undo", {"run": outcome["run"]})
    undone = f.client.text(uri)
    again = await f.client.execute(
        "flux.retry", {"run": outcome["run"], "instruction": "shorter", "wait": True}
    )

    assert undone == CODE
    assert again["status"] == "applied", again
    said = user_text(f.api.calls[1].json)
    assert "use sum\nshorter" in said


async def test_preview_is_byte_for_byte_what_is_sent(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}))
    uri = f.open("app.py", CODE)
    argument = f.argument(uri, "edit", "n += item", instruction="use sum")

    shown = await f.client.execute("flux.preview", argument)
    assert f.api.calls == []
    await f.client.execute("flux.run", {**argument, "wait": True})

    assert shown["request"] == f.api.calls[0].json
    assert shown["usd_at_most"] > 0
    assert shown["sent"][0]["path"] == "app.py"
    lines = CODE.count("\n")
    price = shown["estimates"]["sonnet"]["usd"]
    assert shown["summary"] == f"edit `total` · Sonnet · about ${price:.4f} · {lines} lines sent"


async def test_a_client_without_apply_edit_is_told_of_a_patch(tmp_path: Path) -> None:
    from tests.fakes.lsp import capabilities

    caps = capabilities(workspace={"applyEdit": None}, experimental=None)
    async with flux(tmp_path, tool("rewrite_range", {"code": BETTER}), capabilities=caps) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

        assert outcome["status"] == "proposed"
        patch = Path(outcome["summary"].split(": ", 1)[1])
        assert "+    return sum(items)" in patch.read_text()
        assert f.client.text(uri) == CODE


async def test_status_says_what_is_spent_and_which_models_are_in_effect(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": BETTER}))
    uri = f.open("app.py", CODE)
    await f.run(uri, "edit", "n += item", instruction="use sum")

    status = await f.client.execute("flux.status", {})

    assert status["running"] == []
    assert status["spent"]["day_usd"] > 0
    assert status["models"]["sonnet"]["model"] == "claude-sonnet-5-5"

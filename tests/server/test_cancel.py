"""A cancel at any point: nothing is applied, what was used is written down, the next run works."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from flux_lsp.models.size import estimate_body_tokens
from tests.fakes.answers import Answer, status, text, tool
from tests.fakes.flags import Gate
from tests.fakes.lsp import LspError
from tests.fakes.messages_api import MessagesApi
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

# words first: what a client is told of them shows how far the server has read
GOOD = text("I use sum.").then(tool("rewrite_range", {"code": BETTER})).using(input=1000, output=50)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them: each test also shows that the one before left it whole."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def by_command(f: Flux, run: str) -> None:
    assert await f.client.execute("flux.cancel", {"run": run}) == {"cancelled": [run]}


async def by_command_without_a_run(f: Flux, run: str) -> None:
    assert await f.client.execute("flux.cancel") == {"cancelled": [run]}


async def by_progress(f: Flux, _: str) -> None:
    token = f.client.seen("window/workDoneProgress/create")[-1]["token"]
    f.client.notify("window/workDoneProgress/cancel", {"token": token})


async def by_menu(f: Flux, run: str) -> None:
    (uri,) = f.client.editor.buffers
    offered = await f.client.code_actions(uri, f.cursor(uri, "n += item"))
    action = next(a for a in offered if a["title"].startswith("Flux: cancel"))
    await f.client.execute(action["command"]["command"], *action["command"]["arguments"])


async def by_a_newer_run(f: Flux, _: str) -> None:
    (uri,) = f.client.editor.buffers
    await f.start(uri, "edit", "n += item", instruction="use sum")


@pytest.mark.parametrize(
    "cancel", [by_command, by_command_without_a_run, by_progress, by_menu], ids=lambda f: f.__name__
)
async def test_every_way_to_cancel_ends_the_run(
    shared: Flux, cancel: Callable[[Flux, str], Awaitable[None]]
) -> None:
    f = shared
    f.start_over(GOOD.stalled(after=2))
    uri = f.open("app.py", CODE)
    run = await f.start(uri, "edit", "n += item", instruction="use sum")
    call = await f.api.call(0)
    await f.client.wait_for(lambda: reports(f))

    await cancel(f, run)
    outcome = await f.outcome(run)
    await call.disconnected.wait()

    assert (outcome["status"], outcome["error"]["code"]) == ("cancelled", "CANCELLED")
    assert f.client.text(uri) == CODE
    assert f.client.seen("workspace/applyEdit") == []
    await f.client.wait_for(lambda: ended(f))


async def test_a_cancelled_request_is_answered_so_once(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD.stalled(after=2))
    uri = f.open("app.py", CODE)
    argument = f.argument(uri, "edit", "n += item", instruction="use sum", wait=True)
    pending = f.client.start_command("flux.run", argument)
    call = await f.api.call(0)

    f.client.cancel(pending.id)
    with pytest.raises(LspError) as error:
        await pending
    await call.disconnected.wait()

    assert error.value.code == -32800
    assert f.client.text(uri) == CODE
    assert f.client.violations == []


@pytest.mark.parametrize(
    ("answer", "input_tokens"),
    [
        pytest.param(GOOD.stalled_before_headers(), None, id="waiting for headers"),
        pytest.param(GOOD.stalled(after=1), 1000, id="in mid-stream"),
        pytest.param(GOOD.stalled(), 1000, id="before the last event"),
    ],
)
async def test_what_was_used_until_then_is_in_the_ledger(
    shared: Flux, answer: Answer, input_tokens: int | None
) -> None:
    f = shared
    f.start_over(answer)
    uri = f.open("app.py", CODE)
    run = await f.start(uri, "edit", "n += item", instruction="use sum")
    call = await f.api.call(0)
    if input_tokens:
        await f.client.wait_for(lambda: f.client.seen("flux/delta"))

    await f.client.execute("flux.cancel", {"run": run})
    await f.outcome(run)
    await call.disconnected.wait()

    (row,) = [row for row in f.ledger() if row.run == run]
    assert (row.result, row.error) == ("CANCELLED", "CANCELLED")
    sent = estimate_body_tokens(
        call.json
    )  # where the server has not told yet, what was sent counts
    assert row.usage.input == (sent if input_tokens is None else input_tokens)
    assert row.usage.estimated
    assert row.usd is not None
    assert row.usd > 0
    await nothing_is_held(f)


async def test_in_back_off_no_further_call_is_made(shared: Flux) -> None:
    f = shared
    f.start_over(status(529, headers={"retry-after": "20"}), GOOD)
    uri = f.open("app.py", CODE)
    run = await f.start(uri, "edit", "n += item", instruction="use sum")
    await f.client.wait_for(lambda: any("waiting 20 s" in r for r in reports(f)))

    await f.client.execute("flux.cancel", {"run": run})
    outcome = await f.outcome(run)

    assert outcome["status"] == "cancelled"
    assert [a["result"] for a in outcome["attempts"]] == ["OVERLOADED"]
    assert len(f.api.calls) == 1
    await nothing_is_held(f)


async def test_an_edit_that_is_with_the_editor_already_is_told_as_it_went(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD)
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(params: Any) -> Any:
        arrived.set()
        await go_on.wait()
        return f.client.editor.apply(params["edit"])

    f.client.on("workspace/applyEdit", slowly)
    try:
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        await arrived.wait()

        await f.client.execute("flux.cancel", {"run": run})
        go_on.set()
        outcome = await f.outcome(run)
    finally:
        f.client.on("workspace/applyEdit", lambda params: f.client.editor.apply(params["edit"]))

    assert "sum(items)" in (f.client.text(uri) or "")
    assert outcome["status"] == "applied", outcome
    await f.client.execute("flux.undo", {"run": run})
    assert f.client.text(uri) == CODE


@pytest.mark.parametrize(
    "again", [by_command, by_progress, by_a_newer_run], ids=lambda f: f.__name__
)
async def test_a_second_cancel_does_not_make_an_edit_unsaid(
    shared: Flux, again: Callable[[Flux, str], Awaitable[None]]
) -> None:
    f = shared
    f.start_over(GOOD, GOOD.stalled(after=2))
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(params: Any) -> Any:
        arrived.set()
        await go_on.wait()
        return f.client.editor.apply(params["edit"])

    f.client.on("workspace/applyEdit", slowly)
    try:
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        await arrived.wait()

        await f.client.execute("flux.cancel", {"run": run})
        await again(f, run)
        await f.client.execute("flux.status", {})  # behind the second cancel
        go_on.set()
        outcome = await f.outcome(run)
    finally:
        f.client.on("workspace/applyEdit", lambda params: f.client.editor.apply(params["edit"]))
        await f.client.execute("flux.cancel")

    assert "sum(items)" in (f.client.text(uri) or "")
    assert outcome["status"] == "applied", outcome
    await f.client.execute("flux.undo", {"run": run})
    assert f.client.text(uri) == CODE


async def test_an_edit_that_turns_up_after_the_last_word_can_be_undone(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD)
    edits: asyncio.Queue[Any] = asyncio.Queue()

    async def never(params: Any) -> Any:
        edits.put_nowait(params["edit"])
        await asyncio.Event().wait()

    f.client.on("workspace/applyEdit", never)
    try:
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        edit = await edits.get()
        await f.client.execute("flux.cancel", {"run": run})
        outcome = await f.outcome(run)
        f.client.editor.apply(edit)
    finally:
        f.client.on("workspace/applyEdit", lambda params: f.client.editor.apply(params["edit"]))

    assert outcome["status"] == "cancelled"
    assert "Nothing was changed" not in str(outcome)
    assert "sum(items)" in (f.client.text(uri) or "")
    await f.client.execute("flux.undo", {"run": run})
    assert f.client.text(uri) == CODE


async def test_an_editor_that_sits_on_an_edit_does_not_keep_a_run_from_being_cancelled(
    shared: Flux,
) -> None:
    f = shared
    f.start_over(GOOD)
    arrived = asyncio.Event()

    async def never(_: Any) -> Any:
        arrived.set()
        await asyncio.Event().wait()

    f.client.on("workspace/applyEdit", never)
    try:
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        await arrived.wait()

        await f.client.execute("flux.cancel", {"run": run})
        outcome = await f.outcome(run)
    finally:
        f.client.on("workspace/applyEdit", lambda params: f.client.editor.apply(params["edit"]))

    assert outcome["status"] == "cancelled"
    assert "undo" in outcome["error"]["hint"]
    await f.client.wait_for(lambda: f.client.seen("$/cancelRequest"))


async def test_at_random_moments_an_edit_is_whole_or_not_there(shared: Flux) -> None:
    f = shared
    rng = random.Random(2)
    ends = {"applied": 0, "cancelled": 0}
    for _ in range(25):
        f.start_over(GOOD.trickled(0.004, piece=12))
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        await asyncio.sleep(rng.uniform(0, 0.12))  # anywhere between the question and the edit

        await f.client.execute("flux.cancel", {"run": run})
        outcome = await f.outcome(run)

        ends[outcome["status"]] += 1
        changed = "sum(items)" in (f.client.text(uri) or "")
        assert changed == (outcome["status"] == "applied"), outcome
        assert changed or f.client.text(uri) == CODE
        assert len(f.client.seen("workspace/applyEdit")) == int(changed)
        await nothing_is_held(f)
    assert ends["cancelled"]

    f.start_over(GOOD)
    uri = f.open("app.py", CODE)
    assert (await f.run(uri, "edit", "n += item", instruction="use sum"))["status"] == "applied"


async def test_an_explanation_is_not_shown_after_its_cancel(shared: Flux) -> None:
    f = shared
    gate = Gate()
    f.start_over(text("Adds up the items, one by one.").in_pieces(4).held(gate, after=3))
    uri = f.open("app.py", CODE)
    run = await f.start(uri, "explain", "n += item")
    await f.client.wait_for(lambda: len(f.client.seen("flux/delta")) == 3)

    await f.client.execute("flux.cancel", {"run": run})
    outcome = await f.outcome(run)
    gate.open()
    hover = {
        "textDocument": {"uri": uri},
        "position": f.client.range_of(uri, "n += item")["start"],
    }

    assert outcome["status"] == "cancelled"
    assert "text" not in outcome
    assert await f.client.request("textDocument/hover", hover) is None
    assert len(f.client.seen("flux/delta")) == 3


async def test_cancelling_what_is_over_or_never_was_does_nothing(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    for argument in ({"run": outcome["run"]}, {"run": "nonsense"}, {}):
        assert await f.client.execute("flux.cancel", argument) == {"cancelled": []}
    assert "sum(items)" in (f.client.text(uri) or "")


async def test_shutdown_in_mid_run_ends_in_order_and_closes_the_stream(tmp_path: Path) -> None:
    async with flux(tmp_path, GOOD.stalled(after=2)) as f:
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        call = await f.api.call(0)
        await f.client.wait_for(lambda: f.client.seen("flux/delta"))

        code = await f.client.shutdown()
        await call.disconnected.wait()

        assert code == 0
        (row,) = f.ledger()
        assert (row.run, row.result, row.usage.input) == (run, "CANCELLED", 1000)
        assert f.client.text(uri) == CODE


# asks for the list of models, which never comes: the fake sees when the process has ended
KEY_COMMAND = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + '/v1/models')\n"


@pytest.mark.parametrize("how", ["cancel", "shutdown", "closed"])
async def test_a_key_command_that_still_asks_is_ended_with_its_run(
    tmp_path: Path, how: str
) -> None:
    script = tmp_path / "key.py"
    script.write_text(KEY_COMMAND)
    async with MessagesApi(models=Answer().stalled_before_headers()) as api:
        asked = asyncio.Event()
        api.on_call = lambda _call, _event: asked.set()
        config = tmp_path / "home" / "xdg_config_home" / "flux" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'api_key_command = "{sys.executable} {script} {api.url}"\n')
        async with flux(tmp_path, key=None, env={"ANTHROPIC_BASE_URL": api.url}) as f:
            uri = f.open("app.py", CODE)
            run = await f.start(uri, "explain", "n += item")
            await asked.wait()

            if how == "cancel":
                await f.client.execute("flux.cancel", {"run": run})
                await f.outcome(run)
            elif how == "shutdown":
                assert await f.client.shutdown() == 0
            else:
                f.client.close_stdin()
                await f.client.wait()

            (command,) = api.other_calls
            await command.disconnected.wait()
            assert api.calls == []


def reports(f: Flux) -> list[str]:
    """What the progress said so far."""
    values = [p["value"] for p in f.client.seen("$/progress")]
    return [v.get("message", "") for v in values if v["kind"] == "report"]


def ended(f: Flux) -> bool:
    return any(p["value"]["kind"] == "end" for p in f.client.seen("$/progress"))


async def nothing_is_held(f: Flux) -> None:
    told = await f.client.execute("flux.status", {})
    assert told["spent"]["held_usd"] == 0
    assert told["running"] == []

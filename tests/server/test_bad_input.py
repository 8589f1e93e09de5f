"""Every way a run can end badly: its code, a sentence with the next step, an unchanged buffer, a live server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import Answer, empty, html, refusal, status, thinking, tool
from tests.fakes.flags import Gate
from tests.fakes.lsp import LspError
from tests.fakes.messages_api import MessagesApi
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

GOOD = tool("rewrite_range", {"code": BETTER})
SOON = {"retry-after-ms": "5"}
QUICK = {"max_attempts": 1, "deadline_seconds": 60}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all rows of the table."""
    async with flux(tmp_path_factory.mktemp("shared"), settings=QUICK) as f:
        yield f


def edits(*pairs: tuple[str, str], path: str = "app.py") -> Answer:
    return tool(
        "apply_edits",
        {"edits": [{"path": path, "old_string": old, "new_string": new} for old, new in pairs]},
    )


ROWS: list[Any] = [
    pytest.param([status(401)], "AUTHENTICATION", "failed", id="wrong key"),
    pytest.param([status(500, headers=SOON)] * 8, "OVERLOADED", "failed", id="500 of both tiers"),
    pytest.param([html(200)], "NETWORK", "failed", id="html with 200"),
    pytest.param([GOOD.unended(after=1)], "TRUNCATED", "refused", id="no message_stop"),
    pytest.param([GOOD.cut()], "TRUNCATED", "refused", id="truncated"),
    pytest.param(
        [tool("rewrite_range", '{"code": "x" oops')], "FORMAT", "refused", id="invalid JSON"
    ),
    pytest.param([refusal()], "REFUSED_BY_MODEL", "refused", id="refusal"),
    pytest.param([empty()], "FORMAT", "refused", id="empty"),
    pytest.param([thinking("hm").then(empty())], "FORMAT", "refused", id="thinking only"),
    pytest.param(
        [edits(("n += item", "n -= item"), path="made/up.py")],
        "OUT_OF_SCOPE",
        "refused",
        id="made-up path",
    ),
]


@pytest.mark.parametrize(("answers", "code", "ended"), ROWS)
async def test_the_buffer_stays_and_the_server_goes_on(
    shared: Flux, answers: list[Answer], code: str, ended: str
) -> None:
    f = shared
    f.start_over(*answers, *[GOOD] * 5)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert (outcome["status"], outcome["error"]["code"]) == (ended, code), outcome
    assert_is_a_sentence(outcome["error"]["message"])
    assert_is_a_sentence(outcome["error"]["hint"])
    assert f.client.text(uri) == CODE
    assert f.client.seen("workspace/applyEdit") == []
    # as many calls as the row has answers: nothing is asked again that cannot get better
    assert len(outcome["attempts"]) == len(f.api.calls) == len(answers)
    assert await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))


def assert_is_a_sentence(text: str) -> None:
    """Words for a person, not what a machine said."""
    assert " " in text
    assert not set("{}<>\n").intersection(text), text


@pytest.mark.parametrize("code", [403, 404])
async def test_a_key_that_reaches_no_model_says_so(tmp_path: Path, code: int) -> None:
    async with flux(tmp_path, status(code), status(code)) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

        assert (outcome["status"], outcome["error"]["code"]) == ("failed", "MODEL_UNAVAILABLE")
        assert "flux-lsp models --check" in outcome["error"]["hint"]
        assert [a["tier"] for a in outcome["attempts"]] == ["sonnet", "haiku"]
        assert f.client.text(uri) == CODE


async def test_a_stalled_stream_ends_at_the_deadline(tmp_path: Path) -> None:
    async with flux(
        tmp_path, GOOD.stalled(after=1), settings={"deadline_seconds": 1.5, "max_attempts": 1}
    ) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

        assert outcome["error"]["code"] == "TIMEOUT", outcome
        assert f.client.text(uri) == CODE


async def test_without_a_key_actions_are_disabled_and_a_run_says_what_to_do(tmp_path: Path) -> None:
    async with flux(tmp_path, key=None) as f:
        uri = f.open("app.py", CODE)

        offered = await f.client.code_actions(uri, f.client.range_of(uri, "n += item"))
        outcome = await f.run(uri, "explain", "n += item")

        assert offered
        assert all("ANTHROPIC_API_KEY" in a["disabled"]["reason"] for a in offered)
        assert outcome["error"]["code"] == "NOT_CONFIGURED"
        assert outcome["attempts"] == []
        assert f.api.calls == []


async def test_a_document_closed_meanwhile_is_left_alone(shared: Flux) -> None:
    gate = Gate()
    f = shared
    f.start_over(GOOD.held(gate))
    uri = f.open("app.py", CODE)
    pending = f.client.start_command(
        "flux.run", f.argument(uri, "edit", "n += item", instruction="use sum", wait=True)
    )
    await f.api.call(0)

    f.client.close(uri)
    gate.open()
    outcome = await pending

    assert outcome["error"]["code"] == "STALE_DOCUMENT", outcome
    assert (f.root / "app.py").read_text() == CODE


async def test_a_renamed_file_is_left_alone(shared: Flux) -> None:
    gate = Gate()
    f = shared
    f.start_over(GOOD.held(gate))
    uri = f.open("app.py", CODE)
    pending = f.client.start_command(
        "flux.run", f.argument(uri, "edit", "n += item", instruction="use sum", wait=True)
    )
    await f.api.call(0)

    f.client.close(uri)
    (f.root / "app.py").rename(f.root / "renamed.py")
    renamed = f.client.open(f.root / "renamed.py", CODE)
    gate.open()
    outcome = await pending

    assert outcome["error"]["code"] == "STALE_DOCUMENT", outcome
    assert f.client.text(renamed) == CODE
    assert not (f.root / "app.py").exists()


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ({"action": "edit", "colour": "red"}, "colour"),
        ({"action": "dance"}, "dance"),
        ({}, "action"),
        ({"action": "edit", "tier": "opus"}, "opus"),
        ({"action": "edit", "range": {"start": 3}}, "range"),
        ({"action": "edit", "instruction": 5}, "instruction"),
    ],
)
async def test_unknown_arguments_are_named(
    shared: Flux, argument: dict[str, Any], says: str
) -> None:
    f = shared
    f.start_over()
    uri = f.open("app.py", CODE)
    where = f.client.range_of(uri, "n += item")

    with pytest.raises(LspError) as error:
        await f.client.execute("flux.run", {"uri": uri, "range": where, **argument})

    assert error.value.code == -32602
    assert says in error.value.message


async def test_a_menu_of_an_older_version_is_refused(shared: Flux) -> None:
    f = shared
    f.start_over()
    uri = f.open("app.py", CODE)
    argument = f.argument(uri, "edit", "n += item", instruction="x")

    f.client.replace(uri, "import os\n", "import sys\n")
    with pytest.raises(LspError) as error:
        await f.client.execute("flux.run", argument)

    assert "changed" in error.value.message


async def test_a_5_mb_change_is_taken(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)
    f.client.change(uri, (10, 0), (10, 0), "# " + "x" * 5_000_000 + "\n")

    argument = f.argument(uri, "edit", "n += item", instruction="use sum", wait=True)
    params = {"command": "flux.run", "arguments": [argument]}
    outcome = await f.client.request("workspace/executeCommand", params, timeout=120)

    assert outcome["status"] == "applied", outcome


async def test_a_client_that_goes_away_in_mid_call_leaves_no_process(tmp_path: Path) -> None:
    async with flux(tmp_path, GOOD.stalled(after=1)) as f:
        uri = f.open("app.py", CODE)
        await f.client.execute(
            "flux.run", f.argument(uri, "edit", "n += item", instruction="use sum")
        )
        call = await f.api.call(0)

        assert f.client.process.stdin is not None
        f.client.process.stdin.close()
        await f.client.process.wait()
        await call.disconnected.wait()


async def test_a_tier_this_key_cannot_reach_falls_back_once_and_says_so(tmp_path: Path) -> None:
    api = MessagesApi(GOOD, GOOD, unreachable={"claude-sonnet-5-5": 404})
    async with flux(tmp_path, api=api) as f:
        uri = f.open("app.py", CODE)

        first = await f.run(uri, "edit", "n += item", instruction="use sum")
        f.client.undo()
        second = await f.run(uri, "edit", "n += item", instruction="use sum")

        assert first["status"] == "applied", first
        assert [a["result"] for a in first["attempts"]] == ["MODEL_UNAVAILABLE", "ok"]
        assert first["attempts"][1]["tier"] == "haiku"
        assert first["attempts"][1]["strategy"] == "rewrite"
        assert [a["tier"] for a in second["attempts"]] == ["haiku"]
        notices = [m["message"] for m in f.client.seen("window/showMessage")]
        assert [n for n in notices if "claude-sonnet-5-5 is not available" in n] == notices[:1]
        assert "sonnet" in second["reason"].lower()

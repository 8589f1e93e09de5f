"""The client's own token for the progress of a run: used as long as it is valid, and not longer."""

from pathlib import Path
from typing import Any

from tests.fakes.answers import tool
from tests.server.flux import Flux, flux

CODE = "def f():\n    return 1\n"
ANSWER = tool("rewrite_range", {"code": "def f():\n    return 2\n"})


async def run(f: Flux, uri: str, **more: Any) -> Any:
    argument = f.argument(uri, "edit", "return", instruction="two", **more)
    params = {"command": "flux.run", "arguments": [argument], "workDoneToken": "of the client"}
    return await f.client.request("workspace/executeCommand", params)


async def test_a_run_that_is_waited_for_is_followed_by_the_clients_token(tmp_path: Path) -> None:
    async with flux(tmp_path, ANSWER) as f:
        outcome = await run(f, f.open("a.py", CODE), wait=True)
        assert outcome["status"] == "applied", outcome
        kinds = [value["kind"] for value in f.client.progress("of the client")]
        assert (kinds[0], kinds[-1]) == ("begin", "end")
        assert f.client.seen("window/workDoneProgress/create") == []


async def test_a_run_that_goes_on_behind_its_answer_has_a_token_of_its_own(tmp_path: Path) -> None:
    async with flux(tmp_path, ANSWER) as f:
        answer = await run(f, f.open("a.py", CODE))
        assert (await f.outcome(answer["run"]))["status"] == "applied"
        assert f.client.progress("of the client") == []
        (created,) = f.client.seen("window/workDoneProgress/create")
        await f.client.wait_for(
            lambda: any(v["kind"] == "end" for v in f.client.progress(created["token"]))
        )

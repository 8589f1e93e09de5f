"""`flux.status` and the log: what a person looks at when nothing happens, or when it takes long."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import status, text, tool
from tests.fakes.flags import Gate
from tests.fakes.lsp import LspError
from tests.server.flux import KEY, Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
OUTSIDE = tool(
    "apply_edits",
    {"edits": [{"path": "app.py", "old_string": "return os.name", "new_string": "return None"}]},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def test_nothing_is_missing_before_the_first_run(tmp_path: Path) -> None:
    async with flux(tmp_path) as f:
        told = await f.client.execute("flux.status")

    assert told["ready"] is True
    assert told["why_not"] is None
    assert told["provider"] == "anthropic"
    assert (told["running"], told["proposals"]) == ([], [])
    assert told["spent"] == {"day_usd": 0, "month_usd": 0, "session_usd": 0, "held_usd": 0}
    assert {tier: one["model"] for tier, one in told["models"].items()} == {
        "haiku": "claude-haiku-5-5",
        "sonnet": "claude-sonnet-5-5",
    }
    assert all("newest" in one["reason"] for one in told["models"].values())


async def test_a_run_is_listed_with_what_it_is_doing_and_what_it_holds(shared: Flux) -> None:
    f = shared
    gate = Gate()
    f.start_over(GOOD.held(gate))
    uri = f.open("app.py", CODE)
    run = await f.start(uri, "edit", "n += item", instruction="use sum")
    await f.api.call(0)

    told = await f.client.execute("flux.status")
    gate.open()
    await f.outcome(run)
    afterwards = await f.client.execute("flux.status")

    state = "asking claude-sonnet-5-5"
    title = "edit `total` · app.py:7"
    model = "claude-sonnet-5-5"
    (running,) = told["running"]
    assert running == {
        "run": run, "title": title, "action": "edit", "uri": uri, "state": state, "model": model
    }  # fmt: skip
    assert told["spent"]["held_usd"] > 0
    assert told["line"].startswith("1 running · sonnet-5-5 · ")
    assert f"running: {title} ({state})" in told["details"]
    assert afterwards["running"] == []
    assert afterwards["spent"]["held_usd"] == 0
    assert afterwards["spent"]["day_usd"] > 0


async def test_a_status_bar_is_given_its_words(shared: Flux) -> None:
    f = shared
    f.start_over(OUTSIDE)
    uri = f.open("app.py", CODE)
    run = (await f.run(uri, "edit", "n += item", instruction="x"))["run"]

    waiting = await f.client.execute("flux.status")
    await f.client.execute("flux.reject", {"run": run})
    last = await f.client.execute("flux.status")

    cost = f"${last['spent']['day_usd']:.2f} of $10.00"
    assert waiting["line"] == f"1 to review · sonnet-5-5 · {cost}"
    assert last["line"] == f"sonnet-5-5 · {cost}"
    assert "**haiku**: claude-haiku-5-5 (" in last["details"]
    assert last["details"].endswith(f"today: {cost}")


async def test_a_wait_says_how_long_and_why(shared: Flux) -> None:
    f = shared
    f.start_over(status(429, headers={"retry-after": "20"}))
    uri = f.open("app.py", CODE)
    run = await f.start(uri, "edit", "n += item", instruction="use sum")
    await f.client.wait_for(lambda: "waiting 20 s" in str(f.client.seen("$/progress")))

    (told,) = (await f.client.execute("flux.status"))["running"]
    await f.client.execute("flux.cancel", {"run": run})
    await f.outcome(run)

    assert told["state"].startswith("waiting 20 s: ")
    assert "takes no more requests" in told["state"]


async def test_proposals_are_counted_and_looking_at_them_leaves_them(shared: Flux) -> None:
    f = shared
    f.start_over(OUTSIDE, OUTSIDE)
    runs = []
    for name in ("app.py", "app.py"):
        uri = f.open(name, CODE)
        runs.append((await f.run(uri, "edit", "n += item", instruction="x"))["run"])

    first = await f.client.execute("flux.status")
    second = await f.client.execute("flux.status")
    for run in runs:
        await f.client.execute("flux.reject", {"run": run})
    last = await f.client.execute("flux.status")

    assert {p["run"] for p in first["proposals"]} == set(runs)
    assert first["proposals"] == second["proposals"]
    assert all(p["open"] == 1 for p in first["proposals"])
    assert last["proposals"] == []


async def test_progress_begins_at_once_and_ends_always(shared: Flux) -> None:
    f = shared
    gate = Gate()
    for answer, ends in ((GOOD.held(gate), "1 change"), (status(401), "did not accept the key")):
        f.start_over(answer)
        uri = f.open("app.py", CODE)
        run = await f.start(uri, "edit", "n += item", instruction="use sum")
        await f.api.call(0)
        begin = await f.client.wait_notification(
            "$/progress", lambda p: p["value"]["kind"] == "begin"
        )
        gate.open()
        await f.outcome(run)
        end = await f.client.wait_notification("$/progress", lambda p: p["value"]["kind"] == "end")

        assert begin["value"]["title"] == "Flux: edit `total` · app.py:7"
        assert begin["value"]["cancellable"] is True
        assert ends in end["value"]["message"]


async def test_the_outcome_tells_the_whole_trail(shared: Flux) -> None:
    f = shared
    f.start_over(text("I would rather not."), GOOD.using(input=900, output=40, cache_read=10))
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")
    told = await f.outcome(outcome["run"])

    assert {key: told[key] for key in outcome} == outcome
    assert set(outcome) >= {
        "run", "action", "status", "error", "attempts", "model", "usd", "sent", "summary",
    }  # fmt: skip
    for attempt in outcome["attempts"]:
        assert set(attempt) == {
            "tier", "model", "strategy", "result", "error", "input_tokens", "output_tokens",
            "cache_read_tokens", "usd", "ms",
        }  # fmt: skip
    assert [a["error"] is None for a in outcome["attempts"]] == [False, True]
    last = outcome["attempts"][1]
    assert [last[k] for k in ("input_tokens", "output_tokens", "cache_read_tokens")] == [
        900,
        40,
        10,
    ]
    assert outcome["model"] == f.api.calls[1].json["model"]
    assert [part["path"] for part in outcome["sent"]] == ["app.py"] * len(outcome["sent"])
    assert all(part["lines"] and part["why"] for part in outcome["sent"])


async def test_without_a_key_it_says_what_to_do(tmp_path: Path) -> None:
    async with flux(tmp_path, key=None) as f:
        told = await f.client.execute("flux.status")

        assert told["ready"] is False
        assert "ANTHROPIC_API_KEY" in told["why_not"]
        assert "flux-lsp doctor" in told["why_not"]
        assert told["line"] == "not ready · $0.00 of $10.00"
        assert told["details"].startswith(told["why_not"])


async def test_a_status_takes_no_arguments(shared: Flux) -> None:
    with pytest.raises(LspError) as error:
        await shared.client.execute("flux.status", {"verbose": True})

    assert error.value.code == -32602
    assert "verbose" in error.value.message


async def test_the_log_holds_runs_and_neither_source_nor_key(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD, status(500, headers={"retry-after-ms": "5"}), status(401))
    uri = f.open("app.py", CODE)
    outcomes: list[dict[str, Any]] = []
    for _ in range(2):
        outcomes.append(await f.run(uri, "edit", "n += item", instruction="rather secretive words"))
        f.open("app.py", CODE)

    log = (f.home / "flux-data" / "log" / "flux-lsp.log").read_text() + f.client.stderr.decode()

    for outcome in outcomes:
        assert f"run={outcome['run']} action=edit status={outcome['status']}" in log
    assert KEY not in log
    for part in ("sum(items)", "n += item", "rather secretive words", "def total"):
        assert part not in log

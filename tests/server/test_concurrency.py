"""Many things at once: nobody waits for a model, runs do not trip each other, money is counted once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import Answer, text, tool
from tests.fakes.flags import Gate
from tests.fakes.rules import Rule, rewritten
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
MANY = "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(8))
DEAR = {"input": 25_000, "output": 1_000}  # $0.06; reserved for it are $0.075, a region included


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


def tenfold(gate: Gate) -> Rule:
    """`return 3` becomes `return 30`, once the gate is open."""

    def rule(request: Any, number: int) -> Answer:
        return rewritten(lambda target: target.rstrip("\n") + "0\n")(request, number).held(gate)

    return rule


async def test_everything_else_is_answered_while_ten_runs_wait_for_their_models(
    shared: Flux,
) -> None:
    f = shared
    gate = Gate()
    f.start_over(*[GOOD.held(gate)] * 10)
    uris = [f.open(f"app{n}.py", CODE) for n in range(10)]
    runs = [await f.start(uri, "edit", "n += item", instruction="use sum") for uri in uris]
    await f.api.call(9)

    for uri in uris:
        f.client.replace(uri, "import os\n", "import os\nimport sys\n")
        where = f.client.range_of(uri, "n += item")
        offered = await f.client.code_actions(uri, where)
        assert any(a["title"].startswith("Flux: cancel edit") for a in offered)
        hover = {"textDocument": {"uri": uri}, "position": where["start"]}
        assert await f.client.request("textDocument/hover", hover) is None
        shown = await f.client.execute("flux.preview", f.argument(uri, "explain", "n += item"))
        assert shown["sent"]
    told = await f.client.execute("flux.status")
    assert [one["run"] for one in told["running"]] == runs
    assert len(f.api.calls) == 10

    gate.open()
    for run in runs:
        assert (await f.outcome(run))["status"] == "applied"
    assert all("import sys" in (f.client.text(uri) or "") for uri in uris)


async def test_the_same_action_on_the_same_place_ends_the_run_before(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD.stalled(after=1), GOOD)
    uri = f.open("app.py", CODE)
    first = await f.start(uri, "edit", "n += item", instruction="use sum")
    call = await f.api.call(0)

    second = await f.start(uri, "edit", "n = 0", instruction="use sum")
    outcomes = [await f.outcome(run) for run in (first, second)]
    await call.disconnected.wait()

    # both cursors mean the same function
    assert [o["status"] for o in outcomes] == ["cancelled", "applied"]
    assert len(f.client.seen("workspace/applyEdit")) == 1


@pytest.mark.parametrize(("action", "part"), [("explain", "n += item"), ("edit", "return os.name")])
async def test_another_action_or_another_place_goes_on_beside_it(
    shared: Flux, action: str, part: str
) -> None:
    f = shared
    gate = Gate()
    other = text("It adds.") if action == "explain" else tool(
        "rewrite_range", {"code": "def other():\n    return None\n"}
    )  # fmt: skip
    f.start_over(GOOD.held(gate), other)
    uri = f.open("app.py", CODE)
    first = await f.start(uri, "edit", "n += item", instruction="use sum")
    await f.api.call(0)

    beside = await f.run(uri, action, part, instruction="return nothing")
    gate.open()
    outcome = await f.outcome(first)

    assert beside["status"] in {"answered", "applied"}
    assert outcome["status"] == "applied", outcome
    assert "return sum(items)" in (f.client.text(uri) or "")


async def test_runs_on_one_document_that_end_at_the_same_time_are_all_applied(
    shared: Flux,
) -> None:
    f = shared
    gate = Gate()
    f.start_over(*[tenfold(gate)] * 8)
    uri = f.open("many.py", MANY)
    runs = [await f.start(uri, "edit", f"return {n}", instruction="times ten") for n in range(8)]
    await f.api.call(7)

    gate.open()
    outcomes = [await f.outcome(run) for run in runs]

    assert [o["status"] for o in outcomes] == ["applied"] * 8, outcomes
    assert f.client.text(uri) == MANY.replace("\n\n\n", "0\n\n\n")
    for run in runs[::-2]:
        await f.client.execute("flux.undo", {"run": run})
    expected = MANY
    for n in (0, 2, 4, 6):
        expected = expected.replace(f"return {n}\n", f"return {n}0\n")
    assert f.client.text(uri) == expected


async def test_fifty_runs_at_once_are_fifty_edits_and_fifty_rows(shared: Flux) -> None:
    f = shared
    f.start_over(*[GOOD.using(input=1000, output=100)] * 50)
    await f.configure(budget={"per_day_usd": "unlimited"})
    uris = [f.open(f"app{n}.py", CODE) for n in range(50)]
    before = (await f.client.execute("flux.status"))["spent"]["day_usd"]

    outcomes = await asyncio.gather(
        *(f.run(uri, "edit", "n += item", instruction="use sum") for uri in uris)
    )
    told = await f.client.execute("flux.status")

    assert {o["status"] for o in outcomes} == {"applied"}
    assert len({o["run"] for o in outcomes}) == 50
    assert all("sum(items)" in (f.client.text(uri) or "") for uri in uris)
    assert len(f.client.seen("workspace/applyEdit")) == 50
    rows = [row for row in f.ledger() if row.run in {o["run"] for o in outcomes}]
    assert len(rows) == 50
    assert told["spent"]["day_usd"] - before == pytest.approx(50 * 0.003)
    assert told["spent"]["held_usd"] == 0
    assert told["running"] == []
    for run in (outcomes[0]["run"], outcomes[-1]["run"]):
        assert (await f.client.execute("flux.undo", {"run": run}))["undone"] is True


async def test_two_servers_share_one_ledger_and_cannot_overspend_together(tmp_path: Path) -> None:
    settings = {"budget": {"per_day_usd": 0.24}}  # room for three
    gate = Gate()
    answers = [GOOD.using(**DEAR).held(gate)] * 4
    async with (
        flux(tmp_path, *answers, settings=settings) as one,
        flux(tmp_path, *answers, settings=settings) as two,
    ):
        windows = [one, two] * 4
        uris = [f.open(f"app{n}.py", CODE) for n, f in enumerate(windows)]
        runs = [
            await f.start(uri, "edit", "n += item", instruction="x")
            for f, uri in zip(windows, uris, strict=True)
        ]
        ends = [asyncio.ensure_future(f.outcome(run)) for f, run in zip(windows, runs, strict=True)]
        waiting = set(ends)
        while len(waiting) > 3:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        gate.open()
        outcomes = await asyncio.gather(*ends)

        assert len(one.api.calls) + len(two.api.calls) == 3
        assert sorted(o["status"] for o in outcomes) == ["applied"] * 3 + ["refused"] * 5
        assert {o["error"]["code"] for o in outcomes if o["error"]} == {"OVER_BUDGET"}
        told = [await f.client.execute("flux.status") for f in (one, two)]
        assert [t["spent"]["day_usd"] for t in told] == pytest.approx([0.18, 0.18])


async def test_a_call_whose_server_is_killed_counts_at_what_it_may_have_cost(
    tmp_path: Path,
) -> None:
    settings = {"budget": {"per_day_usd": 0.10}}  # room for one
    async with flux(tmp_path, GOOD, settings=settings) as survivor:
        async with flux(tmp_path, GOOD.stalled(after=1), settings=settings) as killed:
            uri = killed.open("app.py", CODE)
            await killed.start(uri, "edit", "n += item", instruction="x")
            await killed.api.call(0)
            killed.client.process.kill()
            await killed.client.process.wait()
        uri = survivor.open("app.py", CODE)

        outcome = await survivor.run(uri, "edit", "n += item", instruction="x")

        assert outcome["error"]["code"] == "OVER_BUDGET", outcome
        assert survivor.api.calls == []
        (row,) = survivor.ledger()
        assert (row.result, row.usd) == ("LOST", None)

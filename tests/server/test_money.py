"""No money is spent unseen: nothing is asked without a wish, and every limit stops a call before it is made."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits
from flux_lsp.runs.clock import SystemClock
from flux_lsp.settings.paths import get_ledger_path
from tests.fakes.answers import status, text, tool
from tests.fakes.flags import Gate
from tests.fakes.lsp import capabilities
from tests.ledger.ledgers import held, row
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
USELESS = text("I would rather not.")
# what one edit of CODE can cost at most is $0.068; what this one costs is $0.06
DEAR = {"input": 25_000, "output": 1_000}
ROOM_FOR_TWO = {"budget": {"per_day_usd": 0.16}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server, configured anew by each test; its ledger goes on."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def test_nothing_is_asked_of_a_model_without_a_wish(shared: Flux) -> None:
    f = shared
    f.start_over()
    earlier = f.ledger()
    uri = f.open("app.py", CODE)
    where = f.client.range_of(uri, "n += item")
    problem = {"range": where, "message": "bad"}

    f.client.replace(uri, "import os\n", "import os\nimport sys\n")
    await f.client.code_actions(uri, f.client.range(uri, (7, 8)), trigger=2)
    await f.client.code_actions(uri, f.client.range(uri, (0, 0), (9, 0)), diagnostics=[problem])
    hover = {"textDocument": {"uri": uri}, "position": {"line": 7, "character": 8}}
    await f.client.request("textDocument/hover", hover)
    await f.client.execute("flux.preview", f.argument(uri, "explain", "n += item"))
    await f.client.execute("flux.status", {})
    f.client.save(uri)
    f.client.close(uri)

    assert f.api.calls == []
    assert f.ledger() == earlier


async def test_a_run_stops_when_its_next_answer_does_not_fit(shared: Flux) -> None:
    f = shared
    f.start_over(USELESS.using(**DEAR), GOOD)
    await f.configure(budget={"per_action_usd": 0.10})
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "OVER_BUDGET")
    assert [a["result"] for a in outcome["attempts"]] == ["FORMAT"]
    assert outcome["usd"] == pytest.approx(0.06)
    assert len(f.api.calls) == 1
    assert f.client.text(uri) == CODE
    words = outcome["error"]["message"] + outcome["error"]["hint"]
    assert all(part in words for part in ("$0.10", "$0.06", "per_action_usd"))


async def test_a_runs_own_limit_lowers_the_budget_and_never_raises_it(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)

    await f.configure(budget={"per_action_usd": 0.10})
    low = await f.run(uri, "edit", "n += item", instruction="use sum", max_usd=0.01)
    await f.configure(budget={"per_action_usd": 0.01})
    high = await f.run(uri, "edit", "n += item", instruction="use sum", max_usd=5)

    assert [o["error"]["code"] for o in (low, high)] == ["OVER_BUDGET", "OVER_BUDGET"]
    assert f.api.calls == []


async def test_a_price_that_is_not_known_fits_no_budget_and_is_never_zero(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)

    await f.configure(model="my-own-model")
    refused = await f.run(uri, "edit", "n += item", instruction="use sum")
    assert refused["error"]["code"] == "OVER_BUDGET"
    assert "`my-own-model`" in refused["error"]["message"]
    assert f.api.calls == []

    unlimited = dict.fromkeys(("per_action_usd", "per_day_usd", "per_month_usd"), "unlimited")
    await f.configure(model="my-own-model", budget=unlimited)
    allowed = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert allowed["status"] == "applied", allowed
    assert allowed["usd"] is None
    assert f.ledger()[-1].usd is None


async def test_a_price_file_of_ones_own_lets_a_model_through(tmp_path: Path) -> None:
    config = tmp_path / "home" / "xdg_config_home" / "flux"
    config.mkdir(parents=True)
    (config / "prices.toml").write_text(
        'as_of = 2026-01-01\n[[rate]]\nmatch = ["my-*"]\nfrom = 2020-01-01\n'
        "input = 0\noutput = 0\ncache_write = 0\ncache_read = 0\n"
    )
    async with flux(tmp_path, GOOD, settings={"model": "my-own-model"}) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

        assert (outcome["status"], outcome["usd"]) == ("applied", 0.0)


async def test_every_answer_and_every_broken_off_one_is_priced(shared: Flux) -> None:
    f = shared
    broken = GOOD.using(input=2_000, output=9).failing("overloaded_error", after=1)
    f.start_over(
        status(529, headers={"retry-after-ms": "5"}),
        broken,
        USELESS.using(input=3_000, cache_read=10_000, output=100),
        GOOD.using(input=4_000, output=200),
    )
    await f.configure()
    uri = f.open("app.py", CODE)
    before = await spent(f)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    results = [a["result"] for a in outcome["attempts"]]
    assert results == ["OVERLOADED", "OVERLOADED", "FORMAT", "ok"]
    # $2 for a million tokens in, $10 out, $0.10 read from the cache
    in_dollars = [0, 0.00401, 0.006 + 0.001 + 0.001, 0.01]
    assert [a["usd"] for a in outcome["attempts"]] == pytest.approx(in_dollars)
    assert outcome["usd"] == pytest.approx(sum(in_dollars))
    rows = [row for row in f.ledger() if row.run == outcome["run"]]
    assert [(row.attempt, row.result) for row in rows] == list(enumerate(results, 1))
    assert [row.usd for row in rows] == pytest.approx(in_dollars)
    assert await spent(f) - before == pytest.approx(outcome["usd"])


async def test_runs_in_parallel_cannot_pass_a_limit_together(tmp_path: Path) -> None:
    gate = Gate()
    answers = [GOOD.using(**DEAR).held(gate)] * 5
    async with flux(tmp_path, *answers, settings=ROOM_FOR_TWO) as f:
        uris = [f.open(f"app{n}.py", CODE) for n in range(5)]
        runs = [
            asyncio.ensure_future(f.run(uri, "edit", "n += item", instruction="x")) for uri in uris
        ]
        await f.api.call(1)
        await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
        gate.open()
        outcomes = await asyncio.gather(*runs)

        assert sorted(o["status"] for o in outcomes) == ["applied"] * 2 + ["refused"] * 3
        refused = [o["error"] for o in outcomes if o["error"]]
        assert {e["code"] for e in refused} == {"OVER_BUDGET"}
        assert any("held for calls under way" in e["message"] for e in refused)
        assert len(f.api.calls) == 2
        assert await spent(f) == pytest.approx(0.12)


@pytest.mark.parametrize("limit", ["per_day_usd", "per_month_usd"])
async def test_what_was_spent_counts_after_a_restart(tmp_path: Path, limit: str) -> None:
    settings = {"budget": {limit: 0.10}}
    async with flux(tmp_path, GOOD.using(**DEAR), settings=settings) as f:
        uri = f.open("app.py", CODE)
        assert (await f.run(uri, "edit", "n += item", instruction="x"))["status"] == "applied"
    async with flux(tmp_path, GOOD, settings=settings) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="x")

        assert outcome["error"]["code"] == "OVER_BUDGET"
        assert limit in outcome["error"]["hint"]
        assert f.api.calls == []


async def test_a_ledger_that_cannot_be_written_lets_no_call_through(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    env = {"FLUX_DATA_DIR": str(in_the_way / "data")}
    async with flux(tmp_path, GOOD, env=env) as f:
        uri = f.open("app.py", CODE)

        offered = await f.client.code_actions(uri, f.cursor(uri, "n += item"))
        outcome = await f.run(uri, "edit", "n += item", instruction="x")
        told = await f.client.execute("flux.status", {})

        assert offered
        assert (outcome["status"], outcome["error"]["code"]) == ("failed", "NOT_CONFIGURED")
        assert "FLUX_DATA_DIR" in outcome["error"]["hint"]
        assert "error" in told["spent"]
        assert f.api.calls == []
        assert f.client.text(uri) == CODE


async def test_a_refusal_for_money_is_a_message_in_a_client_without_a_plugin(
    tmp_path: Path,
) -> None:
    settings = {"budget": {"per_day_usd": 0}}
    caps = capabilities(experimental=None)
    async with flux(tmp_path, GOOD, settings=settings, capabilities=caps) as f:
        uri = f.open("app.py", CODE)

        await f.run(uri, "edit", "n += item", instruction="x")

        (message,) = f.client.seen("window/showMessage")
        assert message["type"] == 2
        assert "per_day_usd" in message["message"]


async def test_a_session_has_a_budget_of_its_own(tmp_path: Path) -> None:
    settings = {"budget": {"per_session_usd": 0.1}}
    async with flux(tmp_path, GOOD.using(**DEAR), GOOD, settings=settings) as f:
        uri = f.open("app.py", CODE)
        await f.run(uri, "edit", "n += item", instruction="x")

        outcome = await f.run(uri, "edit", "sum(", instruction="x")

        assert outcome["error"]["code"] == "OVER_BUDGET"
        assert "per_session_usd" in outcome["error"]["hint"]
    async with flux(tmp_path, GOOD, settings=settings) as f:  # another window, another session
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "n += item", instruction="x")

        assert outcome["status"] == "applied"


async def test_a_budget_that_is_nearly_spent_is_told_once_in_all_windows(tmp_path: Path) -> None:
    settings = {"budget": {"per_day_usd": 0.15}}
    async with flux(tmp_path, *[GOOD.using(**DEAR)] * 2, settings=settings) as f:
        for number in range(2):
            uri = f.open(f"app{number}.py", CODE)
            await f.run(uri, "edit", "n += item", instruction="x")
        await f.client.wait_for(lambda: bool(list_warnings(f)))
    async with flux(tmp_path, GOOD, settings=settings) as other:
        uri = other.open("app.py", CODE)
        await other.run(uri, "explain", "n += item")

    assert list_warnings(f) == [
        "Flux: $0.12 of the $0.15 for today are spent (`budget.per_day_usd`)"
    ]
    assert list_warnings(other) == []


async def test_at_the_limit_haiku_goes_on_while_its_call_fits_and_says_why(tmp_path: Path) -> None:
    """Sonnet's call could cost $0.068, Haiku's $0.003."""
    settings = {"budget": {"per_day_usd": 0.02, "at_limit": "haiku"}}
    async with flux(tmp_path, *[GOOD.using(input=1000, output=100)] * 9, settings=settings) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "n += item", instruction="x")
        assert outcome["status"] == "applied"
        assert [a["tier"] for a in outcome["attempts"]] == ["haiku"]
        assert outcome["reason"].startswith(
            "haiku instead of sonnet: The budget for today is $0.02"
        )

        pinned = await f.run(uri, "edit", "sum(", instruction="x", tier="sonnet")
        assert pinned["error"]["code"] == "OVER_BUDGET"
        await f.configure(budget={"per_day_usd": 0.0001, "at_limit": "haiku"})
        spent_up = await f.run(uri, "edit", "sum(", instruction="x")
        assert spent_up["error"]["code"] == "OVER_BUDGET"
        assert len(f.api.calls) == 1


async def test_what_haiku_has_failed_at_is_not_asked_of_it_again(tmp_path: Path) -> None:
    settings = {
        "budget": {"per_day_usd": 0.02, "at_limit": "haiku"},
        "routing": {"edit": "haiku"},
    }
    broken = tool("rewrite_range", {"code": BETTER.replace("def ", "def (", 1)})
    async with flux(tmp_path, *[broken.using(input=1000, output=9)] * 9, settings=settings) as f:
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="x")

        assert outcome["error"]["code"] == "OVER_BUDGET"
        assert {a["tier"] for a in outcome["attempts"]} == {"haiku"}


async def test_what_changed_for_the_worse_is_told_once_a_day(tmp_path: Path) -> None:
    async with flux(tmp_path, *[GOOD] * 2) as f:
        fill_with_failures(f)
        await f.run(f.open("app0.py", CODE), "edit", "n += item", instruction="x")
        await f.client.wait_for(lambda: bool(list_warnings(f)))
        await f.run(f.open("app1.py", CODE), "edit", "n += item", instruction="x")

    (told,) = list_warnings(f)
    assert told.startswith("Flux: Only ")
    assert told.endswith("of the last 41 runs succeeded. `flux-lsp report` shows more")


def fill_with_failures(f: Flux) -> None:
    """40 runs of today that no model could do."""
    ledger = Ledger(get_ledger_path(f.home / "flux-data"), SystemClock())
    for number in range(40):
        call = row(run=f"old{number}", result="FORMAT", usd=0.0001)
        ledger.settle(held(ledger.reserve(call, 0.0001, Limits())), call)
    ledger.close()


def list_warnings(f: Flux) -> list[str]:
    return [m["message"] for m in f.client.seen("window/showMessage") if m["type"] == 2]


async def spent(f: Flux) -> float:
    told = await f.client.execute("flux.status", {})
    usd: float = told["spent"]["day_usd"]
    return usd

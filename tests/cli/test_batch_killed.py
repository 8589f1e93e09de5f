"""A job that is killed at any point goes on: no second paid batch, no lost answer, the ledger to the cent."""

from pathlib import Path

import pytest

from tests.cli.batches import (
    documented,
    failing_for,
    read_ledger,
    run_killed,
    serve_batches,
    write_functions,
)
from tests.cli.commands import Shell, flux

__all__ = ["flux"]

SEND, READ = "flux_lsp.runs.batch.send_batch", "flux_lsp.runs.batch.reading"
RESULTS = "flux_lsp.runs.batch.results"
STORE = "flux_lsp.runs.batch.job_store:JobStore"
DOOR = "flux_lsp.models.anthropic.batches:AnthropicBatches"
ITEMS = 5
# Where the process dies, and how often a batch is created in all: twice means one for each tier.
POINTS = {
    "before the hold": "flux_lsp.runs.batch.money:place_holds:before:1",
    "before the probe's answer is kept": f"{STORE}.write_replies:before:1",
    "before the intent": f"{SEND}:intend_batch:before:1",
    "after the intent": f"{SEND}:intend_batch:after:1",
    "right before the batch is created": f"{DOOR}.create:before:1",
    "when the batch is created and nobody knows its name": f"{DOOR}.create:after:1",
    "after the name is written": f"{SEND}:name_batch:after:1",
    "while the batch is going on": f"{DOOR}.retrieve:after:1",
    "before the results are kept": f"{RESULTS}:_write_results:before:1",
    "before the results are settled": f"{RESULTS}:settle_batch:before:1",
    "after the results are settled": f"{RESULTS}:settle_batch:after:1",
    "before the answers are read": f"{READ}:_write:before:2",
    "after the answers are read": f"{STORE}.end_items:after:2",
    "before the second batch's intent": f"{SEND}:intend_batch:before:2",
    "when the second batch is created": f"{DOOR}.create:after:2",
    "before the second batch is settled": f"{RESULTS}:settle_batch:before:2",
    "before the patches": "flux_lsp.fronts.cli.batch_work:_write_patches:before:1",
}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_job_goes_on(flux: Shell, point: str) -> None:
    write_functions(flux.root, files=1, functions=ITEMS)
    rule = failing_for({"f0_3"}, documented())
    with serve_batches(flux, rule) as api:
        run_killed(flux, POINTS[point])
        job = flux("batch", "list", "--json").json["jobs"][-1]["id"]
        ran = flux("batch", "resume", job, "--json")

    assert ran.code == 0, ran.err
    assert {i["status"] for i in ran.json["items"]} == {"done"}
    assert [len(b.requests) for b in api.desk.batches] == [ITEMS - 1, 1]
    assert api.desk.creates == 2
    patch = Path(ran.json["patches"][0]).read_text()
    assert patch.count("Say what f0_") == ITEMS
    # The probe is asked again only where its answer was lost with the process: both are paid for.
    probes = len(api.calls)
    assert probes == (2 if "probe" in point else 1)
    haiku, sonnet = (100 * 0.1 + 20 * 0.5) / 1e6, (100 * 2 + 20 * 10) / 1e6
    spent = haiku * probes + haiku / 2 * (ITEMS - 1) + sonnet / 2
    ((total, lost),) = read_ledger(
        flux.data, "SELECT sum(usd), sum(result IN ('begun', 'LOST')) FROM calls"
    )
    assert (total, lost) == (pytest.approx(spent, rel=1e-9), 0)
    assert read_ledger(flux.data, "SELECT * FROM holds") == []

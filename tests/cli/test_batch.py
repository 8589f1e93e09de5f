"""`flux-lsp batch`: items, the price, one paid batch, patches, and what scripts rely on."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from flux_lsp.ledger.processes import get_host_name
from flux_lsp.models.anthropic import batches as batches_api
from flux_lsp.runs.batch.job_store import JobStore
from tests.cli.batches import (
    documented,
    fail_on_status,
    failing_for,
    read_ledger,
    run_killed,
    serve_batches,
    write_functions,
)
from tests.cli.commands import Shell, flux
from tests.fakes.batches import Batch
from tests.fakes.rules import rewritten

__all__ = ["flux"]


def test_a_folder_is_documented_by_one_batch(flux: Shell) -> None:
    write_functions(flux.root, files=2, functions=3)
    with serve_batches(flux) as api:
        ran = flux("batch", "document", "src", "--json")
    report = ran.json
    assert (ran.code, report["status"], report["batches"]) == (0, "done", ["msgbatch_0001"])
    assert set(report) == {"id", "status", "items", "patches", "usd", "batches"}
    assert report["items"][0] == {
        "path": "src/m0.py",
        "symbol": "f0_0",
        "status": "done",
        "error": None,
        "model": "claude-haiku-5-5",
        "usd": pytest.approx(2e-5),
    }
    assert [len(api.calls), len(api.desk.batches[0].requests)] == [1, 5]  # the probe counts
    assert not (flux.root / "src/m1.py").read_text().count("Say what")
    subprocess.run(["git", "apply", *report["patches"]], cwd=flux.root, check=True)
    assert (flux.root / "src/m1.py").read_text().count('"""Say what f1_') == 3
    ((usd, rows),) = read_ledger(flux.data, "SELECT sum(usd), count(*) FROM calls")
    assert (usd, rows) == (pytest.approx(report["usd"]), 6)
    assert report["usd"] == pytest.approx(2e-5 + 5 * 1e-5)  # half price, but for the probe


def test_the_requests_of_a_batch_share_an_hour_s_cache_and_never_stream(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=3)
    with serve_batches(flux) as api:
        flux("batch", "document", "src")
    first, second = (request["params"] for request in api.desk.batches[0].requests)
    *shared, question = first["messages"][0]["content"]
    assert shared == second["messages"][0]["content"][:-1]
    marks = [block["cache_control"] for block in (*first["system"], *shared)]
    assert marks == [{"type": "ephemeral", "ttl": "1h"}] * 2
    assert "cache_control" not in question
    assert "stream" not in first
    tokens = {request["custom_id"].rpartition("-")[0] for request in api.desk.batches[0].requests}
    assert len(tokens) == 1


def test_a_dry_run_sends_nothing_and_leaves_nothing(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=2)
    with serve_batches(flux) as api:
        ran = flux("batch", "document", "src", "--dry-run", "--json")
        listed = flux("batch", "list", "--json")
    assert ran.code == 0
    assert [item["symbol"] for item in ran.json["items"]] == ["f0_0", "f0_1"]
    assert 0 < ran.json["usd"] < ran.json["usd_at_most"]
    assert (api.calls, api.desk.creates, listed.json) == ([], 0, {"jobs": []})


def test_what_haiku_fails_at_goes_to_sonnet_in_a_second_batch(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=4)
    with serve_batches(flux, failing_for({"f0_1", "f0_3"}, documented())) as api:
        ran = flux("batch", "document", "src", "--json")
    assert [item["status"] for item in ran.json["items"]] == ["done"] * 4
    models = [item["model"] for item in ran.json["items"]]
    assert models == ["claude-haiku-5-5", "claude-sonnet-5-5"] * 2
    again = api.desk.batches[1].requests[0]["params"]["messages"]
    assert [turn["role"] for turn in again] == ["user", "assistant", "user"]
    assert "SYNTAX_ERROR" in str(again[-1])


def test_an_own_tier_is_the_only_one_that_is_asked(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=2)
    with serve_batches(flux, failing_for({"f0_1"}, documented())) as api:
        ran = flux("batch", "document", "src", "--tier", "haiku", "--json")
    assert (ran.code, ran.json["status"]) == (1, "incomplete")
    assert [item["status"] for item in ran.json["items"]] == ["done", "failed"]
    assert ran.json["items"][1]["error"]["code"] == "SYNTAX_ERROR"
    assert len(api.desk.batches) == 1


@pytest.mark.parametrize("trouble", ["lost", "stalled", "made 500"])
def test_a_lost_answer_to_create_makes_no_second_batch(
    flux: Shell, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(batches_api, "_CREATE_SECONDS", 1.0)
    write_functions(flux.root, files=1, functions=4)
    with serve_batches(flux) as api:
        others = [{"custom_id": f"other-{n}", "params": _PARAMS} for n in range(3)]
        api.desk.batches.append(Batch("msgbatch_old", others, 0))
        api.desk.trouble = [trouble]
        api.desk.on_create = lambda: api.desk.batches.append(Batch("msgbatch_other", others, 9))
        ran = flux("batch", "document", "src", "--json")
    assert (ran.code, ran.json["status"]) == (0, "done"), ran.err
    assert api.desk.creates == 1
    assert len(ran.json["batches"]) == 1
    assert ran.json["batches"][0] not in {"msgbatch_old", "msgbatch_other"}


_PARAMS = {"model": "claude-haiku-5-5", "max_tokens": 1, "messages": []}


@pytest.mark.parametrize("trouble", ["400", "429", "529", "500"])
def test_a_refused_create_costs_nothing_and_can_be_resumed(flux: Shell, trouble: str) -> None:
    write_functions(flux.root, files=1, functions=3)
    with serve_batches(flux) as api:
        api.desk.trouble = [trouble]
        ran = flux("batch", "document", "src", "--json")
        assert ran.code == 1
        assert (ran.json["status"], ran.json["batches"]) == ("open", [])
        assert read_ledger(flux.data, "SELECT count(*) FROM calls") == [(1,)]
        again = flux("batch", "resume", ran.json["id"], "--json")
    assert (again.code, again.json["status"]) == (0, "done")
    assert (api.desk.creates, len(api.desk.batches), len(api.calls)) == (2, 1, 1)


def test_what_nobody_answered_is_reported_and_resumed(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=6)
    with serve_batches(flux) as api:
        api.desk.fates = {0: "expired", 2: "errored", 3: "expired"}
        ran = flux("batch", "document", "src", "--json")
        statuses = [item["status"] for item in ran.json["items"]]
        assert statuses == ["done", "expired", "done", "errored", "expired", "done"]
        assert (ran.code, ran.json["status"]) == (1, "incomplete")
        assert ran.json["items"][1]["error"]["code"] == "TIMEOUT"
        assert ran.json["usd"] == pytest.approx(2e-5 + 2 * 1e-5)  # what is not answered is free
        assert Path(ran.json["patches"][0]).read_text().count("Say what") == 3
        api.desk.fates = {}
        again = flux("batch", "resume", ran.json["id"], "--json")
    assert (again.code, again.json["status"]) == (0, "done")
    assert [len(batch.requests) for batch in api.desk.batches] == [5, 3]
    assert again.json["usd"] == pytest.approx(2e-5 + 5 * 1e-5)
    assert Path(again.json["patches"][0]).read_text().count("Say what") == 6


def test_now_makes_ordinary_calls_and_no_batch(flux: Shell) -> None:
    write_functions(flux.root, files=2, functions=3)
    with serve_batches(flux, failing_for({"f0_1"}, documented())) as api:
        api.has_batches = False
        ran = flux("batch", "document", "src", "--now", "--json")
    assert (ran.code, ran.json["status"], ran.json["batches"]) == (0, "done", [])
    assert len(api.calls) == 7
    ((usd,),) = read_ledger(flux.data, "SELECT sum(usd) FROM calls")
    assert usd == pytest.approx(ran.json["usd"])
    assert read_ledger(flux.data, "SELECT * FROM holds") == []


def test_a_server_without_batches_says_how_to_go_on(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=2)
    with serve_batches(flux) as api:
        api.has_batches = False
        ran = flux("batch", "document", "src")
        assert (api.calls, ran.code, "--now" in ran.err) == ([], 3, True)
        job = flux("batch", "list", "--json").json["jobs"][0]["id"]
        again = flux("batch", "resume", job, "--now", "--json")
    assert (again.code, again.json["status"]) == (0, "done")
    offline = flux("batch", "document", "src", "--provider", "offline")
    assert (offline.code, "--now" in offline.err) == (3, True)
    free = flux("batch", "document", "src", "--provider", "offline", "--now", "--json")
    assert (free.json["items"][0]["error"]["code"], free.json["usd"]) == ("REFUSED_BY_MODEL", 0.0)


def test_a_job_that_does_not_fit_a_budget_sends_nothing(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=3)
    with serve_batches(flux) as api:
        dear = flux("batch", "document", "src", "--max-usd", "0.0001")
        flux.set({"FLUX_BUDGET__PER_DAY_USD": "0.0001"})
        poor = flux("batch", "document", "src")
    assert (dear.code, poor.code) == (1, 1)
    assert "--max-usd" in dear.err
    assert "per_day_usd" in poor.err
    assert (api.calls, api.desk.creates) == ([], 0)


def test_a_small_budget_bounds_what_sonnet_is_asked(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=6)
    names = {f"f0_{number}" for number in range(6)}
    with serve_batches(flux, failing_for(names, documented())) as api:
        ran = flux("batch", "document", "src", "--max-usd", "0.15", "--json")
        asked = len(api.desk.batches[1].requests)
        assert 0 < asked < 6
        refused = [i for i in ran.json["items"] if i["status"] == "refused"]
        assert {item["error"]["code"] for item in refused} == {"OVER_BUDGET"}
        assert len(refused) == 6 - asked
        again = flux("batch", "resume", ran.json["id"], "--max-usd", "5", "--json")
    assert (again.code, again.json["status"]) == (0, "done")


def test_cancel_fetches_what_is_there_and_asks_nothing_more(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=4)
    with serve_batches(flux) as api:
        api.desk.looks = 10**6
        job = _interrupt_while_waiting(flux, api)
        ran = flux("batch", "cancel", job, "--json")
        assert [item["status"] for item in ran.json["items"]] == ["done", *["canceled"] * 3]
        assert (ran.code, ran.json["status"]) == (1, "incomplete")
        api.desk.looks = 1
        again = flux("batch", "resume", job, "--json")
    assert (again.code, again.json["status"]) == (0, "done")
    assert len(api.desk.batches) == 2


def test_an_interrupt_leaves_the_batch_and_says_how_to_go_on(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=4)
    with serve_batches(flux) as api:
        api.desk.looks = 10**6
        job = _interrupt_while_waiting(flux, api)
        shown = flux("batch", "status", job, "--json")
        assert (shown.json["status"], shown.json["batches"]) == ("open", ["msgbatch_0001"])
        ((held,),) = read_ledger(flux.data, "SELECT sum(held_usd) FROM calls WHERE usd IS NULL")
        assert float(str(held)) > 0  # it counts as long as nobody knows what it cost
        api.desk.looks = 1
        again = flux("batch", "resume", job, "--json")
    assert (again.code, again.json["status"]) == (0, "done")
    assert api.desk.creates == 1


def _interrupt_while_waiting(flux: Shell, api: object) -> str:
    """Ctrl-C while the batch goes on; returns the job."""
    original = batches_api.AnthropicBatches.retrieve

    async def retrieve(self: batches_api.AnthropicBatches, batch: str) -> object:
        await original(self, batch)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches_api.AnthropicBatches, "retrieve", retrieve)
        ran = flux("batch", "document", "src")
    assert ran.code == 130
    job = str(flux("batch", "list", "--json").json["jobs"][0]["id"])
    assert f"batch resume {job}" in ran.err
    return job


def test_apply_writes_and_moves_changes_onto_typing(flux: Shell) -> None:
    write_functions(flux.root, files=2, functions=2)
    first, second = flux.root / "src/m0.py", flux.root / "src/m1.py"
    with serve_batches(flux) as api:
        api.desk.on_create = lambda: (
            first.write_text("import os\n\n\n" + first.read_text()),
            second.write_text(second.read_text().replace("f1_0(value)", "f1_0(\n    number\n)")),
        )
        ran = flux("batch", "document", "src", "--apply", "--json")
    assert first.read_text().startswith("import os\n")
    assert first.read_text().count("Say what") == 2
    assert "Say what" not in second.read_text()  # typed where the answer would change it
    assert "number" in second.read_text()
    assert ran.code == 1
    assert ran.json["error"]["code"] == "STALE_DOCUMENT"
    assert len(ran.json["patches"]) == 2


def test_apply_leaves_alone_what_needs_a_yes(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=2)
    wider = rewritten(lambda target: f"import os\n\n\n{target}" if "f0_0" in target else target)
    with serve_batches(flux, wider):
        ran = flux("batch", "edit", "src", "--instruction", "x", "--apply", "--json")
    statuses = [(item["status"], "doubt" in item) for item in ran.json["items"]]
    if statuses[0] == ("done", True):
        assert "import os" not in (flux.root / "src/m0.py").read_text()
        assert any(name.endswith(".review.patch") for name in ran.json["patches"])


def test_patches_go_to_a_folder_of_one_s_own(flux: Shell, tmp_path: Path) -> None:
    write_functions(flux.root, files=1, functions=1)
    out = tmp_path / "out"
    out.mkdir(mode=0o755)
    with serve_batches(flux):
        ran = flux("batch", "document", "src", "--output", str(out), "--json")
    assert ran.json["patches"] == [str(out / "src/m0.py.patch")]
    assert out.stat().st_mode & 0o777 == 0o755
    private = flux.data / "batches" / ran.json["id"] / "job.sqlite3"
    assert private.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("document",), 2, "name the files"),
        (("resume",), 2, "id of one job"),
        (("resume", "0123456789ab"), 2, "no job"),
        (("explain", "src"), 2, "cannot run as a batch"),
        (("edit", "src"), 2, "instruction"),
        (("document", "nowhere"), 2, "names no file"),
        (("nonsense", "src"), 3, "no action"),
        (("document", "src", "--since", "nowhere"), 2, "git"),
    ],
)
def test_wrong_usage(flux: Shell, arguments: tuple[str, ...], code: int, words: str) -> None:
    write_functions(flux.root, files=1, functions=1)
    flux.set({"ANTHROPIC_API_KEY": "sk-ant-test"})
    ran = flux("batch", *arguments)
    assert (ran.code, words in ran.err) == (code, True), ran.err


def test_nothing_to_do_is_done(flux: Shell) -> None:
    (flux.root / "src").mkdir()
    (flux.root / "src/a.py").write_text('def a():\n    """Say it."""\n')
    flux.set({"ANTHROPIC_API_KEY": "sk-ant-test"})
    ran = flux("batch", "document", "src", "--symbols", "undocumented", "--json")
    assert (ran.code, ran.json["items"]) == (0, [])


def test_without_a_key_nothing_is_configured(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=1)
    assert flux("batch", "document", "src").code == 3


def test_a_probe_that_fails_sends_no_batch(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=3)
    with serve_batches(flux, fail_on_status(401)) as api:
        ran = flux("batch", "document", "src", "--json")
    assert ran.code in {1, 3}
    assert ran.json["error"]["code"] == "AUTHENTICATION"
    assert (api.desk.creates, ran.json["usd"]) == (0, 0.0)


def test_the_project_s_own_checks_count(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=3)
    command = "! grep -q 'Say what f0_1' src/m0.py || { echo 'no such words'; exit 1; }"
    (flux.config / "config.toml").write_text(
        f'checks_sandbox = "none"\n[[checks]]\nname = "words"\ncommand = "{command}"\n'
    )
    with serve_batches(flux) as api:
        ran = flux("batch", "document", "src", "--json")
    assert [item["status"] for item in ran.json["items"]] == ["done", "failed", "done"], ran.err
    assert ran.json["items"][1]["error"]["code"] == "CHECK_FAILED"
    told = api.desk.batches[1].requests[0]["params"]["messages"][-1]
    assert "no such words" in str(told)


def test_a_secret_comes_back_in_another_process(flux: Shell) -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    write_functions(flux.root, files=1, functions=2)
    file = flux.root / "src/m0.py"
    file.write_text(file.read_text().replace("value + 1", f'(value, "{secret}")'))
    with serve_batches(flux) as api:
        run_killed(flux, "flux_lsp.runs.batch.send_batch:name_batch:after:1")
        job = flux("batch", "list", "--json").json["jobs"][0]["id"]
        ran = flux("batch", "resume", job, "--apply", "--json")
    assert secret not in str(api.desk.batches[0].requests)
    assert (ran.code, ran.json["status"]) == (0, "done"), ran.json
    assert secret in file.read_text()
    assert "FLUX_SECRET" not in file.read_text()
    assert file.read_text().count("Say what") == 2


def test_two_commands_never_work_on_one_job(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=3)
    with serve_batches(flux) as api:
        api.desk.looks = 10**6
        job = _interrupt_while_waiting(flux, api)
        store = JobStore(flux.data / "batches" / job)
        store.write_facts({"holder": f"{os.getppid()} {get_host_name()}"})
        ran = flux("batch", "resume", job)
        assert (ran.code, "at work" in ran.err) == (2, True)
        store.write_facts({"holder": f"{2**22 + 1} {get_host_name()}"})  # no such process
        store.close()
        api.desk.looks = 1
        assert flux("batch", "resume", job, "--json").json["status"] == "done"


def test_results_that_the_server_deleted_are_asked_for_again(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=3)
    with serve_batches(flux) as api:
        api.desk.looks = 10**6
        job = _interrupt_while_waiting(flux, api)
        api.desk.batches.clear()
        early = flux("batch", "resume", job, "--json")  # another key, for all that Flux knows
        assert (early.json["status"], api.desk.creates) == ("open", 1)
        with closing(sqlite3.connect(flux.data / "ledger.sqlite3")) as ledger, ledger:
            ledger.execute("UPDATE batches SET time = '2026-10-01T00:00:00.000000Z'")
        gone = flux("batch", "resume", job, "--json")
        assert [item["status"] for item in gone.json["items"]] == ["done", "expired", "expired"]
        api.desk.looks = 1
        again = flux("batch", "resume", job, "--json")
    assert (again.code, again.json["status"], api.desk.creates) == (0, "done", 2)
    ((held,),) = read_ledger(flux.data, "SELECT sum(held_usd) FROM calls WHERE usd IS NULL")
    assert float(str(held)) > 0  # nobody knows what the first one cost


def test_a_ledger_that_was_moved_away_makes_no_second_batch(flux: Shell) -> None:
    write_functions(flux.root, files=1, functions=4)
    with serve_batches(flux) as api:
        api.desk.looks = 10**6
        job = _interrupt_while_waiting(flux, api)
        for file in flux.data.glob("ledger.sqlite3*"):
            file.unlink()
        api.desk.looks = 1
        ran = flux("batch", "resume", job, "--json")
    assert (ran.code, ran.json["status"], api.desk.creates) == (0, "done", 1)
    ((usd, rows),) = read_ledger(flux.data, "SELECT sum(usd), count(*) FROM calls")
    assert (usd, rows) == (pytest.approx(3 * 1e-5), 3)

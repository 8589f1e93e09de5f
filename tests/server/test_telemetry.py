"""Runs are told to an OTLP endpoint that the person named: in full figures, and without a word of code."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from tests.fakes.answers import text, tool
from tests.fakes.otlp import read_attributes, receive_otlp
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

GOOD = tool("rewrite_range", {"code": BETTER}).using(input=1000, cache_read=200, output=100)
USELESS = text("I would rather not.").using(input=900, output=10)
INSTRUCTION = "use a secret-sounding sum"


def name_endpoint(url: str) -> Mapping[str, str]:
    return {"FLUX_TELEMETRY__ENDPOINT": url}


async def run_once(f: Flux) -> Any:
    uri = f.open("app.py", CODE)
    return await f.run(uri, "edit", "n += item", instruction=INSTRUCTION, tier="sonnet")


async def test_a_run_is_a_span_with_its_calls_below_it(tmp_path: Path) -> None:
    with receive_otlp() as collector:
        async with flux(tmp_path, USELESS, GOOD, env=name_endpoint(collector.url)) as f:
            outcome = await run_once(f)

        (run,) = collector.find_spans("flux ")
        failed, good = collector.find_spans("chat ")
        assert {failed.parent_span_id, good.parent_span_id} == {run.span_id}
        assert read_attributes(run) == {
            "flux.run": outcome["run"],
            "flux.action": "edit",
            "flux.outcome": "applied",
            "flux.escalated": False,
            "flux.cost.usd": pytest.approx(outcome["usd"]),
        }
        assert good.name == f"chat {outcome['model']}"
        assert good.kind == 3  # client
        told = read_attributes(good)
        assert told.pop("gen_ai.response.time_to_first_chunk") >= 0
        cost = outcome["attempts"][1]["usd"]
        assert told == {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "anthropic",
            "gen_ai.conversation.id": outcome["run"],
            "gen_ai.request.model": outcome["model"],
            "gen_ai.request.stream": True,
            "gen_ai.response.model": outcome["model"],
            "gen_ai.usage.input_tokens": 1200,
            "gen_ai.usage.output_tokens": 100,
            "gen_ai.usage.cache_read.input_tokens": 200,
            "gen_ai.usage.cache_write.input_tokens": 0,
            "gen_ai.usage.cost": pytest.approx(cost),
            "server.address": "127.0.0.1",
            "flux.run": outcome["run"],
            "flux.action": "edit",
            "flux.tier": "sonnet",
            "flux.cost.usd": pytest.approx(cost),
        }
        assert read_attributes(failed)["error.type"] == "FORMAT"
        assert failed.status.code == 2
        assert run.start_time_unix_nano <= failed.start_time_unix_nano <= failed.end_time_unix_nano
        assert failed.end_time_unix_nano <= good.start_time_unix_nano
        assert good.end_time_unix_nano <= run.end_time_unix_nano
        assert collector.resources[0]["service.name"] == "flux-lsp"


async def test_the_metrics_add_up_to_what_the_outcome_says(tmp_path: Path) -> None:
    with receive_otlp() as collector:
        async with flux(tmp_path, USELESS, GOOD, env=name_endpoint(collector.url)) as f:
            outcome = await run_once(f)

        def add_up(name: str) -> float:
            values = [point.as_int or point.as_double for point in collector.metrics[name]]
            return float(sum(values))

        usage = "gen_ai.client.inference.usage.{}_tokens"
        assert add_up(usage.format("input")) == 2100
        assert add_up(usage.format("output")) == 110
        assert add_up(usage.format("cache_read.input")) == 200
        assert add_up("flux.cost") == pytest.approx(outcome["usd"])
        assert add_up("flux.runs") == 1
        points = collector.metrics["gen_ai.client.operation.duration"]
        assert sum(point.count for point in points) == 2
        assert {read_attributes(point).get("error.type") for point in points} == {None, "FORMAT"}
        old = collector.metrics["gen_ai.client.token.usage"]
        assert {read_attributes(point)["gen_ai.token.type"] for point in old} == {"input", "output"}


async def test_no_word_of_code_path_or_instruction_leaves(tmp_path: Path) -> None:
    with receive_otlp() as collector:
        async with flux(tmp_path, GOOD, env=name_endpoint(collector.url)) as f:
            await run_once(f)

        everything = b"".join(collector.bodies)
        assert b"chat" in everything
        words = (*CODE.split(), INSTRUCTION, "app.py", str(tmp_path), str(f.root))
        assert [w for w in words if len(w) > 4 and w.encode() in everything] == []


async def test_an_endpoint_that_never_answers_keeps_nobody_waiting(tmp_path: Path) -> None:
    stuck = Event()
    with receive_otlp(stuck) as collector:
        async with flux(tmp_path, GOOD, env=name_endpoint(collector.url)) as f:
            outcome = await run_once(f)
            assert outcome["status"] == "applied"
        assert not stuck.is_set(), "the server has ended, and nobody was answered"
        assert collector.bodies == []


async def test_an_endpoint_that_is_not_there_breaks_nothing(tmp_path: Path) -> None:
    async with flux(tmp_path, GOOD, env=name_endpoint("http://127.0.0.1:9")) as f:
        outcome = await run_once(f)

    assert outcome["status"] == "applied"


async def test_a_workspace_names_no_endpoint(tmp_path: Path) -> None:
    with receive_otlp() as collector:
        async with flux(tmp_path, GOOD) as f:
            (f.root / "flux.toml").write_text(f'[telemetry]\nendpoint = "{collector.url}"\n')
            await f.configure(telemetry={"endpoint": collector.url})
            outcome = await run_once(f)

        assert outcome["status"] == "applied"
        assert collector.bodies == []


async def test_a_run_that_was_refused_before_its_call_has_none(tmp_path: Path) -> None:
    with receive_otlp() as collector:
        settings = {"budget": {"per_day_usd": 0}}
        env = name_endpoint(collector.url)
        async with flux(tmp_path, GOOD, settings=settings, env=env) as f:
            await run_once(f)

        (run,) = collector.find_spans("flux ")
        assert read_attributes(run)["error.type"] == "OVER_BUDGET"
        assert collector.find_spans("chat ") == []


def test_without_an_endpoint_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, flux_lsp.fronts.lsp.run, flux_lsp.runs.session, flux_lsp.runs.environment;"
        "import flux_lsp.runs.telemetry.exporter, flux_lsp.runs.telemetry.traces;"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

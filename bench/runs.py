"""What a run costs beside the model: milliseconds from command to wire and from answer to edit.

The model is the fake Messages API in this process, so both ends are timed by one clock. Figures are
medians over the runs; the yardstick for the menu is a minimal pygls server in the same process run.

    python -m bench.runs [--json] [--rounds N]
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tests.fakes.answers import tool
from tests.fakes.flags import Gate
from tests.fakes.lsp import LspClient, session
from tests.fakes.messages_api import MessagesApi
from tests.server.flux import KEY

WARM = 3  # runs that do not count
MINIMAL = (sys.executable, str(Path(__file__).with_name("minimal_server.py")))


def source(lines: int) -> str:
    """A Python file of about `lines` lines in functions of ten."""
    functions = [
        f"def function_{i}(items):\n"
        + "".join(f"    value_{j} = items[{j}] + {i}\n" for j in range(7))
        + "    return value_0\n\n"
        for i in range(lines // 10)
    ]
    return "".join(functions)


def target(number: int) -> str:
    """The first line of one function of `source`."""
    return f"def function_{number}(items):"


def flux_client(root: Path, api: MessagesApi) -> Any:
    """A session with the real server against `api`."""
    return session(
        root / "home",
        env={"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": KEY},
        root=root,
        initializationOptions={
            "settings": {
                "flux": {
                    "budget": {"perActionUsd": 1000, "perDayUsd": 100000, "perMonthUsd": 100000}
                }
            },
            "workspaceTrusted": True,
        },
    )


async def more_than(client: LspClient, method: str, count: int) -> None:
    """Wait until more than `count` messages of `method` have come."""
    await client.wait_for(lambda: len(client.seen(method)) > count)


def percentile(values: list[float], share: float) -> float:
    """The value at `share` (0..1) of the sorted values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def timed_runs(lines: int, rounds: int) -> dict[str, float]:
    """Milliseconds of a run's two halves on a file of `lines` lines, medians of warm runs.

    The yardstick takes turns with it: a minimal pygls server, the same file open, one character typed
    and a code action asked for.
    """
    to_wire, to_edit, to_menu = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        middle = lines // 20
        code = f"{target(middle)}\n    return items[0]\n"
        async with (
            MessagesApi() as api,
            flux_client(root, api) as client,
            session(root / "minimal", MINIMAL, root=root) as minimal,
        ):
            uri = client.open(root / "app.py", source(lines), "python")
            minimal.open(root / "app.py", source(lines), "python")
            arrivals: list[float] = []
            apply = client.editor.apply

            def note_and_apply(params: Any) -> Any:
                arrivals.append(time.perf_counter())  # before the fake editor's own work
                return apply(params["edit"])

            client.on("workspace/applyEdit", note_and_apply)
            for number in range(rounds + WARM):
                gate = Gate()
                api.script.append(tool("rewrite_range", {"code": code}).held(gate, after=None))
                argument = {
                    "action": "edit",
                    "uri": uri,
                    "range": client.range_of(uri, target(middle)),
                    "version": client.version(uri),
                    "instruction": "shorten it",
                }
                started = time.perf_counter()
                await client.execute("flux.run", argument)
                await api.call(number)
                to_wire.append((time.perf_counter() - started) * 1000)
                opened = time.perf_counter()
                gate.open()
                await more_than(client, "flux/outcome", number)
                to_edit.append((arrivals[number] - opened) * 1000)
                client.undo()
                to_menu += [await typed_menu(minimal, uri, lines, number) for _ in range(3)]
    wire, edit = (statistics.median(times[WARM:]) for times in (to_wire, to_edit))
    menu = statistics.median(to_menu[3 * WARM :])
    return {
        "run_to_wire_ms": wire,
        "answer_to_edit_ms": edit,
        "minimal_menu_ms": menu,
        "run_to_wire_ratio": wire / menu,
        "answer_to_edit_ratio": edit / menu,
    }


async def typed_menu(client: LspClient, uri: str, lines: int, number: int) -> float:
    """Milliseconds for one character typed and the code actions behind it."""
    cursor = {"line": number * 37 % lines, "character": 0}
    where = {"start": cursor, "end": cursor}
    version = int(time.monotonic() * 1000)  # only ever grows
    started = time.perf_counter()
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": where, "text": " "}],
        },
    )
    await client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri},
            "range": where,
            "context": {"diagnostics": [], "triggerKind": 2},
        },
    )
    return (time.perf_counter() - started) * 1000


async def timed_cancels(rounds: int) -> dict[str, float]:
    """Milliseconds from `flux.cancel` to the closed stream, median and worst."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        async with MessagesApi() as api, flux_client(root, api) as client:
            uri = client.open(root / "app.py", source(1000), "python")
            for number in range(rounds):
                api.script.append(tool("rewrite_range", {"code": "x" * 200}).stalled(after=1))
                run = await client.execute(
                    "flux.run",
                    {
                        "action": "edit",
                        "uri": uri,
                        "range": client.range_of(uri, target(5)),
                        "instruction": "x",
                    },
                )
                call = await api.call(number)
                started = time.perf_counter()
                cancel = client.start_command("flux.cancel", run)
                await call.disconnected.wait()
                times.append((time.perf_counter() - started) * 1000)
                await cancel
                await more_than(client, "flux/outcome", number)
    return {"cancel_median_ms": statistics.median(times), "cancel_worst_ms": max(times)}


async def menu_times(client: LspClient, uri: str, lines: int, rounds: int) -> tuple[float, float]:
    """p50 and p95 of a code action in milliseconds while 50 changes a second arrive."""
    times = []
    stop = asyncio.Event()
    first = int(time.monotonic() * 1000)  # versions only ever grow

    async def typing() -> None:
        # Straight to the wire: the fake editor's own work on 100,000 lines is not to be measured.
        number = 0
        while not stop.is_set():
            line, typed = (number // 2) % lines, number % 2 == 0
            number += 1
            at = {"line": line, "character": 0}
            end = at if typed else {"line": line, "character": 1}
            client.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": first + number},
                    "contentChanges": [
                        {"range": {"start": at, "end": end}, "text": " " if typed else ""}
                    ],
                },
            )
            await asyncio.sleep(0.02)

    typist = asyncio.create_task(typing())
    try:
        for number in range(rounds):
            line = (number * 37) % lines
            cursor = {"line": line, "character": 0}
            started = time.perf_counter()
            await client.request(
                "textDocument/codeAction",
                {
                    "textDocument": {"uri": uri},
                    "range": {"start": cursor, "end": cursor},
                    "context": {"diagnostics": [], "triggerKind": 2},
                },
            )
            times.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.005)
    finally:
        stop.set()
        await typist
    return statistics.median(times), percentile(times, 0.95)


async def menus(rounds: int) -> dict[str, Any]:
    """Code actions of Flux at three sizes, idle and with a call in flight, beside the minimal server."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        async with session(root / "home", MINIMAL, root=root) as client:
            uri = client.open(root / "app.py", source(1000), "python")
            await menu_times(client, uri, 1000, 20)
            figures["minimal at 1,000"] = await menu_times(client, uri, 1000, rounds)
        async with MessagesApi() as api, flux_client(root, api) as client:
            for lines in (1000, 10_000, 100_000):
                uri = client.open(root / f"app{lines}.py", source(lines), "python")
                await menu_times(client, uri, lines, 20)
                figures[f"flux at {lines:,}"] = await menu_times(client, uri, lines, rounds)
            uri = (root / "app1000.py").as_uri()
            api.script.append(tool("rewrite_range", {"code": "x" * 4000}).trickled(0.01))
            run = await client.execute(
                "flux.run",
                {
                    "action": "edit",
                    "uri": uri,
                    "range": client.range_of(uri, target(5)),
                    "instruction": "x",
                },
            )
            await api.call(0)
            figures["flux at 1,000, call in flight"] = await menu_times(client, uri, 1000, rounds)
            await client.execute("flux.cancel", run)
    return figures


async def memory(runs: int) -> dict[str, float]:
    """Resident megabytes before the first call, after it, and the slope over further runs."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        code = f"{target(5)}\n    return items[0]\n"
        answer = tool("rewrite_range", {"code": code})
        api = MessagesApi(responder=lambda _request, _number: answer)
        async with api, flux_client(root, api) as client:
            uri = client.open(root / "app.py", source(1000), "python")
            where = client.range_of(uri, target(5))
            await client.code_actions(uri, where, trigger=2)
            before = resident(client.process.pid)
            after_first = quarter = 0.0
            for number in range(runs):
                await client.execute(
                    "flux.run",
                    {
                        "action": "edit",
                        "uri": uri,
                        "range": where,
                        "instruction": "x",
                        "wait": True,
                    },
                )
                client.undo()
                if number == 0:
                    after_first = resident(client.process.pid)
                if number == runs // 4:
                    quarter = resident(client.process.pid)
            end = resident(client.process.pid)
    return {
        "before_first_call_mb": before,
        "after_first_call_mb": after_first,
        "after_a_quarter_mb": quarter,
        "at_the_end_mb": end,
    }


def resident(pid: int) -> float:
    """Resident set of a process in megabytes (Linux)."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6


async def measure(rounds: int, runs: int) -> dict[str, Any]:
    """All figures of this file."""
    parts: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
        ("a run at 1,000 lines", lambda: timed_runs(1000, rounds)),
        ("a run at 10,000 lines", lambda: timed_runs(10_000, rounds)),
        ("cancel", lambda: timed_cancels(rounds)),
        ("menu p50, p95 in ms", lambda: menus(rounds * 10)),
        (f"memory over {runs} runs", lambda: memory(runs)),
    ]
    return {name: await part() for name, part in parts}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=500)
    args = parser.parse_args()
    figures = asyncio.run(measure(args.rounds, args.runs))
    if args.json:
        print(json.dumps(figures, indent=2))
        return
    for name, values in figures.items():
        print(name)
        for key, value in values.items():
            shown = (
                ", ".join(f"{v:.2f}" for v in value) if isinstance(value, tuple) else f"{value:.1f}"
            )
            print(f"  {key:32} {shown}")


if __name__ == "__main__":
    main()

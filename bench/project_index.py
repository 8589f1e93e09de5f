"""What the index of a large project costs: the child that builds it, and the server beside it.

    python -m bench.project_index [--files N] [--source FOLDER] [--json]

Makes a project of N Python files, copied from FOLDER (by default what this Python has installed), and
then: builds its index in the child as the server does, kills another one halfway and lets a third go
on; asks a server for code actions while its child works, and while it does not; and chooses what of
the project is shown for functions of it. Linux tells the memory; elsewhere it is left out.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from operator import add
from pathlib import Path
from typing import Any

from bench.runs import flux_client, more_than, percentile
from flux_lsp.context.exclude import explain_exclusion
from flux_lsp.context.file_names import is_outside
from flux_lsp.context.project.index import StoredIndex, read_edited_file
from flux_lsp.context.project.order import ShownBefore
from flux_lsp.context.project.reading import read_source
from flux_lsp.context.project.select import Wish, select_project
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.runs.index_process import IndexProcess
from flux_lsp.runs.other_files import read_other_file
from flux_lsp.runs.project_index import get_database_path
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse
from tests.fakes.answers import tool
from tests.fakes.lsp import LspClient
from tests.fakes.messages_api import MessagesApi

LARGEST = 400_000
MENUS = 400  # code actions asked for in each state
FUNCTIONS = 300  # for which a selection is made
PAUSE = 0.005  # seconds between two code actions


def list_sources(folders: list[Path], count: int) -> Iterator[Path]:
    """The first `count` Python files of ordinary size below `folders`."""
    listed = 0
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            if listed == count:
                return
            if file.is_file() and 0 < file.stat().st_size < LARGEST:
                listed += 1
                yield file


def make_project(root: Path, folders: list[Path], count: int) -> list[str]:
    """Copy files to `root`; returns their paths from it."""
    paths = []
    for file in list_sources(folders, count):
        folder = next(f for f in folders if file.is_relative_to(f))
        # what is called site-packages is other people's code, which the index leaves out
        path = Path(f"part{folders.index(folder)}", *(
            part.replace("site-packages", "packages").replace("vendor", "own")
            for part in file.relative_to(folder).parts
        ))  # fmt: skip
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, root / path)
        paths.append(path.as_posix())
    return paths


def read_memory(process: int, key: str) -> float | None:
    """A line of `/proc/<pid>/status` in MB; None where there is none."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    line = next((line for line in lines if line.startswith(f"{key}:")), None)
    return None if line is None else int(line.split()[1]) / 1024


async def time_child(root: Path, database: Path, target: str) -> dict[str, Any]:
    """Seconds until a target's imports are there and until all is, of the processor too; MB at most."""
    started, used = time.perf_counter(), sum(os.times()[2:4])
    child = await IndexProcess.start(
        {"root": str(root), "database": str(database), "exclude": []}, database.parent
    )
    process, peak = child._process.pid, 0.0
    is_ready = await child.wait_for(target, 60.0)
    ready = time.perf_counter() - started
    while not child.task.done():
        peak = max(peak, read_memory(process, "VmHWM") or 0.0)
        await asyncio.sleep(0.05)
    return {
        "ready_seconds": ready if is_ready else None,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": sum(os.times()[2:4]) - used,
        "complete": child.task.result(),
        "peak_mb": peak or None,
        "database_mb": database.stat().st_size / 1e6,
    }


async def time_resumed(root: Path, database: Path, after: float) -> dict[str, Any]:
    """Kill a child after some seconds; how many files another one has still to read."""
    order = {"root": str(root), "database": str(database), "exclude": []}
    child = await IndexProcess.start(order, database.parent)
    await asyncio.sleep(after)
    await child.close()
    kept = count_files(root, database)
    again = await time_child(root, database, "")
    return {"kept_files": kept, "seconds_of_the_rest": again["seconds"]}


def count_files(root: Path, database: Path) -> int:
    """Files that are in an index."""
    return StoredIndex(database, root, {}).describe().files


async def ask_menus(client: LspClient, uri: str, count: int) -> list[float]:
    """Milliseconds of each of `count` code actions."""
    times = []
    for number in range(count):
        at = {"line": number % 200, "character": 0}
        started = time.perf_counter()
        await client.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": uri},
                "range": {"start": at, "end": at},
                "context": {"diagnostics": [], "triggerKind": 1},
            },
        )
        times.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(PAUSE)
    return times


async def run_once(client: LspClient, api: MessagesApi, uri: str, number: int) -> None:
    """One run from command to outcome; it changes nothing that stays."""
    api.script.append(tool("rewrite_range", {"code": f"def first():\n    return {number}\n"}))
    await client.execute(
        "flux.run",
        {
            "action": "edit",
            "uri": uri,
            "range": client.range_of(uri, "def first()"),
            "version": client.version(uri),
            "instruction": "x",
        },
    )
    await more_than(client, "flux/outcome", number)


async def measure_server(root: Path, *, is_indexed: bool) -> dict[str, Any]:
    """Code actions of a server, idle and while its child works, and its memory at the end."""
    text = "def first():\n    return 0\n\n\n" + "value = 1\n" * 300
    (root / "first.py").write_text(text, "utf-8")
    if not is_indexed:
        (root / "flux.toml").write_text("context.project = false\n", "utf-8")
    async with MessagesApi() as api, flux_client(root, api) as client:
        uri = client.open(root / "first.py", text, "python")
        await ask_menus(client, uri, 50)
        idle = await ask_menus(client, uri, MENUS)
        await run_once(client, api, uri, 0)
        busy = await ask_menus(client, uri, MENUS)
        database = get_database_path(client_data(root), root)
        while is_indexed and not is_whole(root, database):
            await asyncio.sleep(0.2)
        for number in (1, 2, 3):
            await run_once(client, api, uri, number)
        after = await ask_menus(client, uri, MENUS)
        memory = read_memory(client.process.pid, "VmRSS")
    (root / "flux.toml").unlink(missing_ok=True)
    return {"idle": idle + after, "busy": busy, "mb": memory}


def client_data(root: Path) -> Path:
    """Where a session of `flux_client` keeps its data."""
    return next((root / "home").rglob("projects"), root / "home").parent


def is_whole(root: Path, database: Path) -> bool:
    """Whether the index of a session is complete."""
    return database.is_file() and StoredIndex(database, root, {}).describe().is_complete


def read_file(root: Path, document: Snapshot, path: str) -> Snapshot | None:
    """A file as a run reads it: by every name that it has, where it may be sent."""

    def why_not(path: str) -> str | None:
        return "outside" if is_outside(root / path, root) else explain_exclusion(root / path, root)

    def read(uri: str) -> Snapshot | None:
        file = parse_file_uri(uri)
        text = read_source(file) if file else None
        return None if text is None else Snapshot(uri, path, "python", None, text)

    if path == document.path:
        return document
    other = read_other_file(path, root, document, read, why_not)
    return None if other is None else other.snapshot


def time_selections(root: Path, database: Path, paths: list[str]) -> dict[str, Any]:
    """Milliseconds to open the index and to choose what is shown, for random functions of one session."""
    chance = random.Random(7)
    opening, choosing, working = [], [], []
    before = ShownBefore()
    for path in chance.sample(paths, min(len(paths), FUNCTIONS)):
        text = (root / path).read_text("utf-8", errors="replace")
        snapshot = Snapshot(f"file:///{path}", path, "python", 1, text)
        parsed = parse(text, find_language("python", path))
        symbols = (
            [s for s in parsed.list_symbols() if s.kind in {"function", "method"}] if parsed else []
        )
        if parsed is None or not symbols:
            continue
        span = chance.choice(symbols).span
        edited = {path: read_edited_file(path, "python", text)}
        started = time.perf_counter()
        index = StoredIndex(database, root, edited)
        opening.append((time.perf_counter() - started) * 1000)
        wish = Wish(
            snapshot, Span(span.start, span.end), parsed, 4_000, callers=True, examples=True
        )
        started, used = time.perf_counter(), time.thread_time()
        read = partial(read_file, root, snapshot)
        files = select_project(wish, index, read, lambda: False)
        before.arrange(files, read, wish.tokens, time.monotonic())
        choosing.append((time.perf_counter() - started) * 1000)
        working.append((time.thread_time() - used) * 1000)
    return {
        "functions": len(choosing),
        "open_p50_ms": statistics.median(opening),
        "open_p95_ms": percentile(opening, 0.95),
        "choose_p50_ms": statistics.median(choosing),
        "choose_p95_ms": percentile(choosing, 0.95),
        "choose_max_ms": max(choosing),
        "added_p50_ms": statistics.median(map(add, opening, choosing)),
        "added_p95_ms": percentile(list(map(add, opening, choosing)), 0.95),
        "choose_cpu_p50_ms": statistics.median(working),
        "choose_cpu_p95_ms": percentile(working, 0.95),
    }


async def measure(folders: list[Path], count: int) -> dict[str, Any]:
    """Every figure."""
    with tempfile.TemporaryDirectory() as place:
        root, data = Path(place, "project"), Path(place, "data")
        data.mkdir()
        paths = make_project(root, folders, count)
        size = sum((root / path).stat().st_size for path in paths) / 1e6
        target = next(p for p in paths if p.endswith("asyncio/base_events.py") or p == paths[-1])
        child = await time_child(root, data / "a.sqlite3", target)
        resumed = await time_resumed(root, data / "b.sqlite3", child["seconds"] / 2)
        again = await time_child(root, data / "a.sqlite3", target)
        selections = time_selections(root, data / "a.sqlite3", paths)
        server = await measure_server(root, is_indexed=True)
        plain = await measure_server(root, is_indexed=False)
    menus = {
        f"menu_{state}_{name}_ms": value
        for state in ("idle", "busy")
        for name, value in (
            ("p50", statistics.median(server[state])),
            ("p95", percentile(server[state], 0.95)),
            ("max", max(server[state])),
        )
    }
    more = server["mb"] - plain["mb"] if server["mb"] and plain["mb"] else None
    return {
        "files": len(paths),
        "source_mb": size,
        **child,
        **resumed,
        "nothing_new_seconds": again["seconds"],
        **selections,
        **menus,
        "server_more_mb": more,
    }


def find_installed() -> list[Path]:
    """Folders with installed packages."""
    return [Path(entry) for entry in sys.path if entry.endswith("site-packages")]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.project_index", description=__doc__)
    parser.add_argument("--files", type=int, default=5_000, help="how many files the project has")
    parser.add_argument("--source", type=Path, help="a folder with Python files to copy")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()
    library = Path(json.__file__).parents[1]
    folders = [args.source] if args.source else [library, *find_installed()]
    figures = asyncio.run(measure(folders, args.files))
    if args.json:
        print(json.dumps(figures, indent=2))
        return 0
    for name, value in figures.items():
        print(
            f"{name:<24} {value:>10,.2f}"
            if isinstance(value, float)
            else f"{name:<24} {value!s:>10}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

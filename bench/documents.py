"""Typing: one change end to end at three file sizes, and what 20,000 changes leave in memory.

A change is a didChange of one character and a request behind it, timed to the request's answer. The
yardstick is a minimal pygls server.

    python -m bench.documents [--rounds 120] [--json] [--server 'COMMAND …']
"""

import argparse
import json
import shlex
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.startup import URI, YARDSTICK, Session, initialize_params

SIZES = (1_000, 10_000, 100_000)
SOAK = 20_000
BLOCKS = 4  # servers take turns in blocks: one by one, each would empty the other's CPU cache
WARM = 5  # changes at the begin of each block that do not count
TEXT_LINE = "    value = compute(argument, other)  # a line\n"


class Typing:
    """One server with one open document."""

    def __init__(self, command: str, home: Path, lines: int) -> None:
        self.session = Session(shlex.split(command), home)
        self.session.ask("initialize", initialize_params())
        self.session.send("initialized", {}, request=False)
        document = {"uri": URI, "languageId": "plaintext", "version": 1, "text": TEXT_LINE * lines}
        self.session.send("textDocument/didOpen", {"textDocument": document}, request=False)
        self.lines = lines
        self.version = 1

    def change(self) -> None:
        """Type one character, each time on another line, so that none gets long."""
        self.version += 1
        place = {"line": self.version * 7919 % self.lines, "character": 4}
        params = {
            "textDocument": {"uri": URI, "version": self.version},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
        }
        self.session.send("textDocument/didChange", params, request=False)

    def round_trip(self, changes: int) -> float:
        """Milliseconds for so many changes and a request that no server knows."""
        began = time.perf_counter()
        for _ in range(changes):
            self.change()
        self.session.sync()
        return 1000 * (time.perf_counter() - began)


def measure_changes(servers: dict[str, str], rounds: int, home: Path) -> dict[str, Any]:
    """Milliseconds per change by server and size: median, and 95th percentile."""
    figures: dict[str, Any] = {name: {} for name in servers}
    for lines in SIZES:
        typing = {name: Typing(command, home, lines) for name, command in servers.items()}
        samples: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(BLOCKS):
            for name, each in typing.items():
                block = [each.round_trip(1) for _ in range(rounds // BLOCKS + WARM)]
                samples[name] += block[WARM:]
        for name, each in typing.items():
            ordered = sorted(samples[name])
            figures[name][lines] = {
                "median": statistics.median(ordered),
                "p95": ordered[int(0.95 * len(ordered))],
            }
            each.session.end()
    return figures


def measure_memory(servers: dict[str, str], home: Path) -> dict[str, Any]:
    """Bytes that each of 20,000 changes leaves behind, after as many to warm up."""
    figures = {}
    for name, command in servers.items():
        typing = Typing(command, home, 1_000)
        for _ in range(SOAK // 100):
            typing.round_trip(100)
        before = typing.session.rss()
        for _ in range(SOAK // 100):
            typing.round_trip(100)
        figures[name] = (typing.session.rss() - before) * 1e6 / SOAK
        typing.session.end()
    return figures


def report(changes: dict[str, Any], memory: dict[str, Any]) -> str:
    """A table with ratios to the yardstick, which comes first."""
    yardstick = next(iter(changes.values()))
    lines = [f"{'server':10} {'lines':>8} {'median ms':>10} {'p95 ms':>8} {'ratio':>7}"]
    for name, sizes in changes.items():
        for size, value in sizes.items():
            ratio = value["median"] / yardstick[size]["median"]
            lines.append(
                f"{name:10} {size:8,} {value['median']:10.2f} {value['p95']:8.2f} {ratio:7.3f}"
            )
    lines += [f"{name:10} leaves {left:6.0f} bytes per change" for name, left in memory.items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default=f"{sys.executable} -m flux_lsp")
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    servers = {"minimal": YARDSTICK, "this": arguments.server}
    with tempfile.TemporaryDirectory() as home:
        changes = measure_changes(servers, arguments.rounds, Path(home))
        memory = measure_memory(servers, Path(home))
    figures = {"changes": changes, "bytes_per_change": memory}
    print(json.dumps(figures) if arguments.json else report(changes, memory))


if __name__ == "__main__":
    main()

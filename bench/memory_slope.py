"""What a server keeps of each applied edit: its memory over many runs on one file.

Every run parses the document, checks the answer and applies it. The first 1,000 runs fill what is
kept on purpose (the last runs, for `flux.undo`, and the ledger's pages); after them the memory may
not grow.

    python -m bench.memory_slope [--runs 2500] [--lines 400] [--most 200]

`--lines 400` is a file of about 10 kB. Ends with 1 when more than `--most` bytes stay for each run.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench.runs import flux_client, more_than, source, target
from tests.fakes.answers import tool
from tests.fakes.lsp import LspClient
from tests.fakes.messages_api import MessagesApi

WARM = 1000
EVERY = 100


def resident(client: LspClient) -> int:
    """Bytes of the server's memory, as the system counts them."""
    lines = Path(f"/proc/{client.process.pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


async def samples(runs: int, lines: int) -> list[tuple[int, int]]:
    """`(run, bytes)` at every hundredth of `runs` applied edits."""
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        async with MessagesApi() as api, flux_client(root, api) as client:
            uri = client.open(root / "app.py", source(lines), "python")
            for number in range(runs):
                await apply_edit(client, api, uri, number, lines // 20)
                if number % EVERY == EVERY - 1:
                    api.calls.clear()
                    client.received.clear()
                    measured.append((number + 1, resident(client)))
    return measured


async def apply_edit(
    client: LspClient, api: MessagesApi, uri: str, number: int, function: int
) -> None:
    """One run that changes a line in the middle of the file, to its outcome."""
    code = f"{target(function)}\n    return items[{number}]\n"
    api.script.append(tool("rewrite_range", {"code": code}))
    seen = len(client.seen("flux/outcome"))
    await client.execute(
        "flux.run",
        {
            "action": "edit",
            "uri": uri,
            "range": client.range_of(uri, target(function)),
            "version": client.version(uri),
            "instruction": "shorten it",
        },
    )
    await more_than(client, "flux/outcome", seen)


def slope(measured: list[tuple[int, int]]) -> float:
    """Bytes a run, by least squares over the samples."""
    count = len(measured)
    middle = sum(run for run, _ in measured) / count
    mean = sum(size for _, size in measured) / count
    over = sum((run - middle) * (size - mean) for run, size in measured)
    return over / sum((run - middle) ** 2 for run, _ in measured)


def main() -> int:
    """Run the edits, print the samples and the slope."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory_slope", description=__doc__)
    parser.add_argument("--runs", type=int, default=2500)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--most", type=int, default=200, help="bytes that may stay for each run")
    args = parser.parse_args()
    measured = asyncio.run(samples(args.runs, args.lines))
    for run, size in measured:
        print(f"{run:6,} runs {size / 1e6:8.2f} MB")
    kept = slope([(run, size) for run, size in measured if run > WARM])
    print(f"{kept:.0f} bytes a run after the first {WARM}")
    return int(kept > args.most)


if __name__ == "__main__":
    sys.exit(main())

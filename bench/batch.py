"""How fast the answers of a batch become patches, and how much memory that takes.

    python -m bench.batch [--items 10000] [--memory]

The answers are stored, as right after their download; measured is everything from there on: read,
verify, combine and write one patch for each file. The yardstick is parsing the same files and
writing their patches without reading any answer. Never sends anything.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.text import Snapshot
from flux_lsp.core.usage import Usage
from flux_lsp.fronts.cli.batch_work import BatchCommand, open_batch_session
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.job_values import Round, StoredReply
from flux_lsp.runs.batch.open import open_job, store_order
from flux_lsp.runs.batch.patches import write_patches
from flux_lsp.runs.batch.reading import read_round
from flux_lsp.runs.batch.select import select_items
from flux_lsp.runs.batch.values import BatchOrder
from flux_lsp.runs.clock import SystemClock
from flux_lsp.runs.patch import format_file_patch
from flux_lsp.runs.private_files import write_private
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

_FUNCTIONS = 20  # of a file
_FUNCTION = """\
def compute_{n}(values, factor={n}):
    total = 0
    for index, value in enumerate(values):
        if value % 2:
            total += value * factor
        elif index > {n}:
            total -= value
    return total


"""


class _Silence:
    """`JobWatch` that says nothing."""

    def tell(self, text: str) -> None:
        """Say nothing."""

    def count(self, ended: int, items: int) -> None:
        """Say nothing."""


def write_project(root: Path, items: int) -> None:
    """Write a project with so many undocumented functions."""
    (root / ".git").mkdir()
    for number in range(-(-items // _FUNCTIONS)):
        first = number * _FUNCTIONS
        body = "".join(_FUNCTION.format(n=n) for n in range(first, min(first + _FUNCTIONS, items)))
        file = root / f"package{number // 50}" / f"module{number}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f'"""Module {number}."""\n\nimport os\n\n\n{body}', encoding="utf-8")


def make_answers(store: JobStore) -> Iterator[tuple[int, StoredReply]]:
    """A docstring for each item, by the tool that a model usually takes for it."""
    for state in store.iterate_items():
        text = state.item.span.extract(store.read_text(state.item.path) or "")
        head, rest = text.split("\n", 1)
        code = f'{head}\n    """Sum the values, the odd ones by their factor."""\n{rest}'
        call = ToolCall("toolu_1", "rewrite_range", json.dumps({"code": code}))
        block = {"type": "tool_use", "id": "toolu_1", "name": "rewrite_range", "input": {}}
        reply = Reply("claude-haiku-5-5", "", (call,), "tool_use", Usage(2000, 150), (block,))
        yield state.item.number, StoredReply(reply, 0.0001)


async def read_answers(root: Path, items: int) -> tuple[float, float, int]:
    """Return the seconds of reading and of patches, and how many patches there are."""
    order = BatchOrder("document", root, root, (".",))
    async with open_batch_session(BatchCommand(), root) as session:
        action = load_registry().find("document")
        assert action is not None
        selection = select_items(order, action, ())
        assert len(selection.items) == items, len(selection.items)
        data = session.configuration.data_dir
        store = store_order(data, order, selection, SystemClock().now())
        job = await open_job(session, store, order, _Silence())
        round_ = Round(1, "batch", "haiku")
        store.open_round(round_, [item.number for item in selection.items])
        store.write_replies(1, make_answers(store))
        del selection
        started, used = time.monotonic(), time.process_time()
        await read_round(job, round_)
        read = time.monotonic()
        patches = write_patches(store, data / "patches", write_private)
        ended = time.monotonic()
        print(f"processor           {time.process_time() - used:7.1f} s of all that follows")
        assert store.count_statuses() == {"done": items}, store.count_statuses()
        store.close()
        return read - started, ended - read, len(patches)


def measure_yardstick(root: Path, out: Path) -> float:
    """Return the seconds of parsing each file and writing a patch of it."""
    started = time.monotonic()
    for file in sorted(root.rglob("*.py")):
        snapshot = Snapshot("", file.name, "", None, file.read_text(encoding="utf-8"))
        parse(snapshot.text, find_language("", file.name))
        after = snapshot.text.replace("    total = 0\n", '    """Sum."""\n    total = 0\n')
        write_private(out / file.name, format_file_patch(file.name, snapshot.text, after).encode())
    return time.monotonic() - started


@contextmanager
def make_world() -> Iterator[Path]:
    """A folder with a home and a data folder of its own, and a key that is never used."""
    with TemporaryDirectory(prefix="flux-bench-") as folder:
        home = Path(folder)
        os.environ |= {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "FLUX_DATA_DIR": str(home / "data"),
            "ANTHROPIC_API_KEY": "sk-ant-none",
        }
        yield home


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--items", type=int, default=10_000)
    items = parser.parse_args().items
    with make_world() as home:
        root = home / "project"
        root.mkdir()
        write_project(root, items)
        yardstick = measure_yardstick(root, home / "yardstick")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reading, patching, patches = asyncio.run(read_answers(root, items))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{items:,} answers in {patches:,} files, {os.cpu_count()} cores")
    print(f"read and verified   {reading:7.1f} s  ({1000 * reading / items:.1f} ms each)")
    print(f"combined, patches   {patching:7.1f} s")
    print(f"yardstick           {yardstick:7.1f} s  (parse each file, write its patch)")
    print(f"memory              {after:7.0f} MiB at most  ({before:.0f} MiB before)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Edits of several files: a simulated model with its faults, and typing in any file meanwhile.

First 200 tasks, a signature change with 1 to 6 callers over files: the share right within one, two
and three answers once a person says yes to all, and how often something WRONG was written or a file
changed alone. Then 1,000 times an edit of several files in editors that treat it each in their own
way, with typing, saving, deleting and closing at any moment: what was lost, and what was half done.

    python -m bench.several [--tasks N] [--interleavings N] [--seed N] [--json]
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.several_model import SeveralModel
from bench.several_tasks import SeveralTask, make_tasks
from bench.several_typing import play_interleavings
from bench.simulated_model import Task, right_edits
from flux_lsp.context.values import Excerpt, ShownFile
from flux_lsp.core.errors import FluxError
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.engine.values import Proposed, Request
from flux_lsp.runs.decide import accept_pieces, choose_pieces
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.other_files import read_other_file
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.start import start_run
from flux_lsp.settings.schema import Settings
from tests.runs.clients import SimulatedClient
from tests.runs.fakes import REGISTRY, FixedConfiguration

RATES = (0.1, 0.7, 1.0)  # shares of first answers that are spoilt


async def play_task(task: SeveralTask, root: Path, model: SeveralModel) -> tuple[str, int]:
    """Play a task; returns what came of it and after how many answers."""
    for path, (before, _) in task.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(before)
    session, request = _begin(task, root, model)
    try:
        return await _finish(task, root, session, request, model)
    finally:
        await session.close()  # it writes in the folder until then


async def _finish(
    task: SeveralTask, root: Path, session: RunSession, request: Request, model: SeveralModel
) -> tuple[str, int]:
    """Run the task, say yes to what is proposed, and compare all files with the right result."""
    result = await start_run(session, request).wait()
    texts = _read(task, root, session)
    unchanged = {path: pair[0] for path, pair in task.files.items()}
    after = {path: pair[1] for path, pair in task.files.items()}
    if texts == after:
        return "right without a yes", model.calls
    if texts != unchanged:
        return "WRONG: changed alone", model.calls
    if not isinstance(result, Proposed):
        return "refused", model.calls
    try:
        await accept_pieces(session, choose_pieces(session, result.run))
    except FluxError as error:
        return f"not accepted: {error}", model.calls
    texts = _read(task, root, session)
    if texts == after:
        return "right", model.calls
    return ("not accepted" if texts == unchanged else "WRONG"), model.calls


def _begin(task: SeveralTask, root: Path, model: SeveralModel) -> tuple[RunSession, Request]:
    client = SimulatedClient("all")
    documents = WorkspaceDocuments(client, [root])
    client.on_change = documents.notify_change
    uri = client.open(root / task.path)
    for path in task.files:
        if model.chance.random() < 0.4:
            client.open(root / path)
    settings = Settings.model_validate({"dialect": model.dialect})
    data = root / "data"
    configuration = FixedConfiguration(client, documents, settings, model, data)  # type: ignore[arg-type]
    snapshot = documents.take_open_snapshot(uri)
    assert snapshot is not None
    configuration.around = WorkspaceContext(
        shown=tuple(
            _show(task, path, documents, root, model.chance) for path in list(task.files)[1:]
        ),
        read_other=lambda path: read_other_file(
            path, root, snapshot, documents.read, lambda _: None
        ),
    )
    for file in configuration.around.shown:
        lines = [range(e.lines.first, e.lines.last + 1) for e in file.excerpts]
        model.shown[file.path] = set().union(*lines)
    at = snapshot.text.index(f"{task.function}(left")
    request = Request("", "edit", snapshot, Span(at, at), task.instruction)
    return RunSession(client, documents, configuration, REGISTRY), request


def _show(
    task: SeveralTask, path: str, documents: WorkspaceDocuments, root: Path, chance: random.Random
) -> ShownFile:
    """Show the lines around each call."""
    snapshot = documents.read((root / path).as_uri())
    assert snapshot is not None
    snapshot = Snapshot(snapshot.uri, path, "", snapshot.version, snapshot.text)
    excerpts = []
    for old, _ in right_edits(Task(task.name, *task.files[path], "")):
        at = snapshot.text.index(old)
        lines = snapshot.get_lines(Span(at, at + len(old)))
        first = max(1, lines.first - chance.randint(0, 3))
        last = min(snapshot.line_count, lines.last + chance.randint(0, 3))
        text = snapshot.get_line_span(first - 1, last - 1).extract(snapshot.text)
        excerpts.append(
            Excerpt(path, LineRange(first, last), text, "calls it", snapshot.line_count)
        )
    return ShownFile(snapshot, tuple(excerpts))


def _read(task: SeveralTask, root: Path, session: RunSession) -> dict[str, str | None]:
    client: Any = session.front
    return {path: client.read((root / path).as_uri()) for path in task.files}


async def measure_tasks(count: int, seed: int) -> list[dict[str, Any]]:
    """Play all tasks at each rate, in both dialects."""
    rows = []
    for dialect in ("tools", "text"):
        for rate in RATES:
            ends: Counter[str] = Counter()
            within: Counter[int] = Counter()
            wrong: list[str] = []
            for number, task in enumerate(make_tasks(count, seed)):
                model = SeveralModel(task, rate, random.Random(f"{seed} {number}"), dialect)
                with tempfile.TemporaryDirectory() as folder:
                    end, calls = await play_task(task, Path(folder), model)
                ends[end] += 1
                if end == "right":
                    within[calls] += 1
                elif end.startswith(("WRONG", "right without")):
                    wrong.append(f"{task.name} {task.language}: {', '.join(model.faults)}: {end}")
            shares = [sum(within[c] for c in range(1, n + 1)) / count for n in (1, 2, 3)]
            rows.append(
                {"dialect": dialect, "rate": rate, "right within": shares, "ends": dict(ends), "wrong": wrong}
            )  # fmt: skip
    return rows


def main() -> int:
    """Measure and print; fails when something wrong was written, lost or half done."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--interleavings", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = asyncio.run(measure_tasks(args.tasks, args.seed))
    typing = asyncio.run(play_interleavings(args.interleavings, args.seed))
    if args.json:
        print(json.dumps({"tasks": rows, "typing": typing}, indent=2))
    else:
        _print(rows, typing, args.tasks)
    bad = any(row["wrong"] for row in rows) or typing["lost"] or typing["half done"]
    return 1 if bad else 0


def _print(rows: list[dict[str, Any]], typing: dict[str, Any], tasks: int) -> None:
    print(f"{tasks} signature changes with 1 to 6 callers, Python, TypeScript, Go")
    for row in rows:
        one, two, three = (f"{100 * share:.1f} %" for share in row["right within"])
        print(
            f"  {row['dialect']:5} {row['rate']:.0%} of first answers spoilt: right within 1, 2, 3 "
            f"answers {one}, {two}, {three}; {row['ends']}"
        )
        for line in row["wrong"]:
            print(f"    {line}")
    print("typing, saving, deleting and closing meanwhile")
    for key, value in typing.items():
        print(f"  {key}: {value}")


if __name__ == "__main__":
    raise SystemExit(main())

"""Checks on the edits of a repository's history, with its own tests; and what the sandbox costs.

    python -m bench.checks [--repository FOLDER] [--edits 500] [--seed 1] [--python PROGRAM]

Without a repository only the cost of the sandbox is measured, beside the bare command in the same run.
With one (a git clone of a Python project whose tests run offline with pytest), each commit that changed
one source file is an edit: its tests and all else are there, the file is as it was before. What was
committed has to pass. Then one operator, constant or condition in the lines that it changed is altered,
which its tests may notice or not.
"""

import argparse
import ast
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.checks.check_edit import CheckRunner
from flux_lsp.checks.choose import describe_file
from flux_lsp.checks.run import CommandOrder, run_command
from flux_lsp.checks.values import CheckedEdit, CheckResult, CommandLimits, Layover
from flux_lsp.core.text import split_lines
from flux_lsp.settings.checks import CheckSetting

MOST_MS, MOST_SHARE = 60, 0.05
MOST_OLD = 10  # failures without the edit; more mean that this Python is too new for the commit
_COMPARISONS = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
}


@dataclass(frozen=True)
class HistoryEdit:
    """A commit's change to one file."""

    commit: str
    path: str
    before: str
    after: str


def main() -> None:
    """Measure, and print one table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--since", default="2017-01-01", help="commits from this day on")
    parser.add_argument("--seconds", type=float, default=36_000, help="begin no edit after that")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--python", default=sys.executable, help="the Python that has pytest")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures: dict[str, object] = {"sandbox": asyncio.run(measure_cost(arguments.rounds))}
    if arguments.repository:
        edits = list(list_edits(arguments.repository, arguments.since))
        random.Random(arguments.seed).shuffle(edits)
        chosen = edits[: arguments.edits]
        figures["history"] = asyncio.run(play_history(arguments, chosen))
    print(json.dumps(figures, indent=2))


async def measure_cost(rounds: int) -> dict[str, object]:
    """Compare a command of no length and one of half a second, bare and in the sandbox."""
    home = Path.home()
    sandbox = await CheckRunner(home).get_sandbox("auto")
    if sandbox.walls is None:
        return {"none": sandbox.why}
    figures: dict[str, object] = {"walls": sandbox.walls}
    with tempfile.TemporaryDirectory() as folder:
        for name, line in (("true", "true"), ("0.5 s", f"{sys.executable} -c '{_WORK}'")):
            bare, walled = [], []
            for _ in range(rounds):
                began = time.perf_counter()
                process = await asyncio.create_subprocess_exec("/bin/sh", "-c", line, cwd=folder)
                await process.wait()
                bare.append(1000 * (time.perf_counter() - began))
                order = CommandOrder(
                    ("/bin/sh", "-c", line), Path(folder), home, Layover({}), (), CommandLimits(60)
                )
                began = time.perf_counter()
                await run_command(order, sandbox)
                walled.append(1000 * (time.perf_counter() - began))
            a, b = statistics.median(bare), statistics.median(walled)
            limit = MOST_MS + MOST_SHARE * a
            figures[name] = {
                "bare_ms": round(a), "sandbox_ms": round(b), "more_ms": round(b - a), "limit_ms": round(limit),
            }  # fmt: skip
    return figures


_WORK = "import time; e = time.process_time() + 0.5\nwhile time.process_time() < e: pass"


def list_edits(repository: Path, since: str) -> Iterator[HistoryEdit]:
    """List the commits that changed one source file, whatever they did to tests and words."""
    log = _git(
        repository, "log", "--no-merges", f"--since={since}", "--format=%x01%H", "--name-only"
    )
    for entry in log.split("\x01")[1:]:
        commit, *paths = entry.split()
        sources = [p for p in paths if p.endswith(".py") and "test" not in p and "/" in p]
        if len(sources) != 1 or sources[0].startswith(("doc", "bench")):
            continue
        try:
            before = _git(repository, "show", f"{commit}~1:{sources[0]}")
            after = _git(repository, "show", f"{commit}:{sources[0]}")
            ast.parse(before), ast.parse(after)
        except (subprocess.CalledProcessError, SyntaxError, ValueError):
            continue
        if ast.dump(ast.parse(before)) != ast.dump(ast.parse(after)):
            yield HistoryEdit(commit, sources[0], before, after)


async def play_history(
    arguments: argparse.Namespace, edits: list[HistoryEdit]
) -> dict[str, object]:
    """Check each edit, and a mutant of it; returns the counts."""
    counts: Counter[str] = Counter()
    seen: list[str] = []
    rnd = random.Random(arguments.seed)
    runner = CheckRunner(Path.home())
    setting = CheckSetting(
        name="pytest", command=(arguments.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        timeout_seconds=120,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="flux-history-") as folder:
        root = Path(folder, "clone")
        subprocess.run(["git", "clone", "-q", str(arguments.repository), str(root)], check=True)
        end = time.monotonic() + arguments.seconds
        for edit in edits:
            if time.monotonic() > end:
                break
            counts["edits"] += 1
            _git(root, "checkout", "-q", "-f", edit.commit)
            _git(root, "clean", "-q", "-fdx")
            file = root / edit.path
            file.write_text(edit.before, newline="")
            result = await _check(runner, setting, edit, edit.after, root)
            if result.old > MOST_OLD:
                counts["left out: its tests do not run here"] += 1
                continue
            counts[f"right: {result.status}"] += 1
            counts["right: flaky"] += bool(result.flaky)
            if result.status == "failed":
                seen.append(f"{edit.commit[:9]} {result.new[0]}")
            if result.status != "passed":
                continue
            file.write_text(edit.after, newline="")
            mutant = make_mutant(edit, rnd)
            if mutant is None:
                counts["no mutant"] += 1
                continue
            result = await _check(runner, setting, edit, mutant, root)
            counts[f"mutant: {result.status}"] += 1
    return {**dict(sorted(counts.items())), "failures": seen}


async def _check(
    runner: CheckRunner, setting: CheckSetting, edit: HistoryEdit, text: str, root: Path
) -> CheckResult:
    checked = CheckedEdit({}, {edit.path: text}, (describe_file(edit.path),))
    (result,) = await runner.check([setting], "auto", checked, root, 600, lambda *_: None)
    return result


def make_mutant(edit: HistoryEdit, rnd: random.Random) -> str | None:
    """Alter one thing in the lines that the edit changed; None where there is nothing to alter."""
    old = Counter(split_lines(edit.before))
    lines = split_lines(edit.after)
    changed = {number for number, line in enumerate(lines, 1) if old[line] == 0}
    places = [
        node
        for node in ast.walk(ast.parse(edit.after))
        if getattr(node, "lineno", 0) in changed and _alter(node, "") is not None
    ]
    rnd.shuffle(places)
    for node in places:
        altered = _alter(node, ast.get_source_segment(edit.after, node) or "")
        if altered and node.lineno == node.end_lineno:  # type: ignore[attr-defined]
            line = lines[node.lineno - 1].encode()  # type: ignore[attr-defined]
            start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
            lines[node.lineno - 1] = (line[:start] + altered.encode() + line[end:]).decode()  # type: ignore[attr-defined]
            return "".join(lines)
    return None


def _alter(node: ast.AST, text: str) -> str | None:
    """Write another thing in place of a node; None for a node that stays."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
            return f"{left} {_COMPARISONS[type(op)]} {right}"
        case ast.BoolOp(op=ast.And()):
            return f"({' or '.join(map(ast.unparse, node.values))})"
        case ast.BoolOp(op=ast.Or()):
            return f"({' and '.join(map(ast.unparse, node.values))})"
        case ast.UnaryOp(op=ast.Not()):
            return f"bool({ast.unparse(node.operand)})"
        case ast.BinOp(op=ast.Add()):
            return f"({ast.unparse(node.left)} - {ast.unparse(node.right)})"
        case ast.Constant(value=bool() as value):
            return str(not value)
        case ast.Constant(value=int() as value):
            return str(value + 1)
        case ast.Call() if text:
            return f"(None and {text})"
        case ast.Call():
            return "None"
    return None


def _git(repository: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *words], check=True, capture_output=True, text=True
    ).stdout


if __name__ == "__main__":
    main()

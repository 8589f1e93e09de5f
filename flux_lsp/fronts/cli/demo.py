"""`flux-lsp demo [FILE]`: shows how the real server does its main job on a copy of a real file.

Never touches the file it is given: it works on a copy in a temporary folder.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from flux_lsp.actions.action import Action
from flux_lsp.actions.registry import load_registry
from flux_lsp.core.text import Snapshot
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.fronts.cli.client import HeadlessClient, ServerFailedError, connect_server
from flux_lsp.fronts.cli.diffs import format_diff, hide_controls, print_diff
from flux_lsp.fronts.cli.headless import Done, Seen, run_on_file
from flux_lsp.fronts.cli.main import FAILED, WRONG_USAGE
from flux_lsp.ledger.values import DEMO_FOLDER
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import parse

_SAMPLE = "inventory.py"
_MOST_TRIES = 20  # functions that the offline rules are tried on


def run(args: argparse.Namespace) -> int:
    """Run edit, explain and tests on a copy of the file; returns the exit code."""
    console = Console(soft_wrap=True)
    try:
        return asyncio.run(_demo(args, console))
    except ServerFailedError as error:
        console.print(f"[red]The server failed:[/] {error}")
        return FAILED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "file", nargs="?", type=Path, help="work on a copy of this file (default: a sample)"
    )
    parser.add_argument("--instruction", help="say what the edit should do")


async def _demo(args: argparse.Namespace, console: Console) -> int:
    source = args.file or Path(str(files("flux_lsp.fronts.cli") / "sample" / _SAMPLE))
    try:
        content = read_bytes(source, SOURCE_BYTES)
        content.decode("utf-8")
    except UnicodeDecodeError:
        print(f"flux-lsp demo: {source} is not UTF-8 text", file=sys.stderr)
        return WRONG_USAGE
    except OSError as error:
        print(f"flux-lsp demo: {source} cannot be read: {error.strerror}", file=sys.stderr)
        return WRONG_USAGE
    offline = not any(os.environ.get(k) for k in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"))
    if offline:
        console.print(
            "No ANTHROPIC_API_KEY in the environment: the offline provider answers, by fixed rules "
            "and for nothing. Set the key to see Claude do the same."
        )
    settings: dict[str, Any] = {"provider": "offline"} if offline else {}
    with tempfile.TemporaryDirectory(prefix=DEMO_FOLDER) as folder:
        root = Path(folder)
        file = root / source.name
        file.write_bytes(content)
        async with connect_server(root, settings) as client:
            return await _show(client, console, file, args.instruction, offline)


async def _show(
    client: HeadlessClient, console: Console, file: Path, instruction: str | None, offline: bool
) -> int:
    text = file.read_bytes().decode("utf-8")
    symbols = _functions(file, text)
    if not symbols:
        console.print(f"{file.name} holds no function or class to work on")
        return FAILED
    ok = True
    for action, words in _steps(file, instruction, offline):
        if action.returns == "tests" and offline and file.suffix != ".py":
            console.print(
                f"\n[bold]{action.id}[/]: the offline provider writes tests for Python only"
            )
            continue
        argument = {"action": action.id, **({"instruction": words} if words else {})}
        symbol, done = await _run_on_first(client, file, symbols, argument, offline)
        title = f"{action.id} `{symbol.name}`" + (f": {words}" if words else "")
        console.rule(f"[bold]{title}", align="left")
        _print(console, done, file)
        ok = ok and (_is_done(done) or (offline and done.outcome["status"] == "refused"))
        assert file.read_bytes().decode("utf-8") == text
    console.print("\nNothing was written: the editor's buffer is what an edit changes.")
    return 0 if ok else FAILED


async def _run_on_first(
    client: HeadlessClient,
    file: Path,
    symbols: list[Symbol],
    argument: Mapping[str, Any],
    offline: bool,
) -> tuple[Symbol, Done]:
    """Run an action on the largest function, or without a model on the first that the rules can do."""
    snapshot = Snapshot("", file.name, "", None, file.read_bytes().decode("utf-8"))
    tries: list[tuple[Symbol, Done]] = []
    for symbol in symbols if offline else symbols[:1]:
        line = snapshot.get_line(symbol.name_span.start) + 1
        done = await run_on_file(client, Seen(), file, (line, line), argument)
        client.texts.clear()
        await client.notify("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})
        tries.append((symbol, done))
        if _is_done(done):
            return tries[-1]
    return tries[0]


def _is_done(done: Done) -> bool:
    return done.outcome["status"] in {"applied", "answered", "proposed"}


def _steps(file: Path, instruction: str | None, offline: bool) -> list[tuple[Action, str]]:
    """Return the actions with their instructions, in the order in which the demo shows them."""
    if instruction or not offline:
        edits = [instruction or "Handle an empty input clearly and say so in the documentation"]
    else:
        edits = ["add docstrings" if file.suffix == ".py" else "add documentation"]
        edits += ["rename x to shortage"] if file.name == _SAMPLE else []
    actions = load_registry().actions
    edit = next(a for a in actions if a.returns == "edit" and a.needs_instruction)
    others = [next(a for a in actions if a.returns == kind) for kind in ("answer", "tests")]
    return [*((edit, words) for words in edits), *((action, "") for action in others)]


def _functions(file: Path, text: str) -> list[Symbol]:
    """Return the functions of the file, the largest first; without functions, its other symbols."""
    parsed = parse(text, find_language("", file.name))
    symbols = parsed.list_symbols() if parsed else ()
    functions = [s for s in symbols if s.kind in {"function", "method"}] or list(symbols)
    return sorted(functions, key=lambda s: len(s.span), reverse=True)[:_MOST_TRIES]


def _print(console: Console, done: Done, file: Path) -> None:
    outcome = done.outcome
    print_diff(format_diff(done, file.parent))
    if done.told.get("text"):
        console.print(Markdown(hide_controls(done.told["text"])), soft_wrap=False)
    if outcome.get("error"):
        error = outcome["error"]
        console.print(f"[yellow]{error['code']}[/]: {error['message']}. {error['hint']}")
    console.print(_trail(outcome))


def _trail(outcome: Mapping[str, Any]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("attempt", "model", "strategy", "result", "in", "out", "cached", "cost", "time"):
        table.add_column(
            name, justify="right" if name in {"in", "out", "cached", "cost", "time"} else "left"
        )
    for number, attempt in enumerate(outcome["attempts"], 1):
        about = "~" if attempt.get("estimated") else ""
        cost = "unknown" if attempt["usd"] is None else f"{about}${attempt['usd']:.4f}"
        table.add_row(
            str(number),
            attempt["model"],
            attempt["strategy"],
            attempt["result"],
            str(attempt["input_tokens"]),
            str(attempt["output_tokens"]),
            str(attempt["cache_read_tokens"]),
            cost,
            f"{attempt['ms']} ms",
        )
    return table

"""`flux-lsp run ACTION FILE[:START[-END]]`: one action headless, for scripts and CI.

Never leaves a half-written file: a change goes in by one atomic rename, or not at all.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flux_lsp.core.errors import Code, Problem
from flux_lsp.files import SOURCE_BYTES, parse_json, read_bytes, read_text
from flux_lsp.fronts.cli.client import ServerFailedError, connected
from flux_lsp.fronts.cli.headless import Done, Seen, run_on_file
from flux_lsp.fronts.cli.main import DONE, FAILED, WRONG_USAGE
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.streams import explain_lost_output, print_exactly
from flux_lsp.fronts.cli.workspace import workspace_of
from flux_lsp.fronts.cli.write import write_all
from flux_lsp.fronts.lsp.capabilities import action_ids

PROVIDERS = ("auto", "anthropic", "bedrock", "vertex", "foundry", "offline")


def run(args: argparse.Namespace) -> int:
    """Run the action; returns the exit code."""
    place = _place(args.file)
    if isinstance(place, str):
        return _misused(place)
    found = _diagnostics(args.diagnostics)
    if isinstance(found, str):
        return _misused(found)
    file, lines = place
    try:
        done = asyncio.run(_run(args, file, lines, found))
    except ServerFailedError as error:
        if error.misused:
            return _misused(str(error))
        print(f"flux-lsp run: {error}", file=sys.stderr)
        return FAILED
    return _finish(args, file, done)


def _action(name: str) -> str:
    if name not in action_ids():
        known = ", ".join(action_ids())
        raise argparse.ArgumentTypeError(f"there is no action {name}; there are: {known}")
    return name


def _dollars(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no amount of dollars, as 0.25 is")
    return value


def _misused(how: str) -> int:
    print(f"flux-lsp run: {how}", file=sys.stderr)
    return WRONG_USAGE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("action", type=_action, metavar="ACTION", help=", ".join(action_ids()))
    parser.add_argument("file", metavar="FILE[:START[-END]]", help="file, and lines from 1")
    parser.add_argument(
        "--instruction", default="", help="what to do, for edit; a remark otherwise"
    )
    parser.add_argument("--apply", action="store_true", help="write the change to the file")
    parser.add_argument("--diff", action="store_true", help="print the change (the default)")
    parser.add_argument(
        "--accept", action="store_true", help="also take changes outside of the given lines"
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--tier", choices=("haiku", "sonnet"), help="ask this tier")
    parser.add_argument("--model", help="ask this model")
    parser.add_argument(
        "--provider", choices=PROVIDERS, help="whom to ask; otherwise as configured"
    )
    parser.add_argument("--max-usd", type=_dollars, help="spend at most this much on it")
    parser.add_argument(
        "--diagnostics", metavar="FILE.json", help="LSP diagnostics to repair, for fix"
    )


async def _run(
    args: argparse.Namespace, file: Path, lines: tuple[int, int] | None, found: list[Any] | None
) -> Done:
    settings: dict[str, Any] = {"provider": args.provider} if args.provider else {}
    argument: dict[str, Any] = {"action": args.action}
    for key in ("instruction", "tier", "model", "max_usd"):
        if getattr(args, key) is not None:
            argument[key] = getattr(args, key)
    if found is not None:
        argument["diagnostics"] = found
    seen = Seen()
    async with connected(workspace_of(file.parent), settings) as client:
        client.on_notification = seen.take
        done = await run_on_file(client, seen, file, lines, argument, accept=args.accept)
    for message in seen.messages:  # what an editor would show: settings that were not taken
        print(message, file=sys.stderr)
    return done


def _finish(args: argparse.Namespace, file: Path, done: Done) -> int:
    problem, writes = None, args.apply and done.outcome["status"] == "applied"
    if writes:
        problem = write_all(done.changed)
    if problem is not None:
        done = replace(done, outcome=_not_written(done.outcome, problem))
    outcome = done.outcome
    try:
        if args.json:
            print_json(outcome)
        else:
            _print(done, file)
        sys.stdout.flush()
    except OSError as lost:
        if problem is not None or not (writes and done.changed):
            raise
        explain_lost_output(lost, "the change was written, its report could not be")
        return DONE
    return _exit_code(outcome)


def _exit_code(outcome: Mapping[str, Any]) -> int:
    if outcome["status"] in {"applied", "answered"}:
        return DONE
    error = outcome.get("error") or {}
    return Code[error["code"]].exit_code if error else FAILED


def _not_written(outcome: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    error = {"code": str(problem.code), "message": problem.message, "hint": problem.hint}
    return {**outcome, "status": problem.code.status, "error": error, "summary": problem.message}


def _print(done: Done, file: Path) -> None:
    outcome = done.outcome
    if outcome["status"] == "answered":
        print(done.told.get("text", ""))
    print_exactly(diff_of(done, workspace_of(file.parent)))
    error = outcome.get("error")
    words = f"{error['message']}. {error['hint']}" if error else outcome["summary"]
    if outcome["status"] == "proposed":
        words += " (changes outside of the given lines: add --accept to take them)"
    print(words, file=sys.stderr)
    about = "~" if any(one.get("estimated") for one in outcome["attempts"]) else ""
    spent = "price unknown" if outcome["usd"] is None else f"{about}${outcome['usd']:.4f}"
    print(
        f"{outcome['status']} · {outcome['model'] or 'no model'} · "
        f"{len(outcome['attempts'])} attempts · {spent}",
        file=sys.stderr,
    )


def diff_of(done: Done, root: Path) -> str:
    """What changed, or is proposed, as `git apply` and `patch -p1` take it in `root`."""
    from flux_lsp.fronts.lsp.patch import file_patch

    changed = dict(done.changed)
    for entry in (done.told.get("proposal") or {}).get("files", ()) if not changed else ():
        changed[root / entry["path"]] = (entry["before"], entry["after"])
    return "".join(
        file_patch(_below(path, root), before, after) for path, (before, after) in changed.items()
    )


def _below(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _diagnostics(file: str | None) -> list[Any] | str | None:
    """What the file holds, or what is wrong with it."""
    if file is None:
        return None
    try:
        found = parse_json(read_text(Path(file), SOURCE_BYTES))
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    except ValueError:
        return f"{file} is not JSON"
    return found if isinstance(found, list) else f"{file} is no list of LSP diagnostics"


def _place(text: str) -> tuple[Path, tuple[int, int] | None] | str:
    match = re.fullmatch(r"(.+?)(?::(\d+)(?:-(\d+))?)?", text)
    assert match is not None
    file = Path(text) if Path(text).is_file() else Path(match[1])
    try:
        read_bytes(file, SOURCE_BYTES).decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no file {match[1]}"
    except UnicodeDecodeError:
        return f"{file} is not UTF-8 text"
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    if file == Path(text) or match[2] is None:
        return file, None
    first = int(match[2])
    last = int(match[3] or first)
    if not 1 <= first <= last:
        return f"lines {first}-{last} are not a range"
    return file, (first, last)

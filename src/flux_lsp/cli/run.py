"""`flux-lsp run ACTION FILE[:START[-END]]`: one action headless, for scripts and CI.

Never leaves a half-written file: a change goes in by one atomic rename, or not at all.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from flux_lsp.cli.client import ServerFailedError, connected
from flux_lsp.cli.headless import Done, Seen, run_on_file
from flux_lsp.cli.main import DONE, FAILED, NOT_CONFIGURED, WRONG_USAGE
from flux_lsp.cli.workspace import workspace_of


def run(args: argparse.Namespace) -> int:
    """Run the action; returns the exit code."""
    place = _place(args.file)
    if isinstance(place, str):
        print(f"flux-lsp run: {place}", file=sys.stderr)
        return WRONG_USAGE
    file, lines = place
    try:
        done = asyncio.run(_run(args, file, lines))
    except ServerFailedError as error:
        print(f"flux-lsp run: {error}", file=sys.stderr)
        return FAILED
    return _finish(args, file, done)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("action", help="edit, fix, explain, tests or document")
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
    parser.add_argument("--provider", help="such as offline; otherwise as configured")
    parser.add_argument("--max-usd", type=float, help="spend at most this much on it")
    parser.add_argument(
        "--diagnostics", metavar="FILE.json", help="LSP diagnostics to repair, for fix"
    )


async def _run(args: argparse.Namespace, file: Path, lines: tuple[int, int] | None) -> Done:
    settings: dict[str, Any] = {"provider": args.provider} if args.provider else {}
    argument: dict[str, Any] = {"action": args.action}
    for key in ("instruction", "tier", "model", "max_usd"):
        if getattr(args, key):
            argument[key] = getattr(args, key)
    if args.diagnostics:
        argument["diagnostics"] = json.loads(Path(args.diagnostics).read_text(encoding="utf-8"))
    seen = Seen()
    async with connected(workspace_of(file.parent), settings) as client:
        return await run_on_file(client, seen, file, lines, argument, accept=args.accept)


def _finish(args: argparse.Namespace, file: Path, done: Done) -> int:
    outcome = done.outcome
    if args.apply and outcome["status"] == "applied":
        for path, (before, after) in done.changed.items():
            problem = write_atomically(path, before, after)
            if problem:
                print(f"flux-lsp run: {problem}", file=sys.stderr)
                return FAILED
    if args.json:
        print(json.dumps(outcome, ensure_ascii=False, indent=2))
    else:
        _print(done, file)
    if outcome["status"] in {"applied", "answered"}:
        return DONE
    error = outcome.get("error") or {}
    return NOT_CONFIGURED if error.get("code") == "NOT_CONFIGURED" else FAILED


def _print(done: Done, file: Path) -> None:
    outcome = done.outcome
    if outcome["status"] == "answered":
        print(done.told.get("text", ""))
    print(diff_of(done, file.parent), end="")
    error = outcome.get("error")
    words = f"{error['message']}. {error['hint']}" if error else outcome["summary"]
    if outcome["status"] == "proposed":
        words += " (changes outside of the given lines: add --accept to take them)"
    print(words, file=sys.stderr)
    spent = "price unknown" if outcome["usd"] is None else f"${outcome['usd']:.4f}"
    print(
        f"{outcome['status']} · {outcome['model'] or 'no model'} · "
        f"{len(outcome['attempts'])} attempts · {spent}",
        file=sys.stderr,
    )


def diff_of(done: Done, root: Path) -> str:
    """What changed, or is proposed, as a patch."""
    from flux_lsp.edits.diff import unified

    changed = dict(done.changed)
    for entry in (done.told.get("proposal") or {}).get("files", ()) if not changed else ():
        changed[root / entry["path"]] = (entry["before"], entry["after"])
    return "".join(
        unified(path.name, before or "", after) for path, (before, after) in changed.items()
    )


def write_atomically(path: Path, before: str | None, after: str) -> str | None:
    """Replace `path` if it still holds `before` (None: does not exist); a sentence if it cannot."""
    try:
        if before is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(after)
            return None
        if path.read_bytes() != before.encode("utf-8"):
            return f"{path} changed on disk while the model worked; nothing was written"
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(after.encode("utf-8"))
        Path(temporary).chmod(path.stat().st_mode & 0o7777)
        Path(temporary).replace(path)
    except OSError as error:
        return f"{path} could not be written: {error.strerror}"
    return None


def _place(text: str) -> tuple[Path, tuple[int, int] | None] | str:
    match = re.fullmatch(r"(.+?)(?::(\d+)(?:-(\d+))?)?", text)
    assert match is not None
    file = Path(text) if Path(text).is_file() else Path(match[1])
    if not file.is_file():
        return f"there is no file {match[1]}"
    try:
        file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return f"{file} is not UTF-8 text"
    if file == Path(text) or match[2] is None:
        return file, None
    first = int(match[2])
    last = int(match[3] or first)
    if not 1 <= first <= last:
        return f"lines {first}-{last} are not a range"
    return file, (first, last)

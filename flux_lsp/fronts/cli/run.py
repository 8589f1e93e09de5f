"""`flux-lsp run ACTION FILE[:START[-END]]`: one action headless, for scripts and CI.

Never leaves a half-written file: a change goes in by one atomic rename, or not at all.
"""

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.engine.values import Answered, Applied, Failed, Proposed, Refused, RunResult
from flux_lsp.files import SOURCE_BYTES, parse_json, read_bytes, read_text
from flux_lsp.fronts.cli.action import ActionOrder, ActionReport, run_action
from flux_lsp.fronts.cli.disk_front import Changes
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED, WRONG_USAGE
from flux_lsp.fronts.cli.loop import run_to_end
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.streams import explain_lost_output, print_exactly
from flux_lsp.fronts.cli.workspace import find_workspace
from flux_lsp.fronts.cli.write import write_all
from flux_lsp.runs.diagnostics import find_mistake
from flux_lsp.runs.logs import set_up
from flux_lsp.runs.patch import format_file_patch

PROVIDERS = ("auto", "anthropic", "bedrock", "vertex", "foundry", "offline")


def run(args: argparse.Namespace) -> int:
    """Run the action; returns the exit code."""
    place = _parse_place(args.file)
    if isinstance(place, str):
        return _report_misuse(place)
    diagnostics = _read_diagnostics_file(args.diagnostics)
    if isinstance(diagnostics, str):
        return _report_misuse(diagnostics)
    file, lines = place
    order = ActionOrder(
        action=args.action,
        file=file,
        lines=lines,
        instruction=args.instruction,
        tier=args.tier,
        model=args.model or "",
        max_usd=args.max_usd,
        diagnostics=diagnostics,
        settings={"provider": args.provider} if args.provider else {},
        accept=args.accept,
    )
    set_up(None, None)
    try:
        report = run_to_end(run_action(order))
    except FluxError as error:
        print(f"flux-lsp run: {error.problem}", file=sys.stderr)
        return FAILED
    for message in report.messages:  # what an editor would show: settings that were not taken
        print(message, file=sys.stderr)
    return _finish(args, file, report)


def _parse_action(name: str) -> str:
    known = _list_action_ids()
    if name not in known:
        there_are = ", ".join(known)
        raise argparse.ArgumentTypeError(f"there is no action {name}; there are: {there_are}")
    return name


def _list_action_ids() -> list[str]:
    return list(load_registry().ids)


def _parse_dollars(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no amount of dollars, as 0.25 is")
    return value


def _report_misuse(how: str) -> int:
    print(f"flux-lsp run: {how}", file=sys.stderr)
    return WRONG_USAGE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "action", type=_parse_action, metavar="ACTION", help=", ".join(_list_action_ids())
    )
    parser.add_argument(
        "file", metavar="FILE[:START[-END]]", help="the file, and its lines, which count from 1"
    )
    parser.add_argument(
        "--instruction", default="", help="say what edit should do; for other actions, add a remark"
    )
    parser.add_argument("--apply", action="store_true", help="write the change to the file")
    parser.add_argument("--diff", action="store_true", help="print the change (the default)")
    parser.add_argument(
        "--accept", action="store_true", help="also accept changes outside of the given lines"
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--tier", choices=("haiku", "sonnet"), help="ask this tier")
    parser.add_argument("--model", help="ask this model")
    parser.add_argument(
        "--provider", choices=PROVIDERS, help="ask this provider (default: as configured)"
    )
    parser.add_argument("--max-usd", type=_parse_dollars, help="spend at most this many US dollars")
    parser.add_argument(
        "--diagnostics", metavar="FILE.json", help="for fix: repair these LSP diagnostics"
    )


def _finish(args: argparse.Namespace, file: Path, report: ActionReport) -> int:
    problem, writes = None, args.apply and isinstance(report.result, Applied)
    if writes:
        problem = write_all(report.changed)
    if problem is not None:
        report = replace(report, result=_refuse_write(report.result, problem))
    try:
        if args.json:
            print_json(report.result.to_json())
        else:
            _print(report, file)
        sys.stdout.flush()
    except OSError as lost:
        if problem is not None or not (writes and report.changed):
            raise
        explain_lost_output(lost, "the change was written, its report could not be")
        return DONE
    return _choose_exit_code(report.result)


def _choose_exit_code(result: RunResult) -> int:
    if isinstance(result, Applied | Answered):
        return DONE
    return FAILED if result.error is None else result.error.code.exit_code


def _refuse_write(result: RunResult, problem: Problem) -> RunResult:
    end = Refused if problem.code.status == "refused" else Failed
    return end(problem=problem, summary=problem.message, **result.common_fields)


def _print(report: ActionReport, file: Path) -> None:
    result = report.result
    if isinstance(result, Answered):
        print(result.text)
    print_exactly(format_diff(report, find_workspace(file.parent)))
    error = result.error
    words = f"{error.message}. {error.hint}" if error else result.add_trouble(result.summary)
    if isinstance(result, Proposed):
        words += " (changes outside of the given lines: add --accept to take them)"
    print(words, file=sys.stderr)
    about = "~" if result.estimated else ""
    spent = "price unknown" if result.usd is None else f"{about}${result.usd:.4f}"
    count = len(result.attempts)
    attempts = "1 attempt" if count == 1 else f"{count} attempts"
    print(f"{result.status} · {result.model or 'no model'} · {attempts} · {spent}", file=sys.stderr)


class _Changed(Protocol):
    @property
    def changed(self) -> Changes: ...


def format_diff(report: _Changed, root: Path) -> str:
    """Format what changed or is proposed, so that `git apply` and `patch -p1` take it in `root`."""
    return "".join(
        format_file_patch(_make_relative(path, root), before, after)
        for path, (before, after) in report.changed.items()
    )


def _make_relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _read_diagnostics_file(file: str | None) -> list[Any] | str:
    """Read the file, or say what is wrong with it."""
    if file is None:
        return []
    try:
        content = parse_json(read_text(Path(file), SOURCE_BYTES))
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    except ValueError:
        return f"{file} is not JSON"
    if not isinstance(content, list):
        return f"{file} is no list of LSP diagnostics"
    return find_mistake(content) or content


def _parse_place(text: str) -> tuple[Path, tuple[int, int] | None] | str:
    match = re.fullmatch(r"(.+?)(?::(\d+)(?:-(\d+))?)?", text, re.DOTALL)
    if match is None:
        return "no file is named"
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

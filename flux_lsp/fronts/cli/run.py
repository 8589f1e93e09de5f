"""`flux-lsp run ACTION FILE[:START[-END]]`: one action headless, for scripts and CI.

Never leaves a half-written file: a change goes in by one atomic rename, or not at all.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flux_lsp.actions.action import is_group
from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.engine.values import Answered, Applied, Failed, Proposed, Refused, RunResult, Status
from flux_lsp.fronts.cli.action import ActionOrder, ActionReport, preview_action, run_action
from flux_lsp.fronts.cli.diagnostics_file import read_diagnostics_file
from flux_lsp.fronts.cli.diffs import format_diff, hide_controls, print_diff
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED, WRONG_USAGE
from flux_lsp.fronts.cli.findings import format_findings
from flux_lsp.fronts.cli.loop import run_to_end
from flux_lsp.fronts.cli.pipelines import print_steps
from flux_lsp.fronts.cli.place import parse_place
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.streams import explain_lost_output
from flux_lsp.fronts.cli.workspace import find_workspace
from flux_lsp.runs.disk_files import write_all
from flux_lsp.runs.logs import set_up

PROVIDERS = ("auto", "anthropic", "bedrock", "vertex", "foundry", "offline")


def run(args: argparse.Namespace) -> int:
    """Run the action; returns the exit code."""
    place = parse_place(args.file)
    if isinstance(place, str):
        return _report_misuse(place)
    if _lacks_instruction(args):
        return _report_misuse(f"{args.action} needs --instruction TEXT: say what should change")
    diagnostics = read_diagnostics_file(args.diagnostics)
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
        if args.explain_route:
            return _explain_route(run_to_end(preview_action(order)), args.json)
        report = run_to_end(run_action(order))
    except FluxError as error:
        print(f"flux-lsp run: {error.problem}", file=sys.stderr)
        return FAILED
    for message in report.messages:  # what an editor would show: settings that were not taken
        print(message, file=sys.stderr)
    return _finish(args, file, report)


def _explain_route(shown: Mapping[str, Any], as_json: bool) -> int:
    """Print the decision and both prices; nothing was sent."""
    if as_json:
        names = ["reason", "explanation", "estimates"]
        names += ["steps", "usd_at_most"] if "steps" in shown else []
        print_json({**shown["route"], **{name: shown[name] for name in names}})
        return DONE
    if "steps" not in shown:
        _print_decision(shown)
        return DONE
    for number, step in enumerate(shown["steps"], 1):
        print(f"step {number}, {step['agent']}:")
        _print_decision(step)
    most = shown["usd_at_most"]
    print(f"set aside before the first step: {'unknown' if most is None else f'${most:.4f}'}")
    return DONE


def _print_decision(shown: Mapping[str, Any]) -> None:
    print(f"{shown['model']}: {shown['explanation']}")
    print(f"rule: {shown['route']['rule']}; model: {shown['reason']}")
    for tier, estimate in shown["estimates"].items():
        if estimate is None:
            print(f"{tier}: cannot take this prompt")
            continue
        usd = estimate["usd"]
        price = "price unknown" if usd is None else f"about ${usd:.4f}"
        print(
            f"{tier}: {estimate['model']}, {estimate['input_tokens']:,} tokens in "
            f"({estimate['cached_tokens']:,} cached), {estimate['output_tokens']:,} out, {price}"
        )


def _parse_action(name: str) -> str:
    known = _list_action_ids()
    if name not in known and not is_group(name):
        there_are = ", ".join([*known, "agent:ID", "pipeline:ID"])
        raise argparse.ArgumentTypeError(f"no action is called {name}; try {there_are}")
    return name


def _list_action_ids() -> list[str]:
    return list(load_registry().ids)


def _lacks_instruction(args: argparse.Namespace) -> bool:
    action = load_registry().find(args.action)
    return action is not None and action.needs_instruction and not args.instruction.strip()


def parse_dollars(text: str) -> float:
    """Return an amount of US dollars, for an option."""
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
        "action",
        type=_parse_action,
        metavar="ACTION",
        help=", ".join([*_list_action_ids(), "agent:ID", "pipeline:ID"]),
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
    parser.add_argument(
        "--explain-route",
        action="store_true",
        help="say which tier would be asked, why, and what each would cost; ask none",
    )
    parser.add_argument("--tier", choices=("haiku", "sonnet"), help="ask this tier")
    parser.add_argument("--model", help="ask this model")
    parser.add_argument(
        "--provider", choices=PROVIDERS, help="ask this provider (default: as configured)"
    )
    parser.add_argument("--max-usd", type=parse_dollars, help="spend at most this many US dollars")
    parser.add_argument(
        "--diagnostics", metavar="FILE.json", help="for fix: repair these LSP diagnostics"
    )


def _finish(args: argparse.Namespace, file: Path, report: ActionReport) -> int:
    problem, writes = None, args.apply and isinstance(report.result, Applied)
    if writes:
        problem = write_all(report.changed)
    if problem is not None:
        report = replace(report, result=_refuse_write(report.result, problem))
    written = writes and problem is None and bool(report.changed)
    diff = format_diff(report, find_workspace(file.parent))
    try:
        if args.json:
            print_json(_describe(report, diff, written))
        else:
            _print(report, diff, written)
        sys.stdout.flush()
    except OSError as lost:
        if not written:
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


def _describe(report: ActionReport, diff: str, written: bool) -> dict[str, object]:
    """Return the outcome as `--json` prints it: an Outcome, and what it means for the disk."""
    return {
        **report.result.to_json(),
        "status": _get_status(report, written),
        "written": written,
        "diff": diff,
        "text": report.result.text,
    }


def _get_status(report: ActionReport, written: bool) -> Status:
    """Return how the run ended for the disk: a change that is in no file is proposed."""
    applied = isinstance(report.result, Applied)
    return "proposed" if applied and report.changed and not written else report.result.status


def _print(report: ActionReport, diff: str, written: bool) -> None:
    result, status = report.result, _get_status(report, written)
    for text in filter(None, (result.text, format_findings(result.findings).rstrip())):
        print(hide_controls(text) if sys.stdout.isatty() else text)
    print_diff(diff)
    print_steps(result.steps)
    error = result.error
    words = f"{error.message}. {error.hint}" if error else result.add_trouble(result.summary)
    if isinstance(result, Proposed):
        words += ". Add --accept --apply to write it all the same"
    elif status == "proposed":
        words += ". Nothing is written yet: add --apply to write it"
    print(words, file=sys.stderr)
    about = "~" if result.estimated else ""
    spent = "price unknown" if result.usd is None else f"{about}${result.usd:.4f}"
    count = len(result.attempts)
    attempts = "1 attempt" if count == 1 else f"{count} attempts"
    print(f"{status} · {result.model or 'no model'} · {attempts} · {spent}", file=sys.stderr)

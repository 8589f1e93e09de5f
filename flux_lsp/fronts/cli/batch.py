"""`flux-lsp batch ACTION PATHS…`: one action over many symbols or files; `list`, `status`, `resume`, `cancel`.

Never spends before the price was shown, and never writes a file of the workspace without `--apply`.
"""

import argparse
import sys
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.fronts.cli.batch_work import BatchCommand, begin_job, go_on_with_job, show_job
from flux_lsp.fronts.cli.exit_codes import DONE, INTERRUPTED, WRONG_USAGE
from flux_lsp.fronts.cli.loop import run_to_end
from flux_lsp.fronts.cli.run import PROVIDERS, parse_dollars
from flux_lsp.fronts.cli.say import complain, print_json
from flux_lsp.fronts.cli.workspace import find_workspace, get_current_folder
from flux_lsp.runs.batch.report import list_jobs
from flux_lsp.runs.batch.values import BatchOrder
from flux_lsp.runs.logs import set_up
from flux_lsp.settings import paths

_VERBS = ("list", "status", "resume", "cancel")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "action", metavar="ACTION|agent:ID", help="what to do; or list, status, resume, cancel"
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders and globs; or the id of a job"
    )
    parser.add_argument("--instruction", default="", help="say what edit should do")
    parser.add_argument(
        "--whole-files", action="store_true", help="ask once for each file, not for each symbol"
    )
    parser.add_argument(
        "--symbols",
        choices=("all", "undocumented", "untested"),
        default="all",
        help="take only symbols without documentation, or that no test names",
    )
    parser.add_argument(
        "--since", default="", metavar="REV", help="take only what changed since a git revision"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="list the items and the price, and send nothing"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    parser.add_argument("--max-usd", type=parse_dollars, help="spend at most this many US dollars")
    parser.add_argument("--tier", choices=("haiku", "sonnet"), help="ask this tier and no other")
    parser.add_argument("--model", default="", help="ask this model and no other")
    parser.add_argument(
        "--provider", choices=PROVIDERS, help="ask this provider (default: as configured)"
    )
    parser.add_argument(
        "--now", action="store_true", help="make ordinary calls at the ordinary price, at once"
    )
    parser.add_argument("--apply", action="store_true", help="write what needs no yes to the files")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="put the patches there (default: the data folder)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    set_up(None, None)
    misuse = _find_misuse(options)
    if misuse:
        print(f"flux-lsp batch: {misuse}", file=sys.stderr)
        return WRONG_USAGE
    if options.action == "list":
        return _list(as_json=options.json)
    command = BatchCommand(
        apply=options.apply,
        output=options.output,
        as_json=options.json,
        dry_run=options.dry_run,
        asks=_can_ask(options),
        now=options.now,
        provider=options.provider or "",
        max_usd=options.max_usd,
    )
    try:
        if options.action == "status":
            return run_to_end(show_job(command, options.paths[0]))
        if options.action in _VERBS:
            cancel = options.action == "cancel"
            return run_to_end(go_on_with_job(command, options.paths[0], cancel=cancel))
        return run_to_end(begin_job(command, _make_order(options)))
    except FluxError as error:
        code = complain(error.problem)
        return WRONG_USAGE if error.problem.code is ErrorCode.BAD_REQUEST else code
    except KeyboardInterrupt:
        if command.job_id:
            print(
                f"\nA batch that was sent goes on at the server. `flux-lsp batch resume "
                f"{command.job_id}` goes on here, `flux-lsp batch cancel {command.job_id}` ends it.",
                file=sys.stderr,
            )
        return INTERRUPTED


def _find_misuse(options: argparse.Namespace) -> str:
    """Say what is wrong with the words of the command; "" when nothing is."""
    count = len(options.paths)
    if options.action == "list":
        return "list takes no paths" if count else ""
    if options.action in _VERBS:
        return "" if count == 1 else f"{options.action} needs the id of one job; see list"
    return "" if count else "name the files, folders or globs that the action is for"


def _can_ask(options: argparse.Namespace) -> bool:
    """Whether a person is asked before money is spent: at a terminal, unless they said how much already."""
    is_said = options.yes or options.json or options.max_usd is not None
    return not is_said and sys.stdin.isatty() and sys.stderr.isatty()


def _make_order(options: argparse.Namespace) -> BatchOrder:
    folder = get_current_folder()
    return BatchOrder(
        action=options.action,
        root=find_workspace(folder).resolve(),
        folder=folder.resolve(),
        paths=tuple(options.paths),
        instruction=options.instruction,
        whole_files=options.whole_files,
        symbols=options.symbols,
        since=options.since,
        tier=options.tier,
        model=options.model,
        max_usd=options.max_usd,
        now=options.now,
    )


def _list(*, as_json: bool) -> int:
    jobs = list_jobs(paths.get_data_dir())
    if as_json:
        print_json({"jobs": [job.to_json() for job in jobs]})
        return DONE
    for job in jobs:
        print(job.describe())
    if not jobs:
        print("There are no jobs.")
    return DONE

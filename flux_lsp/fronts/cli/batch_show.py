"""Shows a job on a terminal or as JSON: the order and its price, progress, and what came of each item.

Never lets text of a file or a server reach a terminal as a command to it.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flux_lsp.core.errors import Problem
from flux_lsp.fronts.cli.diffs import hide_controls
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.ledger.values import format_dollars
from flux_lsp.runs.batch.job_values import GOOD, UNANSWERED

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from flux_lsp.runs.batch.job import Job
    from flux_lsp.runs.batch.money import JobPrice
    from flux_lsp.runs.batch.values import ItemSelection, SkippedFile

_MOST_LINES = 40  # items that are listed by name


class BatchScreen:
    """`JobWatch` for a command: a bar at a terminal, plain lines elsewhere, all on stderr."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self._progress: Progress | None = None
        self._bar: TaskID | None = None

    def tell(self, text: str) -> None:
        """Print a sentence about what goes on."""
        text = hide_controls(text)
        if self._progress is not None:
            self._progress.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def count(self, ended: int, items: int) -> None:
        """Move the bar."""
        if self._progress is not None and self._bar is not None:
            self._progress.update(self._bar, completed=ended, total=items)

    @contextmanager
    def show_progress(self) -> Iterator[None]:
        """Show a bar while the job goes on, at a terminal."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            self._progress, self._bar = progress, progress.add_task("", total=None)
            try:
                yield
            finally:
                self._progress = None

    def ask_for_yes(self) -> bool:
        """Ask the person at the terminal whether to go on."""
        print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def show_messages(self, messages: Sequence[str]) -> None:
        """Show what an editor would show, such as settings that were not taken."""
        for message in messages:
            self.tell(message)

    def show_skipped(self, skipped: "Sequence[SkippedFile]") -> None:
        """Show the files that are left out, and why."""
        for file in skipped[:_MOST_LINES]:
            self.tell(f"left out: {file.path}: {file.why}")
        if len(skipped) > _MOST_LINES:
            self.tell(f"left out: {len(skipped) - _MOST_LINES:,} further files")

    def show_nothing(self, *, as_json: bool) -> int:
        """Show that there is nothing to do; returns the exit code."""
        if as_json:
            empty: list[object] = []
            print_json(
                {
                    "id": None,
                    "status": "done",
                    "items": empty,
                    "patches": empty,
                    "usd": 0.0,
                    "batches": empty,
                }
            )
        self.tell("There is nothing to do: no symbol or file is left")
        return DONE

    def show_order(
        self, job: "Job", selection: "ItemSelection", price: "JobPrice", *, as_json: bool
    ) -> None:
        """Show what would be asked and what it costs; as JSON, on stdout, for a dry run."""
        if as_json:
            print_json(
                {
                    "items": [
                        {"path": i.path, "symbol": i.symbol or None} for i in selection.items
                    ],
                    "skipped": [{"path": s.path, "why": s.why} for s in selection.skipped],
                    "model": price.model,
                    "usd": price.likely,
                    "usd_at_most": price.all_at_most,
                }
            )
            return
        for item in selection.items[:_MOST_LINES]:
            self.tell(f"  {item.path}{f': {item.symbol}' if item.symbol else ''}")
        if len(selection.items) > _MOST_LINES:
            self.tell(f"  and {len(selection.items) - _MOST_LINES:,} more")
        count, files = len(selection.items), len(selection.files)
        items = "1 item" if count == 1 else f"{count:,} items"
        way = "as a batch at half price" if job.is_priced_as_batch else "by ordinary calls"
        self.tell(
            f"Job {job.id}: `{job.order.action}` for {items} in {files:,} "
            f"file{'' if files == 1 else 's'}, {way}, with {price.model}"
        )
        self.tell(f"Price: {_describe_price(price)}")

    def show_applied(self, applied: Sequence[tuple[str, Problem | None]]) -> None:
        """Show which files were written, and why the others were not."""
        for path, problem in applied:
            self.tell(f"written: {path}" if problem is None else f"not written: {problem.message}")

    def show_report(
        self, report: Mapping[str, Any], problem: Problem | None, *, as_json: bool
    ) -> int:
        """Show what the job came to; returns the exit code."""
        if as_json:
            error = problem and {
                "code": str(problem.code),
                "message": problem.message,
                "hint": problem.hint,
            }
            print_json({**report, "error": error} if error else report)
        else:
            _print_table(report)
        if problem is not None:
            self.tell(f"flux-lsp: {problem.message}.\n  {problem.hint}.")
            return problem.code.exit_code
        return DONE if report["status"] == "done" else FAILED


def _describe_price(price: "JobPrice") -> str:
    if price.likely is None or price.at_most is None:
        return "not known for this model"
    words = f"about {format_dollars(price.likely)}, at most {format_dollars(price.at_most)}"
    if price.stronger:
        words += f", and {format_dollars(price.stronger)} if Sonnet has to be asked for all of it"
    return words


def _print_table(report: Mapping[str, Any]) -> None:
    items: Sequence[Mapping[str, Any]] = report["items"]
    shown = items if len(items) <= _MOST_LINES else [i for i in items if i["status"] not in GOOD]
    for item in shown[:_MOST_LINES]:
        name = item["path"] + (f": {item['symbol']}" if item["symbol"] else "")
        error = f"  {item['error']['code']}: {item['error']['message']}" if item["error"] else ""
        doubt = f"  (look at it: {item['doubt']})" if item.get("doubt") else ""
        print(hide_controls(f"{item['status']:9} {name}{error}{doubt}"))
    good = sum(item["status"] in GOOD for item in items)
    print(f"{good:,} of {len(items):,} items done · {format_dollars(report['usd'])}")
    for patch in report["patches"][:_MOST_LINES]:
        print(f"patch: {patch}")
    if report["status"] == "open" or any(item["status"] in UNANSWERED for item in items):
        print(f"`flux-lsp batch resume {report['id']}` asks for the rest.")

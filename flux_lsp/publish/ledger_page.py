"""docs/ledger.md: the ledger's tables as its migrations make them.

Never describes a column that is not there; one without a sentence is an error.
"""

from flux_lsp.ledger.column_docs import COLUMNS, RUN_COLUMNS
from flux_lsp.ledger.database import read_schema
from flux_lsp.publish.pages import fill_page

_TITLES = {
    "calls": "One row for each model call.",
    "reservations": "What calls under way hold: a view of their rows in `calls`.",
    "runs": "One row for each run: how the router decided, how the run ended, and what became of the "
    "edit. Flux writes the row when the run ends, and again as it learns more.",
    "holds": "Money set aside for the steps of a pipeline that are still to come: all before the first "
    "one. A call takes its reservation out of its step's row.",
    "batches": "One row for each batch of a job, written before the batch is made; its results are in "
    "`calls`.",
    "resets": "When you reset what Flux has learned.",
    "notices": "What Flux has told you about money, so that it does so once in all editors together.",
}
_HELD = {
    "id": "The number of the call.",
    "run": "The run it belongs to.",
    "usd": "What is held, in US dollars; null when no price is known.",
    "host": "The machine, and the space in which the process id counts.",
    "pid": "The process that makes the call.",
    "time": "When it began, UTC.",
}
_SENTENCES = {
    "calls": COLUMNS,
    "reservations": _HELD,
    "runs": RUN_COLUMNS,
    "holds": {
        "id": "The number of the hold.",
        "time": "When it was made, UTC.",
        "run": "The run of the pipeline.",
        "session": "The session that the run belongs to.",
        "agent": "The agent of the step.",
        "usd": "What is left of it, in US dollars.",
        "host": "The machine, and the space in which the process id counts.",
        "pid": "The process that runs the pipeline; when it has died, the row goes.",
    },
    "batches": {
        "job": "The job, by Flux's own name.",
        "round": "The number of the batch within the job, from 1.",
        "time": "When the batch was about to be made, UTC.",
        "token": "What the name of each of its requests begins with.",
        "anchor": "The newest batch that the server had before; empty for none.",
        "requests": "How many requests it has.",
        "batch": "The server's name for it; empty until the server told it.",
        "settled": "1 when its results are in `calls`.",
        "call": "The row of `calls` that counts the batch until it is settled.",
    },
    "resets": {"time": "When, UTC; learning counts only later runs."},
    "notices": {
        "name": "What it was about: a budget or an alert.",
        "period": "The day, month, session or run for which Flux told it.",
    },
}


def render_page() -> str:
    """The whole page."""
    tables = "\n".join(_render_table(name, columns) for name, columns in read_schema().items())
    return fill_page("ledger", tables=tables)


def _render_table(name: str, columns: list[tuple[str, str, bool]]) -> str:
    rows = "".join(
        f"| `{column}` | {kind.lower()}{', may be null' if null else ''} | "
        f"{_SENTENCES[name][column]} |\n"
        for column, kind, null in columns
    )
    head = "| column | type | says |\n| --- | --- | --- |\n"
    return f"## `{name}`\n\n{_TITLES[name]}\n\n{head}{rows}"

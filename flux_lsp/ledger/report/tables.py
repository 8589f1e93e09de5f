"""Writes the page's tiles and tables as HTML, so that it reads without its script.

Escapes every text: names of models, actions and agents come from outside.
"""

from collections.abc import Sequence
from html import escape

from flux_lsp.ledger.formats import (
    format_cost,
    format_count,
    format_percentiles,
    format_seconds,
    format_share,
    format_usd,
)
from flux_lsp.ledger.totals import Group, Total
from flux_lsp.ledger.values import format_dollars

_ROWS = 31  # of one table; the page stays small, whatever the ledger holds
_HEAD = (
    *(
        "runs",
        "success",
        "escalated",
        "fallback",
        "undone",
        "corrected",
        "calls",
        "cost",
        "a call",
        "a run",
    ),
    *("in", "cached", "out", "first text", "median", "95 %", "99 %"),
)


def render_tiles(whole: Total) -> str:
    """Render the figures of the whole time."""
    prompt = whole.usage.prompt
    unsure = {"without a price": whole.unpriced, "estimated": whole.estimated}
    doubts = ", ".join(f"{word}: {n} of {whole.calls} calls" for word, n in unsure.items() if n)
    per_run = f"{format_usd(whole.usd_per_run)} a run, {format_usd(whole.usd_per_call)} a call"
    cached = f"{format_share(whole.cache_share)} read from the cache" if prompt else ""
    tiles = (
        ("Spent", format_dollars(whole.usd), doubts or (per_run if whole.runs else "")),
        ("Runs", f"{whole.runs:,}", f"{whole.cancelled} cancelled" if whole.cancelled else ""),
        ("Success", format_share(whole.success), f"{whole.attempts:.2f} calls a run"),
        (
            "Passed the checks",
            format_share(whole.aftermaths.checks_success),
            f"of {whole.aftermaths.checked} runs with checks of the project",
        ),
        (
            "Escalated",
            format_share(whole.escalation),
            f"{format_share(whole.fallback_share)} fell back to another tier",
        ),
        (
            "Undone",
            format_share(whole.aftermaths.undo_rate),
            f"{format_share(whole.aftermaths.correction_rate)} corrected, of "
            f"{whole.aftermaths.delivered} edits",
        ),
        ("Tokens in", format_count(prompt), f"{format_count(whole.usage.output)} out; {cached}"),
        (
            "Time to the first text",
            format_seconds(whole.first_text.p50),
            format_percentiles(whole.first_text),
        ),
        ("Time to answer", format_seconds(whole.latency.p50), format_percentiles(whole.latency)),
    )
    inner = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd><small>{escape(note)}</small></div>"
        for name, value, note in tiles
    )
    return f'<dl class="tiles">{inner}</dl>'


def render_groups(groups: Sequence[Total], by: Group) -> str:
    """Render one line for each group; of days and weeks the last ones, else the most expensive."""
    newest_first = groups[::-1] if by in ("day", "week") else groups
    lines = [(group.name, *_format_group(group)) for group in newest_first[:_ROWS]]
    left_out = len(groups) - len(lines)
    note = f"<p><small>{left_out} more are left out.</small></p>" if left_out > 0 else ""
    return render_table((by, *_HEAD), lines) + note


def render_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Render a table whose first column names its lines."""
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(_render_line(line) for line in lines)
    table = f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _render_line(line: Sequence[str]) -> str:
    name, *values = line
    cells = "".join(f"<td>{escape(value)}</td>" for value in values)
    return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'


def _format_group(group: Total) -> tuple[str, ...]:
    used = group.usage
    return (
        f"{group.runs:,}",
        format_share(group.success),
        format_share(group.escalation),
        format_share(group.fallback_share),
        format_share(group.aftermaths.undo_rate),
        format_share(group.aftermaths.correction_rate),
        f"{group.calls:,}",
        format_cost(group),
        format_usd(group.usd_per_call),
        format_usd(group.usd_per_run),
        format_count(used.input + used.cache_write),
        format_count(used.cache_read),
        format_count(used.output),
        format_seconds(group.first_text.p50),
        format_seconds(group.latency.p50),
        format_seconds(group.latency.p95),
        format_seconds(group.latency.p99),
    )

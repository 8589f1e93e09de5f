"""Renders the ledger as one self-contained page for people: figures, charts and tables.

Never loads a script, a font or an image from anywhere, and escapes every text it shows.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from html import escape

from flux_lsp.ledger.charts import draw_bars, draw_columns
from flux_lsp.ledger.page_style import STYLE
from flux_lsp.ledger.totals import Group, Total, count_failures, get_day, sum_by_group, sum_calls
from flux_lsp.ledger.values import RecordedCall, format_dollars

_TABLES: tuple[tuple[Group, str], ...] = (
    ("model", "By model"),
    ("action", "By action"),
    ("tier", "By tier"),
    ("day", "By day"),
)


def render_page(rows: Sequence[RecordedCall], period: str, made: str) -> str:
    """Render the whole page as HTML; `period` and `made` appear as they are."""
    whole = sum_calls(rows)
    body = _render_charts(rows) if rows else '<p class="empty">No calls in this time.</p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Flux LSP: usage</title><style>{STYLE}</style></head><body><main>"
        f"<header><h1>Flux LSP usage</h1><p>{escape(period)} · made {escape(made)}</p></header>"
        f"{_render_tiles(whole)}{body}</main></body></html>\n"
    )


def _render_tiles(whole: Total) -> str:
    used = whole.usage
    prompt = used.prompt
    unsure = {"without a price": whole.unpriced, "estimated": whole.estimated}
    unpriced = ", ".join(f"{word}: {n} of {whole.calls} calls" for word, n in unsure.items() if n)
    cached = f"{used.cache_read / prompt:.0%} read from the cache" if prompt else ""
    tiles = (
        ("Spent", format_dollars(whole.usd), unpriced or _format_per_run(whole)),
        ("Runs", f"{whole.runs:,}", f"{whole.cancelled} cancelled" if whole.cancelled else ""),
        ("Success", _format_share(whole.success), f"{whole.attempts:.2f} calls a run"),
        ("Tokens in", _format_count(prompt), cached),
        ("Tokens out", _format_count(used.output), ""),
        (
            "Time to answer",
            _format_seconds(whole.p50_ms),
            f"95 % within {_format_seconds(whole.p95_ms)}",
        ),
    )
    inner = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd><small>{escape(note)}</small></div>"
        for name, value, note in tiles
    )
    return f'<dl class="tiles">{inner}</dl>'


def _render_charts(rows: Sequence[RecordedCall]) -> str:
    days = _list_days(rows)
    labels = [f"{day:%b} {day.day}" for day in days]
    models = {group.name: group for group in sum_by_group(rows, "model")}
    cost = {
        name: _sum_by_day(
            [r for r in rows if (r.model_answered or r.model_asked) == name], days, _get_usd
        )
        for name in models
        if models[name].usd
    } or {"": [0.0] * len(days)}
    tokens = {
        "new input": _sum_by_day(rows, days, lambda r: r.usage.input + r.usage.cache_write),
        "cached input": _sum_by_day(rows, days, lambda r: r.usage.cache_read),
        "output": _sum_by_day(rows, days, lambda r: r.usage.output),
    }
    latency = {name: float(g.p50_ms) for name, g in models.items() if g.p50_ms is not None}
    actions = {group.name: group.usd for group in sum_by_group(rows, "action")}
    failed = {code: float(count) for code, count in count_failures(rows).items()}
    parts = [
        _render_section("Cost by day", draw_columns(labels, cost, format_dollars), wide=True),
        _render_section("Tokens by day", draw_columns(labels, tokens, _format_count), wide=True),
        _render_section("Cost by action", draw_bars(actions, format_dollars)),
        _render_section(
            "Runs by how many calls they took", draw_bars(_count_runs_by_calls(rows), _format_count)
        ),
        _render_section(
            "Median time to answer", draw_bars(latency, lambda ms: _format_seconds(int(ms)))
        ),
    ]
    if failed:
        parts.append(
            _render_section("Calls that failed, by reason", draw_bars(failed, _format_count))
        )
    parts += [
        _render_section(title, _render_table(sum_by_group(rows, by), by), wide=True)
        for by, title in _TABLES
    ]
    return "".join(parts)


def _list_days(rows: Sequence[RecordedCall]) -> list[date]:
    """List every day from the first call to the last, quiet ones too."""
    days = [get_day(row) for row in rows]
    first, last = min(days), max(days)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _sum_by_day(
    rows: Sequence[RecordedCall], days: Sequence[date], amount: Callable[[RecordedCall], float]
) -> list[float]:
    sums = dict.fromkeys(days, 0.0)
    for row in rows:
        sums[get_day(row)] += amount(row)
    return list(sums.values())


def _count_runs_by_calls(rows: Sequence[RecordedCall]) -> dict[str, float]:
    runs: dict[str, int] = {}
    for row in rows:
        runs[row.run] = runs.get(row.run, 0) + 1
    counts = sorted(runs.values())
    return {
        f"{n} call{'s' if n > 1 else ''}": float(counts.count(n)) for n in dict.fromkeys(counts)
    }


def _render_section(title: str, content: str, *, wide: bool = False) -> str:
    return f"<section{' class=wide' if wide else ''}><h2>{title}</h2>{content}</section>"


def _render_table(groups: Sequence[Total], by: Group) -> str:
    head = (by, "runs", "success", "calls", "cost", "in", "cached", "out", "median", "95 %")
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = "".join(_render_row(group) for group in groups)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def _render_row(group: Total) -> str:
    used = group.usage
    values = (
        f"{group.runs:,}",
        _format_share(group.success),
        f"{group.calls:,}",
        "unknown"
        if group.unpriced == group.calls
        else f"{'~' if group.estimated else ''}{format_dollars(group.usd)}",
        f"{used.input + used.cache_write:,}",
        f"{used.cache_read:,}",
        f"{used.output:,}",
        _format_seconds(group.p50_ms),
        _format_seconds(group.p95_ms),
    )
    cells = "".join(f"<td>{escape(value)}</td>" for value in values)
    return f'<tr><th scope="row">{escape(group.name)}</th>{cells}</tr>'


def _get_usd(row: RecordedCall) -> float:
    return row.usd or 0.0


def _format_per_run(whole: Total) -> str:
    return f"{format_dollars(whole.usd / whole.runs)} a run" if whole.runs else ""


def _format_share(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _format_seconds(ms: int | None) -> str:
    return "–" if ms is None else f"{ms / 1000:.1f} s"


def _format_count(number: float) -> str:
    """`950`, `12.3k`, `4.5M`."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.0f}"

"""Puts the report together: one self-contained page with tiles, charts and tables.

Never loads anything from anywhere: a policy in the page forbids it, and its scripts and its style
are allowed by their hashes alone.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files

from flux_lsp.ledger.aftermaths import Runs
from flux_lsp.ledger.alerts.rules import Alert
from flux_lsp.ledger.formats import describe_overpowered
from flux_lsp.ledger.overpower import OverpoweredAction
from flux_lsp.ledger.report.charts import Chart, build_charts
from flux_lsp.ledger.report.tables import render_groups, render_table, render_tiles
from flux_lsp.ledger.totals import (
    Group,
    count_failures,
    count_runs_by_calls,
    select_measured,
    sum_by_group,
    sum_calls,
)
from flux_lsp.ledger.values import RecordedCall

_TABLES: tuple[tuple[Group, str], ...] = (
    ("model", "By model"),
    ("action", "By action"),
    ("agent", "By agent"),
    ("tier", "By tier"),
    ("language", "By language"),
    ("week", "By week"),
    ("day", "By day"),
)


@dataclass(frozen=True)
class Insights:
    """What is known beside the calls: alerts, what became of runs, what Haiku could do."""

    alerts: Sequence[Alert] = ()
    runs: Runs = field(default_factory=dict)
    overpowered: Sequence[OverpoweredAction] = ()


_NOTHING = Insights()


def render_page(
    calls: Sequence[RecordedCall], period: str, written: str, known: Insights = _NOTHING
) -> str:
    """Render the whole page as HTML; `period` and `written` appear as they are."""
    rows = select_measured(calls)
    charts = build_charts(rows) if rows else []
    style = _read_asset("page.css")
    scripts = (_read_asset("echarts", "echarts.common.min.js"), _read_asset("draw.js"))
    body = (
        f"<header><h1>Flux LSP usage</h1><p>{escape(period)} · written {escape(written)}</p></header>"
        f"{_render_alerts(known.alerts)}{render_tiles(sum_calls(rows, known=known.runs))}"
        f"{_render_charts(charts)}{_render_tables(rows, known)}"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_write_policy(style, scripts)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Flux LSP: usage</title><style>{style}</style></head><body><main>{body}</main>"
        f'<script type="application/json" id="charts">{_encode(charts)}</script>'
        f"{''.join(f'<script>{script}</script>' for script in scripts)}</body></html>\n"
    )


def _render_alerts(alerts: Sequence[Alert]) -> str:
    if not alerts:
        return ""
    items = _render_list([f"{alert.text}." for alert in alerts])
    return f'<section class="wide alerts"><h2>What changed</h2>{items}</section>'


def _render_list(sentences: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def _render_charts(charts: Sequence[Chart]) -> str:
    return "".join(
        f'<section class="chart{" wide" if chart.wide else ""}"><h2>{escape(chart.title)}</h2>'
        f'<div id="chart-{number}"></div></section>'
        for number, chart in enumerate(charts)
    )


def _render_tables(rows: Sequence[RecordedCall], known: Insights) -> str:
    if not rows:
        return '<p class="empty">No calls in this time.</p>'
    failures = [(code, f"{count:,}") for code, count in count_failures(rows).items()]
    tries = [(str(size), f"{count:,}") for size, count in count_runs_by_calls(rows).items()]
    parts = [
        _render_section(title, render_groups(sum_by_group(rows, by, known.runs), by))
        for by, title in _TABLES
        if by != "agent" or any(row.agent for row in rows)
    ]
    parts.append(_render_section("Calls that a run took", render_table(("calls", "runs"), tries)))
    if known.overpowered:
        sentences = [describe_overpowered(action) for action in known.overpowered]
        parts.insert(0, _render_section("Sonnet where Haiku may do", _render_list(sentences)))
    if failures:
        parts.append(_render_section("Failures", render_table(("reason", "calls"), failures)))
    return "".join(parts)


def _render_section(title: str, content: str) -> str:
    return f'<section class="wide"><h2>{escape(title)}</h2>{content}</section>'


def _encode(charts: Sequence[Chart]) -> str:
    """Encode as JSON that no name in it can end: HTML sees no tag."""
    text = json.dumps([chart.as_json() for chart in charts], separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _write_policy(style: str, scripts: Sequence[str]) -> str:
    allowed = " ".join(_hash(script) for script in scripts)
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return f"{nothing}; script-src {allowed}; style-src {_hash(style)}"


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def _read_asset(*path: str) -> str:
    return files("flux_lsp.ledger.report").joinpath(*path).read_text(encoding="utf-8")

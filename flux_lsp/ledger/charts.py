"""Draws charts as inline SVG: stacked columns over time and bars by name, with figures as titles.

Never loads anything and never trusts a name: it escapes every text.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 1040, 240  # of columns, as wide as the page
_HALF, _NAMES = 500, 190  # of bars, and the room for their names
_LEFT, _TOP, _BOTTOM = 58, 10, 26
SERIES = 6  # colours in the page's style; what comes after the fifth is added up as "other"

FormatValue = Callable[[float], str]


def draw_columns(
    labels: Sequence[str], series: Mapping[str, Sequence[float]], tell: FormatValue
) -> str:
    """Draw stacked columns, one per label; `series` holds one value per label under each name."""
    series = _limit_series(series)
    sums = [sum(values) for values in zip(*series.values(), strict=True)] or [0.0]
    step, top = _scale(max(sums))
    parts = [_draw_grid(step, top, tell)]
    slot = (_WIDTH - _LEFT) / max(1, len(labels))
    width = min(44.0, slot * 0.72)
    for number, label in enumerate(labels):
        x = _LEFT + slot * number + (slot - width) / 2
        parts += _draw_stack(
            x, width, label, {name: v[number] for name, v in series.items()}, top, tell
        )
    parts += _draw_labels(labels, slot)
    return f"{_wrap_svg(_WIDTH, _HEIGHT, ''.join(parts))}{_draw_legend(list(series))}"


def draw_bars(values: Mapping[str, float], tell: FormatValue) -> str:
    """Draw one horizontal bar per name, as long as its value."""
    most = max(values.values(), default=0) or 1
    parts = []
    for number, (name, value) in enumerate(values.items()):
        y = 6 + number * 30
        width = max(1.5, (_HALF - _NAMES - 70) * value / most)
        parts.append(
            f'<text class="name" x="{_NAMES}" y="{y + 15}">{escape(_shorten(name))}'
            f"<title>{escape(name)}</title></text>"
            f'<rect class="s0" x="{_NAMES + 10}" y="{y}" width="{width:.1f}" height="20" rx="3"/>'
            f'<text x="{_NAMES + 18 + width:.1f}" y="{y + 15}">{escape(tell(value))}</text>'
        )
    return _wrap_svg(_HALF, 12 + 30 * len(values), "".join(parts))


def _wrap_svg(width: int, height: int, content: str) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img">{content}</svg>'


def _limit_series(series: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[float]]:
    """Keep the largest series, and add up the rest as one."""
    if len(series) <= SERIES:
        return series
    ordered = sorted(series, key=lambda name: -sum(series[name]))
    kept = {name: series[name] for name in ordered[: SERIES - 1]}
    rest = [series[name] for name in ordered[SERIES - 1 :]]
    return {**kept, "other": [sum(values) for values in zip(*rest, strict=True)]}


def _scale(most: float) -> tuple[float, float]:
    """Return a round step (1, 2 or 5 at some place) and the top of the axis, at most five steps up."""
    if most <= 0:
        return 1.0, 1.0
    place = 10.0 ** floor(log10(most / 5))
    step = next(place * nice for nice in (1, 2, 5, 10) if most / (place * nice) <= 5)
    return step, step * ceil(most / step - 1e-9)


def _scale_y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / top


def _draw_grid(step: float, top: float, tell: FormatValue) -> str:
    lines = []
    for number in range(round(top / step) + 1):
        y, value = _scale_y(step * number, top), escape(tell(step * number))
        lines.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="axis" x="{_LEFT - 8}" y="{y + 4:.1f}">{value}</text>'
        )
    return "".join(lines)


def _draw_stack(
    x: float, width: float, label: str, values: Mapping[str, float], top: float, tell: FormatValue
) -> list[str]:
    parts, below = [], 0.0
    for number, (name, value) in enumerate(values.items()):
        if value > 0:
            y = _scale_y(below + value, top)
            height = _scale_y(below, top) - y
            parts.append(
                f'<rect class="s{number}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                f'height="{max(height, 0.5):.1f}">'
                f"<title>{escape(f'{label} · {name}: {tell(value)}')}</title></rect>"
            )
        below += value
    return parts


def _draw_labels(labels: Sequence[str], slot: float) -> list[str]:
    """Draw as many labels as there is space for, the last one always among them."""
    every = max(1, ceil(64 / slot))
    shown = [n for n in range(len(labels)) if (len(labels) - 1 - n) % every == 0]
    y = _HEIGHT - 8
    return [
        f'<text class="tick" x="{_LEFT + slot * (n + 0.5):.1f}" y="{y}">{escape(labels[n])}</text>'
        for n in shown
    ]


def _draw_legend(names: Sequence[str]) -> str:
    if len(names) < 2:
        return ""
    items = "".join(
        f'<li><i class="b{number}"></i>{escape(name)}</li>' for number, name in enumerate(names)
    )
    return f'<ul class="legend">{items}</ul>'


def _shorten(name: str) -> str:
    return name if len(name) <= 28 else f"{name[:27]}…"

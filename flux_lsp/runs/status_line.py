"""What `flux.status` tells, in words: a line for a status bar and the details behind it.

Knows no editor: a plugin only shows them.
"""

from collections.abc import Mapping
from typing import Any


def status_line(told: Mapping[str, Any], used: str | None) -> dict[str, str]:
    """`line` and `details` (Markdown) of a status; `used` is the model that answered last."""
    return {"line": " · ".join(_line(told, used)), "details": "\n\n".join(_details(told))}


def _line(told: Mapping[str, Any], used: str | None) -> list[str]:
    running, waiting = len(told["running"]), len(told["proposals"])
    resolved = [tier["model"] for tier in told["models"].values() if tier["model"]]
    models = " | ".join(dict.fromkeys(_short(model) for model in ([used] if used else resolved)))
    parts = [
        f"{running} running" if running else "",
        f"{waiting} to review" if waiting else "",
        "not ready" if told["why_not"] else models,
        _cost(told),
    ]
    return [part for part in parts if part]


def _details(told: Mapping[str, Any]) -> list[str]:
    cost = _cost(told)
    parts = [
        told["why_not"],
        *(_model(tier, one) for tier, one in told["models"].items()),
        f"today: {cost}" if cost else "",
        told["spent"].get("error"),
        *(f"running: {one['action']} ({one['state']})" for one in told["running"]),
    ]
    return [part for part in parts if part]


def _model(tier: str, one: Mapping[str, Any]) -> str:
    return f"**{tier}**: {one['model'] or 'none'} ({one['reason']})"


def _cost(told: Mapping[str, Any]) -> str:
    amounts = (told["spent"].get("day_usd"), told["budget"].get("per_day_usd"))
    return " of ".join(f"${usd:.2f}" for usd in amounts if isinstance(usd, int | float))


def _short(model: str) -> str:
    return model.removeprefix("claude-")

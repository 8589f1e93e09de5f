"""Reports what goes on in a session: runs, proposals, spending and models, also as one line.

Never starts anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flux_lsp.runs.pipelines.run import list_cut_off
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.words import describe_request


async def report_status(session: RunSession) -> dict[str, Any]:
    """Return the JSON of `flux.status`; `line` and `details` (Markdown) say the same in words."""
    running = [_describe_run(run) for run in session.runs.list_running()]
    proposals = [
        {"run": proposal.run, "action": proposal.action, "open": len(proposal.open)}
        for proposal in session.proposals.list_newest_first()
    ]
    status = {
        "running": running,
        "proposals": proposals,
        "cut_off": await list_cut_off(session),
        **await session.configuration.report_status(),
    }
    last = session.runs.find_last(lambda run: run.model is not None)
    asked = [run["model"] for run in running if run["model"]]
    line = _build_line(status, asked or ([last.model] if last and last.model else []))
    return {**status, "line": " · ".join(line), "details": "\n\n".join(_build_details(status))}


def _describe_run(run: Run) -> dict[str, str | None]:
    return {
        "run": run.id,
        "title": describe_request(run.request),
        "action": run.request.action,
        "uri": run.uri,
        "state": run.state,
        "model": run.asked,
    }


def _build_line(status: Mapping[str, Any], in_use: Sequence[str]) -> list[str]:
    running, waiting = len(status["running"]), len(status["proposals"])
    resolved = [tier["model"] for tier in status["models"].values() if tier["model"]]
    names = in_use or resolved
    models = " | ".join(dict.fromkeys(_shorten(name) for name in names))
    parts = [
        f"{running} running" if running else "",
        f"{waiting} to review" if waiting else "",
        "not ready" if status["why_not"] else models,
        _describe_cost(status),
    ]
    return [part for part in parts if part]


def _build_details(status: Mapping[str, Any]) -> list[str]:
    cost = _describe_cost(status)
    parts = [
        status["why_not"],
        *(_describe_tier(tier, model) for tier, model in status["models"].items()),
        f"today: {cost}" if cost else "",
        status["spent"].get("error"),
        *(f"running: {run['title']} ({run['state']})" for run in status["running"]),
    ]
    return [part for part in parts if part]


def _describe_tier(tier: str, model: Mapping[str, Any]) -> str:
    return f"**{tier}**: {model['model'] or 'none'} ({model['reason']})"


def _describe_cost(status: Mapping[str, Any]) -> str:
    amounts = (status["spent"].get("day_usd"), status["budget"].get("per_day_usd"))
    return " of ".join(f"${usd:.2f}" for usd in amounts if isinstance(usd, int | float))


def _shorten(model: str) -> str:
    return model.removeprefix("claude-")

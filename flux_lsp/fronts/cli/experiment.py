"""`flux-lsp usage --experiment`: shows both arms of the experiment that the settings name.

Never assigns a run, and makes no ledger where there is none.
"""

from datetime import UTC, datetime
from math import exp

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.fronts.cli.exit_codes import DONE
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.workspace import load_command_context, open_ledger
from flux_lsp.ledger.evidence import Tally, compute_newcombe, compute_wilson
from flux_lsp.ledger.experiment import Comparison, compare_arms, describe_state
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_rows import RunFilter
from flux_lsp.ledger.values import format_dollars
from flux_lsp.runs.learned_routing import RunningExperiment, read_experiment
from flux_lsp.settings import paths


def show_experiment(*, as_json: bool) -> int:
    """Print where the experiment stands. Raises FluxError when the settings describe none."""
    place = load_command_context()
    running = read_experiment(place.loaded.settings.routing.experiment)
    if running is None:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            "Your settings describe no experiment",
            "Set `routing.experiment.name`, `action`, and one of `tier`, `model` and `effort`",
        )
    name = running.experiment.name
    exists = paths.get_ledger_path(place.data).exists()
    log = RunLog(open_ledger(place.data))
    rows = log.list_runs(RunFilter(experiment=name)) if exists else []
    comparison = compare_arms(running.experiment, rows, datetime.now(UTC))
    if as_json:
        print_json(_build_document(running, comparison))
    else:
        print("\n".join(_format_lines(running, comparison)))
    return DONE


def _format_lines(running: RunningExperiment, comparison: Comparison) -> list[str]:
    experiment = running.experiment
    change = ", ".join(
        f"{name} {value}"
        for name in ("tier", "model", "effort")
        if (value := getattr(running.treatment, name)) is not None
    )
    low, high = compute_newcombe(comparison.treatment, comparison.control)
    lines = [
        f"{describe_state(experiment, comparison)}.",
        f"`{experiment.action}`: {experiment.share:.0%} of its runs get {change}",
        _format_arm("control", comparison.control, comparison.usd_control),
        _format_arm("treatment", comparison.treatment, comparison.usd_treatment),
        f"bad results, treatment minus control: {_format_points(low)} to {_format_points(high)} "
        "points (95 %, Newcombe)",
        f"e-value {exp(min(comparison.test.log_e, 50)):.2f} of the 20 that decide",
    ]
    if comparison.state == "runs":
        lines.append(_format_days(comparison))
    return lines


def _format_arm(name: str, tally: Tally, usd: float) -> str:
    low, high = compute_wilson(tally)
    share = f"{tally.bad / tally.all:.1%}" if tally.all else "none"
    return (
        f"  {name:<9} {tally.all:>5} runs, {tally.bad} bad: {share} "
        f"({low:.1%} to {high:.1%}, Wilson), {format_dollars(usd)}"
    )


def _format_points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _format_days(comparison: Comparison) -> str:
    if not comparison.runs_per_day:
        return "No run has taken part yet."
    pace = f"at {comparison.runs_per_day:.0f} runs a day"
    now = comparison.days_needed
    if now is not None and now <= (comparison.days_for_gap or now):
        return f"If the arms stay as they are, about {now} more working days decide it, {pace}."
    return (
        f"The arms look alike. A treatment that is worse by 5 points would show in about "
        f"{comparison.days_for_gap} more working days, {pace}."
    )


def _build_document(running: RunningExperiment, comparison: Comparison) -> dict[str, object]:
    low, high = compute_newcombe(comparison.treatment, comparison.control)
    return {
        "name": running.experiment.name,
        "action": running.experiment.action,
        "share": running.experiment.share,
        "treatment": {
            "tier": running.treatment.tier,
            "model": running.treatment.model,
            "effort": running.treatment.effort,
        },
        "state": comparison.state,
        "arms": {
            "control": _build_arm(comparison.control, comparison.usd_control),
            "treatment": _build_arm(comparison.treatment, comparison.usd_treatment),
        },
        "difference": {"low": low, "high": high},
        "e_value": exp(min(comparison.test.log_e, 50)),
        "runs_per_day": comparison.runs_per_day,
        "days_needed": comparison.days_needed,
        "days_for_5_points": comparison.days_for_gap,
    }


def _build_arm(tally: Tally, usd: float) -> dict[str, object]:
    low, high = compute_wilson(tally)
    share = tally.bad / tally.all if tally.all else None
    return {
        "runs": tally.all,
        "bad": tally.bad,
        "share": share,
        "low": low,
        "high": high,
        "usd": usd,
    }

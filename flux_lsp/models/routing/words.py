"""Says in one line why a tier was chosen, for previews and the command line.

Never decides.
"""

from flux_lsp.core.decision import Decision, Estimate
from flux_lsp.core.tiers import TIERS

_RULES = {
    "pinned": "asked for",
    "model": "one model is set for everything",
    "security": "security goes to Sonnet",
    "unreachable": "the other tier cannot be reached now",
    "price": "the cheaper one for a prompt of this length",
    "escalated": "your remark goes to Sonnet",
    "sticky": "as some minutes ago on this file",
}


def explain_decision(decision: Decision) -> str:
    """Explain a decision: `haiku: +2 pattern application, -2 novel problem = 0 (tie); $0.0006, …`."""
    rule = decision.because or _RULES.get(decision.rule)
    score = explain_score(decision)
    if rule is None:
        why = score if decision.rule == "score" else f"{score}, so the action's own tier"
    else:
        why = f"{rule}; score {score}" if decision.points else rule
    prices = explain_prices(decision)
    return f"{decision.tier}: {why}" + (f"; {prices}" if prices else "")


def explain_score(decision: Decision) -> str:
    """Return the points and their sum, `+2 pattern application, -2 novel problem = 0 (tie)`."""
    points = ", ".join(f"{n:+d} {name.replace('_', ' ')}" for name, n in decision.points.items())
    total = f"{decision.score:+d}" if decision.score else "0"
    return f"{points} = {total} ({decision.band})" if points else f"{total} ({decision.band})"


def explain_prices(decision: Decision) -> str:
    """Return about what the first call costs on each tier; "" where nothing is known."""
    known = [(tier, each) for tier in TIERS if (each := decision.estimates.get(tier)) is not None]
    return ", ".join(f"{tier.capitalize()} {_format_estimate(each)}" for tier, each in known)


def _format_estimate(estimate: Estimate) -> str:
    cached = f" with {estimate.cached_tokens:,} cached tokens" if estimate.cached_tokens else ""
    if estimate.usd is None:
        return f"price unknown{cached}"
    return f"about ${estimate.usd:.4f}{cached}"

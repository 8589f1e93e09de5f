"""Describes what a run would do and how it ended for a person, in one line.

Never decides anything.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the menu describes runs before anything of a run is loaded
    from flux_lsp.checks.values import CheckResult
    from flux_lsp.context.values import SentText
    from flux_lsp.core.tiers import Tier
    from flux_lsp.edits.values import Plan
    from flux_lsp.engine.values import Outcome, Request
    from flux_lsp.runs.ports import Front
    from flux_lsp.runs.values import AppliedEdit

_LONGEST = 120  # characters of what a step says of itself


def describe_outcome(outcome: "Outcome") -> str:
    """Say how the run ended, which model answered and what it cost."""
    by = describe_price(outcome)
    words = str(outcome.error) if outcome.error else outcome.summary or outcome.status
    words = outcome.add_trouble(words)
    return f"{words} [{by}]" if by else words


def describe_request(request: "Request") -> str:
    """Name a run for a person: its action, what it is about and where."""
    about = _describe_subject(request)
    line = request.snapshot.get_line(request.selection.start) + 1
    return f"{about} · {request.snapshot.path.rpartition('/')[2]}:{line}"


def name_action(action: str) -> str:
    """Name an action for a person: an agent and a pipeline go by their own id."""
    return action.rpartition(":")[2]


def describe_preview(
    request: "Request", tier: "Tier", usd: float | None, sent: "Sequence[SentText]"
) -> str:
    """Say what a run is about to do: ``edit `total` · Sonnet · about $0.0040 · 26 lines sent``."""
    about = _describe_subject(request)
    own = {
        line
        for text in sent
        if text.path == request.snapshot.path
        for line in range(int(text.lines.split("-")[0]), int(text.lines.split("-")[-1]) + 1)
    }
    others = sum(text.path != request.snapshot.path for text in sent)
    lines = "1 line" if len(own) == 1 else f"{len(own)} lines"
    parts = {0: "", 1: " and 1 part of another file"}.get(others, f" and {others} parts of others")
    price = "price unknown" if usd is None else f"about ${usd:.4f}"
    return f"{about} · {tier.capitalize()} · {price} · {lines}{parts} sent"


def describe_price(outcome: "Outcome") -> str:
    """Say which model answered and what it cost; "" when none did."""
    if outcome.model is None or outcome.usd is None:
        return outcome.model or ""
    tiny = 0 < outcome.usd < 0.0001
    about = "~" if outcome.estimated else ""
    return f"{outcome.model}, {about}{'<$0.0001' if tiny else f'${outcome.usd:.4f}'}"


def describe_step(number: int, total: int, outcome: Mapping[str, Any]) -> str:
    """Say how a step of a pipeline ended: agent, model, why, cost and result; `outcome` as JSON."""
    usd, error = outcome["usd"], outcome["error"]
    price = "price unknown" if usd is None else f"${usd:.4f}"
    ending = f"{error['code']}: {error['message']}" if error else outcome["summary"]
    parts = [outcome["model"] or "no model", outcome["reason"], price, _shorten(ending)]
    return f"step {number} of {total}, {outcome['agent']}: {' · '.join(filter(None, parts))}"


def describe_plan(plan: "Plan") -> str:
    """Say what the plan changes."""
    parts = [f"{_count(len(file.changes))} in {file.path}" for file in plan.files]
    parts += [f"new file {new.path}" for new in plan.new_files]
    note = f" ({plan.note})" if plan.note else ""
    return ", ".join(parts) + note


def describe_checks(checks: "Sequence[CheckResult]") -> str:
    """Say what the project's checks say of an edit, "" where none concerned it."""
    passed = [check.name for check in checks if check.status == "passed"]
    others = [
        f"{check.name} {check.status.replace('_', ' ')}: {check.why}"
        for check in checks
        if check.status in ("not_run", "unfinished")
    ]
    good = [f"{' and '.join(passed)} {'passes' if len(passed) == 1 else 'pass'}"] if passed else []
    return ", ".join([*good, *others])


def describe_unsaved(edit: "AppliedEdit") -> str:
    """Say which files hold a change that is not on disk yet; "" for none."""
    paths = [f"`{path}`" for path in edit.unsaved]
    if not paths:
        return ""
    return f"{' and '.join(paths)} {'is' if len(paths) == 1 else 'are'} changed and not saved yet"


def tell_unsaved(front: "Front", edit: "AppliedEdit") -> None:
    """Tell a person of files that they did not have open, unless their plugin does."""
    words = describe_unsaved(edit)
    if words and not front.can.shows_outcomes:
        front.tell("info", f"Flux: {words}")


def _describe_subject(request: "Request") -> str:
    action = name_action(request.action)
    return f"{action} `{request.name}`" if request.name else action


def _shorten(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= _LONGEST else f"{first[: _LONGEST - 1]}…"


def _count(changes: int) -> str:
    return "1 change" if changes == 1 else f"{changes} changes"

"""The values that the ledger takes and returns, all frozen.

Never holds source text, a prompt or a key: a row says who was asked and what it cost.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flux_lsp.core.usage import Usage


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be spent, in US dollars; None is no limit.

    An action is one run, an agent's limit is for one day.
    """

    per_action_usd: float | None = None
    per_day_usd: float | None = None
    per_month_usd: float | None = None
    per_session_usd: float | None = None
    per_agent_usd: float | None = None

    @property
    def any(self) -> bool:
        """Whether anything is limited."""
        return self != Limits()


@dataclass(frozen=True, slots=True)
class Spending:
    """US dollars settled and held (reserved by calls under way) for a run, its session, agent, day, month.

    A call of unknown price, or one that was lost with its process, is settled at its reservation.
    """

    run: float = 0.0
    session: float = 0.0
    agent: float = 0.0
    day: float = 0.0
    month: float = 0.0
    held_run: float = 0.0
    held_session: float = 0.0
    held_agent: float = 0.0
    held: float = 0.0

    def as_json(self) -> dict[str, float]:
        """Return what `flux.status` shows."""
        return {
            "session_usd": self.session,
            "day_usd": self.day,
            "month_usd": self.month,
            "held_usd": self.held,
        }


@dataclass(frozen=True, slots=True)
class Spender:
    """Who spends: a run, its session, and the agent it is for."""

    run: str = ""
    session: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call that may be made; `id` is the number of its row, `usd` None: price unknown.

    `id` 0: a call that costs nothing, in a ledger that cannot be written.
    """

    id: int
    run: str
    usd: float | None


BEGUN, LOST = "begun", "LOST"
DEMO = "demo"  # the workspace of a call that the demo made: paid for, but no daily work
DEMO_FOLDER = "flux-demo-"


@dataclass(frozen=True, slots=True)
class CallRow:
    """One model call.

    `result` is "begun" until the call is over, then "answered" until the answer was read, then "ok"
    or an error code; "LOST" when its process died before it was over. `usd` is None when no price is
    known, never 0. `attempt` counts from 1 within the run. `workspace` comes from `hash_workspace`.
    `session` is a random name of the editor's or command's session.
    """

    run: str
    attempt: int
    action: str
    tier: str
    model_asked: str
    model_answered: str | None
    provider: str
    usage: Usage
    usd: float | None
    total_ms: int
    result: str
    first_token_ms: int | None = None
    error: str | None = None
    agent: str | None = None
    escalated: bool = False
    fallback: bool = False
    workspace: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall(CallRow):
    """A call as the ledger holds it: when it ended, UTC, and what was reserved for it.

    Budgets count `held_usd` where `usd` is None.
    """

    time: datetime
    held_usd: float | None = None


def hash_workspace(root: Path | None) -> str | None:
    """Return a short name for a workspace that tells two apart and reveals neither; the demo's is `DEMO`."""
    if root is None:
        return None
    if root.name.startswith(DEMO_FOLDER):
        return DEMO
    return hashlib.sha256(str(root).encode()).hexdigest()[:16]


def format_dollars(usd: float) -> str:
    """`$12.34`, with four digits where cents do not say enough, `<$0.0001` for next to nothing."""
    if 0 < usd < 0.0001:
        return "<$0.0001"
    return f"${usd:.2f}" if usd >= 1 or round(usd, 4) == round(usd, 2) else f"${usd:.4f}"

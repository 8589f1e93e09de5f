"""The money of a job: one hold for all of it, and the calls that take their reservations out of it.

Never lets a job begin that does not fit every budget.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.usage import Usage, add_usd
from flux_lsp.engine.call_budget import CallBudget, read_agent_id
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.services import CallRecord
from flux_lsp.engine.values import Request
from flux_lsp.ledger.budgets import list_budgets
from flux_lsp.ledger.holds import HoldOrder, drop_holds, place_holds, read_hold
from flux_lsp.ledger.values import Limits, Reservation, format_dollars
from flux_lsp.models.client import Route
from flux_lsp.models.prices import compute_highest_price, compute_price
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.runs.batch.conversation import begin_conversation, can_ask_stronger
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import ItemState

# What an answer and the words about it add to the prompt of the next question, beside its length.
_FEEDBACK_TOKENS = 2_000
_DUST = 1e-9  # that sums of binary fractions may miss a limit by


@dataclass(frozen=True)
class JobBudget(CallBudget):
    """The ledger as an ordinary call of a job sees it: its reservation comes out of the job's hold."""

    hold: int = 0

    @classmethod
    def of(cls, budget: CallBudget, hold: int) -> Self:
        """Return `budget` for the calls of a job."""
        return cls(**{f.name: getattr(budget, f.name) for f in fields(CallBudget)}, hold=hold)

    def reserve(
        self, request: Request, route: Route, record: CallRecord, tokens: int, max_tokens: int
    ) -> Reservation | Problem:
        """Write the call down with its highest price, see `CallBudget.reserve`."""
        most = self.list_price(tokens, max_tokens, route.model, self.clock.now().date())
        row = self._make_row(request, route, record, None)
        held = self.ledger.reserve(row, most, self.limit(request), self.hold)
        return Reservation(0, request.run, 0.0) if isinstance(held, Problem) and most == 0 else held


@dataclass(frozen=True, slots=True)
class JobPrice:
    """What a job costs, in US dollars; None where no price is known.

    `likely` and `at_most` are for asking each item once. `stronger`: at most, for asking Sonnet for
    each of them as well.
    """

    model: str
    likely: float | None
    at_most: float | None
    stronger: float | None = 0.0

    @property
    def all_at_most(self) -> float | None:
        """The most that all of it can cost."""
        return add_usd([self.at_most, self.stronger])


async def price_job(job: Job, items: Sequence[ItemState]) -> JobPrice | Problem:
    """Compute what asking for `items` costs; the first Problem where none of them can be asked."""
    likely: list[float | None] = []
    at_most: list[float | None] = []
    stronger: list[float | None] = []
    problem: Problem | None = None
    model = ""
    for index, item in enumerate(items):
        state = await begin_conversation(job, item)
        if isinstance(state, Problem):
            problem = problem or state
            continue
        model = model or state.route.model
        as_batch = job.is_priced_as_batch and index > 0  # the first one is the probe
        tokens, longest = _measure(job, state), state.prompt.max_tokens
        estimate = state.decision.estimates.get(state.route.tier)
        usual = None if estimate is None else estimate.usd
        likely.append(usual if usual is None or not as_batch else usual / 2)
        at_most.append(_price(job, state.route, tokens, longest, as_batch=as_batch))
        if can_ask_stronger(job):
            route = job.services.choose_route("sonnet", False, "")
            longer = tokens + longest + _FEEDBACK_TOKENS
            batch = job.is_priced_as_batch
            usd = (
                _price(job, route, longer, longest, as_batch=batch)
                if isinstance(route, Route)
                else 0.0
            )
            stronger.append(usd)
    if not at_most and problem is not None:
        return problem
    return JobPrice(model, add_usd(likely), add_usd(at_most), add_usd(stronger))


async def hold_money(job: Job, price: JobPrice, spent: float) -> int | Problem:
    """Set aside all that the job may cost; returns the number of the hold.

    Where not all of it fits, Sonnet is asked for fewer items: the first question of each has to fit.
    `spent` counts against `max_usd`.
    """
    usd, most = price.all_at_most, job.order.max_usd
    if most is not None and price.at_most is not None and price.at_most > most - spent + _DUST:
        return Problem(
            ErrorCode.OVER_BUDGET,
            f"This batch could cost up to {format_dollars(price.at_most)}, and --max-usd leaves "
            f"{format_dollars(max(0.0, most - spent))}",
            "Nothing was sent. Raise --max-usd, or name fewer files",
        )
    available = await asyncio.to_thread(_find_available, job, 0)
    if available is not None and usd is not None and price.at_most is not None:
        usd = max(price.at_most, min(usd, available))
    limits = limit_job(job, spent)
    order = HoldOrder(read_agent_id(job.action.id), price.model, usd, limits)
    ledger = job.environment.ledger
    held = await asyncio.to_thread(place_holds, ledger, job.id, [order], "this batch")
    return held if isinstance(held, Problem) else held[0]


def _find_available(job: Job, hold: int) -> float | None:
    """Find what the job may still spend by every budget, with what is left of `hold`; None: no limit."""
    ledger, spent = job.environment.ledger, job.store.sum_usd()
    spending = ledger.read_spending(job.id, read_agent_id(job.action.id))
    budgets = list_budgets(limit_job(job, spent), spending)
    left = [budget.limit - budget.spent - budget.held for budget in budgets]
    return min(left) + read_hold(ledger, hold) if left else None


@dataclass
class Allowance:
    """What a job may still spend while a round is put together; None: there is no limit."""

    left: float | None

    def take(self, usd: float | None) -> Problem | None:
        """Take out what a request may cost; a Problem where it does not fit any more."""
        if self.left is None:
            return None
        if usd is None or usd > self.left + _DUST:
            return Problem(
                ErrorCode.OVER_BUDGET,
                "What is left of the budgets is too little to ask for this one",
                "Raise the budget or --max-usd, then resume the job",
            )
        self.left -= usd
        return None


async def read_allowance(job: Job, hold: int) -> Allowance:
    """Return what the job may still spend, with what is left of its hold."""
    return Allowance(await asyncio.to_thread(_find_available, job, hold))


def price_request(job: Job, model: str, tokens: int, longest: int) -> float | None:
    """Return the highest price of one request of a batch, None if it is not known."""
    environment = job.environment
    day = environment.clock.now().date()
    return compute_highest_price(tokens, longest, model, day, environment.prices, batch=True)


def price_answer(job: Job, usage: Usage, model: str) -> float | None:
    """Return what an answer in a batch costs, None if it is not known."""
    day = job.environment.clock.now().date()
    return compute_price(usage, model, day, job.environment.prices, batch=True)


async def drop_hold(job: Job) -> None:
    """Give back what is left of the hold; a ledger in trouble drops it with this process."""
    try:
        await asyncio.to_thread(drop_holds, job.environment.ledger, job.id)
    except FluxError as error:
        job.watch.tell(str(error.problem))


def limit_job(job: Job, spent: float) -> Limits:
    """Return what limits the whole job: `max_usd` in place of the budget of one action, and the others."""
    most, budget = job.order.max_usd, job.services.budget
    left = None if most is None else max(0.0, most - spent)
    agent = budget.get_agent_limit(read_agent_id(job.order.action))
    return replace(budget.limits, per_action_usd=left, per_agent_usd=agent)


def _price(job: Job, route: Route, tokens: int, longest: int, *, as_batch: bool) -> float | None:
    if as_batch:
        return price_request(job, route.model, tokens, longest)
    return job.environment.find_price_at_most(route, tokens, longest)


def _measure(job: Job, state: RunState) -> int:
    return estimate_body_tokens(job.services.client.request_body(state.prompt, state.route))

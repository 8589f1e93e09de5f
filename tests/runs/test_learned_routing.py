"""What a session takes from the rows of runs: cuts that moved, and the arm of a run."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.core.assignment import Treatment
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_values import RunRow
from flux_lsp.ledger.store import Ledger
from flux_lsp.models.client import Route
from flux_lsp.runs.learned_routing import LearnedRouting
from flux_lsp.settings.schema import Settings
from tests.fakes.clock import START, ManualClock
from tests.ledger.test_experiment import arm_row
from tests.ledger.test_learning import HAIKU, reject, run_row
from tests.runs.fakes import stage

EXPERIMENT = {"name": "cheaper", "action": "edit", "tier": "haiku"}
SCORED = Decision("sonnet", "claude-sonnet-5-5", "score", -2)


class Desk:
    """A session's learning over a real ledger."""

    def __init__(self, folder: Path, **routing: Any) -> None:
        self.clock, self.told = ManualClock(), list[str]()
        self.clock.advance(86_400)
        self.log = RunLog(Ledger(folder / "ledger.sqlite3", self.clock))
        self.routing = LearnedRouting(self.log, self.clock, self.told.append)
        self.settings = Settings.model_validate({"routing": routing})
        self.haiku = HAIKU
        self.efforts = frozenset[str]()

    def choose_route(self, tier: Tier, _fall_back: bool, model: str) -> Route | Problem:
        name = model or (self.haiku if tier == "haiku" else "claude-sonnet-5-5")
        if name == "gone":
            return Problem(ErrorCode.MODEL_UNAVAILABLE, "gone is not available", "")
        return Route(tier, name, "", efforts=self.efforts)

    async def refresh(self) -> None:
        """A run begins."""
        fields: dict[str, Any] = dict.fromkeys(Services.__dataclass_fields__)
        fields |= {"settings": self.settings, "choose_route": self.choose_route}
        await self.routing.add_to(Services(**fields))

    def cut(self, language: str = "python", base: int = 0) -> int | None:
        return self.routing.find_cut(request("r", language=language), base)


def request(
    run: str, name: str = "app.py", action: str = "edit", language: str = "python"
) -> Request:
    return Request(run, action, Snapshot(f"file:///w/{name}", name, language, 1, ""), Span(0, 0))


def moved(number: int, cut: str) -> RunRow:
    row = run_row(number)
    assert row.decision is not None
    return replace(row, decision=replace(row.decision, cut=cut))


async def test_a_cut_moves_and_is_told_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, learn=True)
    desk.log.record(*(reject(n) for n in range(2)))
    await desk.refresh()
    assert (desk.cut(), desk.told) == (0, [])

    desk.log.record(reject(2))
    await desk.refresh()
    await desk.refresh()

    assert (desk.cut(), desk.cut(base=5), desk.cut("lua")) == (3, 5, 0)
    assert len(desk.told) == 1
    assert "`edit` in python" in desk.told[0]


async def test_what_another_session_has_acted_on_is_not_told_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, learn=True)
    desk.log.record(*(reject(n) for n in range(3)), moved(5, "3"))
    await desk.refresh()

    assert (desk.cut(), desk.told) == (3, [])


async def test_it_can_end_with_never(tmp_path: Path) -> None:
    desk = Desk(tmp_path, learn=True)
    desk.log.record(*(reject(n) for n in range(6)))
    await desk.refresh()

    assert desk.cut() is None


@pytest.mark.parametrize("change", ["reset", "model", "off"])
async def test_a_reset_a_new_model_and_the_switch_start_anew(tmp_path: Path, change: str) -> None:
    desk = Desk(tmp_path, learn=True)
    desk.log.record(*(reject(n) for n in range(3)))
    await desk.refresh()
    assert desk.cut() == 3

    if change == "reset":
        desk.log.reset_learning(START + timedelta(days=1))
    elif change == "model":
        desk.haiku = "claude-haiku-6"
    else:
        desk.settings = Settings()
    await desk.refresh()

    assert desk.cut() == 0


async def test_a_late_correction_is_taken_in(tmp_path: Path) -> None:
    desk = Desk(tmp_path, learn=True)
    rows = [run_row(n, time=desk.clock.now()) for n in range(3)]
    desk.log.record(*rows)
    await desk.refresh()
    desk.log.record(*(replace(r, aftermath=replace(r.aftermath, retried=True)) for r in rows))
    await desk.refresh()

    assert desk.cut() == 3


async def test_a_ledger_in_trouble_leaves_things_as_they_are(tmp_path: Path) -> None:
    desk = Desk(tmp_path, learn=True)
    (tmp_path / "ledger.sqlite3").mkdir()
    await desk.refresh()

    assert desk.cut() == 0


async def test_a_file_session_keeps_its_arm_and_another_file_may_get_the_other(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, experiment=EXPERIMENT)
    await desk.refresh()
    assign = desk.routing.assign
    first = assign(request("r0"), SCORED)
    assert first is not None

    same = {part.arm for n in range(40) if (part := assign(request(f"r{n}"), SCORED))}
    others = {part.arm for n in range(40) if (part := assign(request(f"r{n}", f"f{n}.py"), SCORED))}
    desk.clock.advance(301)
    later = set()
    for number in range(40):
        part = assign(request(f"s{number}"), SCORED)
        assert part is not None
        later.add(part.arm)
        desk.clock.advance(301)

    assert same == {first.arm}
    assert others == later == {"control", "treatment"}


async def test_only_the_treatment_changes_something(tmp_path: Path) -> None:
    desk = Desk(tmp_path, experiment=EXPERIMENT)
    await desk.refresh()
    parts = [desk.routing.assign(request(f"r{n}", f"f{n}.py"), SCORED) for n in range(30)]

    changes = {(part.arm, part.change) for part in parts if part is not None}

    assert changes == {("control", Treatment()), ("treatment", Treatment("haiku"))}


@pytest.mark.parametrize(
    "rule", ["pinned", "model", "security", "unreachable", "price", "escalated"]
)
async def test_a_pin_and_security_stay_out(tmp_path: Path, rule: Any) -> None:
    desk = Desk(tmp_path, experiment=EXPERIMENT)
    await desk.refresh()

    assert desk.routing.assign(request("r1"), replace(SCORED, rule=rule)) is None
    assert desk.routing.assign(request("r1", action="fix"), SCORED) is None
    assert desk.routing.assign(request(""), SCORED) is None, "a preview plays no part"


async def test_a_treatment_below_the_floor_ends_and_is_told_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, experiment=EXPERIMENT)
    await desk.refresh()
    assert desk.routing.assign(request("r1"), SCORED) is not None
    desk.log.record(*(arm_row(n, "treatment", first_result="ELISION") for n in range(20)))
    await desk.refresh()
    await desk.refresh()

    assert desk.routing.assign(request("r1"), SCORED) is None
    assert len(desk.told) == 1
    assert "was rolled back" in desk.told[0]


@pytest.mark.parametrize(
    ("experiment", "says"),
    [
        ({"name": "x"}, "set `routing.experiment.action`"),
        ({"name": "x", "action": "edit"}, "set one of `routing.experiment.tier`"),
        ({"name": "x", "action": "edit", "effort": "high"}, "knows no effort `high`"),
        ({"name": "x", "action": "edit", "model": "gone"}, "gone is not available"),
    ],
)
async def test_an_experiment_that_cannot_begin_says_why(
    tmp_path: Path, experiment: dict[str, str], says: str
) -> None:
    desk = Desk(tmp_path, experiment=experiment)
    await desk.refresh()

    assert says in desk.told[0]
    assert desk.routing.assign(request("r1"), SCORED) is None


async def test_the_decision_of_a_run_and_its_arm_are_in_the_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, experiment={"name": "other", "action": "explain", "tier": "sonnet"})
    await desk.refresh()
    it = stage(tmp_path, *["It adds."] * 12)
    original = it.session.configuration.get_services

    async def get_services(uri: str) -> Services:
        services = await original(uri)
        return replace(services, assign=desk.routing.assign, choose_route=desk.choose_route)

    monkeypatch.setattr(it.session.configuration, "get_services", get_services)
    arms = set()
    for _ in range(12):
        route = (await it.start("explain").wait()).route
        assert route is not None
        arms.add((route.experiment, route.arm, route.tier if route.arm == "treatment" else ""))
        desk.clock.advance(301)

    assert arms == {("other", "control", ""), ("other", "treatment", "sonnet")}

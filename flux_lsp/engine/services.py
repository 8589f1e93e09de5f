"""Everything a run needs from outside, in one value that is made once; tests replace it here.

Never holds what changes while a run goes on.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flux_lsp.actions.action import Action
from flux_lsp.checks.values import CheckedEdit, CheckResult, Tell
from flux_lsp.context.changes import CommitChanges
from flux_lsp.context.project.order import ShownBefore
from flux_lsp.context.project.values import ProjectIndex
from flux_lsp.context.values import Excerpt, OtherFile, ShownFile
from flux_lsp.core.assignment import Assignment
from flux_lsp.core.clock import Clock
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.engine.values import Request
from flux_lsp.models.client import ModelClient, Route
from flux_lsp.models.routing.memory import RoutingMemory
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.tree import Parsed

if TYPE_CHECKING:
    from flux_lsp.engine.call_budget import CallBudget


@dataclass(frozen=True)
class TestFile:
    """Where the tests of a source file belong, and what tests look like there."""

    __test__ = False  # not a test, whatever pytest makes of the name

    path: str
    framework: str
    snapshot: Snapshot | None  # the file as it is, None when it is to be made
    facts: str  # lines for the model: file, framework, import, names taken
    piece: tuple[str, str] | None = None  # path and content of a new file that the runner needs
    advice: str = ""  # what a person has to add, so that the runner finds what is tested


def _exclude_nothing(path: str) -> str | None:  # noqa: ARG001 (the signature of `explain_exclusion`)
    return None


def _read_nothing(path: str) -> OtherFile | None:  # noqa: ARG001 (the signature of `read_other`)
    return None


@dataclass(frozen=True)
class WorkspaceContext:
    """What was read around the document before the run: guidance, the place for tests, the project.

    `project` is None in no workspace folder, where `context.project` is off, and while nothing is
    known of the project yet. `shown` are parts of other files that the model sees in any case.
    `read_other` reads another file by its path, whole and as it is now; None where it cannot.
    `shown_before` is what this editing session has shown of the project. `changes` are those since
    the last commit, for an action that is about them. `problem`: why there is nothing to work on.
    """

    excluded: str | None = None  # why this file may not be sent
    guidance: tuple[Excerpt, ...] = ()
    test_file: TestFile | None = None
    shown: tuple[ShownFile, ...] = ()
    explain_exclusion: Callable[[str], str | None] = _exclude_nothing  # of another path; blocks
    project: ProjectIndex | None = None
    read_other: Callable[[str], OtherFile | None] = _read_nothing  # blocks
    shown_before: ShownBefore = field(default_factory=ShownBefore)
    changes: CommitChanges | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What a call writes into the ledger, when it begins and again when it is over."""

    attempt: int
    model: str
    usage: Usage
    result: str
    error: str | None
    first_token_ms: int | None
    total_ms: int
    escalated: bool
    fallback: bool


def _find_nothing(_: str) -> None:
    return None


def _keep_cut(_request: Request, cut: int) -> int:
    return cut


def _distrust() -> bool:
    return False


def _assign_nothing(_request: Request, _decision: Decision) -> None:
    return None


async def _check_nothing(_: CheckedEdit, _seconds: float, _tell: Tell) -> tuple[CheckResult, ...]:
    return ()


def _know_nothing(_: str) -> Mapping[Tier, int]:
    return {}


@dataclass(frozen=True)
class Services:
    """What one run can ask for and call; frozen while the run goes on."""

    settings: Settings
    not_ready: Problem | None  # why nothing can be asked at all
    client: ModelClient
    budget: "CallBudget"
    clock: Clock
    read_context: Callable[[Request, Action], Awaitable[WorkspaceContext]]
    choose_route: Callable[
        [Tier, bool, str], Route | Problem
    ]  # (tier, may fall back, model for all)
    record_unavailable: Callable[
        [Route, int | None], None
    ]  # remember that this key cannot reach it
    record_available: Callable[[Route], None]  # it answered after all
    parse: Callable[[Snapshot], Parsed | None]
    exists: Callable[[str], bool]
    memory: RoutingMemory = field(default_factory=RoutingMemory)
    find_step: Callable[[str], int | None] = _find_nothing  # a model's long-prompt step in tokens
    # The cut that was learned for such a request, else the one of the settings; None for never.
    find_cut: Callable[[Request, int], int | None] = _keep_cut
    # The run's part in an experiment, None for no part.
    assign: Callable[[Request, Decision], Assignment | None] = _assign_nothing
    # How long an action's answers usually are on each tier, in tokens; blocks.
    read_typical_output: Callable[[str], Mapping[Tier, int]] = _know_nothing
    # Whether a model's word on its answers has told right from wrong so far; blocks.
    trusts_confidence: Callable[[], bool] = _distrust
    # Run the project's checks on an edit, within so many seconds.
    run_checks: Callable[[CheckedEdit, float, Tell], Awaitable[tuple[CheckResult, ...]]] = (
        _check_nothing
    )

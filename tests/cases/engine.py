"""The one place that knows how the engine is called: plays a request in process and tells what came.

Never starts a server and opens no connection. When the engine's names or shapes change, only this
file does.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from flux_lsp.actions.action import Action
from flux_lsp.actions.registry import load_registry
from flux_lsp.context.project.build import Builder
from flux_lsp.context.project.index import StoredIndex
from flux_lsp.context.values import Diagnostic, Excerpt, RelatedPlace, ShownFile
from flux_lsp.core.conversation import Block, CallError, Prompt, RedactedPrompt, Reply, ToolCall
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Change, LineRange, Snapshot, Span, apply_changes
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.engine.call_budget import CallBudget
from flux_lsp.engine.perform import perform
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Outcome, Proposed, Request
from flux_lsp.fronts.lsp.menu import Menu, MenuRequest
from flux_lsp.fronts.lsp.menu_target import Known
from flux_lsp.fronts.lsp.offer import offer_actions
from flux_lsp.fronts.lsp.protocol.positions import find_column
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import CallRow, Limits
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.catalogue import Catalogue, load_catalogue
from flux_lsp.models.client import Route
from flux_lsp.models.prices import compute_highest_price, compute_price
from flux_lsp.models.selection import Selection, read_preferences
from flux_lsp.runs.review import needs_yes
from flux_lsp.runs.workspace_context import read_workspace_context
from flux_lsp.settings.credentials import Credentials
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.outline import Outline, OutlineEntry
from flux_lsp.syntax.tree import Parsed, parse

_REGISTRY = load_registry()
_NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_KEY = Credentials("api_key", "variable ANTHROPIC_API_KEY", secret="sk-test")
_NO_KEY = Problem(ErrorCode.NOT_CONFIGURED, "No key was found", "Set `ANTHROPIC_API_KEY`")


@dataclass(frozen=True)
class Answer:
    """One reply of the model: a tool call or text, or a fault (`code`) instead of one."""

    tool: str = ""
    arguments: str = ""  # JSON, maybe broken
    text: str = ""
    code: str = ""
    status: int | None = None
    retry_after: float | None = None
    stop: str = ""
    tokens: tuple[int, int] = (1000, 100)


@dataclass(frozen=True)
class Scene:
    """Everything that a case begins with. Spans are of `text`; `typed` is the text while it runs."""

    folder: Path
    uri: str
    path: str
    language: str
    text: str
    span: Span
    action: str = ""
    instruction: str = ""
    at_directive: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    markup: bool = False  # the checker sends its messages as Markdown
    settings: Mapping[str, Any] = field(default_factory=dict)
    tier: str | None = None
    model: str = ""
    max_usd: float | None = None
    answers: tuple[Answer, ...] = ()
    typed: str | None = None
    shown: tuple[tuple[str, int, int], ...] = ()  # path and lines of other files
    has_project: bool = False  # the files have an index
    related: tuple[RelatedPlace, ...] = ()
    spent_usd: float = 0.0
    has_key: bool = True


@dataclass(frozen=True)
class Call:
    """What the model was asked: the last user turn, and how many turns there were."""

    system: str
    words: str
    turns: int
    seconds: float  # that were left for it


@dataclass(frozen=True)
class Ending:
    """What came of a run. `texts` are documents after an applied edit, `diffs` (path, old, new)."""

    status: str
    code: str
    words: str
    texts: Mapping[str, str] = field(default_factory=dict)
    diffs: tuple[tuple[str, str, str], ...] = ()
    answer: str = ""
    sent: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    ledger: tuple[str, ...] = ()
    test_file: str = ""
    waits: tuple[float, ...] = ()  # seconds between calls


async def run(scene: Scene) -> Ending:
    """Perform the action and deliver its result as a front does."""
    environment = _Environment(scene)
    try:
        action = _find_action(scene)
        outcome = await perform(action, _request(scene), environment.services())
        ending = _deliver(scene, outcome)
        return replace(
            ending,
            sent=tuple(f"{one.path} {one.lines} {one.why}" for one in outcome.sent),
            calls=tuple(environment.client.calls),
            ledger=tuple(_rows(environment.ledger.list_calls()[environment.spent_rows :], outcome)),
            test_file=environment.test_file,
            waits=tuple(environment.clock.waits),
        )
    finally:
        environment.ledger.close()


async def target(scene: Scene) -> tuple[str, str, str]:
    """The target's lines and text as the model would be shown them, and what is known of its tests."""
    environment = _Environment(scene)
    try:
        action = _find_action(scene)
        prepared = await prepare_request(action, _request(scene), environment.services())
        if isinstance(prepared, Problem):
            return str(prepared.code), f"{prepared}\n", environment.test_file
        shown = prepared.context.target
        return str(shown.lines), shown.text, environment.test_file
    finally:
        environment.ledger.close()


def menu(scene: Scene, automatic: bool, only: tuple[str, ...] | None, tree: bool) -> list[str]:
    """The titles of the code actions at the place; with the document's tree at hand, or without."""
    offers = _offers(scene, automatic, only, tree)
    return [str(offer["title"]) for offer in offers]


def directive(scene: Scene) -> str | None:
    """The instruction of the comment directive that the menu offers at the place."""
    for offer in _offers(scene, automatic=False, only=None, tree=True):
        arguments = offer["command"]["arguments"][0]
        if arguments.get("directive"):
            return str(arguments["instruction"])
    return None


def _offers(
    scene: Scene, automatic: bool, only: tuple[str, ...] | None, tree: bool
) -> list[dict[str, Any]]:
    snapshot = _snapshot(scene)
    asked = MenuRequest(
        uri=scene.uri,
        path=scene.path,
        range=_lsp_range(snapshot, scene.span),
        only=only,
        is_unasked=automatic,
        diagnostics=tuple(
            _lsp_diagnostic(snapshot, one, scene.markup) for one in scene.diagnostics
        ),
    )
    parsed = _parse(snapshot) if tree else None
    known: Known | None = _Fresh(parsed.outline()) if parsed else None
    settings = Settings.model_validate(scene.settings)
    actions = tuple(action for action in _REGISTRY.actions if settings.is_enabled(action.id))
    return offer_actions(Menu(actions), _LineView(snapshot), asked, known)


def _request(scene: Scene) -> Request:
    snapshot = _snapshot(scene)
    return Request(
        run="run",
        action=scene.action,
        snapshot=snapshot,
        selection=scene.span,
        instruction=scene.instruction,
        diagnostics=scene.diagnostics,
        tier=scene.tier,  # type: ignore[arg-type]
        model=scene.model,
        max_usd=scene.max_usd,
        directive_line=snapshot.get_line(scene.span.start) if scene.at_directive else None,
        related=scene.related,
    )


def _snapshot(scene: Scene) -> Snapshot:
    return Snapshot(scene.uri, scene.path, scene.language, 1, scene.text)


def _find_action(scene: Scene) -> Action:
    action = _REGISTRY.find(scene.action)
    assert action is not None, f"no action is called {scene.action}"
    return action


def _deliver(scene: Scene, outcome: Outcome) -> Ending:
    code = str(outcome.error.code) if outcome.error else ""
    words = outcome.add_trouble(str(outcome.error) if outcome.error else outcome.summary)
    if not isinstance(outcome, Proposed):
        return Ending(outcome.status, code, words, answer=outcome.text)
    plan = outcome.plan
    if plan.already_applied:
        return Ending("applied", code, words)
    to_review = needs_yes(plan, _find_action(scene), Settings.model_validate(scene.settings).review)
    diffs: list[tuple[str, str, str]] = []
    for file in plan.files:
        base = outcome.base[file.path]
        now = base.text if to_review or file.path != scene.path else (scene.typed or base.text)
        changes = _changes_now(file.changes, base.text, now)
        if changes is None:
            return Ending("refused", str(ErrorCode.STALE_DOCUMENT), f"{file.path} changed under it")
        diffs.append((file.path, now, apply_changes(now, changes)))
    diffs += [(new.path, "", new.content) for new in plan.new_files]
    if to_review:
        why = plan.doubt or ("it changes more than the target" if plan.outside else plan.note)
        return Ending("proposed", "", why, diffs=tuple(diffs))
    return Ending("applied", "", plan.note, texts={path: new for path, _, new in diffs})


def _changes_now(changes: Sequence[Change], base: str, now: str) -> Sequence[Change] | None:
    return changes if base == now else rebase(changes, base, now)


def _rows(rows: Sequence[CallRow], outcome: Outcome) -> Iterator[str]:
    for row, attempt in zip_longest(rows, outcome.attempts):
        yield _row(row, attempt.strategy if attempt else "?") if row else "a call without a row"


def _row(row: CallRow, strategy: str) -> str:
    """One call; `strategy` is how the model was to answer."""
    used = row.usage
    words = [
        f"{row.attempt} {row.tier} {strategy} {row.error or row.result}:",
        f"{used.input}+{used.output} tokens,",
        "price unknown" if row.usd is None else f"${row.usd:.6f}",
        "estimated" if used.estimated else "",
        "escalated" if row.escalated else "",
        "fallback" if row.fallback else "",
    ]
    return " ".join(filter(None, words))


class _Environment:
    """What one run needs: a model that answers as written, a clock that stands, its own ledger."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.clock = _Clock()
        self._settings = Settings.model_validate(scene.settings)
        self._selection = Selection(_catalogue(), self.clock)
        self.client = _Client(scene.answers, self.clock)
        self.ledger = Ledger(scene.folder.parent / "ledger.sqlite3", self.clock)
        self.spent_rows = self._spend(scene.spent_usd)
        self.test_file = ""

    def services(self) -> Services:
        wanted = read_preferences(self._settings, _KEY)
        budget = self._settings.budget
        limits = Limits(budget.per_action_usd, budget.per_day_usd, budget.per_month_usd)

        def choose(tier: Tier, may_fall_back: bool, model: str = "") -> Route | Problem:
            named = read_preferences(self._settings, _KEY, model)
            return self._selection.choose_route(tier, may_fall_back, named)

        return Services(
            settings=self._settings,
            not_ready=None if self._scene.has_key else _NO_KEY,
            client=self.client,
            budget=CallBudget(
                self.ledger,
                limits,
                compute_highest_price,
                compute_price,
                self.clock,
                "anthropic",
                None,
            ),
            clock=self.clock,
            read_context=self._read_context,
            choose_route=choose,
            record_unavailable=lambda route, status: _ignore(
                self._selection.record_refusal(route, wanted, status)
            ),
            record_available=lambda route: self._selection.record_answer(route, wanted),
            parse=_parse,
            exists=lambda path: (self._scene.folder / path).exists(),
        )

    async def _read_context(self, request: Request, action: Action) -> WorkspaceContext:
        folder = self._scene.folder
        around = read_workspace_context(request, action, folder, self._settings, self._read)
        if around.test_file is not None:
            self.test_file = around.test_file.facts
        project = self._build_index() if self._scene.has_project else None
        shown = tuple(map(self._show, self._scene.shown))
        return replace(around, shown=shown, project=project)

    def _build_index(self) -> StoredIndex:
        folder = self._scene.folder
        database = folder.parent / "index.sqlite3"
        builder = Builder(database, folder, ())
        builder.list_files()
        builder.build(lambda: None, lambda _: None, lambda: False)
        builder.close()
        return StoredIndex(database, folder, {})

    def _show(self, part: tuple[str, int, int]) -> ShownFile:
        path, first, last = part
        snapshot = self._read((self._scene.folder / path).as_uri())
        assert snapshot is not None, f"there is no file {path}"
        text = snapshot.get_line_span(first - 1, last - 1).extract(snapshot.text)
        lines = LineRange(first, last)
        return ShownFile(snapshot, (Excerpt(path, lines, text, "shown", snapshot.line_count),))

    def _read(self, uri: str) -> Snapshot | None:
        root = self._scene.folder.as_uri()
        path = uri.removeprefix(f"{root}/")
        file = self._scene.folder / path
        if not file.exists():
            return None
        return Snapshot(uri, path, "", None, file.read_bytes().decode())

    def _spend(self, usd: float) -> int:
        """Earlier calls of the same day, so that a budget can be nearly used up."""
        if not usd:
            return 0
        row = CallRow(
            "earlier", 1, "edit", "haiku", "m", "m", "anthropic", Usage(1, 1), usd, 1, "ok"
        )
        held = self.ledger.reserve(row, usd, Limits())
        assert not isinstance(held, Problem), held
        self.ledger.settle(held, row)
        return 1


def _ignore(_: object) -> None:
    return None


class _Client:
    """Answers as written, the last answer again and again, and keeps what it was asked."""

    provider = "anthropic"
    batches = None

    def __init__(self, answers: Sequence[Answer], clock: "_Clock") -> None:
        self._clock = clock
        self._answers = answers or (Answer(text="I cannot."),)
        self.calls: list[Call] = []

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        return request_body(prompt, route)

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply | CallError:
        self._clock.is_call_since = True
        prompt = redacted.prompt
        last = "\n".join(map(_words_of, prompt.turns[-1].blocks))
        head = f"{prompt.stable}\n" if prompt.stable and len(prompt.turns) == 1 else ""
        names = _secret_names(redacted)
        words = _rename(head + last, names)
        self.calls.append(Call(prompt.system, words, len(prompt.turns), timeout))
        answer = self._answers[min(len(self.calls), len(self._answers)) - 1]
        hidden = {name: placeholder for placeholder, name in names.items()}
        reply = _reply(answer, route.model, hidden, len(self.calls))
        on_usage(reply.usage)
        if isinstance(reply, Reply) and reply.text:
            on_text(reply.text)
        return reply

    async def models(self) -> list[Any]:
        return []

    async def probe(self, model: str) -> Any:
        return "available"

    async def warm(self) -> None:
        return None

    async def close(self) -> None:
        return None


def _reply(answer: Answer, model: str, hidden: Mapping[str, str], number: int) -> Reply | CallError:
    usage = Usage(*answer.tokens)
    if answer.code:
        return CallError(
            Problem(ErrorCode[answer.code], answer.text.strip() or "It failed", "Try again"),
            status=answer.status,
            retryable=answer.code in {"RATE_LIMITED", "OVERLOADED", "NETWORK", "TIMEOUT"},
            retry_after=answer.retry_after,
            unavailable=answer.code == "MODEL_UNAVAILABLE",
            usage=usage,
        )
    text = _rename(answer.text, hidden)
    calls: tuple[ToolCall, ...] = ()
    blocks: list[Block] = [{"type": "text", "text": text}] if text else []
    if answer.tool:
        arguments = _rename(answer.arguments, hidden)
        calls = (ToolCall(f"t{number}", answer.tool, arguments),)
        try:
            value = json.loads(arguments)
        except ValueError:
            value = {}
        blocks.append({"type": "tool_use", "id": f"t{number}", "name": answer.tool, "input": value})
    stop: Any = answer.stop or ("tool_use" if answer.tool else "end_turn")
    return Reply(model, text, calls, None if stop == "none" else stop, usage, tuple(blocks))


def _words_of(block: Block) -> str:
    return str(block.get("text") or block.get("content") or "")


def _secret_names(redacted: RedactedPrompt) -> dict[str, str]:
    """`{{secret 1}}` for each placeholder, in the order in which the file has them."""
    texts = "\n".join(_words_of(block) for turn in redacted.prompt.turns for block in turn.blocks)
    order = sorted(
        redacted.placeholders, key=lambda one: (texts.find(one) < 0, texts.find(one), one)
    )
    return {placeholder: f"{{{{secret {n}}}}}" for n, placeholder in enumerate(order, 1)}


def _rename(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


class _Clock:
    """Noon of one day; only waiting moves it."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self.waits: list[float] = []  # what was slept between two calls is one wait
        self.is_call_since = False

    def now(self) -> datetime:
        return _NOON + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self._seconds += seconds
        if self.is_call_since:
            self.waits.append(0.0)
        self.waits[-1] += seconds
        self.is_call_since = False


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


def _parse(snapshot: Snapshot) -> Parsed | None:
    return parse(snapshot.text, find_language(snapshot.language_id, snapshot.path))


class _Fresh:
    """What the document's tree says of its lines, nothing having been typed since."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def at(self, line: int) -> tuple[OutlineEntry, int, bool]:
        return self._outline.find_place(line), 0, False


class _LineView:
    """A snapshot as the menu reads documents."""

    version = 1

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.language_id = snapshot.language_id

    @property
    def line_count(self) -> int:
        return self._snapshot.line_count

    def lines(self, first: int, last: int) -> list[str]:
        first, last = max(0, first), min(last, self.line_count - 1)
        spans = [self._snapshot.get_line_span(n, n) for n in range(first, last + 1)]
        return [span.extract(self._snapshot.text) for span in spans]

    def column(self, number: int, units: int) -> int:
        return find_column(self.lines(number, number)[0], units, "utf-32")


def _lsp_range(snapshot: Snapshot, span: Span) -> dict[str, dict[str, int]]:
    def place(offset: int) -> dict[str, int]:
        line = snapshot.get_line(offset)
        return {"line": line, "character": offset - snapshot.line_starts[line]}

    return {"start": place(span.start), "end": place(span.end)}


def _lsp_diagnostic(snapshot: Snapshot, one: Diagnostic, markup: bool) -> dict[str, Any]:
    numbers = {"error": 1, "warning": 2, "information": 3, "hint": 4}
    return {
        "range": _lsp_range(snapshot, one.span),
        "severity": numbers[one.severity],
        "message": {"kind": "markdown", "value": one.message} if markup else one.message,
        "source": one.source,
        "code": one.code,
    }

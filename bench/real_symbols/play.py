"""A sample through the engine as a run uses it: prepare, then read the answer, with every check."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

from bench.real_symbols.sample import Sample, Scene
from flux_lsp.actions.action import Action
from flux_lsp.actions.registry import load_registry
from flux_lsp.context.redact_prompt import redact_prompt
from flux_lsp.context.values import Diagnostic
from flux_lsp.core.conversation import Prompt, Reply, ToolCall
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.edits.values import Plan, Reject
from flux_lsp.engine.prepare import PreparedRequest, prepare_request
from flux_lsp.engine.reading import read_answer
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.runs.review import needs_yes
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import Parsed, parse

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_KEPT = 64
_REGISTRY = load_registry()
_NOTHING = redact_prompt(Prompt("edit", "", "", (), (), 1))


@dataclass(frozen=True)
class Played:
    """What came of a sample: the buffer, whether it waits for a yes; why it does, or was refused."""

    buffer: str | None
    proposed: bool
    reason: str
    target: str  # what the model was shown as target


class Engine:
    """Plays samples; keeps the last trees and targets, since many answers go to one of them."""

    def __init__(self) -> None:
        """With nothing kept."""
        self._loop = asyncio.new_event_loop()
        self._trees: OrderedDict[str, Parsed | None] = OrderedDict()
        self._prepared: OrderedDict[Scene, PreparedRequest | Problem] = OrderedDict()
        self._services = _services(self._parse)

    def close(self) -> None:
        """The end."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def play(self, sample: Sample) -> Played | None:
        """What a run makes of the sample's answer; None where no run begins (a target too large)."""
        prepared = self._prepare(sample.scene)
        if isinstance(prepared, Problem):
            return None
        target = prepared.context.target.text
        outcome = read_answer(_reply(sample), _NOTHING, prepared)
        if isinstance(outcome, Reject):
            return Played(None, False, f"{outcome.code}: {outcome.message}", target)
        assert isinstance(outcome, Plan)
        return Played(
            _after(sample, outcome),
            needs_yes(outcome, _find_action(sample.scene), "auto"),
            outcome.doubt,
            target,
        )

    def naive(self, sample: Sample) -> str | None:
        """The yardstick: the answer in the target's place as it is, whatever it holds."""
        prepared = self._prepare(sample.scene)
        if isinstance(prepared, Problem):
            return None
        span = prepared.context.target.span
        return apply_changes(sample.scene.file.text, [Change(span, sample.code)])

    def _prepare(self, scene: Scene) -> PreparedRequest | Problem:
        if scene not in self._prepared:
            action = _find_action(scene)
            request = _request(scene)
            self._prepared[scene] = self._loop.run_until_complete(
                prepare_request(action, request, self._services)
            )
        return _keep(self._prepared, scene)

    def _parse(self, snapshot: Snapshot) -> Parsed | None:
        if snapshot.text not in self._trees:
            language = find_language(snapshot.language_id, snapshot.path)
            self._trees[snapshot.text] = parse(snapshot.text, language)
        return _keep(self._trees, snapshot.text)


def _find_action(scene: Scene) -> Action:
    return cast(Action, _REGISTRY.find(scene.action))


def _keep(kept: OrderedDict[_Key, _Value], key: _Key) -> _Value:
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return kept[key]


def _after(sample: Sample, plan: Plan) -> str:
    text = sample.scene.file.text
    for change in plan.files:
        if change.path == sample.scene.file.path:
            text = apply_changes(text, change.changes)
    return text


def _reply(sample: Sample) -> Reply:
    if sample.text:
        return Reply("model", sample.code, (), "end_turn", Usage())
    call = ToolCall("1", "rewrite_range", json.dumps({"code": sample.code}))
    return Reply("model", "", (call,), "tool_use", Usage())


def _request(scene: Scene) -> Request:
    file = scene.file
    problems: Iterable[Diagnostic] = ()
    if scene.problem is not None:
        problems = [Diagnostic(file.span(scene.problem, scene.problem), "error", "It is wrong")]
    return Request(
        run="1",
        action=scene.action,
        snapshot=file.snapshot,
        selection=_selection(scene),
        instruction=scene.instruction,
        diagnostics=tuple(problems),
        directive_line=scene.directive,
    )


def _selection(scene: Scene) -> Span:
    if scene.cursor is not None:
        at = scene.file.offset(*scene.cursor)
        return Span(at, at)
    if scene.inside is not None:
        line, start, end = scene.inside
        return Span(scene.file.offset(line, start), scene.file.offset(line, end))
    first, last = scene.selected or (scene.directive or 0, scene.directive or 0)
    return scene.file.span(first, last)


def _services(parse_: Any) -> Services:
    """The services of a run that asks nobody: only what preparing and reading use."""

    async def read_context(_request: Request, _action: Action) -> WorkspaceContext:
        return WorkspaceContext()

    known = {
        "settings": Settings(),
        "read_context": read_context,
        "parse": parse_,
        "exists": lambda _path: False,
    }
    return Services(**{field.name: known.get(field.name) for field in fields(Services)})  # type: ignore[arg-type]

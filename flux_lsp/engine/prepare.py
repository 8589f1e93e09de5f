"""From a request to what the model will see and what its answer may touch.

Never sends anything; the only I/O is behind `services.surroundings`.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flux_lsp.context.expand import expand
from flux_lsp.context.redact import Redactor, secrets_of, with_pieces
from flux_lsp.context.render import first_turn, user_turn
from flux_lsp.context.selection import part_of
from flux_lsp.context.target import directive_span, is_about, is_in_symbol, problem_span
from flux_lsp.context.values import Context, Diagnostic, Excerpt
from flux_lsp.core.conversation import Prompt
from flux_lsp.core.errors import Code, Problem
from flux_lsp.core.text import Lines, Snapshot, Span
from flux_lsp.edits.markers import Markers, choose_markers
from flux_lsp.edits.quoting import Quoting
from flux_lsp.edits.values import Target, Workpiece
from flux_lsp.engine.action import Action
from flux_lsp.engine.prompt import first_prompt, task_of
from flux_lsp.engine.services import Services, Surroundings
from flux_lsp.engine.values import Request, Strategy
from flux_lsp.syntax.selected import selected
from flux_lsp.syntax.tree import Parsed


@dataclass(frozen=True)
class Prepared:
    """A request with everything the loop needs around it."""

    action: Action
    request: Request
    around: Surroundings
    context: Context
    piece: Workpiece
    expand: Callable[[bool], Context | Problem]  # (wider) -> what is shown
    wide: bool = False
    secrets: frozenset[str] = frozenset()  # of the whole documents that parts are shown of

    def widened(self) -> "Prepared":
        """The same with a wider view; unchanged when it is as wide as it gets."""
        if self.wide:
            return self
        wider = self.expand(True)
        if isinstance(wider, Problem):
            return self
        piece = replace(self.piece, quoting=_quoting(wider, self.secrets))
        return replace(self, context=wider, wide=True, piece=piece)

    def more_than(self, narrower: "Prepared") -> str:
        """File text this view shows for the model when it widens `narrower`; "" when it does not."""
        if self.context.excerpts == narrower.context.excerpts:
            return ""
        earlier = (_instruction(self), _test_place(self))
        more = user_turn(self.context, self.request.diagnostics, "", earlier)
        return f"More of the file:\n{more}"


async def prepare(action: Action, request: Request, services: Services) -> Prepared | Problem:
    """Check what can be checked before anything is spent, and gather what is shown."""
    missing = _missing(action, request)
    if missing is not None:
        return missing
    around = await services.surroundings(request, action)
    if around.excluded is not None:
        return Problem(
            Code.EXCLUDED_FILE,
            f"`{request.snapshot.path}` is not sent to a model: {around.excluded}",
            "Change `context.exclude` or the ignore file if it should be",
        )
    return await asyncio.to_thread(_assemble, action, request, around, services)


def question(prepared: Prepared, strategy: Strategy, max_tokens: int | None) -> Prompt:
    """The first call's prompt for what was prepared."""
    parts = first_turn(
        prepared.context,
        prepared.request.diagnostics,
        _instruction(prepared),
        _test_place(prepared),
        task_of(prepared.action, strategy),
    )
    return first_prompt(
        prepared.action,
        prepared.context,
        parts,
        strategy,
        max_tokens,
        prepared.piece.markers,
    )


def _missing(action: Action, request: Request) -> Problem | None:
    if not request.snapshot.text.strip():
        return Problem(Code.NO_CHANGE, "The document is empty", "Write something first")
    if action.needs_instruction and not request.instruction.strip():
        return Problem(
            Code.BAD_REQUEST,
            "There is no instruction",
            "Write a comment such as `flux: what to change` above the code and pick its action, or "
            "pass `instruction` to `flux.run`",
        )
    if action.needs_diagnostics and not request.diagnostics:
        return _NO_DIAGNOSTIC
    return None


_NO_DIAGNOSTIC = Problem(
    Code.NO_CHANGE,
    "There is no diagnostic in this range",
    "Put the cursor on a reported problem, or use the edit action",
)


def _concerned(action: Action, request: Request, context: Context) -> tuple[Diagnostic, ...]:
    """The diagnostics of the target's lines, for an action that is about them: others distract."""
    if not action.needs_diagnostics:
        return ()
    snapshot, selection, target = request.snapshot, request.selection, context.target.span
    return tuple(
        one for one in request.diagnostics if is_about(snapshot, one.span, selection, target)
    )


def _assemble(
    action: Action, request: Request, around: Surroundings, services: Services
) -> Prepared | Problem:
    snapshot = request.snapshot
    parsed = services.parse(snapshot)
    selection = _scope(action, request, parsed)
    limit = services.settings.context.max_tokens

    def view(wider: bool) -> Context | Problem:
        context = expand(
            snapshot, selection, parsed, max_tokens=limit, wider=wider, guidance=around.guidance
        )
        if isinstance(context, Problem):
            return context
        part = part_of(snapshot, request.selection, context.target.span)
        return _with_tests(replace(context, selection=part), around, limit)

    context = view(False)
    if isinstance(context, Problem):
        return context
    request = replace(request, diagnostics=_concerned(action, request, context))
    if action.needs_diagnostics and not request.diagnostics:
        return _NO_DIAGNOSTIC
    secrets = secrets_of(_documents(request, around))
    piece = _piece(action, request, around, context, services)
    piece = replace(piece, quoting=_quoting(context, secrets))
    return Prepared(action, request, around, context, piece, view, secrets=secrets)


def _documents(request: Request, around: Surroundings) -> Iterator[str]:
    """The whole text of everything that a part is shown of."""
    yield request.snapshot.text
    if around.test_file is not None and around.test_file.snapshot is not None:
        yield around.test_file.snapshot.text
    yield from (excerpt.text for excerpt in around.guidance)


def _quoting(context: Context, secrets: frozenset[str]) -> Quoting:
    """What a rejection may say of the files: the lines shown, without secrets."""
    shown: dict[str, list[Lines]] = {context.target.path: [context.target.lines]}
    for excerpt in context.excerpts:
        shown.setdefault(excerpt.path, []).append(excerpt.lines)

    def lines_of(text: str) -> list[tuple[int, str]]:
        return Redactor(frozenset(with_pieces(secrets, [text]))).lines(text)

    return Quoting(shown, lines_of)


def _piece(
    action: Action, request: Request, around: Surroundings, context: Context, services: Services
) -> Workpiece:
    if action.answers == "tests" and around.test_file is not None:
        existing = around.test_file.snapshot
        return Workpiece(
            files={} if existing is None else {existing.path: existing},
            target=None,
            may_create=True,
            may_leave_target=services.settings.review != "never",
            existing=services.exists,
            parsed=services.parse,
            markers=_markers(request, around),
        )
    snapshot = request.snapshot
    return Workpiece(
        files={snapshot.path: snapshot},
        target=Target(
            snapshot.path,
            context.target.span,
            context.selection,
            tuple(diagnostic.span for diagnostic in request.diagnostics),
        ),
        may_leave_target=services.settings.review != "never",
        existing=services.exists,
        parsed=services.parse,
        markers=_markers(request, around),
    )


def _markers(request: Request, around: Surroundings) -> Markers:
    """Markers for the text dialect that nothing the model may be shown holds."""
    tests = around.test_file.snapshot if around.test_file else None
    shown = [request.snapshot.text, request.instruction, *(g.text for g in around.guidance)]
    return choose_markers(
        [*shown, *(d.message for d in request.diagnostics), tests.text if tests else ""]
    )


def _scope(action: Action, request: Request, parsed: Parsed | None) -> Span:
    """What is selected or pointed at; for a repair with the lines of the problems that it touches."""
    pointed = _pointed_at(action, request, parsed)
    if not action.needs_diagnostics:
        return pointed
    places = [one.span for one in request.diagnostics]
    return problem_span(request.snapshot, pointed, places, parsed)


def _pointed_at(action: Action, request: Request, parsed: Parsed | None) -> Span:
    """The selection, or what it points at: a directive's line, or the cursor in a selected word.

    Words of a person's own are about exactly what is selected. Everything else is about code that
    stands on its own, which a single word does not: editors that send the word at the cursor, or
    leave one selected after each motion, mean the symbol around it, and so does whoever picks
    "document" with a function's name selected.
    """
    if request.directive_line is not None:
        return directive_span(request.snapshot, request.directive_line, parsed)
    text = request.selection.of(request.snapshot.text)
    if action.needs_instruction or selected(text) != "word":
        return request.selection
    start = request.selection.start + len(text) - len(text.lstrip())
    is_symbol = is_in_symbol(request.snapshot, start, parsed)
    return Span(start, start) if is_symbol else request.selection


def _with_tests(context: Context, around: Surroundings, limit: int) -> Context:
    """The test file that will be extended is shown too: whole, or its head and its end."""
    place = around.test_file
    if place is None or place.snapshot is None:
        return context
    excerpts = tuple(_ends(place.snapshot, max(limit - context.tokens, limit // 4)))
    return context.with_excerpts(excerpts)


def _ends(snapshot: Snapshot, tokens: int) -> list[Excerpt]:
    total = snapshot.line_count
    room = max(40, int(tokens * 2.8 / max(1, len(snapshot.text) // total)))
    if total <= room:
        return [_excerpt(snapshot, 0, total - 1)]
    return [
        _excerpt(snapshot, 0, room // 3 - 1),
        _excerpt(snapshot, total - 2 * room // 3, total - 1),
    ]


def _excerpt(snapshot: Snapshot, first: int, last: int) -> Excerpt:
    span = snapshot.span_of_lines(first, last)
    return Excerpt(
        path=snapshot.path,
        lines=Lines(first + 1, last + 1),
        text=span.of(snapshot.text),
        why="test file",
        total_lines=snapshot.line_count,
    )


def _test_place(prepared: Prepared) -> str:
    """What is known of the test file: names of the project, so never a part of the instruction."""
    return prepared.around.test_file.facts if prepared.around.test_file else ""


def _instruction(prepared: Prepared) -> str:
    default = {
        "fix": "Fix the diagnostics.",
        "explain": "Explain the target.",
        "document": "Document the target.",
        "tests": "Write tests for the target.",
    }.get(prepared.action.id, "")
    return prepared.request.instruction.strip() or default

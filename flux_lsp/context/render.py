"""Writes the user turn: guidance, files, the target, diagnostics and the instruction as elements.

Never changes file text. Where any text holds such a tag itself, the elements carry an id that nobody
can guess and that none of the texts holds, so that no text can close its element or forge another.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from flux_lsp.context.element_ids import choose_element_id
from flux_lsp.context.values import Context, Diagnostic, Excerpt, ShownFile
from flux_lsp.core.text import LineRange, Span

_LINE_ENDS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LONGEST_MESSAGE = 4_000  # characters; some checkers print whole types
_MOST_DIAGNOSTICS = 50
_NOTHING: Mapping[str, str] = MappingProxyType({})
_LONGEST_SELECTION = 2_000  # characters; the lines of a longer one tell enough


@dataclass(frozen=True, slots=True)
class FirstTurn:
    """The first user turn in the order of how seldom its parts change; all with the same id.

    `guidance`: the project's, "" without any. `files`: one text for the other files of the project,
    if any are shown, then one for each file, the same whatever in it is asked about, as long as all
    of it is shown. `question`: the rest, from the task on.
    """

    guidance: str
    files: tuple[str, ...]
    question: str


def render_first_turn(
    context: Context,
    diagnostics: Sequence[Diagnostic],
    instruction: str,
    test_place: str = "",
    task: str = "",
    brief: str = "",
    before: Mapping[str, str] = _NOTHING,
) -> FirstTurn:
    """Render the parts of the first user turn; what is "" gets no element.

    `test_place` tells of the file for tests, `brief` is the part of `task` that an agent brings.
    `before` is what went before, by its element: `hand_over` is what earlier steps of a pipeline
    leave, `earlier` what was asked about the target before and what was answered.
    """
    id_ = choose_element_id(
        context, diagnostics, (instruction, test_place, brief, *before.values())
    )
    guides = context.guidance
    words = {"task": task, **before}
    guidance = (_render_element("guidance", {"path": g.path}, f"\n{g.text}", id_) for g in guides)
    question = [
        *(_render_element(name, {}, text, id_) for name, text in words.items() if text),
        *_render_question(context, diagnostics, instruction, test_place, id_),
    ]
    project = "\n".join(_render_parts(file, id_) for file in context.project)
    files = (project, *("\n".join(file) for file in _render_files(context, id_)))
    return FirstTurn("\n".join(guidance), tuple(filter(None, files)), "\n".join(question))


def render_user_turn(
    context: Context,
    diagnostics: Sequence[Diagnostic],
    instruction: str,
    beside: Sequence[str] = (),
) -> str:
    """Render elements one below the other; without `<instruction>` if it is empty.

    `beside`: texts of earlier turns. They decide about the id too, so that all turns have the same.
    """
    id_ = choose_element_id(context, diagnostics, (instruction, *beside))
    files = [element for file in _render_files(context, id_) for element in file]
    return "\n".join((*files, *_render_question(context, diagnostics, instruction, "", id_)))


def _render_files(context: Context, id_: str | None) -> Iterator[Iterator[str]]:
    """Render the elements of each file that is shown."""
    for path in dict.fromkeys(excerpt.path for excerpt in context.excerpts):
        yield _render_file([e for e in context.excerpts if e.path == path], context, id_)


def _render_parts(file: ShownFile, id_: str | None) -> str:
    """Render the parts of another file as one element; marks stand for what is between them."""
    first, last = file.excerpts[0].lines.first, file.excerpts[-1].lines.last
    pieces = [file.excerpts[0].text]
    for before, after in pairwise(file.excerpts):
        gap = LineRange(before.lines.last + 1, after.lines.first - 1)
        pieces += [_render_mark(_write_lines(gap), id_), "\n", after.text]
    attributes = _locate_lines(file.path, LineRange(first, last))
    return _render_element("file", attributes, "\n" + "".join(pieces), id_)


def _render_question(
    context: Context,
    diagnostics: Sequence[Diagnostic],
    instruction: str,
    test_place: str,
    id_: str | None,
) -> Iterator[str]:
    target = context.target
    lines = _locate_lines(target.path, target.lines)
    yield _render_element("target", lines, f"\n{target.text}", id_)
    if context.selection is not None:
        yield _render_selection(context, context.selection, id_)
    for diagnostic in diagnostics[:_MOST_DIAGNOSTICS]:
        yield _render_diagnostic(diagnostic, context, id_)
    if len(diagnostics) > _MOST_DIAGNOSTICS:
        yield _render_mark({"diagnostics": str(len(diagnostics) - _MOST_DIAGNOSTICS)}, id_)
    if context.changes:
        diffs = "".join(change.diff for change in context.changes)
        yield _render_element("changes", {}, f"\n{diffs}", id_)
    if test_place:
        yield _render_element("test_place", {}, f"\n{test_place}\n", id_)
    if instruction:
        yield _render_element("instruction", {}, instruction, id_)


def _render_file(excerpts: Sequence[Excerpt], context: Context, id_: str | None) -> Iterator[str]:
    """Render the excerpts of one file, with a mark for each run of lines that is not shown."""
    path, target = excerpts[0].path, context.target
    shown = [excerpt.lines for excerpt in excerpts]
    shown += [target.lines] if target.path == path else []
    missing = _find_gaps(shown, excerpts[0].total_lines)
    pieces = [
        *(
            (
                e.lines.first,
                _render_element("file", _locate_lines(path, e.lines), f"\n{e.text}", id_),
            )
            for e in excerpts
        ),
        *((gap.first, _render_mark(_locate_lines(path, gap), id_)) for gap in missing),
    ]
    yield from (text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _find_gaps(shown: Sequence[LineRange], total: int) -> list[LineRange]:
    """Find the lines of `1..total` that none of `shown` holds."""
    ends = [(lines.first, lines.last) for lines in shown]
    edges = [(0, 0), *sorted(ends), (total + 1, total + 1)]
    reached = 0
    gaps = []
    for (_, last), (first, _) in pairwise(edges):
        reached = max(reached, last)
        if first > reached + 1:
            gaps.append(LineRange(reached + 1, first - 1))
    return gaps


def _render_selection(context: Context, selection: Span, id_: str | None) -> str:
    """Render where the selection is, in inclusive columns of characters, and its text if short."""
    snapshot = context.target.snapshot
    lines = snapshot.get_lines(selection)
    starts = snapshot.line_starts
    attributes = {
        "first_line": str(lines.first),
        "first_column": str(selection.start - starts[lines.first - 1] + 1),
        "last_line": str(lines.last),
        "last_column": str(selection.end - starts[lines.last - 1]),
    }
    text = selection.extract(snapshot.text)
    shown = text if len(text) <= _LONGEST_SELECTION else ""
    return _render_element("selection", attributes, shown, id_)


def _render_diagnostic(diagnostic: Diagnostic, context: Context, id_: str | None) -> str:
    lines = context.target.snapshot.get_lines(diagnostic.span)
    attributes = {
        "first_line": str(lines.first),
        "last_line": str(lines.last),
        "severity": diagnostic.severity,
        "source": diagnostic.source,
        "code": diagnostic.code,
    }
    message = diagnostic.message
    if len(message) > _LONGEST_MESSAGE:
        message = (
            f"{message[:_LONGEST_MESSAGE]} [{len(message) - _LONGEST_MESSAGE} more characters]"
        )
    return _render_element("diagnostic", attributes, message, id_)


def _locate_lines(path: str, lines: LineRange) -> dict[str, str]:
    return {"path": path, **_write_lines(lines)}


def _write_lines(lines: LineRange) -> dict[str, str]:
    return {"first_line": str(lines.first), "last_line": str(lines.last)}


def _render_element(name: str, attributes: Mapping[str, str], text: str, id_: str | None) -> str:
    closing = f"</{name}>" if id_ is None else f'</{name} id="{id_}">'
    return f"<{name}{_render_attributes(attributes, id_)}>{text}{closing}"


def _render_mark(attributes: Mapping[str, str], id_: str | None) -> str:
    return f"<left_out{_render_attributes(attributes, id_)}/>"


def _render_attributes(attributes: Mapping[str, str], id_: str | None) -> str:
    shown = {**attributes, "id": id_ or ""}
    return "".join(f' {name}="{_escape(value)}"' for name, value in shown.items() if value)


def _escape(value: str) -> str:
    """Escape only what would end the attribute or the line: a model copies a path as it stands."""
    return _LINE_ENDS.sub(" ", value.replace('"', "&quot;"))

"""Which lines of the file a rewrite stands for, and how sure that is.

A rewrite should hold the whole target and nothing else. Models also answer with less (the changed
line, the doc comment), with more (the line below, the whole function), or with something that has
no place there. Both ends are decided by the same alignment. Never drops a line of the file that the
answer does not plainly replace.
"""

from collections.abc import Sequence
from dataclasses import replace

from flux_lsp.edits.locate.align_rows import RowPair, align
from flux_lsp.edits.locate.rows import Likeness, TextRow, read_rows
from flux_lsp.edits.plan.edges import Edge, Side, decide_edge
from flux_lsp.edits.plan.losses import weigh_loss
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext
from flux_lsp.edits.plan.unlike_answer import (
    cover_unlike,
    refuse_incomplete,
    refuse_other,
    refuse_other_symbol,
)
from flux_lsp.edits.plan.whole_answer import cover_whole
from flux_lsp.edits.values import Reject

_MOST = 0.5  # share of the target's lines in an answer that leaves out some at one end
_LIKE = 0.5  # of a first line that was changed


def cover(context: RewriteContext) -> Coverage | Reject:
    """Return which lines the answer stands for; a Reject when there is no plausible place for it."""
    answer = read_rows(context.answer, 0, len(context.answer))
    target = read_rows(context.file, context.home.start, context.home.stop)
    if not target:
        return Coverage(context.home.start, context.home.stop, 0, len(context.answer), ())
    other = refuse_other_symbol(context, answer)
    if other is not None:
        return other
    whole = cover_whole(context, answer, target)
    if whole is not None:
        return weigh_loss(context, whole)
    return _cover_aligned(context, answer, target)


def _cover_aligned(
    context: RewriteContext, answer: Sequence[TextRow], target: Sequence[TextRow]
) -> Coverage | Reject:
    file = read_rows(context.file, context.window.start, context.window.stop)
    first = next(i for i, row in enumerate(file) if row.number >= context.home.start)
    home = range(first, first + len(target))
    answer = _shift_rows(answer, target, file)
    pairs = align(answer, file, home)
    if not any(answer[pair.answer].telling for pair in pairs):
        return cover_unlike(context, answer, target)
    side = Side(context, answer, file, home, tuple(pairs))
    other = refuse_other(context, side)
    if other is not None:
        return other
    top, bottom = decide_edge(side), decide_edge(side.mirror_side())
    if isinstance(top, Reject):
        return top
    if isinstance(bottom, Reject):
        return bottom
    return _join_edges(context, side, top, bottom)


def _join_edges(context: RewriteContext, side: Side, top: Edge, bottom: Edge) -> Coverage | Reject:
    """Join the decisions about both ends."""
    count = len(side.file) - 1
    first_row, last_row = top.file, count - bottom.file
    start_row, stop_row = top.answer, len(side.answer) - 1 - bottom.answer
    inside = [
        p
        for p in side.pairs
        if first_row <= p.file <= last_row and start_row <= p.answer <= stop_row
    ]
    if first_row > last_row or start_row > stop_row:
        return refuse_incomplete(context)
    part = (top.kept and not top.harmless) or (bottom.kept and not bottom.harmless)
    kept = top.kept or bottom.kept
    if kept and _is_unchanged(inside, start_row, stop_row, first_row, last_row):
        return _decide_deletion(context, side, top)
    if part and _is_shortened(context, side, inside, top, bottom):
        return _decide_deletion(context, side, top)
    coverage = Coverage(
        _get_first_line(side.file, first_row, context.home.start, top.whole),
        _get_last_line(side.file, last_row, context.home.stop, bottom.whole),
        0 if start_row == 0 else side.answer[start_row].number,
        len(context.answer)
        if stop_row == len(side.answer) - 1
        else side.answer[stop_row].number + 1,
        tuple((side.answer[p.answer].number, side.file[p.file].number) for p in inside if p.same),
    )
    doubt = top.doubt or bottom.doubt
    gone = last_row - first_row - (stop_row - start_row)
    if bottom.kept and bottom.harmless and gone > 0:
        doubt = doubt or "The answer ends before the target does, and has fewer lines"
    pairs = side.pairs
    wide_top, wide_bottom = pairs[0].file < side.home.start, pairs[-1].file >= side.home.stop
    new_top, new_bottom = pairs[0].answer > 0, pairs[-1].answer < len(side.answer) - 1
    if (wide_top and new_bottom) or (wide_bottom and new_top):
        doubt = doubt or "The answer holds more than the target, and new lines at its other end"
    if (wide_top and _is_repeated(side, last_row, 1)) or (
        wide_bottom and _is_repeated(side, first_row, -1)
    ):
        doubt = doubt or "The line at the answer's end stands there twice"
    ends = inside and (start_row, stop_row) == (inside[0].answer, inside[-1].answer)
    if part and not (ends and _is_certain(context, side, inside, top, bottom)):
        lines = f"{coverage.first + 1}-{coverage.last}"
        doubt = f"The answer holds only a part of the target; it is taken as lines {lines}"
    return weigh_loss(context, replace(coverage, doubt=doubt))


def _is_repeated(side: Side, row: int, step: int) -> bool:
    """Whether the next line outside is the same statement, so that nobody can tell which one was meant."""
    own, beside = side.file[row], row + step
    return own.telling and 0 <= beside < len(side.file) and side.file[beside].key == own.key


def _get_first_line(file: Sequence[TextRow], row: int, home: int, whole: bool) -> int:
    return home if whole else file[row].number


def _get_last_line(file: Sequence[TextRow], row: int, home: int, whole: bool) -> int:
    return home if whole else file[row].number + 1


def _is_unchanged(inside: Sequence[RowPair], start: int, stop: int, first: int, last: int) -> bool:
    """Whether the answer is exactly what the file has there."""
    same = sum(pair.same for pair in inside)
    return same == stop - start + 1 == last - first + 1


def _is_shortened(
    context: RewriteContext, side: Side, inside: Sequence[RowPair], top: Edge, bottom: Edge
) -> bool:
    """Whether lines at one end are deleted: of statements, not of a symbol, and most of them stay."""
    if (top.kept and bottom.kept) or context.name is not None:
        return False
    return len(inside) >= len(side.home) * _MOST


def _decide_deletion(context: RewriteContext, side: Side, top: Edge) -> Coverage | Reject:
    """Decide for an answer that is a part of the target as it is: the rest may be left out or deleted."""
    if top.kept and context.name is not None:
        return refuse_incomplete(context)
    pairs = tuple(
        (side.answer[p.answer].number, side.file[p.file].number)
        for p in side.pairs
        if p.same and p.file in side.home
    )
    held = {pair.file for pair in side.pairs}
    gone = [side.file[k].number for k in side.home if k not in held]
    doubt = f"The answer leaves out {len(gone)} of the target's {len(side.home)} lines"
    if gone and context.problems.issuperset(gone):
        doubt = ""  # the lines that are to go were reported
    return Coverage(context.home.start, context.home.stop, 0, len(context.answer), pairs, doubt)


def _is_certain(
    context: RewriteContext, side: Side, inside: Sequence[RowPair], top: Edge, bottom: Edge
) -> bool:
    """Whether a part of the target has its place beyond doubt.

    It is held at both ends by lines that stand there once, and no one could mean it to be the whole:
    a symbol without its first line, or lines out of the middle.
    """
    above, below = top.kept and not top.harmless, bottom.kept and not bottom.harmless
    if not above or not (below or context.name is not None):
        return False
    ends = (inside[0], inside[-1])
    keys = [row.key for row in side.file]
    held = all(pair.same and keys.count(side.file[pair.file].key) == 1 for pair in ends)
    telling = sum(pair.same and side.file[pair.file].telling for pair in inside)
    gone = inside[-1].file - inside[0].file + 1 - len(inside)
    new = inside[-1].answer - inside[0].answer + 1 - len(inside)
    return held and telling > 1 and gone <= new


def _shift_rows(
    answer: Sequence[TextRow], target: Sequence[TextRow], file: Sequence[TextRow]
) -> list[TextRow]:
    """Return the answer's rows, shifted to the columns that they have in the file."""
    known = _index_indents(file) | _index_indents(target)
    shifts = [
        indent - row.indent
        for row in answer
        if row.telling and (indent := known.get(row.key)) is not None
    ]
    if shifts:
        shift = max(set(shifts), key=lambda size: (shifts.count(size), -abs(size)))
    elif Likeness().compare(answer[0].key, target[0].key) >= _LIKE:
        shift = target[0].indent - answer[0].indent
    else:
        shift = min(row.indent for row in target) - min(row.indent for row in answer)
        shift = max(shift, 0)
    return [replace(row, indent=row.indent + shift) for row in answer]


def _index_indents(rows: Sequence[TextRow]) -> dict[str, int | None]:
    """The columns of each line that is there once, by its key."""
    known: dict[str, int | None] = {}
    for row in rows:
        known[row.key] = None if row.key in known else row.indent
    return known

"""Decides where an answer begins in the file: at the target's first line, above it or below it.

The end is decided by the same rules on the mirrored rows. Never decides on a line that neither the
answer nor the file explains: such an edge is in doubt, or refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.locate.align_rows import RowPair
from flux_lsp.edits.locate.rows import TextRow, is_closer
from flux_lsp.edits.plan.rewrite_context import RewriteContext
from flux_lsp.edits.values import Reject, reject
from flux_lsp.syntax.pragmas import may_be_pragma

_SKIPPED, _SKIPPED_SHARE = 2, 0.2  # lines outside of the target that an answer may delete


@dataclass(frozen=True, slots=True)
class Side:
    """The rows of both texts and their pairs, seen from the top or, mirrored, from the bottom.

    `home`: the rows of `file` that are the target. `start`: the first row of the answer that counts.
    """

    context: RewriteContext
    answer: Sequence[TextRow]
    file: Sequence[TextRow]
    home: range
    pairs: tuple[RowPair, ...]
    start: int = 0
    mirror: bool = False

    def mirror_side(self) -> "Side":
        """Return the same, seen from the other end."""
        a, f = len(self.answer) - 1, len(self.file) - 1
        return replace(
            self,
            answer=self.answer[::-1],
            file=self.file[::-1],
            home=range(f - self.home[-1], f - self.home[0] + 1),
            pairs=tuple(RowPair(a - p.answer, f - p.file, p.same) for p in reversed(self.pairs)),
            mirror=not self.mirror,
        )

    @property
    def margin(self) -> int:
        """The smallest indentation of the target, in columns."""
        return min(self.file[number].indent for number in self.home)


@dataclass(frozen=True, slots=True)
class Edge:
    """The region begins with row `file` of the file and row `answer` of the answer.

    `whole`: exactly where the target begins. `kept`: rows of the target before it stay. `harmless`:
    those rows are comments, or brackets that close the block. `doubt` as in `Coverage`.
    """

    file: int
    answer: int
    whole: bool = False
    kept: bool = False
    harmless: bool = False
    doubt: str = ""


def decide_edge(side: Side) -> Edge | Reject:
    """Decide where the region begins; `side` has at least one pair."""
    if side.pairs[0].file < side.home.start:
        return _decide_beyond(side)
    return _decide_inside(side)


def _decide_inside(side: Side) -> Edge | Reject:
    if not side.pairs or side.pairs[0].file not in side.home:
        return Edge(side.home.start, side.start, whole=True)
    first = side.pairs[0]
    old = side.file[side.home.start : first.file]
    new = side.answer[side.start : first.answer]
    whole = Edge(side.home.start, side.start, whole=True)
    part = Edge(first.file, side.start, kept=True)
    if not old:
        return whole
    above = side.context.comments | side.context.attributes
    if not side.mirror and all(row.number in above for row in old):
        return _decide_leading(side, old, new)
    if all(is_closer(row.key) for row in old) and not any(is_closer(row.key) for row in new):
        return replace(part, harmless=True)
    if _is_elsewhere(side, old):
        return whole
    replaced = new and min(row.indent for row in new) <= min(row.indent for row in old)
    return whole if replaced else part


def _is_elsewhere(side: Side, old: Sequence[TextRow]) -> bool:
    """Whether the answer has all of `old` in another place: it moved them."""
    paired = {pair.answer for pair in side.pairs}
    own = {row.key for number, row in enumerate(side.answer) if number not in paired}
    return all(row.key in own for row in old)


def _decide_leading(side: Side, old: Sequence[TextRow], new: Sequence[TextRow]) -> Edge | Reject:
    """Decide for an answer that lacks comments or attributes above the definition."""
    first = side.pairs[0]
    attributes = [row for row in old if row.number in side.context.attributes]
    if not any(row.number in side.context.notes for row in new):
        doubt = f"The answer lacks `{attributes[0].key[:60]}`; it stays" if attributes else ""
        return Edge(first.file, side.start, kept=True, harmless=True, doubt=doubt)
    if attributes:
        return _refuse_lost(attributes[0])
    pragmas = [k for k, row in enumerate(old) if may_be_pragma(side.context.file[row.number])]
    begin = side.home.start + (pragmas[-1] + 1 if pragmas else 0)
    whole = begin == side.home.start
    doubt = f"The answer lacks `{old[pragmas[-1]].key[:60]}`; it stays" if pragmas else ""
    return Edge(begin, side.start, whole=whole, kept=not whole, harmless=True, doubt=doubt)


def _decide_beyond(side: Side) -> Edge | Reject:
    """Decide for an answer that holds lines from above the target."""
    outer = [pair for pair in side.pairs if pair.file < side.home.start]
    inner = side.pairs[len(outer) :]
    if outer[0].answer > 0:  # new lines come first: a bracket among them is not the file's
        outer = [pair for pair in outer if side.file[pair.file].telling]
    if not outer:
        return _decide_inside(replace(side, pairs=tuple(inner)))
    inner = tuple(pair for pair in inner if pair.file in side.home)
    rows = side.home.start - outer[0].file
    skipped = rows - len(outer)
    if outer[-1].answer + 1 == len(outer) and all(pair.same for pair in outer):
        return _cut_repeated(side, outer, inner)
    if skipped > _SKIPPED or skipped > rows * _SKIPPED_SHARE:
        changed = next((pair for pair in outer if not pair.same), outer[0])
        return _refuse_more(side.answer[changed.answer])
    return Edge(outer[0].file, 0)


def _cut_repeated(side: Side, outer: Sequence[RowPair], inner: Sequence[RowPair]) -> Edge | Reject:
    """Cut off lines that stand unchanged above the target: the answer proper begins below them."""
    start = outer[-1].answer + 1
    if not inner:  # all of the target was replaced: by what stands between its neighbours
        if outer[-1].file + 1 != side.home.start or start == len(side.answer):
            return _refuse_more(side.file[outer[-1].file])
        return Edge(side.home.start, start, whole=True)
    edge = _decide_inside(replace(side, pairs=tuple(inner), start=start))
    if isinstance(edge, Reject) or edge.doubt:
        return edge
    outside = [side.file[pair.file] for pair in outer]
    own = {side.file[number].key for number in side.home}
    telling = any(row.telling and row.key not in own for row in outside)
    known = telling or any(row.indent < side.margin for row in outside)
    adjacent = (inner[0].answer, inner[0].file) == (start, side.home.start)
    if known and adjacent:
        return edge
    line = side.answer[start - 1].key[:60]
    return replace(edge, doubt=f"The answer repeats `{line}`, which stands beside the target")


def _refuse_more(row: TextRow) -> Reject:
    return reject(
        ErrorCode.OUT_OF_SCOPE,
        "The answer repeats lines around the code it should replace",
        f"your new text holds `{row.key[:200]}`, which does not stand in the target. Give the new "
        "text of the target's own lines and nothing else",
    )


def _refuse_lost(row: TextRow) -> Reject:
    return reject(
        ErrorCode.INCOMPLETE,
        f"The answer leaves out `{row.key[:60]}`",
        f"the target holds `{row.key[:200]}` and your new text does not. Give the whole new text; to "
        "delete that line, name it with apply_edits",
    )

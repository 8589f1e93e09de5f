"""Which lines of the file a rewrite stands for, and how sure that is.

A rewrite should hold the whole target and nothing else. Models also answer with less (the changed
line, the doc comment), with more (the line below, the whole function), or with something that has
no place there. Both ends are decided by the same alignment. Never drops a line of the file that the
answer does not plainly replace.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flux_lsp.core.errors import Code
from flux_lsp.edits.alignment import Pair, align
from flux_lsp.edits.comment_lines import attribute_lines, comment_lines, is_pragma
from flux_lsp.edits.edges import Edge, Side, decide_edge
from flux_lsp.edits.linediff import blocks
from flux_lsp.edits.rows import Likeness, Row, is_closer, rows_of, words_of
from flux_lsp.edits.values import Reject, reject
from flux_lsp.syntax.languages import Language

_REACH = 40  # lines around the target that an answer may hold beside as many as it has itself
_LONG, _TINY = 16, 0.2  # lines of a target, and the share of them that is no whole answer
_FEW, _MUCH = 3, 0.2  # lines that go without others in their place, and their share
_MOST = 0.5  # share of the target's lines in an answer that leaves out some at one end
_LIKE = 0.5  # of a first line that was changed
_SHARED, _SHARED_BY_LESS = 0.3, 0.5  # words of the target in an answer without its lines
_REWRITTEN, _ABOUT_THE_SAME = 10, 0.25  # lines that a new text saves; words it has of the old one
_HOLLOW = 0.5  # share of the lines between the first and the last that stays when lines go


@dataclass(frozen=True, slots=True)
class Coverage:
    """Lines `first..last` of the file (0-based, half-open) become lines `start..stop` of the answer.

    `pairs` are equal lines, `(answer, file)`. `doubt`: why a person should look first, else "".
    """

    first: int
    last: int
    start: int
    stop: int
    pairs: tuple[tuple[int, int], ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """An answer's lines and the file's.

    `home` are the target's lines, `name` its symbol's or None, `problems` the lines with a diagnostic
    that the answer is to mend.
    """

    answer: Sequence[str]
    file: Sequence[str]
    home: range
    language: Language
    name: Callable[[], str | None]
    problems: frozenset[int] = frozenset()


def cover(scene: Scene) -> Coverage | Reject:
    """What the answer's lines stand for; a Reject when there is no plausible place for them."""
    answer = rows_of(scene.answer, 0, len(scene.answer))
    target = rows_of(scene.file, scene.home.start, scene.home.stop)
    if not target:
        return Coverage(scene.home.start, scene.home.stop, 0, len(scene.answer), ())
    whole = _as_a_whole(scene, answer, target)
    if whole is not None:
        return _weigh_loss(scene, whole)
    return _by_alignment(scene, answer, target)


def _as_a_whole(scene: Scene, answer: Sequence[Row], target: Sequence[Row]) -> Coverage | None:
    """The common case: the answer holds the target's first and last line and repeats nothing around.

    There may be new lines above the first: a helper, a decorator, a comment.
    """
    head = _head(answer, target[0])
    if head is None or answer[-1].key != target[-1].key:
        return None
    if head == len(answer) - 1 and len(target) > 1:
        return None  # one line is not both
    if answer[-1].indent - answer[head].indent != target[-1].indent - target[0].indent:
        return None
    own = [row.key for row in answer]
    old = [row.key for row in target]
    window = _window(scene, len(answer))
    above = [row.key for row in rows_of(scene.file, window.start, scene.home.start)]
    below = [row.key for row in rows_of(scene.file, scene.home.stop, window.stop)]
    if _repeats(own, below, old) or _repeats(own[::-1], above[::-1], old[::-1]):
        return None
    if any(row.telling and row.key in above for row in answer[:head]):
        return None
    same = [
        (block.b_start + k, block.a_start + k)
        for block in blocks(old, own)
        for k in range(block.size)
    ]
    if _definition_row(scene, target) not in {k for _, k in same}:
        return None
    twice = [row for row in answer if row.telling and own.count(row.key) > old.count(row.key) > 0]
    beside = {*above[-1:], *below[:1]}
    doubt = next((row.key for row in twice if row.key in beside), "")
    pairs = tuple((answer[i].number, target[k].number) for i, k in same)
    home = scene.home
    return Coverage(home.start, home.stop, 0, len(scene.answer), pairs, _repeated(doubt))


def _definition_row(scene: Scene, target: Sequence[Row]) -> int:
    """Which row of the target is its first one below comments, decorators and attributes."""
    lines = scene.file[scene.home.start : scene.home.stop]
    comments = comment_lines(lines, scene.language)
    above = comments | attribute_lines(lines, comments)
    rows = (k for k, row in enumerate(target) if row.number - scene.home.start not in above)
    return next(rows, 0)


def _repeated(line: str) -> str:
    return f"The answer repeats `{line[:60]}`, which stands beside the target" if line else ""


def _head(answer: Sequence[Row], first: Row) -> int | None:
    """Where the answer has the target's first line; None when that is not plain."""
    places = [i for i, row in enumerate(answer) if row.key == first.key]
    if places[:1] == [0] or (len(places) == 1 and first.telling):
        return places[0]
    return None


def _repeats(answer: Sequence[str], below: Sequence[str], old: Sequence[str]) -> bool:
    """Whether the answer ends with the lines below the target, though the target does not."""
    for size in range(1, min(len(answer), len(below)) + 1):
        tail = answer[-size:]
        if tail == below[:size] and tail != old[-size:]:
            return True
    return False


def _window(scene: Scene, rows: int) -> range:
    reach = _REACH + 2 * rows
    return range(max(0, scene.home.start - reach), min(len(scene.file), scene.home.stop + reach))


def _by_alignment(scene: Scene, answer: Sequence[Row], target: Sequence[Row]) -> Coverage | Reject:
    window = _window(scene, len(answer))
    file = rows_of(scene.file, window.start, window.stop)
    first = next(i for i, row in enumerate(file) if row.number >= scene.home.start)
    home = range(first, first + len(target))
    answer = _shifted(answer, target, file)
    pairs = align(answer, file, home)
    if not any(answer[pair.answer].telling for pair in pairs):
        return _unlike(scene, answer, target)
    side = _side(scene, answer, file, home, pairs)
    other = _other_head(scene, side)
    if other is not None:
        return other
    top, bottom = decide_edge(side), decide_edge(side.mirrored())
    if isinstance(top, Reject):
        return top
    if isinstance(bottom, Reject):
        return bottom
    return _joined(scene, side, top, bottom)


def _other_head(scene: Scene, side: Side) -> Reject | None:
    """A Reject when the answer begins with the first line of another part of the file."""
    notes = side.notes | attribute_lines(scene.answer, side.notes)
    head = next((row for row in side.answer if row.number not in notes), None)
    if head is None or not head.telling or scene.name() is None:
        return None
    above = side.comments | side.attributes
    own = next((k for k in side.home if side.file[k].number not in above), side.home.start)
    if any(pair.file == own and side.answer[pair.answer] != head for pair in side.pairs):
        return None  # the answer has the target's first line, wherever else it begins
    around = [*scene.file[: scene.home.start], *scene.file[scene.home.stop :]]
    target = {side.file[k].key for k in side.home}
    known = {row.key for row in rows_of(around, 0, len(around))} - target
    if head.key not in known:
        return None
    return reject(
        Code.OUT_OF_SCOPE,
        "The answer is about code outside of what was selected",
        f"your new text begins with `{head.key[:200]}`, which is another part of the file. Give the "
        "new text of the target's own lines",
    )


def _joined(scene: Scene, side: Side, top: Edge, bottom: Edge) -> Coverage | Reject:
    """Both ends together."""
    count = len(side.file) - 1
    first_row, last_row = top.file, count - bottom.file
    start_row, stop_row = top.answer, len(side.answer) - 1 - bottom.answer
    inside = [
        p
        for p in side.pairs
        if first_row <= p.file <= last_row and start_row <= p.answer <= stop_row
    ]
    if first_row > last_row or start_row > stop_row:
        return _incomplete(scene)
    part = (top.kept and not top.harmless) or (bottom.kept and not bottom.harmless)
    kept = top.kept or bottom.kept
    if kept and _unchanged(inside, start_row, stop_row, first_row, last_row):
        return _deletion(scene, side, top)
    if part and _is_shortened(scene, side, inside, top, bottom):
        return _deletion(scene, side, top)
    coverage = Coverage(
        _line(side.file, first_row, scene.home.start, top.whole),
        _line_after(side.file, last_row, scene.home.stop, bottom.whole),
        0 if start_row == 0 else side.answer[start_row].number,
        len(scene.answer) if stop_row == len(side.answer) - 1 else side.answer[stop_row].number + 1,
        tuple((side.answer[p.answer].number, side.file[p.file].number) for p in inside if p.same),
    )
    doubt = top.doubt or bottom.doubt
    gone = last_row - first_row - (stop_row - start_row)
    if bottom.kept and bottom.harmless and gone > 0:
        doubt = doubt or "The answer ends before the target does, and has fewer lines"
    ends = inside and (start_row, stop_row) == (inside[0].answer, inside[-1].answer)
    if part and not (ends and _certain(scene, side, inside, top, bottom)):
        lines = f"{coverage.first + 1}-{coverage.last}"
        doubt = f"The answer holds only a part of the target; it is taken as lines {lines}"
    return _weigh_loss(scene, replace(coverage, doubt=doubt))


def _line(file: Sequence[Row], row: int, home: int, whole: bool) -> int:
    return home if whole else file[row].number


def _line_after(file: Sequence[Row], row: int, home: int, whole: bool) -> int:
    return home if whole else file[row].number + 1


def _unchanged(inside: Sequence[Pair], start: int, stop: int, first: int, last: int) -> bool:
    """Whether the answer says just what stands there."""
    same = sum(pair.same for pair in inside)
    return same == stop - start + 1 == last - first + 1


def _is_shortened(
    scene: Scene, side: Side, inside: Sequence[Pair], top: Edge, bottom: Edge
) -> bool:
    """Whether lines at one end are to go: of statements, not of a symbol, most of which is there."""
    if (top.kept and bottom.kept) or scene.name() is not None:
        return False
    return len(inside) >= len(side.home) * _MOST


def _deletion(scene: Scene, side: Side, top: Edge) -> Coverage | Reject:
    """The answer is a part of the target as it is: the rest is to go, or was left out."""
    if top.kept and scene.name() is not None:
        return _incomplete(scene)
    pairs = tuple(
        (side.answer[p.answer].number, side.file[p.file].number)
        for p in side.pairs
        if p.same and p.file in side.home
    )
    held = {pair.file for pair in side.pairs}
    gone = [side.file[k].number for k in side.home if k not in held]
    doubt = f"The answer leaves out {len(gone)} of the target's {len(side.home)} lines"
    if gone and scene.problems.issuperset(gone):
        doubt = ""  # the lines that are to go were reported
    return Coverage(scene.home.start, scene.home.stop, 0, len(scene.answer), pairs, doubt)


def _certain(scene: Scene, side: Side, inside: Sequence[Pair], top: Edge, bottom: Edge) -> bool:
    """Whether a part of the target has its place beyond doubt.

    It is held at both ends by lines that stand there once, and no one could mean it to be the whole:
    a symbol without its first line, or lines out of the middle.
    """
    above, below = top.kept and not top.harmless, bottom.kept and not bottom.harmless
    if not above or not (below or scene.name() is not None):
        return False
    ends = (inside[0], inside[-1])
    keys = [row.key for row in side.file]
    held = all(pair.same and keys.count(side.file[pair.file].key) == 1 for pair in ends)
    telling = sum(pair.same and side.file[pair.file].telling for pair in inside)
    gone = inside[-1].file - inside[0].file + 1 - len(inside)
    new = inside[-1].answer - inside[0].answer + 1 - len(inside)
    return held and telling > 1 and gone <= new


def _weigh_loss(scene: Scene, coverage: Coverage) -> Coverage | Reject:
    """The same, in doubt when much of the file goes without anything in its place."""
    old = len(rows_of(scene.file, coverage.first, coverage.last))
    new = len(rows_of(scene.answer, coverage.start, coverage.stop))
    if old >= _LONG and new < old * _TINY:
        return reject(
            Code.INCOMPLETE,
            "The answer has only a small part of the code it should replace",
            f"your new text has {new} lines in place of {old}. Give the whole new text; to delete "
            "code, name it with apply_edits",
        )
    if coverage.doubt:
        return coverage
    lost = _lost_line(scene, coverage)
    if lost is not None:
        return replace(coverage, doubt=f"The answer lacks `{lost[:60]}`")
    gone = old - new
    if gone <= 0:
        return coverage
    code = _code_lines(scene, coverage)
    if gone <= _REWRITTEN and _is_rewritten(scene, coverage, code[1:]):
        return coverage
    kept = {line for _, line in coverage.pairs}
    inner = sum(line in kept for line in code[1:-1])
    hollow = len(code) > _FEW and inner < (len(code) - 2) * _HOLLOW
    much = gone > _FEW and gone > old * _MUCH
    if hollow or much or _loses_end(scene, coverage, code) or _loses_comment(scene, coverage, code):
        return replace(coverage, doubt=f"The answer has {new} lines in place of {old}")
    return coverage


def _loses_end(scene: Scene, coverage: Coverage, code: Sequence[int]) -> bool:
    """Whether the last statement is gone and nothing new stands in its place."""
    kept = dict(coverage.pairs)
    statements = [row for n in code for row in rows_of(scene.file, n, n + 1)]
    statements = [row for row in statements if not is_closer(row.key)]
    if not statements or statements[-1].number in kept.values():
        return False
    own = rows_of(scene.answer, coverage.start, coverage.stop)
    new = [row for row in own if row.telling and row.number not in kept]
    likeness = Likeness()
    if any(likeness.between(row.key, statements[-1].key) >= _LIKE for row in new):
        return False
    lost = [row for row in statements if row.number not in kept.values()]
    return all(any(likeness.between(row.key, o.key) >= _LIKE for o in lost) for row in new)


def _loses_comment(scene: Scene, coverage: Coverage, code: Sequence[int]) -> bool:
    """Whether all that is less are comments, directives aside."""
    old = scene.file[coverage.first : coverage.last]
    own = scene.answer[coverage.start : coverage.stop]
    known = {line.strip() for line in own}
    remarks = [old[n].strip() for n in comment_lines(old, scene.language)]
    if all(remark in known or "flux:" in remark.lower() for remark in remarks):
        return False
    notes = comment_lines(own, scene.language)
    above = notes | attribute_lines(own, notes)
    return sum(bool(line.strip()) and n not in above for n, line in enumerate(own)) >= len(code)


def _is_rewritten(scene: Scene, coverage: Coverage, body: Sequence[int]) -> bool:
    """Whether another text stands in place of all the lines `body`, about the same things.

    Not so when one of them is there, changed or not: then the others may only be left out.
    """
    kept = dict(coverage.pairs)
    own = rows_of(scene.answer, coverage.start, coverage.stop)
    new = [row for row in own if row.telling and row.number not in kept]
    old = [rows_of(scene.file, line, line + 1)[0] for line in body]
    telling = [row for row in old if row.telling]
    if not new or any(row.number in kept.values() for row in telling):
        return False
    likeness = Likeness()
    if any(likeness.between(row.key, o.key) >= _LIKE for row in new for o in telling):
        return False
    words = words_of([row.key for row in telling])
    return len(words & words_of([row.key for row in new])) >= len(words) * _ABOUT_THE_SAME


def _code_lines(scene: Scene, coverage: Coverage) -> list[int]:
    """The numbers of the covered lines that hold more than a comment or a decorator."""
    old = scene.file[coverage.first : coverage.last]
    comments = comment_lines(old, scene.language)
    above = comments | attribute_lines(old, comments)
    return [coverage.first + n for n, line in enumerate(old) if line.strip() and n not in above]


def _lost_line(scene: Scene, coverage: Coverage) -> str | None:
    """A decorator, attribute or comment for tools that the answer has nothing in place of."""
    old = scene.file[coverage.first : coverage.last]
    new = scene.answer[coverage.start : coverage.stop]
    comments, notes = comment_lines(old, scene.language), comment_lines(new, scene.language)
    known, before = {line.strip() for line in new}, {line.strip() for line in old}
    attributes = [old[n].strip() for n in sorted(attribute_lines(old, comments))]
    own = [new[n].strip() for n in attribute_lines(new, notes)]
    lost = [line for line in attributes if line not in known]
    if len(lost) > sum(line not in before for line in own):
        return lost[0]
    pragmas = (old[n].strip() for n in sorted(comments) if is_pragma(old[n]))
    return next((line for line in pragmas if line not in known), None)


def _shifted(answer: Sequence[Row], target: Sequence[Row], file: Sequence[Row]) -> list[Row]:
    """The answer's rows with their columns as they are in the file."""
    known = _indents(file) | _indents(target)
    shifts = [
        indent - row.indent
        for row in answer
        if row.telling and (indent := known.get(row.key)) is not None
    ]
    if shifts:
        shift = max(set(shifts), key=lambda size: (shifts.count(size), -abs(size)))
    elif Likeness().between(answer[0].key, target[0].key) >= _LIKE:
        shift = target[0].indent - answer[0].indent
    else:
        shift = min(row.indent for row in target) - min(row.indent for row in answer)
        shift = max(shift, 0)
    return [replace(row, indent=row.indent + shift) for row in answer]


def _indents(rows: Sequence[Row]) -> dict[str, int | None]:
    """The columns of each line that is there once, by its key."""
    known: dict[str, int | None] = {}
    for row in rows:
        known[row.key] = None if row.key in known else row.indent
    return known


def _related(answer: Sequence[Row], target: Sequence[Row]) -> bool:
    """Whether the answer speaks of what the target speaks of; of less when it is much shorter."""
    old, new = words_of([row.key for row in target]), words_of([row.key for row in answer])
    share = _SHARED if len(answer) >= len(target) else _SHARED_BY_LESS
    return len(old & new) >= share * len(old)


def _unlike(scene: Scene, answer: Sequence[Row], target: Sequence[Row]) -> Coverage | Reject:
    """No line of the answer is one of the target's: it is all new, or something else."""
    whole = Coverage(scene.home.start, scene.home.stop, 0, len(scene.answer), ())
    name = scene.name()
    if name is not None:
        if name not in {word for row in answer for word in _words(row.key)}:
            return _incomplete(scene)
        return _weigh_loss(scene, whole)
    if len(target) == 1 or _related(answer, target):
        return _weigh_loss(scene, whole)
    return replace(whole, doubt="The answer has no line in common with what it should replace")


def _words(key: str) -> list[str]:
    return "".join(char if char.isalnum() or char in "_$" else " " for char in key).split()


def _incomplete(scene: Scene) -> Reject:
    first = next(line.strip() for line in scene.file[scene.home.start :] if line.strip())
    last = next(
        scene.file[number].strip() for number in reversed(scene.home) if scene.file[number].strip()
    )
    return reject(
        Code.INCOMPLETE,
        "The answer holds only a part of the code it should replace",
        f"your new text must hold the whole target, from `{first[:200]}` to `{last[:200]}`; it holds "
        "only a part. Give the whole new text, or change a few lines with apply_edits",
    )


def _side(
    scene: Scene, answer: Sequence[Row], file: Sequence[Row], home: range, pairs: Sequence[Pair]
) -> Side:
    lines = scene.file[scene.home.start : scene.home.stop]
    start = scene.home.start
    comments = comment_lines(lines, scene.language)
    return Side(
        answer,
        file,
        home,
        tuple(pairs),
        comments=frozenset(start + n for n in comments),
        attributes=frozenset(start + n for n in attribute_lines(lines, comments)),
        pragmas=frozenset(number for number in scene.home if is_pragma(scene.file[number])),
        notes=comment_lines(scene.answer, scene.language),
    )

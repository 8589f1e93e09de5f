"""What a rewrite takes away without putting anything in its place.

Refuses what is plainly only a part of the target; puts in doubt what a person should look at.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from flux_lsp.core.errors import Code
from flux_lsp.edits.locate.rows import Likeness, is_closer, rows_of, words_of
from flux_lsp.edits.plan.comment_lines import attribute_lines, comment_lines, is_pragma
from flux_lsp.edits.plan.scene import Coverage, Scene, code_lines
from flux_lsp.edits.values import Reject, reject
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.tree import parse

_LONG, _TINY = 16, 0.2  # lines of a target, and the share of them that is no whole answer
_FEW, _MUCH = 3, 0.2  # lines that go without others in their place, and their share
_LIKE = 0.5  # of a line that was changed
_REWRITTEN, _ABOUT_THE_SAME = 10, 0.25  # lines that a new text saves; words it has of the old one
_COMPARED = 40_000  # pairs of lines that are compared; beyond it a person looks
_HOLLOW = 0.5  # share of the lines between the first and the last that stays when lines go
_KINDS = frozenset({"function", "method", "class", "struct", "interface", "trait", "enum", "test"})
_OPENINGS = {"php": "<?php"}  # what a part of a file needs above it to be parsed


def weigh_loss(scene: Scene, coverage: Coverage) -> Coverage | Reject:
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
    code = code_lines(scene, coverage)
    if gone <= _REWRITTEN and _is_rewritten(scene, coverage, code[1:]):
        return coverage
    kept = {line for _, line in coverage.pairs}
    inner = sum(line in kept for line in code[1:-1])
    hollow = len(code) > _FEW and inner < (len(code) - 2) * _HOLLOW
    much = gone > _FEW and gone > old * _MUCH
    if hollow or much or _loses_end(scene, coverage, code) or _loses_comment(scene, coverage, code):
        return replace(coverage, doubt=f"The answer has {new} lines in place of {old}")
    return coverage


def find_lost_symbols(old: Sequence[str], new: Sequence[str], language: Language) -> str:
    """A sentence that names what `new` lacks of the symbols in `old`; "" when it lacks none.

    A symbol that is only renamed counts as there.
    """
    if len(new) >= len(old):
        return ""
    before, after = Counter(_names(old, language)), Counter(_names(new, language))
    lost = list((before - after).elements())
    if len(lost) <= (after - before).total():
        return ""
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"The answer removes `{lost[0]}`{more}"


def _loses_end(scene: Scene, coverage: Coverage, code: Sequence[int]) -> bool:
    """Whether the last statement is gone and nothing new stands in its place."""
    kept, stays = dict(coverage.pairs), {line for _, line in coverage.pairs}
    statements = [row for n in code for row in rows_of(scene.file, n, n + 1)]
    statements = [row for row in statements if not is_closer(row.key)]
    if not statements or statements[-1].number in stays:
        return False
    own = rows_of(scene.answer, coverage.start, coverage.stop)
    new = [row for row in own if row.telling and row.number not in kept]
    likeness = Likeness()
    if any(likeness.between(row.key, statements[-1].key) >= _LIKE for row in new):
        return False
    lost = [row for row in statements if row.number not in stays]
    if len(new) * len(lost) > _COMPARED:
        return True
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
    stays = set(kept.values())
    if not new or any(row.number in stays for row in telling):
        return False
    if len(new) * len(telling) > _COMPARED:
        return False
    likeness = Likeness()
    if any(likeness.between(row.key, o.key) >= _LIKE for row in new for o in telling):
        return False
    words = words_of([row.key for row in telling])
    return len(words & words_of([row.key for row in new])) >= len(words) * _ABOUT_THE_SAME


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


def _names(lines: Sequence[str], language: Language) -> list[str]:
    parsed = parse("\n".join([_OPENINGS.get(language.id, ""), *lines, ""]), language)
    symbols = parsed.symbols() if parsed else ()
    return [s.qualified for s in symbols if s.kind in _KINDS]

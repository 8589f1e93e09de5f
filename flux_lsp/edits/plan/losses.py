"""Weighs what a rewrite removes without putting anything in its place.

Refuses what is plainly only a part of the target; puts in doubt what a person should look at. Never
says that something must stay: a person decides.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.locate.rows import TextRow, collect_words, is_closer
from flux_lsp.edits.plan.loss import Loss
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext
from flux_lsp.edits.values import Reject, reject
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.pragmas import may_be_pragma
from flux_lsp.syntax.tree import parse

_LONG, _TINY = 16, 0.2  # lines of a target, and the share of them that is no whole answer
_FEW, _MUCH = 3, 0.2  # lines that go without others in their place, and their share
_REWRITTEN, _ABOUT_THE_SAME = 10, 0.25  # lines that a new text saves; words it has of the old one
_HOLLOW = 0.5  # share of the lines between the first and the last that stays when lines go
_KINDS = frozenset({"function", "method", "class", "struct", "interface", "trait", "enum", "test"})


def weigh_loss(context: RewriteContext, coverage: Coverage) -> Coverage | Reject:
    """Return `coverage`, in doubt if it removes much of the file and puts nothing in its place."""
    loss = Loss(context, coverage)
    old, new = len(loss.old_rows), len(loss.new_rows)
    if old >= _LONG and new < old * _TINY:
        return reject(
            ErrorCode.INCOMPLETE,
            "The answer has only a small part of the code it should replace",
            f"your new text has {new} lines in place of {old}. Give the whole new text; to delete "
            "code, name it with apply_edits",
        )
    if coverage.doubt:
        return coverage
    mark = _find_lost_mark(loss)
    if mark is not None:
        return replace(coverage, doubt=f"The answer lacks `{mark[:60]}`")
    if new >= old or (old - new <= _REWRITTEN and _is_rewritten(loss)):
        return coverage
    if _is_hollow(loss) or _is_end_lost(loss) or _are_comments_lost(loss):
        return replace(coverage, doubt=f"The answer has {new} lines in place of {old}")
    skipped = _find_skipped(loss)
    if skipped is not None:
        return replace(coverage, doubt=f"The answer leaves out `{skipped[:60]}`")
    return coverage


def find_lost_symbols(old: Sequence[str], new: Sequence[str], language: Language) -> str:
    """Return a sentence that names the symbols of `old` that `new` lacks; "" if it lacks none.

    A renamed symbol is not lost.
    """
    if len(new) >= len(old):
        return ""
    before, after = Counter(_list_symbols(old, language)), Counter(_list_symbols(new, language))
    lost = list((before - after).elements())
    if len(lost) <= (after - before).total():
        return ""
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"The answer removes `{lost[0]}`{more}"


def _is_hollow(loss: Loss) -> bool:
    """Whether much goes, or most of what stands between the first and the last line."""
    gone = len(loss.old_rows) - len(loss.new_rows)
    if gone > _FEW and gone > len(loss.old_rows) * _MUCH:
        return True
    inner = sum(row.number in loss.stays for row in loss.code[1:-1])
    return len(loss.code) > _FEW and inner < (len(loss.code) - 2) * _HOLLOW


def _is_end_lost(loss: Loss) -> bool:
    """Whether the last statement is gone and nothing new stands in its place."""
    statements = [row for row in loss.code if not is_closer(row.key)]
    if not statements or statements[-1].number in loss.stays:
        return False
    if not loss.is_comparable:
        return True
    if any(old == statements[-1].number for _, old in loss.alike):
        return False
    return {row.number for row in loss.added} == {number for number, _ in loss.alike}


def _find_skipped(loss: Loss) -> str | None:
    """Find statements that go while what is around them stays and something else changes.

    A rewrite that only deletes means to; one that changes another place may have skipped the lines.
    A neighbour that was changed counts as well if it stands as deep as before: a statement that is
    taken out of an `if` on purpose moves to the left.
    """
    if not loss.added:
        return None
    lost = {row.number for row in loss.lost} - {row.number for row in _list_moved(loss)}
    place = _place_rows(loss)
    new = {row.number: (at, row) for at, row in enumerate(loss.new_rows)}
    kept = [at for at, row in enumerate(loss.code) if row.number in place]
    for first, last in pairwise(kept):
        before, after = loss.code[first], loss.code[last]
        gone = [row for row in loss.code[first + 1 : last] if row.number in lost]
        (at, above), (below_at, below) = new[place[before.number]], new[place[after.number]]
        is_as_deep = below.indent - above.indent == after.indent - before.indent
        stay = {before.number, after.number} <= loss.stays
        if gone and below_at - at == 1 and (is_as_deep or stay):
            return gone[0].key
    return None


def _place_rows(loss: Loss) -> dict[int, int]:
    """The answer's line for each line of the file that stays, or was changed between two that stay."""
    place = {line: number for number, line in loss.coverage.pairs}
    if not loss.is_comparable:
        return place
    lines = sorted(place)
    changed: dict[int, int] = {}
    for number, old in loss.alike:
        at = bisect(lines, old)
        above = place[lines[at - 1]] if at else -1
        below = place[lines[at]] if at < len(lines) else number + 1
        if above < number < below:
            changed[old] = number
    return {**changed, **place}


def _list_moved(loss: Loss) -> list[TextRow]:
    """List the statements that stand in another place of the answer."""
    added = {row.key for row in loss.added}
    return [row for row in loss.lost if row.key in added]


def _are_comments_lost(loss: Loss) -> bool:
    """Whether only comments are lost, directives aside."""
    known = {line.strip() for line in loss.new}
    remarks = [loss.old[n].strip() for n in loss.comments]
    if all(remark in known or "flux:" in remark.lower() for remark in remarks):
        return False
    above = loss.notes | loss.new_attributes
    return sum(bool(x.strip()) and n not in above for n, x in enumerate(loss.new)) >= len(loss.code)


def _is_rewritten(loss: Loss) -> bool:
    """Whether another text stands in place of all lines below the first, about the same things.

    False when one of them is there, changed or not: then the answer may only leave out the others.
    """
    body = [row for row in loss.code[1:] if row.telling]
    if not loss.added or any(row.number in loss.stays for row in body) or not loss.is_comparable:
        return False
    below = {row.number for row in body}
    if any(old in below for _, old in loss.alike):
        return False
    words = collect_words([row.key for row in body])
    return (
        len(words & collect_words([row.key for row in loss.added])) >= len(words) * _ABOUT_THE_SAME
    )


def _find_lost_mark(loss: Loss) -> str | None:
    """Find a decorator, attribute or comment for tools that the answer removes without a replacement."""
    known, before = {line.strip() for line in loss.new}, {line.strip() for line in loss.old}
    attributes = [loss.old[n].strip() for n in sorted(loss.attributes)]
    lost = [line for line in attributes if line not in known]
    new = [loss.new[n].strip() for n in loss.new_attributes]
    if len(lost) > sum(line not in before for line in new):
        return lost[0]
    pragmas = (loss.old[n].strip() for n in sorted(loss.comments) if may_be_pragma(loss.old[n]))
    return next((line for line in pragmas if line not in known), None)


def _list_symbols(lines: Sequence[str], language: Language) -> list[str]:
    parsed = parse("\n".join([language.opening, *lines, ""]), language)
    symbols = parsed.list_symbols() if parsed else ()
    return [s.qualified for s in symbols if s.kind in _KINDS]

"""Handles an answer without any line of the target: a new text for its place, or something else.

Never takes it for the target's new text unless it is about the same things.
"""

from collections.abc import Sequence
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.locate.rows import Likeness, TextRow, collect_words, read_rows
from flux_lsp.edits.plan.edges import Side
from flux_lsp.edits.plan.losses import weigh_loss
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext
from flux_lsp.edits.values import Reject, reject
from flux_lsp.syntax.comment_lines import find_attribute_lines

_LIKE = 0.7  # of a line that is another one, changed
_COMPARED = 40_000  # pairs of lines that are compared; beyond it a person looks
_BESIDE = 4  # lines on either side that an answer may repeat
_HEAD = 5  # lines that a definition may begin with
_SHARED, _SHARED_BY_LESS = 0.3, 0.5  # words of the target in an answer without its lines


def cover_unlike(
    context: RewriteContext, answer: Sequence[TextRow], target: Sequence[TextRow]
) -> Coverage | Reject:
    """Return the coverage of an answer without a line of the target: it is all new, or something else."""
    whole = Coverage(context.home.start, context.home.stop, 0, len(context.answer), ())
    name = context.name
    if name is not None:
        if name not in {word for row in answer for word in _split_words(row.key)}:
            return refuse_incomplete(context)
        return weigh_loss(context, whole)
    beside = _repeat_beside(context, answer)
    if beside is not None:
        return replace(
            whole, doubt=f"The answer repeats `{beside}`, which stands beside the target"
        )
    if len(answer) < len(target) and _is_alike(answer, target):
        return replace(whole, doubt="The answer is like a part of what it should replace")
    if len(target) == 1 or is_related(answer, target):
        return weigh_loss(context, whole)
    return replace(whole, doubt="The answer has no line in common with what it should replace")


def _repeat_beside(context: RewriteContext, answer: Sequence[TextRow]) -> str | None:
    """Return a line with which the answer repeats what stands right above or below the target."""
    home, count = context.home, len(context.file)
    above = read_rows(context.file, max(0, home.start - 2 * _BESIDE), home.start)
    below = read_rows(context.file, home.stop, min(count, home.stop + 2 * _BESIDE))
    own, over, under = ([row.key for row in rows] for rows in (answer, above, below))
    for size in range(1, min(_BESIDE + 1, len(own))):
        if own[:size] == over[-size:]:
            return own[size - 1]
        if own[-size:] == under[:size]:
            return own[-size]
    return None


def _is_alike(answer: Sequence[TextRow], target: Sequence[TextRow]) -> bool:
    """Whether a line of the answer may be one of the target's, changed."""
    if len(answer) * len(target) > _COMPARED:
        return True
    likeness = Likeness()
    return any(
        likeness.compare(row.key, other.key) >= _LIKE
        for row in answer
        for other in target
        if row.telling and other.telling
    )


def refuse_other_symbol(context: RewriteContext, answer: Sequence[TextRow]) -> Reject | None:
    """Refuse an answer that does not name the target and begins as another part of the file."""
    name = context.name
    if name is None or any(name in _split_words(row.key) for row in answer):
        return None
    known = _collect_keys_elsewhere(context)
    heads = (row for row in answer[:_HEAD] if row.telling and row.key in known)
    head = next(heads, None)
    return _refuse_head(head) if head else None


def _collect_keys_elsewhere(context: RewriteContext) -> set[str]:
    """Collect the lines that the file has outside of the target."""
    rows = read_rows(context.file, 0, len(context.file))
    inside = {row.key for row in rows if row.number in context.home}
    return {row.key for row in rows} - inside


def _refuse_head(head: TextRow) -> Reject:
    return reject(
        ErrorCode.OUT_OF_SCOPE,
        "The answer is about code outside of what was selected",
        f"your new text begins with `{head.key[:200]}`, which is another part of the file. Give the "
        "new text of the target's own lines",
    )


def refuse_other(context: RewriteContext, side: Side) -> Reject | None:
    """Refuse an answer that begins with the first line of another part of the file."""
    notes = context.notes | find_attribute_lines(context.answer, context.notes, context.language)
    head = next((row for row in side.answer if row.number not in notes), None)
    if head is None or not head.telling or context.name is None:
        return None
    above = context.comments | context.attributes
    own = next((k for k in side.home if side.file[k].number not in above), side.home.start)
    if any(pair.file == own and side.answer[pair.answer] != head for pair in side.pairs):
        return None  # the answer has the target's first line, wherever else it begins
    return _refuse_head(head) if head.key in _collect_keys_elsewhere(context) else None


def refuse_incomplete(context: RewriteContext) -> Reject:
    """Refuse an answer that is not a text of the whole target."""
    first = next(line.strip() for line in context.file[context.home.start :] if line.strip())
    last = next(
        context.file[number].strip()
        for number in reversed(context.home)
        if context.file[number].strip()
    )
    return reject(
        ErrorCode.INCOMPLETE,
        "The answer holds only a part of the code it should replace",
        f"your new text must hold the whole target, from `{first[:200]}` to `{last[:200]}`; it holds "
        "only a part. Give the whole new text, or change a few lines with apply_edits",
    )


def is_related(answer: Sequence[TextRow], target: Sequence[TextRow]) -> bool:
    """Whether the answer is about the same things as the target; a short one about fewer of them."""
    old, new = (
        collect_words([row.key for row in target]),
        collect_words([row.key for row in answer]),
    )
    share = _SHARED if len(answer) >= len(target) else _SHARED_BY_LESS
    return len(old & new) >= share * len(old)


def _split_words(key: str) -> list[str]:
    return "".join(char if char.isalnum() or char in "_$" else " " for char in key).split()

"""Handles the common rewrite: it holds the whole target and nothing around it.

Never decides anything else; then `coverage` aligns the answer with the file.
"""

from collections import Counter
from collections.abc import Sequence

from flux_lsp.edits.change.linediff import find_blocks
from flux_lsp.edits.locate.rows import TextRow, is_closer, is_telling, read_rows
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext


def cover_whole(
    context: RewriteContext, answer: Sequence[TextRow], target: Sequence[TextRow]
) -> Coverage | None:
    """Cover the whole target if the answer has its first and last line and repeats nothing around it.

    There may be new lines above the first: a helper, a decorator, a comment.
    """
    head = _find_head(answer, target[0])
    if head is None or answer[-1].key != target[-1].key:
        return None
    if head == len(answer) - 1 and len(target) > 1:
        return None  # one line is not both
    if answer[-1].indent - answer[head].indent != target[-1].indent - target[0].indent:
        return None
    own = [row.key for row in answer]
    old = [row.key for row in target]
    above = [row.key for row in read_rows(context.file, context.window.start, context.home.start)]
    below = [row.key for row in read_rows(context.file, context.home.stop, context.window.stop)]
    if _has_repeated(own, below, old) or _has_repeated(own[::-1], above[::-1], old[::-1]):
        return None
    if any(row.telling and row.key in above for row in answer[:head]):
        return None
    same = [
        (block.b_start + k, block.a_start + k)
        for block in find_blocks(old, own)
        for k in range(block.size)
    ]
    if _find_definition_row(context, target) not in {k for _, k in same}:
        return None
    now, before = Counter(own), Counter(old)
    beside = {*above[-1:], *below[:1]}
    twice = [key for key in own if is_telling(key) and now[key] > before[key] > 0 and key in beside]
    if len(own) > len(old):
        twice += [key for key in own[:1] if key in above[-1:] and _has_words(key)]
        twice += [key for key in own[-1:] if key in below[:1] and _has_words(key)]
    doubt = twice[0] if twice else ""
    pairs = tuple((answer[i].number, target[k].number) for i, k in same)
    home = context.home
    return Coverage(home.start, home.stop, 0, len(context.answer), pairs, _describe_repeated(doubt))


def _find_definition_row(context: RewriteContext, target: Sequence[TextRow]) -> int:
    """Find the first row of the target below comments, decorators and attributes."""
    above = context.comments | context.attributes
    rows = (k for k, row in enumerate(target) if row.number not in above)
    return next(rows, 0)


def _has_words(key: str) -> bool:
    """Whether a line is more than a bracket or the mark that begins or ends a comment."""
    return any(map(str.isalnum, key)) and not is_closer(key)


def _describe_repeated(line: str) -> str:
    return f"The answer repeats `{line[:60]}`, which stands beside the target" if line else ""


def _find_head(answer: Sequence[TextRow], first: TextRow) -> int | None:
    """Find the target's first line in the answer; None if it is not plain."""
    places = [i for i, row in enumerate(answer) if row.key == first.key]
    if places[:1] == [0] or (len(places) == 1 and first.telling):
        return places[0]
    return None


def _has_repeated(answer: Sequence[str], below: Sequence[str], old: Sequence[str]) -> bool:
    """Whether the answer ends with the lines below the target, though the target does not."""
    for size in range(1, min(len(answer), len(below)) + 1):
        tail = answer[-size:]
        if tail == below[:size] and tail != old[-size:]:
            return True
    return False

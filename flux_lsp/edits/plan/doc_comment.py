"""Puts an answer that is only a comment where the language has its documentation.

Never replaces code by a comment.
"""

from collections.abc import Sequence

from flux_lsp.edits.indentation import measure_indent
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext
from flux_lsp.syntax.pragmas import may_be_pragma

_STRINGS = ('"""', "'''")
_HEADER = 8  # lines that the header of a definition may have
_OPENERS = (":", "=", "{", "do")


def place_comment(context: RewriteContext) -> Coverage | None:
    """Return where an answer of comments alone belongs; None for any other answer."""
    solid = [number for number, line in enumerate(context.answer) if line.strip()]
    if not context.notes.issuperset(solid):
        return None
    home = context.file[context.home.start : context.home.stop]
    comments = frozenset(number - context.home.start for number in context.comments)
    code = [k for k, line in enumerate(home) if line.strip() and k not in comments]
    known = {home[k].strip() for k in comments}
    if not code or all(context.answer[number].strip() in known for number in solid):
        return None  # nothing but comments anyway, or code is to go from between them
    if context.language.id == "python" and _is_string(context.answer[solid[0]]):
        place = context.tree.find_docstring_lines(context.span) if context.tree else None
        own = next(line for line in home if line.strip())  # of a body, before what is defined in it
        doubt = "The docstring may belong to another definition" if _is_string(own) else ""
        return Coverage(*place, 0, len(context.answer), (), doubt) if place else None
    first, last = _find_comment_above(context, code[0], comments)
    mark = context.language.docs.inside
    ends = (k for k in code[:_HEADER] if home[k].rstrip().endswith("="))
    end = next(ends, code[0]) if mark else code[0]
    head = home[end].rstrip()
    marked = bool(mark) and context.answer[solid[0]].lstrip().startswith(mark)
    inner = marked or measure_indent(context.answer[solid[0]]) > measure_indent(home[code[0]])
    opened = inner and head.endswith(_OPENERS)
    if opened:
        first = last = context.home.start + end + 1
        if marked:
            last = _skip_marked(context.file, first, mark)
    doubt = "" if not inner or (marked and opened) else "The comment may belong inside of the code"
    notes = [home[k] for k in sorted(comments) if k < code[0] and not may_be_pragma(home[k])]
    if first == last and notes and not opened:
        doubt = doubt or f"The comment stands beside another one, `{notes[0].strip()[:60]}`"
    lost = next((line for line in context.file[first:last] if may_be_pragma(line)), None)
    if lost is not None:
        doubt = f"The comment takes the place of one with `{lost.strip()[:60]}`"
    return Coverage(first, last, 0, len(context.answer), (), doubt)


def _skip_marked(file: Sequence[str], first: int, mark: str) -> int:
    """Return the first line from `first` on that is no comment with `mark`."""
    numbers = range(first, len(file))
    return next((n for n in numbers if not file[n].lstrip().startswith(mark)), len(file))


def _is_string(line: str) -> bool:
    return line.strip().lstrip("rRuU").startswith(_STRINGS)


def _find_comment_above(
    context: RewriteContext, code: int, comments: frozenset[int]
) -> tuple[int, int]:
    """Return the lines of the comment of the same form directly above the first line of code.

    A line that tools read stays, and so does a comment of another form (`//` above `/**`).
    """
    start = context.home.start
    mark = _read_mark(next(line for line in context.answer if line.strip()))
    lines = context.file[start : start + code]
    block = next((b for b in context.language.block_comments if mark.startswith(b[0])), None)
    if block is not None:
        ends = bool(lines) and lines[-1].rstrip().endswith(block[1])
        opening = (n for n in reversed(range(code)) if lines[n].lstrip().startswith(block[0]))
        first = next(opening, code) if ends else code
        if first < code and _read_mark(lines[first]) != mark:
            first = code
        return start + first, start + code
    first = code
    while first - 1 in comments and not may_be_pragma(lines[first - 1]):
        first -= 1
    if first < code and _read_mark(lines[first]) != mark:
        first = code
    return start + first, start + code


def _read_mark(line: str) -> str:
    """The signs that a comment begins with."""
    bare = line.strip()
    return bare[: next((i for i, char in enumerate(bare) if char.isalnum() or char == " "), None)]

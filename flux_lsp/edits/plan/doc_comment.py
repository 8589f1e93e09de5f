"""An answer that is nothing but a comment becomes that comment, in the place the language has for it.

Never replaces code by a comment.
"""

from flux_lsp.edits.indentation import get_indent
from flux_lsp.edits.plan.comment_lines import is_pragma
from flux_lsp.edits.plan.scene import Coverage, Scene

_STRINGS = ('"""', "'''")
_INSIDE = {"nim": "##"}  # what a documentation comment in the body begins with
_HEADER = 8  # lines that the header of a definition may have
_OPENERS = (":", "=", "{", "do")


def place_comment(scene: Scene) -> Coverage | None:
    """Where an answer of comments alone goes; None for any other answer, or where code has none."""
    solid = [number for number, line in enumerate(scene.answer) if line.strip()]
    if not scene.notes.issuperset(solid):
        return None
    home = scene.file[scene.home.start : scene.home.stop]
    comments = frozenset(number - scene.home.start for number in scene.comments)
    code = [k for k, line in enumerate(home) if line.strip() and k not in comments]
    known = {home[k].strip() for k in comments}
    if not code or all(scene.answer[number].strip() in known for number in solid):
        return None  # nothing but comments anyway, or code is to go from between them
    if scene.language.id == "python" and _is_string(scene.answer[solid[0]]):
        place = scene.tree.docstring_lines(scene.span) if scene.tree else None
        return Coverage(*place, 0, len(scene.answer), ()) if place else None
    first, last = _find_comment_above(scene, code[0], comments)
    ends = (k for k in code[:_HEADER] if home[k].rstrip().endswith("="))
    end = next(ends, code[0]) if scene.language.id in _INSIDE else code[0]
    head = home[end].rstrip()
    mark = _INSIDE.get(scene.language.id)
    marked = mark is not None and scene.answer[solid[0]].lstrip().startswith(mark)
    inner = marked or _measure_indent(scene.answer[solid[0]]) > _measure_indent(home[code[0]])
    opened = inner and head.endswith(_OPENERS)
    if opened:
        first = last = scene.home.start + end + 1
        while marked and scene.file[last : last + 1] and scene.file[last].lstrip()[:2] == mark:
            last += 1
    doubt = "" if not inner or (marked and opened) else "The comment may belong inside of the code"
    lost = next((line for line in scene.file[first:last] if is_pragma(line)), None)
    if lost is not None:
        doubt = f"The comment takes the place of one with `{lost.strip()[:60]}`"
    return Coverage(first, last, 0, len(scene.answer), (), doubt)


def _is_string(line: str) -> bool:
    return line.strip().lstrip("rRuU").startswith(_STRINGS)


def _measure_indent(line: str) -> int:
    return len(get_indent(line).expandtabs(4))


def _find_comment_above(scene: Scene, code: int, comments: frozenset[int]) -> tuple[int, int]:
    """The comment of the same form directly above the target's first line of code.

    A line that tools read stays, and so does a comment of another form (`//` above `/**`).
    """
    start = scene.home.start
    mark = _read_mark(next(line for line in scene.answer if line.strip()))
    lines = scene.file[start : start + code]
    block = next((b for b in scene.language.block_comments if mark.startswith(b[0])), None)
    if block is not None:
        ends = bool(lines) and lines[-1].rstrip().endswith(block[1])
        opening = (n for n in reversed(range(code)) if lines[n].lstrip().startswith(block[0]))
        first = next(opening, code) if ends else code
        if first < code and _read_mark(lines[first]) != mark:
            first = code
        return start + first, start + code
    first = code
    while first - 1 in comments and not is_pragma(lines[first - 1]):
        first -= 1
    if first < code and _read_mark(lines[first]) != mark:
        first = code
    return start + first, start + code


def _read_mark(line: str) -> str:
    """The signs that a comment begins with."""
    bare = line.strip()
    return bare[: next((i for i, char in enumerate(bare) if char.isalnum() or char == " "), None)]

"""An answer that is nothing but a comment becomes that comment, in the place the language has for it.

Never replaces code by a comment.
"""

from collections.abc import Callable

from flux_lsp.edits.comment_lines import comment_lines, is_pragma
from flux_lsp.edits.coverage import Coverage, Scene

_STRINGS = ('"""', "'''")
_PREFIXES = ("r", "R", "u", "U")


def place_comment(
    scene: Scene, find_docstring: Callable[[], tuple[int, int] | None]
) -> Coverage | None:
    """Where an answer of comments alone goes; None for any other answer, or where code has none.

    `find_docstring` gives the lines of a symbol's docstring, or the empty range where it belongs.
    """
    solid = [number for number, line in enumerate(scene.answer) if line.strip()]
    if not set(solid) <= comment_lines(scene.answer, scene.language):
        return None
    home = scene.file[scene.home.start : scene.home.stop]
    comments = comment_lines(home, scene.language)
    code = [k for k, line in enumerate(home) if line.strip() and k not in comments]
    if not code:
        return None
    if scene.language.id == "python" and _is_string(scene.answer[solid[0]]):
        place = find_docstring()
        return Coverage(*place, 0, len(scene.answer), ()) if place else None
    first, last = _comment_above(scene, code[0], comments)
    return Coverage(first, last, 0, len(scene.answer), ())


def _is_string(line: str) -> bool:
    bare = line.strip()
    return bare.lstrip("".join(_PREFIXES)).startswith(_STRINGS)


def _comment_above(scene: Scene, code: int, comments: frozenset[int]) -> tuple[int, int]:
    """The comment directly above the target's first line of code, without what tools read."""
    start = scene.home.start
    first = code
    while first - 1 in comments and not is_pragma(scene.file[start + first - 1]):
        first -= 1
    return start + first, start + code

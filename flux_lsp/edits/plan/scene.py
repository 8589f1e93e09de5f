"""An answer's lines beside the file's, and what comes of laying one on the other, as frozen values.

Never decides anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flux_lsp.edits.plan.comment_lines import attribute_lines, comment_lines
from flux_lsp.syntax.languages import Language

_REACH = 40  # lines around the target that an answer may hold beside as many as it has itself


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


def window_of(scene: Scene, rows: int) -> range:
    """The lines that an answer of so many rows may be about."""
    reach = _REACH + 2 * rows
    return range(max(0, scene.home.start - reach), min(len(scene.file), scene.home.stop + reach))


def code_lines(scene: Scene, coverage: Coverage) -> list[int]:
    """The numbers of the covered lines that hold more than a comment or a decorator."""
    old = scene.file[coverage.first : coverage.last]
    comments = comment_lines(old, scene.language)
    above = comments | attribute_lines(old, comments)
    return [coverage.first + n for n, line in enumerate(old) if line.strip() and n not in above]

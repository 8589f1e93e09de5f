"""Infers how the indentation of an answer relates to the file's, from lines that both have.

Never guesses: a rule must explain every line it was learned from, else there is none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

Rule = Callable[[str], str | None]  # an indentation of the answer → the file's, None if unknown
Pair = tuple[str, str]  # (indentation in the answer, indentation in the file)

_INDENT = re.compile(r"[^\S\n]*")
TAB_WIDTHS = (4, 8, 2, 3)
_SCALES = ((2, 1), (1, 2))


def get_indent(line: str) -> str:
    """Return the blanks at the start of `line`."""
    match = _INDENT.match(line)
    return match[0] if match else ""


def measure_indent(line: str) -> int:
    """Return how many columns the blanks take that `line` begins with; a tab takes four."""
    return len(get_indent(line).expandtabs(4))


def get_indents(lines: Iterable[str]) -> list[str]:
    """Return the indentations of those `lines` that are indented and not blank."""
    return [
        line[: len(line) - len(bare)] for line in lines if line != (bare := line.lstrip()) and bare
    ]


def infer_rule(pairs: Sequence[Pair]) -> Rule | None:
    """Infer one rule for all of `pairs`: the same, shifted, or tabs for spaces."""
    if not pairs:
        return None
    return next(
        (rule for rule in _propose_rules(pairs) if all(rule(a) == b for a, b in pairs)), None
    )


def infer_scale(pairs: Sequence[Pair]) -> Rule | None:
    """Infer that one side indents by twice the other's unit, if enough lines show it."""
    if any("\t" in indent for pair in pairs for indent in pair):
        return None
    levels = {len(a) for a, _ in pairs}
    for up, down in _SCALES:
        rule = _scale_indents(up, down, pairs)
        shifted = rule("") != ""
        if len(levels) > (2 if shifted else 1) and all(rule(a) == b for a, b in pairs):
            return rule
    return None


def infer_unit(indents: Sequence[str]) -> str:
    """Infer the step by which a file indents from its lines: a tab, or so many spaces."""
    sizes = [len(indent) for indent in indents if indent and "\t" not in indent]
    if len(sizes) * 2 < sum(1 for indent in indents if indent):
        return "\t"
    return " " * _infer_step(sizes)


def _infer_step(sizes: Sequence[int]) -> int:
    for step in (4, 2, 3, 8):
        if (
            sizes
            and min(sizes) >= step
            and sum(size % step == 0 for size in sizes) >= 0.8 * len(sizes)
        ):
            return step
    return 2 if sizes and min(sizes) == 2 else 4


def _propose_rules(pairs: Sequence[Pair]) -> Iterator[Rule]:
    first, real = pairs[0]
    if real.endswith(first):
        yield _add_prefix(real[: len(real) - len(first)])
    if first.endswith(real):
        yield _remove_prefix(first[: len(first) - len(real)])
    if any("\t" in indent for pair in pairs for indent in pair):
        yield from _propose_columns(pairs)


def _add_prefix(prefix: str) -> Rule:
    return lambda indent: prefix + indent


def _remove_prefix(prefix: str) -> Rule:
    return lambda indent: indent.removeprefix(prefix) if indent.startswith(prefix) else None


def _propose_columns(pairs: Sequence[Pair]) -> Iterator[Rule]:
    into_tabs = any("\t" in real for _, real in pairs)
    for width in TAB_WIDTHS:
        first, real = pairs[0]
        yield _map_columns(
            width, len(real.expandtabs(width)) - len(first.expandtabs(width)), into_tabs
        )


def _map_columns(width: int, shift: int, into_tabs: bool) -> Rule:
    def map_indent(indent: str) -> str | None:
        size = len(indent.expandtabs(width)) + shift
        if size < 0:
            return None
        return "\t" * (size // width) + " " * (size % width) if into_tabs else " " * size

    return map_indent


def _scale_indents(up: int, down: int, pairs: Sequence[Pair]) -> Rule:
    shift = len(pairs[0][1]) - len(pairs[0][0]) * up // down

    def scale_indent(indent: str) -> str | None:
        size = len(indent) * up
        if size % down or size // down + shift < 0:
            return None
        return " " * (size // down + shift)

    return scale_indent

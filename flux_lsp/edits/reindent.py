"""Gives a rewrite the indentation that its place in the file has.

Learns from the lines that both have; where there are none, from the shape of what stands there.
"""

from collections.abc import Sequence
from itertools import pairwise

from flux_lsp.edits.indentation import Rule, indent_of, uniform, unit_of

_OPENERS = (":", "{", "(", "[")
_UNITS = (8, 4, 3, 2)

Pairs = Sequence[tuple[int, int]]  # (line of the answer, line of the region) that are the same


def reindent(
    lines: list[str], region: Sequence[str], pairs: Pairs, file: Sequence[str]
) -> list[str]:
    """`lines` as they are indented in the place of `region`, which is a part of `file`."""
    solid = [i for i, line in enumerate(lines) if line.strip()]
    real = next((indent_of(line) for line in region if line.strip()), None)
    if not solid or real is None:
        return lines
    lines = _with_the_files_blanks(lines, region, pairs, file)
    known = [(indent_of(lines[i]), indent_of(region[k])) for i, k in pairs if lines[i].strip()]
    at = solid[0]
    mine = indent_of(lines[at])
    rest = [pair for (i, _), pair in zip(pairs, known, strict=True) if i != at]
    paired = len(rest) < len(known)
    if mine == real:
        return (_by_rest(lines, at, real, rest) if paired else None) or lines
    rule = uniform(known) if rest else None
    if rule is not None and rule(mine) != mine:
        return _by(rule, lines) or lines
    by_rest = _by_rest(lines, at, real, rest) if paired else None
    return by_rest or _by_shape(lines, region, at, real)


def _by_rest(
    lines: list[str], at: int, real: str, rest: Sequence[tuple[str, str]]
) -> list[str] | None:
    """The first line is one of the file's; the other lines that both have say where they belong."""
    rule = uniform(rest)
    if rule is None:
        return None
    others = _by(rule, lines[at + 1 :])
    return None if others is None else [*lines[:at], real + lines[at].lstrip(), *others]


def _by_shape(lines: list[str], region: Sequence[str], at: int, real: str) -> list[str]:
    """All of it is off, or its first line alone, whichever looks like what stood there."""
    first = indent_of(lines[at])
    whole = uniform([(first, real)])
    below = [indent_of(line) for line in lines[at + 1 :] if line.strip()]
    if whole is None or any(len(indent) < len(first) for indent in below):
        return lines
    if len(first) > len(real):  # deeper: lines that both have would have said so
        return lines if below else _by(whole, lines) or lines
    if not below:
        return _by(whole, lines) or lines
    step = _step(lines[at], region)
    all_off, first_off = _width(below[0]) - _width(first), _width(below[0]) - _width(real)
    if first_off == step and all_off != step:
        return [*lines[:at], real + lines[at].lstrip(), *lines[at + 1 :]]
    return _by(whole, lines) or lines


def _step(first: str, region: Sequence[str]) -> int:
    """How much further in the second line is than the first, as it was or as is usual."""
    old = [line for line in region if line.strip()]
    opens = first.rstrip().endswith(_OPENERS)
    if len(old) > 1 and opens == old[0].rstrip().endswith(_OPENERS):
        return _width(indent_of(old[1])) - _width(indent_of(old[0]))
    return _width(unit_of([indent_of(line) for line in region])) if opens else 0


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def _with_the_files_blanks(
    lines: list[str], region: Sequence[str], pairs: Pairs, file: Sequence[str]
) -> list[str]:
    """Tabs for spaces, or the other way round, where the file plainly has the other kind."""
    kind = _kind(region) or _kind(file)
    own = _kind(lines)
    if kind is None or own is None or kind == own:
        return lines
    shared = [(indent_of(lines[i]), indent_of(region[k])) for i, k in pairs]
    rule = uniform([pair for pair in shared if pair[0] and pair[1]])
    if rule is not None and any("\t" in indent for pair in shared for indent in pair):
        return _by(rule, lines) or lines
    return _by(_tabbing(lines) if kind == "\t" else _spacing(file), lines) or lines


def _kind(lines: Sequence[str]) -> str | None:
    """A tab or a space: what all indented lines begin with; None when both or none do."""
    kinds: set[str] = set()
    for line in lines:  # of a whole file: each costs no more than it must
        if (first := line[:1]) not in kinds and first.isspace() and first != "\n" and line.strip():
            kinds.add(first)
    return kinds.pop() if len(kinds) == 1 else None


def _tabbing(lines: Sequence[str]) -> Rule:
    """A tab for every step of spaces."""
    code = (line for line in lines if line.strip() and not line.lstrip().startswith("*"))
    sizes = sorted({len(indent_of(line)) for line in code} - {0})
    steps = [b - a for a, b in pairwise([0, *sizes])]
    unit = next((size for size in _UNITS if steps and all(s % size == 0 for s in steps)), 0)

    def rule(indent: str) -> str | None:
        return "\t" * (len(indent) // unit) + " " * (len(indent) % unit) if unit else indent

    return rule


def _spacing(file: Sequence[str]) -> Rule:
    unit = unit_of([indent_of(line) for line in file])
    return lambda indent: indent.replace("\t", unit)


def _by(rule: Rule, lines: list[str]) -> list[str] | None:
    written = []
    for line in lines:
        margin = rule(indent_of(line)) if line.strip() else ""
        if margin is None:
            return None
        written.append(f"{margin}{line.lstrip()}" if line.strip() else line)
    return written

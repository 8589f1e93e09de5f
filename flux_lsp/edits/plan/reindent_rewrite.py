"""Gives a rewrite the indentation that its place in the file has.

It learns from lines that both texts have; if there are none, from the shape of the old text.
"""

from collections.abc import Sequence
from itertools import pairwise

from flux_lsp.edits.indentation import (
    Rule,
    get_indent,
    infer_rule,
    infer_unit,
    measure_indent,
)

_OPENERS = (":", "{", "(", "[")
_UNITS = (8, 4, 3, 2)

Pairs = Sequence[tuple[int, int]]  # (line of the answer, line of the region) that are the same


def reindent_rewrite(
    lines: list[str], region: Sequence[str], pairs: Pairs, file: Sequence[str]
) -> list[str]:
    """Return `lines`, indented for the place of `region`, which is a part of `file`."""
    solid = [i for i, line in enumerate(lines) if line.strip()]
    real = next((get_indent(line) for line in region if line.strip()), None)
    if not solid or real is None:
        return lines
    lines = _use_file_blanks(lines, region, pairs, file)
    known = [(get_indent(lines[i]), get_indent(region[k])) for i, k in pairs if lines[i].strip()]
    at = solid[0]
    own = get_indent(lines[at])
    rest = [pair for (i, _), pair in zip(pairs, known, strict=True) if i != at]
    paired = len(rest) < len(known)
    if own == real:
        return (_indent_by_rest(lines, at, real, rest) if paired else None) or lines
    rule = infer_rule(known) if rest else None
    if rule is not None and rule(own) != own:
        return _apply_rule(rule, lines) or lines
    by_rest = _indent_by_rest(lines, at, real, rest) if paired else None
    return by_rest or _indent_by_shape(lines, region, at, real)


def _indent_by_rest(
    lines: list[str], at: int, real: str, rest: Sequence[tuple[str, str]]
) -> list[str] | None:
    """Indent the first line as the file does, the others by the lines that both texts have."""
    rule = infer_rule(rest)
    if rule is None:
        return None
    others = _apply_rule(rule, lines[at + 1 :])
    return None if others is None else [*lines[:at], real + lines[at].lstrip(), *others]


def _indent_by_shape(lines: list[str], region: Sequence[str], at: int, real: str) -> list[str]:
    """Indent all lines, or the first alone, whichever looks like the text that was there."""
    first = get_indent(lines[at])
    whole = infer_rule([(first, real)])
    below = [get_indent(line) for line in lines[at + 1 :] if line.strip()]
    if whole is None or any(len(indent) < len(first) for indent in below):
        return lines
    if len(first) > len(real):  # deeper: lines that both have would have said so
        return lines if below else _apply_rule(whole, lines) or lines
    if not below:
        return _apply_rule(whole, lines) or lines
    step = _measure_step(lines[at], region)
    all_off, first_off = (
        measure_indent(below[0]) - measure_indent(first),
        measure_indent(below[0]) - measure_indent(real),
    )
    if first_off == step and all_off != step:
        return [*lines[:at], real + lines[at].lstrip(), *lines[at + 1 :]]
    return _apply_rule(whole, lines) or lines


def _measure_step(first: str, region: Sequence[str]) -> int:
    """Measure how much further in the second line should be than the first."""
    old = [line for line in region if line.strip()]
    opens = first.rstrip().endswith(_OPENERS)
    if len(old) > 1 and opens == old[0].rstrip().endswith(_OPENERS):
        return measure_indent(old[1]) - measure_indent(old[0])
    return measure_indent(infer_unit([get_indent(line) for line in region])) if opens else 0


def _use_file_blanks(
    lines: list[str], region: Sequence[str], pairs: Pairs, file: Sequence[str]
) -> list[str]:
    """Replace tabs by spaces, or the other way round, where the file plainly has the other kind."""
    kind = _find_kind(region) or _find_kind(file)
    own = _find_kind(lines)
    if kind is None or own is None or kind == own:
        return lines
    shared = [(get_indent(lines[i]), get_indent(region[k])) for i, k in pairs]
    rule = infer_rule([pair for pair in shared if pair[0] and pair[1]])
    if rule is not None and any("\t" in indent for pair in shared for indent in pair):
        return _apply_rule(rule, lines) or lines
    rule = _make_tab_rule(lines) if kind == "\t" else _make_space_rule(file)
    return _apply_rule(rule, lines) or lines


def _find_kind(lines: Sequence[str]) -> str | None:
    """Return what all indented lines begin with, a tab or a space; None if both occur or neither."""
    kinds: set[str] = set()
    for line in lines:  # of a whole file: each costs no more than it must
        if (first := line[:1]) not in kinds and first.isspace() and first != "\n" and line.strip():
            kinds.add(first)
    return kinds.pop() if len(kinds) == 1 else None


def _make_tab_rule(lines: Sequence[str]) -> Rule:
    """Return a rule that makes one tab of every step of spaces."""
    code = (line for line in lines if line.strip() and not line.lstrip().startswith("*"))
    sizes = sorted({len(get_indent(line)) for line in code} - {0})
    steps = [b - a for a, b in pairwise([0, *sizes])]
    unit = next((size for size in _UNITS if steps and all(s % size == 0 for s in steps)), 0)

    def use_tabs(indent: str) -> str | None:
        return "\t" * (len(indent) // unit) + " " * (len(indent) % unit) if unit else indent

    return use_tabs


def _make_space_rule(file: Sequence[str]) -> Rule:
    unit = infer_unit([get_indent(line) for line in file])
    return lambda indent: indent.replace("\t", unit)


def _apply_rule(rule: Rule, lines: list[str]) -> list[str] | None:
    written = []
    for line in lines:
        margin = rule(get_indent(line)) if line.strip() else ""
        if margin is None:
            return None
        written.append(f"{margin}{line.lstrip()}" if line.strip() else line)
    return written

"""The new text of the whole target, made fit for the file: indentation, ends, nothing around it.

Refuses what is no complete new text: empty, with placeholders, most of it missing, or more than
the target.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from flux_lsp.core.errors import Code
from flux_lsp.edits.damage import unfenced, unnumbered
from flux_lsp.edits.document import Document
from flux_lsp.edits.indentation import Rule, indent_of, uniform, unit_of
from flux_lsp.edits.merge import Sides, Spot, merged
from flux_lsp.edits.placeholders import left_out, left_out_by_dots
from flux_lsp.edits.surroundings import Repeated, enclosing_header, without_surroundings
from flux_lsp.edits.values import Reject, Target, reject

_TAG = re.compile(r"^\s*</?(?:target|code|file)(?:\s[^<>]{0,300})?>\s*$")
_MANY = 16  # lines of a target that a rewrite is not expected to make almost nothing of
_FEW = 0.2
_OPENERS = (":", "{", "(", "[")


@dataclass(frozen=True)
class _Around:
    """The target's lines and the file's lines around them."""

    old: list[str]
    above: list[str]
    below: list[str]


def rewritten(code: str, target: Target, text: str) -> str | Reject:
    """What stands in the target's place after the rewrite `code`."""
    doc = Document(text)
    around = _around(doc, target)
    lines = _unwrapped(code.replace("\r\n", "\n").removesuffix("\n").split("\n"), around.old)
    if not any(line.strip() for line in lines):
        return reject(
            Code.FORMAT,
            "The answer was empty",
            "the new text of the target is empty. To delete code, name it with apply_edits",
        )
    bare = _alone(lines, around)
    if not isinstance(bare, Repeated):
        bare = _alone(_blank_ends(_indented(doc, bare, around), around.old), around)
    if isinstance(bare, Repeated):
        return _too_much(bare.line, bare.where)
    header = enclosing_header(bare, around.old, around.above)
    if header is not None:
        return _too_much(header, "above")
    return _incomplete(bare, around, doc) or _written(doc, target, bare)


def _alone(lines: list[str], around: _Around) -> list[str] | Repeated:
    return without_surroundings(lines, around.old, around.above, around.below)


def _around(doc: Document, target: Target) -> _Around:
    starts = doc.starts[:-1]
    first, last = bisect_left(starts, target.span.start), bisect_left(starts, target.span.end)
    return _Around(doc.lines[first:last], doc.lines[:first], doc.lines[last:])


def _unwrapped(lines: list[str], old: list[str]) -> list[str]:
    """Without what only wraps the text: fences, tags, line numbers the target has not."""
    if unfenced(old) is None:
        inner = unfenced(lines)
        lines = lines if inner is None else inner
    solid = [i for i, line in enumerate(lines) if line.strip()]
    if len(solid) > 2 and all(_TAG.match(lines[solid[i]][:400]) for i in (0, -1)):
        known = {line.strip() for line in old}
        if lines[solid[0]].strip() not in known:
            lines = lines[solid[0] + 1 : solid[-1]]
    if unnumbered(old) is None and len(solid) > 1:
        lines = unnumbered(lines) or lines
    return lines


def _blank_ends(lines: list[str], old: list[str]) -> list[str]:
    """As many blank lines at both ends as the target has."""
    solid = [i for i, line in enumerate(lines) if line.strip()]
    mine = [i for i, line in enumerate(old) if line.strip()]
    if not mine:
        return lines
    return [*old[: mine[0]], *lines[solid[0] : solid[-1] + 1], *old[mine[-1] + 1 :]]


def _indented(doc: Document, lines: list[str], around: _Around) -> list[str]:
    """The lines indented as the target is, where the answer plainly shifted them."""
    first = next(line for line in lines if line.strip())
    real = next((line for line in around.old if line.strip()), first)
    shared = _shared(lines, around.old)
    if indent_of(first) == indent_of(real):
        rule = _tabs(shared)
        return _by(rule, lines) if rule else lines
    if any("\t" in indent for pair in shared for indent in pair):
        rule = uniform([(indent_of(first), indent_of(real)), *shared])
        return _by(rule, lines) if rule else lines
    return _shifted(doc, lines, indent_of(first), indent_of(real), shared)


def _shifted(
    doc: Document, lines: list[str], mine: str, real: str, shared: list[tuple[str, str]]
) -> list[str]:
    margin = min(len(indent_of(line)) for line in lines if line.strip())
    whole = uniform([(mine, real)])
    if whole is None or margin < len(mine):
        return lines
    if len(mine) > len(real):  # deeper than the target: only when the known lines say so too
        return _by(whole, lines) if shared and all(whole(a) == b for a, b in shared) else lines
    solid = [line for line in lines if line.strip()]
    if len(solid) < 2:
        return _by(whole, lines)
    unit = len(unit_of([indent_of(line) for line in doc.lines]))
    expected = unit if solid[0].rstrip().endswith(_OPENERS) else 0
    all_shifted = len(indent_of(solid[1])) - len(mine)
    first_only = len(indent_of(solid[1])) - len(real)
    if first_only == expected and all_shifted != expected:
        at = lines.index(solid[0])
        return [*lines[:at], real + solid[0].lstrip(), *lines[at + 1 :]]
    return _by(whole, lines)


def _shared(lines: list[str], old: list[str]) -> list[tuple[str, str]]:
    """Indentations, in the answer and in the target, of lines that both have once."""
    known: dict[str, str | None] = {}
    for line in old:
        known[line.strip()] = None if line.strip() in known else indent_of(line)
    once: dict[str, str | None] = {}
    for line in lines:
        once[line.strip()] = None if line.strip() in once else indent_of(line)
    pairs = [(mine, known.get(key)) for key, mine in once.items() if key]
    return [(mine, real) for mine, real in pairs if mine is not None and real is not None]


def _tabs(shared: list[tuple[str, str]]) -> Rule | None:
    """Tabs for spaces or the other way round, by the lines both have; None when there is no need."""
    mixed = [(a, b) for a, b in shared if ("\t" in a) != ("\t" in b) and a and b]
    return uniform(shared) if mixed else None


def _by(rule: Rule, lines: list[str]) -> list[str]:
    margins = [rule(indent_of(line)) if line.strip() else "" for line in lines]
    if None in margins:
        return lines
    return [f"{margin}{line.lstrip()}" for margin, line in zip(margins, lines, strict=True)]


def _incomplete(lines: list[str], around: _Around, doc: Document) -> Reject | None:
    known = [*around.old, *doc.lines] if any("..." in line for line in lines) else around.old
    line = left_out(lines, [*known, *doc.lines]) or left_out_by_dots(lines, around.old)
    if line is not None:
        return reject(
            Code.ELISION,
            "The answer left out code",
            f"the line `{line.strip()}` stands for code you left out. Write it all out, or change "
            "only a few lines with apply_edits",
        )
    mine = sum(1 for one in lines if one.strip())
    real = sum(1 for one in around.old if one.strip())
    if real >= _MANY and mine < real * _FEW:
        return reject(
            Code.ELISION,
            "The answer has only a small part of the code it should replace",
            f"your new text has {mine} lines in place of {real}. Give the whole new text; to "
            "delete code, name it with apply_edits",
        )
    return None


def _too_much(line: str, where: str) -> Reject:
    return reject(
        Code.OUT_OF_SCOPE,
        "The answer repeats lines around the code it should replace",
        f"your new text holds `{line}`, which stands {where} the target and not in it. Give the "
        "new text of the target's own lines and nothing else",
    )


def _written(doc: Document, target: Target, lines: list[str]) -> str | Reject:
    """The lines with the target's own bytes where they are unchanged."""
    region = Document(target.span.of(doc.text))
    real = list(zip(region.lines, region.ends, strict=True))
    if not real:
        return "".join(line + doc.end_of_line for line in lines)
    sides = Sides(region.lines, lines, real, {i: i for i in range(len(real))})

    def write(number: int, spot: Spot) -> str | None:  # noqa: ARG001 (a `merge.Write`)
        return lines[number]

    def settle(search: int, number: int) -> str | None:
        return None if region.lines[search] == lines[number] else lines[number]

    text = merged(sides, lines, write, doc.end_of_line, settle)
    assert text is not None
    bom = target.span.of(doc.text)[: region.starts[0]]
    return bom + text

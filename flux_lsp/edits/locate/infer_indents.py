"""How the indentation of an edit's lines becomes that of the place found for its search text.

Never guesses: where no single rule explains the lines that both have, there is none.
"""

from collections.abc import Callable, Sequence

from flux_lsp.edits.document import TextLines
from flux_lsp.edits.indentation import (
    Rule,
    get_indent,
    infer_rule,
    infer_scale,
    infer_unit,
    measure_indent,
)
from flux_lsp.edits.parse.answer import EditLines

_OPENERS = (":", "{", "(", "[", "->", "=>", "do", "then")

# (indentation, number of the new line, the search line it replaces) → the file's indentation, None
# if unknown
Indents = Callable[[str, int, int | None], str | None]


def infer_indents(
    doc: TextLines, real: list[str], at: dict[int, int], lines: EditLines
) -> Indents | None:
    """How the answer's indentation becomes the file's at this place; None when nobody can say.

    `real` are the file's lines there, `at[i]` the one for search line `i`.
    """
    solid = [i for i in sorted(at) if lines.search[i].strip()]
    pairs = [(get_indent(lines.search[i]), get_indent(real[at[i]])) for i in solid]
    coordinates = _decide_coordinates(lines, solid, pairs)
    if coordinates is None or coordinates == "file":
        return keep_indent if coordinates else None
    if len(solid) == 1:
        return _infer_from_one_line(doc, pairs[0], lines.new)
    rule = infer_rule(pairs)
    if rule is not None:
        return _apply_rule(rule)
    off = _infer_first_line_off(pairs, lines)
    if off is not None:
        return off
    scaled = infer_scale(pairs)
    return _apply_rule(scaled) if scaled else _infer_from_neighbours(solid, pairs)


def keep_indent(indent: str, number: int, partner: int | None) -> str | None:  # noqa: ARG001
    """The `Indents` of lines that are indented as they are in the file."""
    return indent


def _apply_rule(rule: Rule) -> Indents:
    return lambda indent, number, partner: rule(indent)  # noqa: ARG005 (an `Indents`)


def _decide_coordinates(
    lines: EditLines, solid: list[int], pairs: list[tuple[str, str]]
) -> str | None:
    """Whether the new text is indented as the search text is ("answer") or as the file ("file")."""
    known: dict[str, set[tuple[str, str]]] = {}
    for i, pair in zip(solid, pairs, strict=True):
        known.setdefault(lines.search[i].strip(), set()).add(pair)
    telling = {text: its.pop() for text, its in known.items() if len(its) == 1}  # unlike most `}`
    shared = [
        (get_indent(line), *telling[line.strip()]) for line in lines.new if line.strip() in telling
    ]
    votes = [
        "answer" if new == searched else "file"
        for new, searched, real in shared
        if searched != real and new in {searched, real}
    ]
    if votes:
        return None if votes[0] == "file" and "answer" in votes else votes[0]
    first = next((get_indent(line) for line in lines.new if line.strip()), None)
    if shared or first is None or first == pairs[0][0]:
        return "answer"
    return "file" if first == pairs[0][1] else "answer"


def _infer_from_one_line(doc: TextLines, pair: tuple[str, str], new: list[str]) -> Indents | None:
    """Infer from one search line, which shows a shift but not whether the lines below it share it."""
    whole = infer_rule([pair])
    solid = [line for line in new if line.strip()]
    if whole is None or len(solid) < 2:
        return _apply_rule(whole) if whole else None
    if pair[0] != pair[1] and not new[new.index(solid[0]) + 1].strip():
        return None  # what follows a blank line may well be meant to stand at the margin
    jump_shifted = _measure_jump(whole(get_indent(solid[0])), whole(get_indent(solid[1])))
    jump_alone = _measure_jump(whole(get_indent(solid[0])), get_indent(solid[1]))
    unit = infer_unit([get_indent(line) for line in doc.lines])
    expected = unit if solid[0].rstrip().endswith(_OPENERS) else ""
    if (jump_shifted == expected) == (jump_alone == expected):
        return _apply_rule(whole) if jump_shifted == jump_alone else None
    if jump_shifted == expected:
        return _apply_rule(whole)
    first = next(number for number, line in enumerate(new) if line.strip())
    return lambda indent, number, partner: (  # noqa: ARG005 (an `Indents`)
        whole(indent) if number == first else indent
    )


def _measure_jump(before: str | None, after: str | None) -> str | None:
    """Return what `after` is indented more than `before`; None when it is not."""
    if before is None or after is None or not after.startswith(before):
        return None
    return after[len(before) :]


def _infer_first_line_off(pairs: list[tuple[str, str]], lines: EditLines) -> Indents | None:
    """Infer from all lines but the first, which lost its indentation when it was copied."""
    rest = infer_rule(pairs[1:])
    (searched, real), first = pairs[0], next((n for n, x in enumerate(lines.new) if x.strip()), -1)
    if rest is None or searched:
        return None

    def indent_line(indent: str, number: int, partner: int | None) -> str | None:  # noqa: ARG001
        return real if number == first and indent == searched else rest(indent)

    return indent_line


def _infer_from_neighbours(solid: Sequence[int], pairs: list[tuple[str, str]]) -> Indents | None:
    """Indent each line as the one that it replaces, where only some lines are off.

    Lines that are more than another's new form have no sure place: their block is in doubt.
    """
    single = dict(zip(solid, pairs, strict=True))
    if len(solid) < 3 or len({_measure_shift(pair) for pair in pairs}) > 2:
        return None

    def indent_line(indent: str, number: int, partner: int | None) -> str | None:  # noqa: ARG001
        searched, real = single.get(-1 if partner is None else partner, ("", None))
        return real if indent == searched else None

    return indent_line


def _measure_shift(pair: tuple[str, str]) -> int:
    return measure_indent(pair[1]) - measure_indent(pair[0])

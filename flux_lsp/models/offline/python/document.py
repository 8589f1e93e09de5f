"""Docstrings where there are none: into the text, without touching a line of code.

Never changes a docstring that is there, and only opens up a definition that stands on one line.
"""

import ast
import copy
import io
import textwrap
import tokenize
from collections.abc import Iterator

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.callable import decorators, docstring_node
from flux_lsp.models.offline.python.docstring import docstring_for
from flux_lsp.models.offline.python.proof import proves
from flux_lsp.models.offline.python.source import Definition, Source
from flux_lsp.models.offline.python.unit import Unit, blocks
from flux_lsp.models.offline.values import Declined, Edited

# These stand for another definition, which has the docstring.
_STAND_INS = frozenset({"overload", "setter", "deleter", "getter", "override"})
_WIDTH = 88


def document(unit: Unit, line: int | None = None) -> Edited | Declined:
    """A docstring for every definition in the target that has none; for that on `line` if given."""
    found = _in_target(unit)
    if line is not None:
        head = unit.source.places.roof + line
        found = [(node, owner) for node, owner in found if node.lineno == head]
    bare = [(node, owner) for node, owner in found if _wants_one(unit.source, node)]
    if not bare:
        why = "everything here has its docstring" if found else "there is no function or class here"
        return Declined(why)
    made = [_added(unit.source, node, owner) for node, owner in bare]
    changes = tuple(sorted((change for change, _ in made), key=lambda c: c.span))
    became = {id(node): after for (node, _), (_, after) in zip(bare, made, strict=True)}
    if not proves(unit.source, changes, became):
        return Declined("the docstrings would not fit in here without changing code")
    return Edited(changes, f"Added {len(bare)} docstring{'s' * (len(bare) != 1)}.")


def _in_target(unit: Unit) -> list[tuple[Definition, Definition | None]]:
    """The definitions in the target; where it holds none, the one it is inside of."""
    found = [
        pair
        for statement, around in unit.statements
        for pair in _definitions(statement, around[-1] if around else None)
    ]
    around = unit.statements[0][1] if unit.statements else ()
    if found or not around:
        return found
    return [(around[-1], around[-2] if len(around) > 1 else None)]


def _definitions(
    node: ast.stmt, owner: Definition | None
) -> Iterator[tuple[Definition, Definition | None]]:
    """The definitions in a statement, outer ones first, each with the one around it."""
    if isinstance(node, Definition):
        yield node, owner
        owner = node
    for block in blocks(node):
        for inner in block:
            yield from _definitions(inner, owner)


def _wants_one(source: Source, node: Definition) -> bool:
    marks = {name.split(".")[-1] for name in decorators(node)}
    if docstring_node(node) is not None or marks & _STAND_INS:
        return False
    return not source.of(node).endswith(": ...")  # a signature that stands for itself


def _added(source: Source, node: Definition, owner: Definition | None) -> tuple[Change, Definition]:
    """The change that adds a docstring to `node`, and the node it makes of it."""
    colon = _colon(source, node)
    first = source.span(node.body[0]).start
    row = source.places.row(source.places.line(first))
    own_line = not source.text[row.start : first].strip() and _ended(source, colon)
    unit = _unit(source, node)
    indent = source.indent(node.body[0]) if own_line else source.indent(node) + unit
    literal = _literal(docstring_for(source, node, owner), indent, unit, source.line_end)
    line = source.places.row(source.places.line(colon))
    if own_line:
        change = Change(Span(line.end, line.end), f"{indent}{literal}{source.line_end}")
    else:
        between = f"{source.line_end}{indent}"
        change = Change(Span(colon, first), f"{between}{literal}{between}")
    after = copy.copy(node)
    value = ast.Constant(ast.literal_eval(literal.replace("\r\n", "\n")))
    after.body = [ast.Expr(value), *node.body]
    return change, after


def _unit(source: Source, node: Definition) -> str:
    """One level of indentation, in the blanks that are used around `node`."""
    around = source.indent(node.body[0]) or source.indent(node)
    if not around:
        return source.unit
    return "\t" if "\t" in around else source.unit.replace("\t", "    ")


def _ended(source: Source, colon: int) -> bool:
    """Whether nothing but a comment follows the colon on its line."""
    rest = source.text[colon : source.places.row(source.places.line(colon)).end].strip()
    return not rest or rest.startswith("#")


def _colon(source: Source, node: Definition) -> int:
    """Offset behind the colon that ends the head of a definition."""
    start = source.span(node).start
    head = source.text[start : source.span(node.body[0]).start]
    returns = getattr(node, "returns", None)
    earliest = source.span(returns).end if returns is not None else start
    depth = 0
    rows = source.places.starts
    first_row = source.places.line(start) - 1
    for token in tokenize.generate_tokens(io.StringIO(head + "0\n", newline="").readline):
        depth += (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"})
        row, column = token.start
        base = start if row == 1 else rows[first_row + row - 1]
        if token.string == ":" and not depth and base + column >= earliest:
            return base + column + 1
    raise AssertionError("a definition has a colon")


def _literal(lines: list[str], indent: str, unit: str, line_end: str) -> str:
    """The docstring as it stands in the code."""
    rows = [part for line in lines for part in _wrapped(line, indent, unit)]
    prefix = "r" if any("\\" in row for row in rows) else ""
    if len(rows) == 1:
        return f'{prefix}"""{rows[0]}"""'
    placed = [rows[0], *(f"{indent}{row}" if row else "" for row in rows[1:]), indent]
    return f'{prefix}"""{line_end.join(placed)}"""'


def _wrapped(line: str, indent: str, unit: str) -> list[str]:
    if not line.startswith("\t"):
        return [line]
    width = max(40, _WIDTH - len(indent.expandtabs(4)))
    return textwrap.wrap(
        line[1:],
        width,
        initial_indent=unit,
        subsequent_indent=unit * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )

"""Give a literal a name: a constant above the code that uses it, in place of every equal literal.

Never replaces a part of a text, a pattern of `match`, an annotation or a docstring.
"""

import ast
import copy
import keyword
from collections.abc import Iterator, Sequence

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.proof import Became, proves
from flux_lsp.models.offline.python.source import Definition, Source, parsed
from flux_lsp.models.offline.python.unit import Unit, blocks
from flux_lsp.models.offline.values import Declined, Edited

_KINDS = (int, float, complex, str, bytes)


def name_literal(unit: Unit, literal: str, name: str) -> Edited | Declined:
    """A constant `name` for `literal`, used wherever the target has that literal."""
    source, wanted = unit.source, _literal(literal)
    if wanted is None:
        return Declined(f"`{literal}` is no number, string or bytes")
    if not name.isidentifier() or keyword.iskeyword(name):
        return Declined(f"`{name}` is no name Python allows")
    if unit.names.of(name):
        return Declined(f"`{name}` is a name there already")
    found = [one for one in _equal(source.tree, wanted) if _in_target(unit, one)]
    if not found:
        return Declined(f"`{literal}` does not stand in the target as a value of its own")
    index = _place(unit)
    if index is None or any(source.span(one).start < _above(source, index) for one in found):
        return Declined("there is no place for a constant above it in what is shown of the file")
    changes = [Change(source.span(one), name) for one in found]
    changes.append(_definition(source, index, name, found[0]))
    became: Became = {id(one): ast.Name(name, ast.Load()) for one in found}
    ordered = tuple(sorted(changes, key=lambda change: change.span))
    if not proves(source, ordered, became, _with_constant(source, index, name, found[0])):
        return Declined(f"`{literal}` stands where a name cannot take its place")
    times = "once" if len(found) == 1 else f"{len(found)} times"
    return Edited(ordered, f"Named `{literal}` as `{name}`, used {times}.")


def _literal(text: str) -> ast.expr | None:
    tree = parsed(text.strip())
    statement = tree.body[0] if tree and len(tree.body) == 1 else None
    node = statement.value if isinstance(statement, ast.Expr) else None
    return node if node is not None and _value(node) is not None else None


def _value(node: ast.AST) -> tuple[type, object] | None:
    """Type and value of a literal, a minus before a number included; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand)
        if inner is None or not isinstance(inner[1], int | float | complex):
            return None
        return inner[0], -inner[1]
    if isinstance(node, ast.Constant) and type(node.value) in _KINDS:
        return type(node.value), node.value
    return None


def _equal(node: ast.AST, wanted: ast.expr) -> Iterator[ast.expr]:
    """The literals below `node` that mean the same as `wanted`."""
    for child in _children(node):
        same = type(child) is type(wanted) and _value(child) == _value(wanted)
        if isinstance(child, ast.expr) and same:
            yield child
        elif not (isinstance(child, ast.UnaryOp) and _value(child)):
            yield from _equal(child, wanted)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The children in which a literal is a value of its own."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.FormattedValue))
        return
    if isinstance(node, ast.pattern) or (isinstance(node, ast.Assign) and _is_dunder(node)):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns", "type_params"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield child


def _is_dunder(node: ast.Assign) -> bool:
    return any(isinstance(t, ast.Name) and t.id.startswith("__") for t in node.targets)


def _in_target(unit: Unit, node: ast.expr) -> bool:
    return unit.target.contains(unit.source.span(node))


def _place(unit: Unit) -> int | None:
    """Index of the outermost statement the constant goes above; None without a place."""
    body = unit.source.body
    if unit.source.indent(body[0]):
        return None
    if not unit.whole:
        return 0
    heading = 0
    for index, node in enumerate(body):
        docstring = index == 0 and isinstance(node, ast.Expr)
        if not docstring and not _is_import(node):
            break
        heading = index + 1
    return heading if heading < len(body) else None


def _is_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    inner = [one for block in blocks(node) for one in block]
    return isinstance(node, ast.If | ast.Try) and any(map(_is_import, inner))


def _above(source: Source, index: int) -> int:
    """Offset of the line the constant goes on."""
    if index:
        return source.places.row(source.last_line(source.body[index - 1])).end
    return source.places.row(source.first_line(source.body[0])).start


def _definition(source: Source, index: int, name: str, value: ast.expr) -> Change:
    end, at = source.line_end, _above(source, index)
    text = source.of(value)
    if "\n" in text or "\r" in text:
        text = repr(ast.literal_eval(value))
    line = f"{name} = {text}{end}"
    if not index:
        gap = end * 2 if isinstance(source.body[0], Definition) else ""
        return Change(Span(at, at), line + gap)
    before = "" if source.text[:at].endswith(("\n", "\r")) else end
    return Change(Span(at, at), f"{before}{end}{line}")


def _with_constant(source: Source, index: int, name: str, value: ast.expr) -> Sequence[ast.stmt]:
    made = ast.Assign([ast.Name(name, ast.Store())], copy.copy(value))
    return [*source.body[:index], made, *source.body[index:]]

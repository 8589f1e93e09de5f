"""Repairs of names: variables that nobody reads, imports that are missing.

Each is proven: the tree afterwards is the one before but for what was meant.
"""

import ast
import copy
import re
import sys
from collections.abc import Iterator

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.binders import caught
from flux_lsp.models.offline.python.imports import Import, alone
from flux_lsp.models.offline.python.placed import import_added
from flux_lsp.models.offline.python.proof import Became, proves
from flux_lsp.models.offline.python.source import Source
from flux_lsp.models.offline.python.unit import Unit, blocks
from flux_lsp.models.offline.values import Edited

# Names that come from one module only and are missed the most.
_KNOWN = {
    "Path": "pathlib",
    "dataclass": "dataclasses",
    "Enum": "enum",
    "Decimal": "decimal",
    "Fraction": "fractions",
    "contextmanager": "contextlib",
    "suppress": "contextlib",
    **dict.fromkeys(
        ["Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"], "collections"
    ),
    **dict.fromkeys(["cached_property", "lru_cache", "partial", "reduce", "wraps"], "functools"),
    **dict.fromkeys(["Any", "ClassVar", "Literal", "NamedTuple", "Optional", "Union"], "typing"),
    **dict.fromkeys(["Protocol", "TypedDict", "TypeVar", "TYPE_CHECKING", "cast"], "typing"),
}


def imported_at(unit: Unit, line: int, name: str) -> str | None:
    """What an import on `line` binds that a checker calls `name`."""
    for node in ast.walk(unit.source.tree):
        if not isinstance(node, Import) or not _covers(unit.source, node, line):
            continue
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
        for alias in node.names:
            bound = alias.asname or alias.name.split(".")[0]
            if name in {bound, alias.name, f"{module}{alias.name}"}:
                return bound
    return None


def without_variable(unit: Unit, line: int, name: str) -> Edited | None:
    """Without the variable `name` that is set on `line` and never read; its value is still computed."""
    occurrences = unit.names.of(name)
    written = next((o for o in occurrences if o.span and _line(unit, o.span.start) == line), None)
    if written is None or written.home is None or written.home.kind != "function":
        return None
    if any(o.use != "write" and o.home is written.home for o in occurrences):
        return None
    if unit.names.dynamic(written.home):
        return None
    made = _dropped(unit, written.node)
    if made is None or not proves(unit.source, made[0], made[1]):
        return None
    return Edited(made[0], f"Removed the unused `{name}`.")


def _dropped(unit: Unit, node: ast.AST) -> tuple[tuple[Change, ...], Became] | None:
    """The change that takes away what `node` sets."""
    if isinstance(node, ast.ExceptHandler):
        return _without_alias(unit.source, node)
    for body in _bodies(unit.source):
        for statement in body:
            value = getattr(statement, "value", None)
            if _target(statement) is node and isinstance(value, ast.expr):
                return _without_target(unit.source, statement, value, body)
    return None


def _target(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.Assign):
        return statement.targets[0] if len(statement.targets) == 1 else None
    return statement.target if isinstance(statement, ast.AnnAssign) else None


def _without_target(
    source: Source, statement: ast.stmt, value: ast.expr, body: list[ast.stmt]
) -> tuple[tuple[Change, ...], Became]:
    span = source.span(statement)
    if not isinstance(value, ast.Constant | ast.Name):
        sign = re.compile(r"[^=]*=\s*").match(source.text, _before_sign(source, statement))
        assert sign is not None
        kept = ast.Expr(value)
        return (Change(Span(span.start, sign.end()), ""),), {id(statement): kept}
    if len(body) == 1 or not alone(source, statement):
        return (Change(span, "pass"),), {id(statement): ast.Pass()}
    start = source.places.row(source.first_line(statement)).start
    end = source.places.row(source.last_line(statement)).end
    return (Change(Span(start, end), ""),), {id(statement): None}


def _before_sign(source: Source, statement: ast.stmt) -> int:
    """An offset behind everything that may hold another `=`."""
    before = statement.annotation if isinstance(statement, ast.AnnAssign) else _target(statement)
    assert before is not None
    return source.span(before).end


def _without_alias(
    source: Source, node: ast.ExceptHandler
) -> tuple[tuple[Change, ...], Became] | None:
    name = caught(source, node)
    start = re.compile(r"\s+as\s+$").search(source.text[: name.start]) if name else None
    if name is None or start is None:
        return None
    after = copy.copy(node)
    after.name = None
    return (Change(Span(start.start(), name.end), ""),), {id(node): after}


def with_import(unit: Unit, name: str) -> Edited | None:
    """With the import that a missing name of the standard library needs."""
    used = [one for one in unit.names.of(name) if one.home is None]
    if not unit.whole or not used or len(used) != len(unit.names.of(name)):
        return None
    if name in sys.stdlib_module_names and _only_for_attributes(unit, name):
        statement = f"import {name}"
    elif name in _KNOWN:
        statement = f"from {_KNOWN[name]} import {name}"
    else:
        return None
    change = import_added(unit.path, unit.source, statement, unit.source.line_end)
    return Edited((change,), f"Added `{statement}`.")


def _only_for_attributes(unit: Unit, name: str) -> bool:
    held = {
        id(node.value) for node in ast.walk(unit.source.tree) if isinstance(node, ast.Attribute)
    }
    return all(id(one.node) in held for one in unit.names.of(name))


def _covers(source: Source, node: ast.stmt, line: int) -> bool:
    return source.first_line(node) <= line <= source.last_line(node)


def _line(unit: Unit, offset: int) -> int:
    return unit.source.places.line(offset)


def _bodies(source: Source) -> Iterator[list[ast.stmt]]:
    """Every block of statements."""
    yield list(source.body)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.stmt):
            yield from blocks(node)

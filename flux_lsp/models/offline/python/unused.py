"""Remove imports that nothing uses, as far as that can be proven.

Never removes what is imported for others: re-exports, `__all__`, `# noqa`, `__future__`, tries.
"""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.callable import docstring_node
from flux_lsp.models.offline.python.imports import Import, alone
from flux_lsp.models.offline.python.proof import proves
from flux_lsp.models.offline.python.source import Definition, Source, parsed
from flux_lsp.models.offline.python.unit import Unit, blocks
from flux_lsp.models.offline.values import Declined, Edited

_NOQA = re.compile(
    r"#.*\bnoqa\b(?!\s*:)|#.*\bnoqa\s*:[^#]*\bF401\b|#.*type:\s*ignore", re.IGNORECASE
)
_FOR_THEIR_EFFECT = frozenset({"readline", "rlcompleter", "this", "antigravity"})
_LONGEST_REFERENCE = 200  # a string longer than this names nothing


@dataclass(frozen=True, slots=True)
class _Imported:
    """One name of an import statement, and the block the statement stands in."""

    node: Import
    alias: ast.alias
    block: Sequence[ast.stmt]

    @property
    def name(self) -> str:
        """What it binds."""
        return self.alias.asname or self.alias.name.split(".")[0]


def remove_unused_imports(
    unit: Unit, only: Collection[str] | None = None, line: int | None = None
) -> Edited | Declined:
    """Without the imports nothing uses.

    `only`: none but those that bind one of these names; `line`: none but a statement on it.
    """
    if unit.names.dynamic(unit.names.module):
        return Declined("the code reaches names by their text, so an import may be used there")
    imported = list(_imported(unit.source.body, guarded=False))
    if line is None:
        inside = [one for one in imported if unit.target.contains(unit.source.span(one.node))]
    else:
        inside = [one for one in imported if _stands_on(unit.source, one.node, line)]
    used_in_text = _names_in_text(unit.source)
    found = [
        one
        for one in (inside or imported)
        if (only is None or one.name in only)
        and _removable(unit, one)
        and one.name not in used_in_text
        and not _is_used(unit, one)
    ]
    if not found:
        return Declined("no import is certainly unused")
    changes, became = _without(unit.source, found)
    if not proves(unit.source, changes, became):
        return Declined("an unused import cannot be taken out without touching other code")
    names = ", ".join(f"`{one.name}`" for one in found)
    return Edited(changes, f"Removed the unused {names}.")


def _stands_on(source: Source, node: Import, line: int) -> bool:
    return source.first_line(node) <= line <= source.last_line(node)


def _imported(body: Sequence[ast.stmt], *, guarded: bool) -> Iterator[_Imported]:
    """Every imported name outside of `try` and `with`, where an import is tried out."""
    for node in body:
        if isinstance(node, Import) and not guarded:
            yield from (_Imported(node, alias, body) for alias in node.names)
        tries = guarded or isinstance(node, ast.Try | ast.With | ast.AsyncWith)
        for block in blocks(node):
            yield from _imported(block, guarded=tries and not isinstance(node, Definition))


def _removable(unit: Unit, one: _Imported) -> bool:
    node, alias, source = one.node, one.alias, unit.source
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return False
    if alias.name in {"*", alias.asname, *_FOR_THEIR_EFFECT}:
        return False
    in_module = any(o.node is alias and o.scope.kind == "module" for o in unit.names.of(one.name))
    if in_module and (not unit.whole or unit.path.endswith("__init__.py")):
        return False
    rows = range(source.first_line(node), source.last_line(node) + 1)
    marked = any(_NOQA.search(source.places.row(row).of(source.text)) for row in rows)
    return alone(source, node) and not marked


def _is_used(unit: Unit, one: _Imported) -> bool:
    """Whether anything but imports has to do with the name, or a parameter has it (a fixture)."""
    occurrences = unit.names.of(one.name)
    mine = next((o for o in occurrences if o.node is one.alias), None)
    return mine is None or any(
        o.use == "parameter" or (o.use != "import" and o.home is mine.home) for o in occurrences
    )


def _names_in_text(source: Source) -> set[str]:
    """Names that strings mention: `__all__`, annotations in quotes, doctests, type comments."""
    found: set[str] = set()
    docstrings = _docstrings(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in docstrings:
                found |= set(re.findall(r"\w+", " ".join(_examples(node.value))))
            elif len(node.value) <= _LONGEST_REFERENCE:
                tree = parsed(node.value.strip())
                found |= (
                    {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} if tree else set()
                )
    for comment in re.findall(r"#\s*type:(.*)", source.text):
        found |= set(re.findall(r"\w+", comment))
    return found


def _docstrings(source: Source) -> set[int]:
    holders = [n for n in ast.walk(source.tree) if isinstance(n, Definition | ast.Module)]
    return {id(found) for holder in holders if (found := docstring_node(holder))}


def _examples(docstring: str) -> list[str]:
    return [line for line in docstring.splitlines() if line.lstrip().startswith((">>>", "..."))]


def _without(
    source: Source, found: Sequence[_Imported]
) -> tuple[tuple[Change, ...], dict[int, ast.AST | None]]:
    changes: list[Change] = []
    became: dict[int, ast.AST | None] = {}
    gone = {id(one.alias) for one in found}
    statements = {id(one.node): one for one in found}
    emptied = {id(one.node) for one in found if all(id(alias) in gone for alias in one.node.names)}
    for key, one in statements.items():
        if key not in emptied:
            changes += _without_names(source, one.node, gone)
            became |= {id(alias): None for alias in one.node.names if id(alias) in gone}
            continue
        last_of_block = all(id(other) in emptied for other in one.block)
        keeps_place = last_of_block and one.block[0] is one.node and one.block is not source.body
        became[key] = ast.Pass() if keeps_place else None
        changes.append(
            Change(source.span(one.node), "pass") if keeps_place else _line(source, one.node)
        )
    return tuple(sorted(changes, key=lambda c: c.span)), became


def _line(source: Source, node: ast.stmt) -> Change:
    first, last = source.first_line(node), source.last_line(node)
    return Change(Span(source.places.row(first).start, source.places.row(last).end), "")


def _without_names(source: Source, node: Import, gone: Collection[int]) -> Iterator[Change]:
    """The changes that take names out of a statement that keeps others."""
    spans = [source.span(alias) for alias in node.names]
    left = [index for index, alias in enumerate(node.names) if id(alias) not in gone]
    for index, alias in enumerate(node.names):
        if id(alias) not in gone:
            continue
        row = _own_row(source, spans[index])
        if row is not None:
            yield Change(row, "")
        elif index < left[-1]:
            yield Change(Span(spans[index].start, spans[index + 1].start), "")
        elif index == left[-1] + 1:
            yield Change(Span(spans[left[-1]].end, spans[-1].end), "")


def _own_row(source: Source, span: Span) -> Span | None:
    """The whole line of a name that has one for itself, among the parentheses."""
    row = source.places.row(source.places.line(span.start))
    around = source.text[row.start : span.start] + source.text[span.end : row.end]
    bare = re.sub(r"#.*", "", around).strip()
    return row if bare in {"", ","} else None

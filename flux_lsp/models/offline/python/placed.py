"""Where a new import goes: among those that are there, in their order, else below the docstring.

Never moves or changes an import that is there.
"""

import ast

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.imports import Import, section, sort_key
from flux_lsp.models.offline.python.source import Source, parsed


def import_added(path: str, source: Source | None, statement: str, end: str) -> Change:
    """An import in its place among those that are there."""
    tree = parsed(statement)
    assert tree is not None
    new = tree.body[0]
    assert isinstance(new, Import)
    row = statement.replace("\n", end) + end
    if source is None:
        return Change(Span(0, 0), f"{row}{end}")
    there = _imports(source)
    if not there:
        at = _below_docstring(source)
        return Change(Span(at, at), f"{end}{row}" if at else f"{row}{end}")
    before = next((n for n in there if sort_key(path, n) > sort_key(path, new)), None)
    if before is not None:
        at = source.places.row(source.first_line(before)).start
        apart = section(path, before) != section(path, new)
        return Change(Span(at, at), f"{row}{end}" if apart else row)
    at = source.places.row(source.last_line(there[-1])).end
    apart = section(path, there[-1]) != section(path, new)
    return Change(Span(at, at), f"{end}{row}" if apart else row)


def _imports(source: Source) -> list[Import]:
    """The imports at the top of the file."""
    found: list[Import] = []
    for index, node in enumerate(source.body):
        if isinstance(node, Import):
            found.append(node)
        elif not (index == 0 and isinstance(node, ast.Expr)):
            break
    return found


def _below_docstring(source: Source) -> int:
    first = source.body[0]
    return source.places.row(source.last_line(first)).end if isinstance(first, ast.Expr) else 0

"""Tests put into a test file that is there: imports among its imports, tests at its end.

Never touches a line that is there.
"""

import ast
from collections.abc import Collection, Iterator, Sequence

from flux_lsp.core.text import Change, Span, split_lines
from flux_lsp.models.offline.python.placed import import_added
from flux_lsp.models.offline.python.source import Source, parsed, read_source


def names_in(text: str) -> set[str]:
    """The names a test file has, as far as it parses."""
    source = _head(text)
    if source is None:
        return set()
    found = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def imported_in(text: str) -> dict[str, str]:
    """What the file imports at its top: the name, and where it is from."""
    source = _head(text)
    found: dict[str, str] = {}
    for node in source.body if source else ():
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name.split(".")[0]: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            where = "." * node.level + (node.module or "")
            found |= {a.asname or a.name: f"{where}.{a.name}" for a in node.names}
    return found


def extended(
    path: str, head: str, tail: str, imports: Sequence[str], tests: str
) -> tuple[Change, ...]:
    """Changes of `head + tail`, which are the shown parts of the file (`tail` may be empty)."""
    text = head + tail
    end = "\r\n" if "\r\n" in text else "\n"
    source = _head(head)
    added = [import_added(path, source, statement, end) for statement in imports]
    return (*_merged(added), _at_end(text, tests.replace("\n", end), end))


def _merged(changes: Sequence[Change]) -> Iterator[Change]:
    """Insertions at one place as one, in their order."""
    places = dict.fromkeys(change.span for change in changes)
    for span in sorted(places):
        yield Change(span, "".join(change.text for change in changes if change.span == span))


def _at_end(text: str, tests: str, end: str) -> Change:
    at = _main_block(text)
    if at is not None:
        return Change(Span(at, at), f"{tests}{end}{end}")
    bare = len(text.rstrip())
    return Change(Span(bare, len(text)), f"{end}{end}{end}{tests}")


def _main_block(text: str) -> int | None:
    """Where `if __name__ == "__main__":` begins, when that is the last statement."""
    source = read_source(text)
    last = source.body[-1] if source else None
    if source is None or not isinstance(last, ast.If) or "__name__" not in source.of(last.test):
        return None
    return source.places.row(source.first_line(last)).start


def _head(text: str) -> Source | None:
    """As many whole lines of `text` from its beginning as parse."""
    rows = split_lines(text)
    for count in range(len(rows), max(0, len(rows) - 60), -1):
        if parsed("".join(rows[:count])) is not None:
            return read_source("".join(rows[:count]))
    return None


def free_of(names: Collection[str], imported: dict[str, str], module: str) -> set[str]:
    """Of `names` of `module`, those that mean something else in the test file."""
    return {n for n in names if n in imported and imported[n] != f"{module}.{n}"}

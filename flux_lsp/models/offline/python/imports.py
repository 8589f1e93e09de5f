"""Sort a block of import statements as isort and ruff do: by kind, then by name.

Never moves an import across other code, and never joins or splits statements.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.models.offline.python.source import Source, read_source
from flux_lsp.models.offline.python.unit import Unit
from flux_lsp.models.offline.values import Declined, Edited

Import = ast.Import | ast.ImportFrom

# As isort orders them; each is set off by a blank line.
_FUTURE, _STANDARD, _THIRD_PARTY, _FIRST_PARTY, _LOCAL = range(5)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One import: where it stands with the comments above it, and its text in the new order."""

    node: Import
    span: Span
    text: str


def sort_imports(unit: Unit) -> Edited | Declined:
    """Sort every block of imports in the target, or those at the file's top."""
    blocks = [block for block in _blocks(unit.source.body) if _concerns(unit, block)]
    if not blocks and unit.whole:
        blocks = list(_blocks(unit.source.body))[:1]
    if not blocks:
        return Declined("there is no block of imports in the target")
    changes = []
    for block in blocks:
        change = _sorted_block(unit, block)
        if isinstance(change, Declined):
            return change
        changes += change
    if not changes:
        return Declined("the imports are sorted already")
    if not _keeps_all(unit.source, changes):
        return Declined("the imports cannot be sorted without changing what they do")
    return Edited(tuple(changes), "Sorted the imports.")


def _blocks(body: Sequence[ast.stmt]) -> Iterator[list[Import]]:
    for imports, group in groupby(body, key=lambda node: isinstance(node, Import)):
        if imports:
            yield [node for node in group if isinstance(node, Import)]


def _concerns(unit: Unit, block: list[Import]) -> bool:
    source = unit.source
    return any(
        source.first_line(node) <= unit.last and unit.first <= source.last_line(node)
        for node in block
    )


def _sorted_block(unit: Unit, block: list[Import]) -> list[Change] | Declined:
    unclear = _unclear(unit.source, block)
    if unclear:
        return Declined(unclear)
    entries = _entries(unit.source, block)
    ordered = sorted(entries, key=lambda entry: sort_key(unit.path, entry.node))
    end = unit.source.line_end
    groups = groupby(ordered, key=lambda entry: section(unit.path, entry.node))
    text = (end * 2).join(end.join(entry.text for entry in group) for _, group in groups)
    span = Span(entries[0].span.start, entries[-1].span.end)
    return [Change(span, text)] if text != span.of(unit.source.text) else []


def _unclear(source: Source, block: list[Import]) -> str:
    """Why the order of these imports may matter, "" when it does not."""
    bound: list[str] = []
    for node in block:
        if any(alias.name == "*" for alias in node.names):
            return "a `*` import is among them, so their order may matter"
        if not alone(source, node):
            return "several statements share a line"
        names = {alias.asname or alias.name for alias in node.names}
        if names & set(bound):
            return "two imports bind the same name, so their order matters"
        bound += names
    text = source.text[source.span(block[0]).start : source.span(block[-1]).end]
    if re.search(r"#\s*(isort|ruff|fmt|yapf|pragma|type:\s*ignore\b.*\bimport)", text):
        return "a comment among them tells a tool how to treat them"
    if "\\\n" in text or "\\\r" in text:
        return "an import goes on after a backslash"
    return ""


def alone(source: Source, node: ast.stmt) -> bool:
    """Whether a statement has its lines for itself but for a comment."""
    span = source.span(node)
    before = source.text[source.places.row(source.first_line(node)).start : span.start]
    after = source.text[span.end : source.places.row(source.last_line(node)).end].strip()
    return not before.strip() and (not after or after.startswith("#"))


def _entries(source: Source, block: list[Import]) -> list[_Entry]:
    """Each import with the comment lines above it; those above the first one stay where they are."""
    entries = []
    done = source.places.row(source.first_line(block[0])).start
    for node in block:
        first = source.places.row(source.first_line(node)).start
        last = source.places.row(source.last_line(node))
        above = source.text[done:first].splitlines()
        comments = "".join(line.strip() + source.line_end for line in above if line.strip())
        own = _with_sorted_names(source, node, Span(first, last.end)).rstrip("\r\n")
        end = first + len(Span(first, last.end).of(source.text).rstrip("\r\n"))
        entries.append(_Entry(node, Span(done, end), comments + own))
        done = last.end
    return entries


def _with_sorted_names(source: Source, node: Import, lines: Span) -> str:
    """A statement's lines with its names in order, each in the place of another; layout stays."""
    text = lines.of(source.text)
    places = [source.span(alias) for alias in node.names]
    inside = source.text[places[0].start : places[-1].end]
    if not isinstance(node, ast.ImportFrom) or "#" in inside:
        return text  # a comment belongs to one of the names
    ordered = sorted(node.names, key=_name_key)
    for place, alias in reversed(list(zip(places, ordered, strict=True))):
        start, end = place.start - lines.start, place.end - lines.start
        text = text[:start] + source.of(alias) + text[end:]
    return text


def sort_key(path: str, node: Import) -> tuple[object, ...]:
    """Plain imports before `from` ones; names without regard to case, numbers as numbers."""
    if isinstance(node, ast.Import):
        first = node.names[0]
        return section(path, node), 0, 0, _natural(first.name), _natural(first.asname or "")
    return section(path, node), 1, -node.level, _natural(node.module or ""), _natural("")


def section(path: str, node: Import) -> int:
    """Which group an import of the file at `path` belongs to; groups stand in this order."""
    if isinstance(node, ast.ImportFrom) and node.level:
        return _LOCAL
    module = node.names[0].name if isinstance(node, ast.Import) else node.module or ""
    top = module.split(".")[0]
    if top == "__future__":
        return _FUTURE
    if top in sys.stdlib_module_names:
        return _STANDARD
    return _FIRST_PARTY if top == _package(path) else _THIRD_PARTY


def _package(path: str) -> str | None:
    """The top package of the file at `path`, None for a file without one."""
    folders = PurePosixPath(path).parts[:-1]
    inside = folders[folders.index("src") + 1 :] if "src" in folders else folders
    return inside[0] if inside else None


def _name_key(alias: ast.alias) -> tuple[object, ...]:
    """CONSTANTS, then Classes, then the rest."""
    name = alias.name
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, _natural(name), name, alias.asname or ""


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d+)", name.lower())
        if part
    )


def _keeps_all(source: Source, changes: Sequence[Change]) -> bool:
    """Whether the text after `changes` imports the same and does the same otherwise."""
    after = read_source(apply_changes(source.text, changes))
    return after is not None and _contents(source) == _contents(after)


def _contents(source: Source) -> tuple[list[tuple[object, ...]], list[str]]:
    imports, others = [], []
    for node in source.body:
        if isinstance(node, Import):
            where = (getattr(node, "module", None) or "", getattr(node, "level", 0))
            imports += [(*where, alias.name, alias.asname or "") for alias in node.names]
        else:
            others.append(ast.dump(node))
    return sorted(imports, key=repr), others

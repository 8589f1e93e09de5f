"""Where a project uses what the target defines: its callers, and how tests make the objects it needs.

Never takes every place of that name for a use: it has to see the definition, or the name is rare.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.context.project.chosen_lines import ChosenLines
from flux_lsp.context.project.generated import is_generated
from flux_lsp.context.project.test_paths import is_test_path
from flux_lsp.context.project.values import Definition, ProjectIndex, Reference

_MOST_CALLERS = 8
_MOST_OF_A_FILE = 2
_AROUND = 1  # lines before and after a call
_BELOW = 2  # lines after the one that makes an object
_RARE = 4  # definitions of one name
_IMPORT = re.compile(
    r"\s*(?:import\b|from\b.*\bimport\b|use\b|using\b|#\s*include\b|export\b.*\bfrom\b|\w+\s*=\s*require\()"
)


@dataclass(frozen=True, slots=True)
class TargetSymbol:
    """A symbol that begins in the target: its name, and whether it is a member of a type."""

    name: str
    is_member: bool


def add_callers(
    chosen: ChosenLines,
    index: ProjectIndex,
    target_path: str,
    symbols: Sequence[TargetSymbol],
    is_late: Callable[[], bool],
) -> None:
    """Add places that call what the target defines, a few lines each; tests come last.

    What a program writes calls nothing: it is written anew, and an edit of it would not last.
    With a file's first place comes the line that imports the name: a new name has to change there too.
    """
    count = 0
    for symbol in symbols:
        by_file: dict[str, int] = {}
        imports: dict[str, int] = {}
        for reference in _find_uses(index, target_path, symbol):
            if count >= _MOST_CALLERS or is_late():
                return
            path, number = reference.path, reference.line - 1
            lines = chosen.read_lines(path)
            if not _has_name(lines, number, symbol.name) or is_generated(lines):
                continue
            if _IMPORT.match(lines[number]):
                imports.setdefault(path, number)
                continue
            if by_file.get(path, 0) >= _MOST_OF_A_FILE:
                continue
            around = _show_place(index, reference, lines, _AROUND, _AROUND)
            if path in imports:
                around.append(imports.pop(path))
            if chosen.add(path, around, f"calls {symbol.name}"):
                by_file[path] = by_file.get(path, 0) + 1
                count += 1


def add_examples(
    chosen: ChosenLines, index: ProjectIndex, path: str, names: Sequence[str], shown: str
) -> None:
    """Add how the nearest test file makes objects of the types `names`; `shown` is shown already."""
    references = {
        name: [
            r
            for r in index.find_references(name)
            if is_test_path(r.path) and r.path not in {path, shown}
        ]
        for name in names
    }
    nearest = _choose_test_file(references.values(), path)
    if nearest is None:
        return
    lines = chosen.read_lines(nearest)
    for name, places in references.items():
        own = [r for r in places if r.path == nearest and r.line <= len(lines)]
        imports = [r for r in own if _IMPORT.match(lines[r.line - 1])]
        makes = [r for r in own if r not in imports]
        for reference in imports[:1]:
            chosen.add(nearest, [reference.line - 1], f"how tests import {name}")
        for reference in makes[:1]:
            around = _show_place(index, reference, lines, 0, _BELOW)
            chosen.add(nearest, around, f"how tests make {name}")


def _find_uses(index: ProjectIndex, path: str, symbol: TargetSymbol) -> Iterator[Reference]:
    """Find references that can mean the target's own definition, one by one; those of tests come last."""
    is_rare = len(index.find_definitions(symbol.name, most=_RARE)) > 0
    sees: dict[str, bool] = {}
    references = index.find_references(symbol.name)
    for reference in sorted(references, key=lambda r: (is_test_path(r.path), r.path, r.line)):
        other = reference.path
        if other == path:
            continue
        if other not in sees:
            sees[other] = (
                (symbol.is_member and is_rare)
                or index.has_import(other, path)
                or index.can_mean(other, symbol.name, path)
            )
        if sees[other]:
            yield reference


def _has_name(lines: Sequence[str], number: int, name: str) -> bool:
    """Whether the line has the name, now."""
    if not 0 <= number < len(lines):
        return False
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", lines[number]) is not None


def _show_place(
    index: ProjectIndex, reference: Reference, lines: Sequence[str], above: int, below: int
) -> list[int]:
    """List the lines around a place, not beyond the function around it, with that function's head."""
    number = reference.line - 1
    around = _find_function(index.list_definitions(reference.path), reference.line)
    first, last = (around.first_line - 1, around.last_line - 1) if around else (0, len(lines) - 1)
    head = [first] if around else []
    return [*head, *range(max(first, number - above), min(last, number + below) + 1)]


def _find_function(definitions: Iterable[Definition], line: int) -> Definition | None:
    held = [
        d
        for d in definitions
        if d.kind in {"function", "method"} and d.first_line <= line <= d.last_line
    ]
    return max(held, key=lambda d: d.first_line, default=None)


def _choose_test_file(references: Iterable[Sequence[Reference]], path: str) -> str | None:
    """Choose the test file that names most of what is needed; of several the nearest to `path`."""
    counts: dict[str, int] = {}
    for places in references:
        for test in {reference.path for reference in places}:
            counts[test] = counts.get(test, 0) + 1
    return max(sorted(counts), key=lambda t: (counts[t], _measure_nearness(t, path)), default=None)


def _measure_nearness(test: str, path: str) -> tuple[bool, int]:
    stem = path.rpartition("/")[2].partition(".")[0]
    shared = len(frozenset(test.split("/")[:-1]) & frozenset(path.split("/")[:-1]))
    return stem in test, shared

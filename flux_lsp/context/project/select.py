"""Chooses what of a project is shown beside a target: one straight path, the surest first.

Never shows what a project no longer holds: each definition is confirmed, each file read as it is now.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.context.project.blocks import Block, is_constructor, make_block
from flux_lsp.context.project.candidates import find_candidates
from flux_lsp.context.project.chosen_lines import ChosenLines
from flux_lsp.context.project.generated import is_generated
from flux_lsp.context.project.meanings import Meanings
from flux_lsp.context.project.usages import TargetSymbol, add_callers, add_examples
from flux_lsp.context.project.values import Definition, ProjectIndex
from flux_lsp.context.values import RelatedPlace, ShownFile
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.syntax.symbols import CONTAINERS, Symbol, sort_innermost_first
from flux_lsp.syntax.tree import Parsed
from flux_lsp.syntax.uses import read_uses

_DEFINITIONS = 1_500  # tokens that definitions take at most; more would add almost nothing
_MOST_RANKED = 8  # definitions of the map
_MAP = 400  # tokens of the map of a project, which is shown where nothing better is known
_LONGEST_PLACE = 40  # lines of a place that an editor names
_MOST_SYMBOLS = 3  # whose callers are shown
_HEADER = 20_000  # code points of a file in which its imports are looked for
_BARE_MEMBERS = frozenset({"java", "kotlin", "csharp", "cpp", "scala", "swift", "ruby"})
_FUNCTIONS = frozenset({"function", "method", "test"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a project.

    `shown`: the lines that are shown anyway, by path. `callers`: the action may change the target's
    callers. `examples`: it writes tests, into the file `test_path`.
    """

    snapshot: Snapshot
    target: Span
    parsed: Parsed
    tokens: int
    shown: tuple[tuple[str, LineRange], ...] = ()
    related: tuple[RelatedPlace, ...] = ()
    callers: bool = False
    examples: bool = False
    test_path: str = ""


def select_project(
    wish: Wish,
    index: ProjectIndex,
    read: Callable[[str], Snapshot | None],
    is_late: Callable[[], bool],
) -> tuple[ShownFile, ...]:
    """Select the lines of other files that help with the target, by path and line. Blocks.

    `read` returns a file as it is now, None for what may not be sent. `is_late` ends the search with
    what there is by then.
    """
    return choose_lines(wish, index, read, is_late).list_files()


def choose_lines(
    wish: Wish,
    index: ProjectIndex,
    read: Callable[[str], Snapshot | None],
    is_late: Callable[[], bool],
) -> ChosenLines:
    """Choose the lines by themselves, with the reason for each."""
    chosen = ChosenLines(read, wish.tokens)
    _add_related(chosen, wish, index)
    _add_definitions(chosen, wish, index, is_late)
    symbols = _list_symbols(wish)
    path = wish.snapshot.path
    if wish.callers and not is_late():
        add_callers(chosen, index, path, [_name_symbol(s) for s in symbols], is_late)
    if wish.examples and not is_late():
        names = _list_needed_types(wish, index, symbols)
        add_examples(chosen, index, path, names, wish.test_path)
    if not chosen.tokens and not is_late():
        _add_map(chosen, wish, index)
    return chosen


def _add_related(chosen: ChosenLines, wish: Wish, index: ProjectIndex) -> None:
    """Add what an editor names; a place that is only a definition's name shows its head."""
    for place in wish.related:
        lines = chosen.read_lines(place.path)
        first, last = (
            place.lines.first,
            min(place.lines.last, place.lines.first + _LONGEST_PLACE - 1),
        )
        numbers: Sequence[int] = range(first - 1, last)
        begun = [d for d in index.list_definitions(place.path) if d.first_line == first]
        block = make_block(begun[0], lines) if begun and first == last else None
        if block is not None:
            numbers = (*block.needed, *block.helpful)
        chosen.add(place.path, _leave_out(wish, place.path, numbers), place.why)


def _add_definitions(
    chosen: ChosenLines, wish: Wish, index: ProjectIndex, is_late: Callable[[], bool]
) -> None:
    """Add what the target uses: first the heads of all, then what helps, as long as there is room."""
    meanings = _read_meanings(wish, index)
    candidates = find_candidates(meanings, _list_imported(wish), is_late)
    definitions = [c.definition for c in candidates if not _is_shown(wish, c.definition)]
    blocks: list[tuple[Definition, Block]] = []
    for definition in index.confirm(definitions):
        lines = chosen.read_lines(definition.path)
        block = make_block(definition, lines, meanings.list_members)
        if block is None:
            continue
        needed = _leave_out(wish, definition.path, block.needed)
        if chosen.add(definition.path, needed, f"defines {definition.qualified}", _DEFINITIONS):
            blocks.append((definition, block))
    for definition, block in blocks:
        numbers = _leave_out(wish, definition.path, block.helpful)
        chosen.add(definition.path, numbers, f"defines {definition.qualified}", _DEFINITIONS)


def _add_map(chosen: ChosenLines, wish: Wish, index: ProjectIndex) -> None:
    ranked = [d for d in index.rank_definitions(most=_MOST_RANKED) if not _is_shown(wish, d)]
    for definition in index.confirm(ranked):
        lines = chosen.read_lines(definition.path)
        block = make_block(definition, lines)
        if block is not None and not is_generated(lines):
            chosen.add(definition.path, block.needed[:1], "often used in this project", _MAP)


def _read_meanings(wish: Wish, index: ProjectIndex) -> Meanings:
    symbols = wish.parsed.list_symbols()
    holders = sort_innermost_first(s for s in symbols if s.span.contains(wish.target))
    functions = [s for s in holders if s.kind in _FUNCTIONS]
    scope = functions[-1].span if functions else wish.target
    uses = read_uses(wish.parsed, wish.target, scope)
    owner = next((s for s in holders if s.kind in CONTAINERS), None)
    return Meanings(
        index,
        wish.snapshot.path,
        uses,
        owner.name.partition("<")[0].strip() if owner else "",
        wish.parsed.language.id in _BARE_MEMBERS,
    )


def _list_imported(wish: Wish) -> frozenset[str]:
    """List the words of the file's head: its imports are among them."""
    header = wish.parsed.find_header()
    if header is None:
        return frozenset()
    text = header.extract(wish.snapshot.text)[:_HEADER]
    return frozenset("".join(c if c.isalnum() or c == "_" else " " for c in text).split())


def _list_symbols(wish: Wish) -> list[Symbol]:
    """List the symbols whose head stands in the target, the outermost first."""
    lines = wish.snapshot.get_lines(wish.target)
    symbols = wish.parsed.list_symbols()
    begun = [s for s in symbols if lines.first <= s.signature_line + 1 <= lines.last]
    return sorted(begun, key=lambda s: (s.span.start, -len(s.span)))[:_MOST_SYMBOLS]


def _name_symbol(symbol: Symbol) -> TargetSymbol:
    return TargetSymbol(symbol.name, symbol.parent is not None)


def _list_needed_types(wish: Wish, index: ProjectIndex, symbols: Sequence[Symbol]) -> list[str]:
    """List what a test of the target has to make.

    That is its owner, what the owner is made of, the types of its parameters, and itself.
    """
    names: dict[str, None] = {}
    defined = index.list_definitions(wish.snapshot.path)
    for symbol in symbols:
        owner = (symbol.parent or "").rpartition(".")[2]
        for definition in defined:
            is_maker = definition.owner == owner != "" and is_constructor(definition)
            if is_maker or definition.name == symbol.name:
                names.update(dict.fromkeys((owner, *definition.type_names)))
        names.update(dict.fromkeys((owner, symbol.name)))
    return [name for name in names if name]


def _is_shown(wish: Wish, definition: Definition) -> bool:
    lines = _list_shown(wish, definition.path)
    return any(r.first <= definition.first_line <= r.last for r in lines)


def _leave_out(wish: Wish, path: str, numbers: Sequence[int]) -> list[int]:
    """Leave out 0-based lines that are shown anyway."""
    shown = list(_list_shown(wish, path))
    return [n for n in numbers if not any(r.first <= n + 1 <= r.last for r in shown)]


def _list_shown(wish: Wish, path: str) -> Iterator[LineRange]:
    return (lines for shown, lines in wish.shown if shown == path)

"""Selects the items of a job: the wanted parts of the files that its paths name.

Never sends anything, and never selects a file that may not be sent. Blocks.
"""

import re
from collections.abc import Callable

from flux_lsp.actions.action import Action
from flux_lsp.actions.offer import MenuContext, find_offers
from flux_lsp.context.project.test_paths import is_test_path
from flux_lsp.context.project.walk import walk_files
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.runs.batch.files import find_files
from flux_lsp.runs.batch.revision import read_files_at
from flux_lsp.runs.batch.symbols import (
    Part,
    cover_file,
    is_documented,
    is_named_in,
    list_parts,
    touches,
)
from flux_lsp.runs.batch.values import BatchItem, BatchOrder, ItemSelection, SkippedFile
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed, parse

_WORD = re.compile(r"[^\W\d]\w*")

IsWanted = Callable[[Parsed, Symbol], bool]


def select_items(order: BatchOrder, action: Action, exclude: tuple[str, ...]) -> ItemSelection:
    """Select the items of the order. Raises FluxError where a path or the revision names nothing."""
    listed = find_files(order, exclude)
    skipped = [file for file in listed if isinstance(file, SkippedFile)]
    files = [file for file in listed if isinstance(file, Snapshot)]
    changed = _find_changed_places(order, files)
    is_wanted = _choose_symbols(order, exclude)
    items: list[BatchItem] = []
    kept: dict[str, Snapshot] = {}
    for file in files:
        places = changed.get(file.path)
        if places == [] or not file.text.strip():
            continue
        parts = _list_wanted(order, action, file, is_wanted, places)
        if isinstance(parts, SkippedFile):
            skipped.append(parts)
            continue
        for symbol, span in parts:
            items.append(BatchItem(len(items) + 1, file.path, symbol, span))
            kept[file.path] = file
    return ItemSelection(tuple(items), kept, tuple(skipped))


def _list_wanted(
    order: BatchOrder,
    action: Action,
    file: Snapshot,
    is_wanted: IsWanted,
    changed: list[Span] | None,
) -> list[Part] | SkippedFile:
    if action.writes_tests and is_test_path(file.path):
        return SkippedFile(file.path, "it holds tests itself")
    language = find_language("", file.path)
    context = MenuContext(language, file.path, "text", "")
    if not find_offers(action, context):
        return SkippedFile(file.path, f"`{action.id}` is not offered for {language.name}")
    if order.whole_files:
        return [cover_file(file)]
    parsed = parse(file.text, language)
    if parsed is None:
        return SkippedFile(
            file.path, f"Flux knows no symbols of {language.name}; use --whole-files"
        )
    parts = list_parts(parsed, lambda symbol: is_wanted(parsed, symbol))
    return [part for part in parts if changed is None or touches(part[1], changed)]


def _choose_symbols(order: BatchOrder, exclude: tuple[str, ...]) -> IsWanted:
    if order.symbols == "undocumented":
        return lambda parsed, symbol: not is_documented(parsed, symbol)
    if order.symbols == "untested":
        words = _read_test_words(order, exclude)
        return lambda _, symbol: not is_named_in(symbol, words)
    return lambda _parsed, _symbol: True


def _read_test_words(order: BatchOrder, exclude: tuple[str, ...]) -> set[str]:
    """Read every word of the project's tests; a symbol that none of them names counts as untested."""
    words: set[str] = set()
    for file in walk_files(order.root, exclude):
        if not is_test_path(file.path) or file.size > SOURCE_BYTES:
            continue
        try:
            content = read_bytes(order.root / file.path, SOURCE_BYTES)
        except OSError:
            continue  # it went away meanwhile
        words.update(_WORD.findall(content.decode("utf-8", "replace")))
    return words


def _find_changed_places(order: BatchOrder, files: list[Snapshot]) -> dict[str, list[Span]]:
    """Find what changed in each file since the order's revision; nothing without one."""
    if not order.since:
        return {}
    before = read_files_at(order.root, order.since, [file.path for file in files])
    return {file.path: _compare(before.get(file.path), file.text) for file in files}


def _compare(before: str | None, now: str) -> list[Span]:
    """Return the places of `now` that differ from `before`; all of it where there was no file."""
    if before is None:
        return [Span(0, len(now))]
    if before == now.replace("\r\n", "\n"):
        return []
    before = before.replace("\n", "\r\n") if "\r\n" in now else before
    return [change.span for change in find_changes(now, before)]

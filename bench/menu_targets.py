"""Menu against run: what the menu names at a cursor, and what a run there would change.

Cursors are drawn from every language of the files below the folders, with a fixed seed. At each the menu
is asked in process, once with the outline of the document's tree and once without (as in the first
moment after a document opens), and its name is held against the symbol whose lines the run would take.

    python -m bench.menu_targets FOLDER… [--cursors 500] [--show 5] [--json]
"""

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_lsp.actions.registry import load_registry
from flux_lsp.context.target import find_target
from flux_lsp.core.text import Snapshot, Span, split_lines
from flux_lsp.fronts.lsp.menu import Menu, MenuRequest
from flux_lsp.fronts.lsp.offer import offer_actions
from flux_lsp.fronts.lsp.outlines import Carried, Changes
from flux_lsp.syntax.blocks import find_block_around
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.tree import Parsed, parse

SEED = 8
_SMALLEST, _LARGEST = 80, 200_000  # bytes of a file that is looked at
_WIDEST = 600  # characters; a file with a longer line was made by a machine
_PER_FILE = 25  # cursors
_SKIPPED = {"node_modules", ".git", "vendor", "dist", "build", "min"}
_NO_CODE = {"plaintext", "ignore", "dotenv", "pip-requirements"}
_MENU = Menu(actions=load_registry().actions)


@dataclass
class View:
    """A document as the menu reads it."""

    path: str
    text: str
    language_id: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        """Split once."""
        self._lines = [*split_lines(self.text), ""]

    @property
    def line_count(self) -> int:
        """One more than line ends."""
        return len(self._lines)

    def lines(self, first: int, last: int) -> list[str]:
        """A copy, as the server's document gives it."""
        return self._lines[max(first, 0) : max(last + 1, 0)]

    def column(self, number: int, units: int) -> int:
        """Code points are the units here."""
        return min(units, len(self.lines(number, number)[0]))


@dataclass
class Count:
    """What came of the cursors of one language."""

    cursors: int = 0
    offered: int = 0
    with_tree: int = 0
    without_tree: int = 0
    wrong: list[tuple[str, int, str, str, str]] = field(default_factory=list)


def measure(folders: Sequence[Path], wanted: int) -> tuple[dict[str, Count], float]:
    """Counts by language, and the median of the microseconds that the menu took."""
    counts: dict[str, Count] = defaultdict(Count)
    took: list[float] = []
    for language, files in sorted(_files(folders).items()):
        chance = random.Random(f"{SEED} {language}")
        chance.shuffle(files)
        for path in files:
            if counts[language].cursors >= wanted:
                break
            _measure_file(path, find_language("", path.name), chance, counts[language], took)
    took.sort()
    kept = {name: count for name, count in counts.items() if count.cursors}
    return kept, took[len(took) // 2] if took else 0.0


def _files(folders: Sequence[Path]) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = defaultdict(list)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = set(path.relative_to(folder).parts)
            language = find_language("", path.name).id
            if language in _NO_CODE or parts & _SKIPPED or not path.is_file() or path.is_symlink():
                continue
            if _SMALLEST <= path.stat().st_size <= _LARGEST:
                files[language].append(path)
    return files


def _measure_file(
    path: Path, language: Language, chance: random.Random, count: Count, took: list[float]
) -> None:
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return
    lines = split_lines(text)
    if not lines or max(map(len, lines)) > _WIDEST or not text.strip():
        return
    view, parsed = View(path.name, text), parse(text, language)
    snapshot = Snapshot(path.as_uri(), path.name, "", 1, text)
    carried = Carried(parsed.outline(), Changes()) if parsed else None
    names = _names(parsed)
    for line in sorted(chance.sample(range(len(lines)), min(_PER_FILE, len(lines)))):
        run = _run_names(snapshot, line, parsed, language, names)
        began = time.perf_counter()
        titles = _titles(view, snapshot.uri, line, carried)
        took.append(1e6 * (time.perf_counter() - began))
        guessed = _titles(view, snapshot.uri, line, None)
        count.cursors += 1
        count.offered += bool(titles) and bool(guessed)
        count.with_tree += titles[0] in run
        count.without_tree += guessed[0] in run
        if titles[0] not in run or guessed[0] not in run:
            count.wrong.append((str(path), line + 1, run[-1], titles[0], guessed[0]))


def _titles(view: View, uri: str, line: int, carried: Carried | None) -> list[str]:
    place = {"line": line, "character": 0}
    asked = MenuRequest(uri, view.path, {"start": place, "end": place})
    actions: list[dict[str, Any]] = offer_actions(_MENU, view, asked, carried)
    return [a["title"].removeprefix("Flux: explain ") for a in actions if "explain" in a["title"]]


def _names(parsed: Parsed | None) -> dict[Span, list[str]]:
    names: dict[Span, list[str]] = defaultdict(list)
    for symbol in parsed.list_symbols() if parsed else ():
        names[symbol.span].append(symbol.name)
    return names


def _run_names(
    snapshot: Snapshot,
    line: int,
    parsed: Parsed | None,
    language: Language,
    names: dict[Span, list[str]],
) -> list[str]:
    """How the menu may call the lines that a run takes: by a symbol that has just these lines."""
    start = snapshot.line_starts[line]
    span = find_target(snapshot, Span(start, start), parsed)
    if span in names:
        return [f"`{name}`" if name else "this symbol" for name in names[span]]
    block = find_block_around(split_lines(snapshot.text), line, language)
    same = snapshot.get_line_span(block.first, block.last) == span
    name = block.name if same and (parsed is None or parsed.root.has_error) else None
    if name is None:
        return ["this block"]
    return [f"`{name}`" if name else "this symbol"]


def report(counts: dict[str, Count], microseconds: float) -> Iterator[str]:
    """A table, a line for each language and one for all."""
    total = Count()
    yield f"{'language':18}{'cursors':>9}{'offered':>9}{'with tree':>11}{'without':>9}"
    for name, count in counts.items():
        yield _row(name, count)
        for key in ("cursors", "offered", "with_tree", "without_tree"):
            setattr(total, key, getattr(total, key) + getattr(count, key))
    yield _row("all", total)
    yield f"{len(counts)} languages; the menu took {microseconds:.0f} µs (median, with a tree)"


def _row(name: str, count: Count) -> str:
    shares = (count.offered, count.with_tree, count.without_tree)
    offered, with_tree, without = (f"{100 * n / count.cursors:.1f} %" for n in shares)
    return f"{name:18}{count.cursors:9,}{offered:>9}{with_tree:>11}{without:>9}"


def main() -> int:
    """Measure, print; 1 when the menu and a run differ more often than promised."""
    parser = argparse.ArgumentParser(prog="python -m bench.menu_targets", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cursors", type=int, default=500, help="of each language, at most")
    parser.add_argument("--show", type=int, default=0, help="of each language, what differs")
    parser.add_argument("--only", default="", help="one language")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    counts, microseconds = measure(args.folders, args.cursors)
    counts = {name: one for name, one in counts.items() if args.only in ("", name)}
    if args.json:
        plain = {n: {k: v for k, v in vars(c).items() if k != "wrong"} for n, c in counts.items()}
        print(json.dumps({"languages": plain, "microseconds": microseconds}, indent=1))
    else:
        print("\n".join(report(counts, microseconds)))
    for name, count in counts.items() if args.show else ():
        for path, line, run, menu, guess in count.wrong[: args.show]:
            print(f"{name:12} {path}:{line}  run {run}  menu {menu}  guess {guess}")
    totals = Counter[str]()
    for count in counts.values():
        totals.update(cursors=count.cursors, offered=count.offered, same=count.with_tree)
    return int(min(totals["offered"], totals["same"]) < 0.99 * totals["cursors"])


if __name__ == "__main__":
    sys.exit(main())

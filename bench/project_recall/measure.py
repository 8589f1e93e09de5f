"""Measures what is shown for one function: which definitions of the truth, and what nobody uses."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.project_recall.sample import Function, Repository
from bench.project_recall.truth import Use
from flux_lsp.context.project.order import ShownBefore
from flux_lsp.context.project.select import Wish, choose_lines
from flux_lsp.context.project.values import ProjectIndex
from flux_lsp.core.text import LineRange, Snapshot
from flux_lsp.core.usage import estimate_tokens
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse


@dataclass
class Tally:
    """Sums over functions. `missed` are examples for reading."""

    functions: int = 0
    whole: int = 0
    uses: int = 0
    shown: int = 0
    imports: int = 0
    shown_imports: int = 0
    tokens: int = 0
    unused: int = 0
    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wasted: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        for name in ("functions", "whole", "uses", "shown", "imports", "shown_imports"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.tokens += other.tokens
        self.unused += other.unused
        self.milliseconds += other.milliseconds
        self.sizes += other.sizes

    def count(
        self, function: Function, uses: Sequence[Use], is_shown: Callable[[Use], bool]
    ) -> None:
        self.functions += 1
        missing = [use for use in uses if not is_shown(use)]
        self.whole += not missing
        self.uses += len(uses)
        self.shown += len(uses) - len(missing)
        self.imports += sum(use.by_import for use in uses)
        self.shown_imports += sum(use.by_import and use not in missing for use in uses)
        self.missed += [
            f"{'import' if u.by_import else 'member'} {u.name} ({u.path}:{u.lines[0]}) in "
            f"{function.path}:{function.first}"
            for u in missing
        ]


def measure_function(
    tally: Tally,
    repository: Repository,
    function: Function,
    uses: Sequence[Use],
    index: ProjectIndex,
    tokens: int,
) -> None:
    """Show what the product shows for `function`, by definitions alone, and count it."""
    snapshot = repository.read(function.path)
    parsed = parse(snapshot.text, find_language("", function.path))
    assert parsed is not None
    files: dict[str, Snapshot] = {}

    def read(path: str) -> Snapshot | None:
        text = index.read_text(path)
        return None if text is None else Snapshot(path, path, "", None, text)

    own = LineRange(1, snapshot.line_count)
    wish = Wish(snapshot, function.span, parsed, tokens, shown=((function.path, own),))
    start = time.perf_counter()
    selection = choose_lines(wish, index, read, lambda: False)
    shown = ShownBefore().arrange(selection.list_files(), read, tokens, 0.0)
    tally.milliseconds.append((time.perf_counter() - start) * 1000)
    files = {file.path: file.snapshot for file in shown}
    lines = {
        (file.path, number)
        for file in shown
        for e in file.excerpts
        for number in range(e.lines.first, e.lines.last + 1)
    }
    tally.count(function, uses, lambda use: any((use.path, n) in lines for n in use.lines))
    tally.sizes.append(selection.tokens)
    if repository.language != "rust":  # its truth does not tell of members
        _count_unused(tally, selection.list_reasons(), files, uses)


def _count_unused(
    tally: Tally,
    reasons: dict[str, dict[int, str]],
    files: dict[str, Snapshot],
    uses: Sequence[Use],
) -> None:
    """A definition is used where one of its lines is one that the function uses."""
    wanted = {(use.path, line) for use in uses for line in use.lines}
    blocks: dict[tuple[str, str], set[int]] = defaultdict(set)
    for path, by_line in reasons.items():
        for number, why in by_line.items():
            blocks[path, why].add(number)
    for (path, why), numbers in blocks.items():
        snapshot = files[path]
        size = sum(
            estimate_tokens(snapshot.get_line_span(n, n).extract(snapshot.text)) for n in numbers
        )
        tally.tokens += size
        if not any((path, n + 1) in wanted for n in numbers):
            tally.unused += size
            tally.wasted.append(f"{size} {why} in {path}")

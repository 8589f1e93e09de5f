"""Lines of project files that are to be shown, within a budget of tokens.

Never holds more than its budget, counted with the tags around the text.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from flux_lsp.context.values import Excerpt, ShownFile
from flux_lsp.core.text import LineRange, Snapshot, split_lines
from flux_lsp.core.usage import estimate_tokens_of_size, measure_size

_TAGS, _GAP = 110, 60  # characters that the tags of a file and a mark for what is left out take
_BRIDGED = 4  # lines of a gap that is looked at


@dataclass
class _FileLines:
    """The chosen lines of one file, each with why it is shown."""

    snapshot: Snapshot
    lines: tuple[str, ...]
    chosen: dict[int, str] = field(default_factory=dict)

    def measure(self, more: Iterable[int] = ()) -> int:
        """Measure the size of what is shown with `more` lines."""
        numbers = self.fill_gaps({*self.chosen, *more})
        if not numbers:
            return 0
        gaps = sum(b > a + 1 for a, b in pairwise(numbers))
        text = sum(measure_size(self.lines[n]) for n in numbers)
        return text + gaps * _GAP + _measure_tags(self.snapshot.path)

    def fill_gaps(self, numbers: Iterable[int]) -> list[int]:
        """Sort `numbers` and add short gaps between them: their mark would be longer."""
        filled: list[int] = []
        for number in sorted(numbers):
            gap = range(filled[-1] + 1, number) if filled else range(0)
            if len(gap) <= _BRIDGED and sum(measure_size(self.lines[n]) for n in gap) <= _GAP:
                filled += gap
            filled.append(number)
        return filled


class ChosenLines:
    """Takes lines of files as long as there is room for them; lives only while a run is prepared."""

    def __init__(self, read: Callable[[str], Snapshot | None], budget: int) -> None:
        """`read` returns a file as it is now, None for what may not be shown; `budget` is in tokens."""
        self._read = read
        self._budget = budget
        self._files: dict[str, _FileLines | None] = {}
        self._size = 0

    @property
    def tokens(self) -> int:
        """How many tokens it takes at most."""
        return estimate_tokens_of_size(self._size) if self._size else 0

    def read_lines(self, path: str) -> tuple[str, ...]:
        """Return the lines of a file, with their ends; none for a file that may not be shown."""
        file = self._open(path)
        return file.lines if file else ()

    def add(self, path: str, numbers: Iterable[int], why: str, most: int | None = None) -> bool:
        """Add 0-based lines of a file, all or none; `most` is a smaller budget for all so far."""
        file = self._open(path)
        if file is None:
            return False
        wanted = [n for n in numbers if 0 <= n < len(file.lines)]
        before = file.measure()
        size = self._size + file.measure(wanted) - before
        limit = self._budget if most is None else min(self._budget, most)
        if estimate_tokens_of_size(size) > limit:
            return False
        self._size = size
        for number in wanted:
            file.chosen.setdefault(number, why)
        return True

    def list_files(self) -> tuple[ShownFile, ...]:
        """List what is shown, by path and line."""
        return tuple(
            ShownFile(file.snapshot, tuple(_list_excerpts(file)))
            for _, file in sorted(self._files.items())
            if file is not None and file.chosen
        )

    def list_reasons(self) -> dict[str, dict[int, str]]:
        """List the chosen 0-based lines by path, each with why it is shown."""
        return {path: dict(file.chosen) for path, file in self._files.items() if file}

    def _open(self, path: str) -> _FileLines | None:
        if path not in self._files:
            snapshot = self._read(path)
            lines = () if snapshot is None else tuple(split_lines(snapshot.text))
            self._files[path] = None if snapshot is None else _FileLines(snapshot, lines)
        return self._files[path]


def measure_files(files: Iterable[ShownFile]) -> int:
    """Return how many tokens `files` take at most, with their tags."""
    size = sum(
        _measure_tags(file.path)
        + (len(file.excerpts) - 1) * _GAP
        + sum(measure_size(excerpt.text) for excerpt in file.excerpts)
        for file in files
    )
    return estimate_tokens_of_size(size) if size else 0


def _measure_tags(path: str) -> int:
    return _TAGS + measure_size(path)


def _list_excerpts(file: _FileLines) -> Iterator[Excerpt]:
    """List runs of lines, each with the reasons for which its lines are shown."""
    run: list[int] = []
    for number in file.fill_gaps(file.chosen):
        if run and number > run[-1] + 1:
            yield _make_excerpt(file, run)
            run = []
        run.append(number)
    if run:
        yield _make_excerpt(file, run)


def _make_excerpt(file: _FileLines, run: list[int]) -> Excerpt:
    reasons = dict.fromkeys(file.chosen[number] for number in run if number in file.chosen)
    return Excerpt(
        path=file.snapshot.path,
        lines=LineRange(run[0] + 1, run[-1] + 1),
        text="".join(file.lines[run[0] : run[-1] + 1]),
        why=", ".join(reasons),
        total_lines=file.snapshot.line_count,
    )

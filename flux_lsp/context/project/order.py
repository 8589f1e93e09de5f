"""Keeps what is shown of a project in one order during an editing session, so that the prompt cache holds.

Never keeps a text that is no longer in its file, and never shows more than the budget.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from flux_lsp.context.project.chosen_lines import measure_files
from flux_lsp.context.values import Excerpt, ShownFile
from flux_lsp.core.text import LineRange, Snapshot

_KEPT_SECONDS = 300.0  # so long a prompt cache holds what was sent
_MOST_UNNEEDED = 8  # files that stay though nobody needs them now: each of them is read again


@dataclass(frozen=True, slots=True)
class _ShownPart:
    """A part of a file as it was last shown, and when it was last needed."""

    file: ShownFile
    needed: float


class ShownBefore:
    """What one editing session has shown of one project; safe to use from several threads."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._parts: tuple[_ShownPart, ...] = ()
        self._lock = Lock()

    def arrange(
        self,
        files: Sequence[ShownFile],
        read: Callable[[str], Snapshot | None],
        tokens: int,
        now: float,
    ) -> tuple[ShownFile, ...]:
        """Arrange `files`: what was shown before stays first, as it was; what is new comes after it.

        A part whose text changed is shown anew in its place. What nobody needs now stays for five
        minutes (`now` is in seconds) where `tokens` have room for it, the first eight files of it.
        """
        with self._lock:
            parts = self._keep(files, read, now)
            known = [part.file for part in parts]
            new = (_leave_out(file, known) for file in files)
            parts += [_ShownPart(file, now) for file in new if file.excerpts]
            while parts and measure_files([part.file for part in parts]) > tokens:
                unneeded = [n for n, part in enumerate(parts) if part.needed < now]
                if not unneeded:
                    break
                del parts[unneeded[-1]]
            if measure_files([part.file for part in parts]) > tokens:
                parts = [_ShownPart(file, now) for file in files]
            self._parts = tuple(parts)
            return tuple(part.file for part in parts)

    def _keep(
        self, files: Sequence[ShownFile], read: Callable[[str], Snapshot | None], now: float
    ) -> list[_ShownPart]:
        kept: list[_ShownPart] = []
        unneeded: dict[str, Snapshot | None] = {}
        for part in self._parts:
            path = part.file.path
            same = [file for file in files if file.path == path]
            is_needed = any(_shares_lines(part.file, file) for file in same)
            if not is_needed and now - part.needed > _KEPT_SECONDS:
                continue
            if not same and path not in unneeded:
                if len(unneeded) == _MOST_UNNEEDED:
                    continue
                unneeded[path] = read(path)
            snapshot = same[0].snapshot if same else unneeded[path]
            current = None if snapshot is None else _renew(part.file, snapshot)
            if current is None and same:
                current = _leave_out(same[0], [p.file for p in kept])
            if current is not None and current.excerpts:
                kept.append(_ShownPart(current, now if is_needed else part.needed))
        return kept


def _renew(file: ShownFile, snapshot: Snapshot) -> ShownFile | None:
    """Return the part as it is in `snapshot`; None when one of its lines changed or moved."""
    for excerpt in file.excerpts:
        span = snapshot.get_line_span(excerpt.lines.first - 1, excerpt.lines.last - 1)
        if span.extract(snapshot.text) != excerpt.text:
            return None
    total = snapshot.line_count
    return ShownFile(snapshot, tuple(replace(e, total_lines=total) for e in file.excerpts))


def _shares_lines(file: ShownFile, other: ShownFile) -> bool:
    return any(
        a.lines.first <= b.lines.last and b.lines.first <= a.lines.last
        for a in file.excerpts
        for b in other.excerpts
    )


def _leave_out(file: ShownFile, known: Sequence[ShownFile]) -> ShownFile:
    """Leave out of `file` the lines that `known` show already."""
    shown = {
        number
        for other in known
        if other.path == file.path
        for e in other.excerpts
        for number in range(e.lines.first, e.lines.last + 1)
    }
    return ShownFile(file.snapshot, tuple(p for e in file.excerpts for p in _cut(file, e, shown)))


def _cut(file: ShownFile, excerpt: Excerpt, shown: set[int]) -> Iterator[Excerpt]:
    """Cut the lines `shown` out of an excerpt."""
    first = None
    for number in range(excerpt.lines.first, excerpt.lines.last + 2):
        is_new = number <= excerpt.lines.last and number not in shown
        if is_new and first is None:
            first = number
        elif not is_new and first is not None:
            span = file.snapshot.get_line_span(first - 1, number - 2)
            lines = LineRange(first, number - 1)
            yield replace(excerpt, lines=lines, text=span.extract(file.snapshot.text))
            first = None

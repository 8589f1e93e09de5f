"""Source files as lines: what a symbol is taken from and what an answer is made for."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.languages import Language, find_language

LARGEST = 80_000  # characters of a file
BOM = "\ufeff"
_SKIPPED = frozenset({".git", "node_modules", "vendor", "dist", "build", "third_party"})


@dataclass(frozen=True)
class File:
    """A text as lines without their ends; the last line is empty where the text ends in a line end."""

    path: str
    language: Language
    lines: tuple[str, ...]
    end: str = "\n"
    bom: str = ""

    @cached_property
    def text(self) -> str:
        """As an editor holds it."""
        return self.bom + self.end.join(self.lines)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The open document."""
        return Snapshot(f"file:///{self.path}", self.path, self.language.id, 1, self.text)

    def part(self, first: int, last: int) -> tuple[str, ...]:
        """Lines `first..last`, 0-based and inclusive; clamped."""
        return self.lines[max(first, 0) : last + 1]

    def put(self, first: int, last: int, new: Sequence[str]) -> "File":
        """The file with `new` in place of the lines `first..last`; `last` before `first` inserts."""
        return replace(self, lines=(*self.lines[:first], *new, *self.lines[last + 1 :]))

    def span(self, first: int, last: int) -> Span:
        """The whole lines `first..last` in the text."""
        return self.snapshot.get_line_span(first, last)

    def offset(self, line: int, column: int) -> int:
        """The place in the text of a column of a line."""
        shift = len(self.bom) if line == 0 else 0
        return self.snapshot.line_starts[line] + column + shift


def files(
    folders: Sequence[Path], languages: frozenset[str], rnd: random.Random
) -> dict[str, Iterator[File]]:
    """By language the files below `folders` in an order drawn by chance, each read when it is due."""
    paths: dict[str, list[tuple[Path, Language]]] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix):
        language = find_language("", path.name)
        if language.id in languages and not _SKIPPED.intersection(path.parts) and path.is_file():
            paths.setdefault(language.id, []).append((path, language))
    for drawn in paths.values():
        rnd.shuffle(drawn)
    return {name: _all_read(drawn) for name, drawn in sorted(paths.items())}


def _all_read(paths: Sequence[tuple[Path, Language]]) -> Iterator[File]:
    read = (_read(path, language) for path, language in paths)
    return (file for file in read if file is not None)


def _read(path: Path, language: Language) -> File | None:
    if path.stat().st_size > LARGEST:
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except ValueError:
        return None
    if "\0" in text or not text.strip():
        return None
    text = text.removeprefix(BOM).replace("\r\n", "\n")
    if "\r" in text:
        return None
    return File(f"src/{path.name}", language, tuple(text.split("\n")))

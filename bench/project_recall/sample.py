"""Draws functions of a repository: outside of tests, neither tiny nor huge, by a fixed seed."""

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.context.project.test_paths import is_test_path
from flux_lsp.context.project.walk import walk_files
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

SMALLEST, LARGEST = 150, 6_000  # characters of a function
_LONGEST_FILE = 400_000
_FAMILIES = {"typescriptreact": "typescript", "javascript": "typescript"}
LANGUAGES = ("python", "typescript", "go", "java", "rust")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a file: its 1-based lines and its whole lines as a span."""

    path: str
    first: int
    last: int
    span: Span


@dataclass(frozen=True)
class Repository:
    """A checked-out repository, its language and its files of that language."""

    root: Path
    language: str
    files: tuple[str, ...]

    def read(self, path: str) -> Snapshot:
        """A file as a snapshot, read as the server reads files."""
        file = self.root / path
        text = file.read_bytes().decode("utf-8", "replace")
        return Snapshot(file.as_uri(), path, "", None, text)


def open_repository(root: Path) -> Repository | None:
    """The repository in the language that most of its files are in; None for another one."""
    by_language: dict[str, list[str]] = {}
    for file in walk_files(root, ()):
        language = _name_language(file.path)
        by_language.setdefault(language, []).append(file.path)
    counts = Counter({name: len(by_language.get(name, ())) for name in LANGUAGES})
    [(language, count)] = counts.most_common(1)
    return Repository(root, language, tuple(by_language[language])) if count else None


def draw_functions(repository: Repository, most: int) -> list[Function]:
    """At most `most` functions in the order of their drawing."""
    functions = []
    for path in repository.files:
        if not is_test_path(path) and (repository.root / path).stat().st_size < _LONGEST_FILE:
            functions += _list_functions(repository.read(path))
    random.Random(repository.root.name).shuffle(functions)
    return functions[:most]


def _list_functions(snapshot: Snapshot) -> list[Function]:
    parsed = parse(snapshot.text, find_language("", snapshot.path))
    functions = []
    for symbol in parsed.list_symbols() if parsed else ():
        if symbol.kind in {"function", "method"} and SMALLEST <= len(symbol.span) <= LARGEST:
            lines = snapshot.get_lines(symbol.span)
            functions.append(Function(snapshot.path, lines.first, lines.last, symbol.span))
    return functions


def _name_language(path: str) -> str:
    language = find_language("", path).id
    return _FAMILIES.get(language, language)

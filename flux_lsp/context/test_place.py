"""Where the tests of a source file belong in this project, and how they are written there.

Reads a handful of files below the root and nothing else; never writes.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flux_lsp.context.extended import check_extension, list_names
from flux_lsp.context.places import compiled
from flux_lsp.context.places.python import find_python
from flux_lsp.context.places.script import find_script
from flux_lsp.context.project_files import Project
from flux_lsp.core.text import Snapshot
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.languages.habits import TestHabit
from flux_lsp.syntax.tree import parse

__all__ = ["PlaceOfTests", "check_extension", "find_place"]

_MOST_NAMES = 300
_FINDERS = {
    "python": find_python,
    "javascript": find_script,
    "typescript": find_script,
    "typescriptreact": find_script,
    "go": compiled.find_go,
    "rust": compiled.find_rust,
    "java": compiled.find_jvm,
    "kotlin": compiled.find_jvm,
    "ruby": compiled.find_ruby,
    "php": compiled.find_php,
    "scala": compiled.find_scala,
}


@dataclass(frozen=True, slots=True)
class PlaceOfTests:
    """`path` of the test file (posix, below the root) and whether it exists already.

    `facts`: lines for the model, `Test file: …`, `Framework: …`, and where known `Import: …`,
    `Package: …`, `How: …`, `Names taken: …`. `piece` and `advice`: see `TestLocation`.
    """

    path: str
    framework: str
    existing: bool
    facts: str
    piece: tuple[str, str] | None = None
    advice: str = ""


def find_place(root: Path, snapshot: Snapshot, symbol: str) -> PlaceOfTests:
    """The place for tests of `symbol` ("" for the file) of `snapshot`, a file below `root`. Blocks."""
    project = Project(root)
    language = find_language(snapshot.language_id, snapshot.path)
    find = _FINDERS.get(language.id, compiled.find_usual)
    habit = language.tests or _make_habit(snapshot.path)
    place = find(project, snapshot, habit, _find_importable(snapshot, language, symbol))
    existing = place.path == snapshot.path or project.has(place.path)
    taken = _list_taken(project, snapshot, language, place.path) if existing else ""
    lines = [
        f"Test file: {place.path} ({'exists' if existing else 'new'})",
        f"Framework: {place.framework}",
        *(f"{name}: {value}" for name, value in place.facts if value),
        *([f"Names taken: {taken}"] if taken else []),
    ]
    facts = "\n".join(map(_join_lines, lines))  # a name with a line end must not begin a fact
    return PlaceOfTests(place.path, place.framework, existing, facts, place.piece, place.advice)


def _make_habit(path: str) -> TestHabit:
    """What most languages have in common, for one whose row tells no habit."""
    names = ("test_{}", "{}_test", "{}Test", "{}Tests", "{}_spec")
    return TestHabit((PurePosixPath(path).suffix or ".txt",), names, layout="flat")


def _join_lines(text: str) -> str:
    return " ".join(text.splitlines())


def _find_importable(snapshot: Snapshot, language: Language, symbol: str) -> str:
    """What a test has to import to get at `symbol`: the outermost symbol around it."""
    parsed = parse(snapshot.text, language) if symbol else None
    owners = (
        (s.qualified for s in parsed.list_symbols() if s.name == symbol) if parsed else iter(())
    )
    return next(owners, symbol).split(".")[0]


def _list_taken(project: Project, snapshot: Snapshot, language: Language, path: str) -> str:
    parsed = parse(snapshot.text if path == snapshot.path else project.read(path), language)
    taken = list_names(parsed) if parsed else []
    more = f" and {len(taken) - _MOST_NAMES} more" if len(taken) > _MOST_NAMES else ""
    return ", ".join(taken[:_MOST_NAMES]) + more

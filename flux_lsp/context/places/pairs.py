"""Which test file of a project belongs to which source: by name, by folder, then by what it imports.

Never takes one of two sources of the same name for a test that may be the other's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from flux_lsp.context.project_files import Listing, Project, get_folder
from flux_lsp.syntax.languages.habits import TestHabit

# Folders that say nothing of what is tested.
_GENERIC = frozenset(
    {
        "tests", "test", "spec", "specs", "__tests__", "__test__", "unit", "unittests", "testing",
        "src", "lib", "app", "main", "java", "kotlin", "scala", "groovy", "source", "sources", "lua",
        "t", "testthat", "r", "packages", "crates", "apps", "commonmain", "commontest", "integration",
        "feature", "features", "functional", "e2e",
    }
)  # fmt: skip
HEADERS = frozenset({".h", ".hpp", ".hh", ".hxx", ".pyi"})


@dataclass(frozen=True)
class TestIndex:
    """The sources and tests of a package. `stems`: what each test may be the test of."""

    habit: TestHabit
    sources: dict[str, list[str]] = field(default_factory=dict)  # by stem
    tests: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # by path
    complete: bool = True

    def list_tests(self, stems: Iterable[str]) -> list[str]:
        """The test files that are called after one of `stems`, the usual name first."""
        wanted = frozenset(stems)
        numbered = [
            (number, path)
            for path, named in self.tests.items()
            for number, stem in named
            if stem in wanted
        ]
        return list(dict.fromkeys(path for _, path in sorted(numbered)))


def make_index(listing: Listing, habit: TestHabit, path: str) -> TestIndex:
    """The files of `listing` and the source `path`, told apart."""
    index = TestIndex(habit, complete=listing.complete)
    for other in dict.fromkeys([path, *listing.paths]):
        named = list_test_stems(other, habit) if other != path else []
        if named:
            index.tests[other] = named
        elif other.endswith(habit.endings) or other == path:
            for stem in list_source_stems(other):
                index.sources.setdefault(stem, []).append(other)
    return index


def list_source_stems(path: str) -> list[str]:
    """What tests may be called after: the file's name, the package's for `__init__.py`."""
    pure = PurePosixPath(path)
    stem = pure.name.removesuffix(pure.suffix) or pure.name
    if stem in {"__init__", "__main__"}:
        stem = pure.parent.name or stem.strip("_")
    plain = stem.lstrip("_")
    return list(dict.fromkeys(filter(None, [plain, stem])))


def list_test_stems(path: str, habit: TestHabit) -> list[tuple[int, str]]:
    """What a file may be the test of, nothing when it is no test."""
    folders = path.split("/")[:-1]
    plain = any(folder in habit.folders for folder in folders)
    if "main" in folders:  # a source set that ships
        return []
    return habit.match_stems(path, plain=plain)


def find_owner(test: str, stems: Iterable[str], index: TestIndex, project: Project) -> str | None:
    """The one source that `test` is for, among those that are called by one of `stems`."""
    sources = list(dict.fromkeys(s for stem in stems for s in index.sources.get(stem, ())))
    if not sources:
        return None
    scores = {source: _measure_likeness(test, source) for source in sources}
    best = max(scores.values())
    nearest = [source for source in sources if scores[source] == best]
    if all(is_same_module(nearest[0], source) for source in nearest):
        nearest = nearest[:1]
    if len(nearest) == 1 and (len(sources) > 1 or _count_strangers(test, nearest[0]) == 0):
        return nearest[0]
    return _find_imported(project.read(test), test, nearest)


def is_same_module(file: str, other: str) -> bool:
    """Whether two files are one thing in two files: a header and its code, a module and its stub."""
    first, second = PurePosixPath(file), PurePosixPath(other)
    if file == other:
        return True
    headers = [path.suffix in HEADERS for path in (first, second)]
    beside = first.parent == second.parent and first.suffix != second.suffix
    return first.stem == second.stem and (any(headers) != all(headers) or beside)


def _measure_likeness(test: str, source: str) -> tuple[int, int]:
    """Folders that both have, and then how few the source has beside."""
    tested, own = _list_words(test), _list_words(source)
    shared = _count_shared(tested, own)
    return shared, shared - len(own)


def _count_strangers(test: str, source: str) -> int:
    """Folders of the test that the source has not."""
    own = _list_words(source)
    stem = PurePosixPath(source).stem.lower()
    return sum(word not in own and word != stem for word in _list_words(test))


def _list_words(path: str) -> list[str]:
    parts = [part.lower() for part in get_folder(path).split("/") if part]
    plain = [re.sub(r"(?:[.\-_])?(?:unit)?(?:tests?|specs?)$", "", part) for part in parts]
    return [part for part in plain if part and part not in _GENERIC]


def _count_shared(folders: list[str], other: list[str]) -> int:
    """The length of the longest run of folders that both have in the same order."""
    lengths = [0] * (len(other) + 1)
    for left in folders:
        previous = 0
        for at, right in enumerate(other, start=1):
            kept, longer = lengths[at], previous + 1
            lengths[at] = longer if left == right else max(kept, lengths[at - 1])
            previous = kept
    return lengths[-1]


def _find_imported(text: str, test: str, sources: list[str]) -> str | None:
    """The one of `sources` that the test's text names by its folder; one alone needs no name."""
    named = [source for source in sources if _is_named(text, source)]
    if len(named) == 1:
        return named[0]
    if len(sources) > 1 or _is_another_named(text, sources[0]):
        return None
    return sources[0] if test else None


def _is_named(text: str, source: str) -> bool:
    pure = PurePosixPath(source)
    parent, stem = re.escape(pure.parent.name), re.escape(pure.stem)
    if not pure.parent.name:
        return False
    if pure.stem == "__init__":
        return bool(re.search(rf"\b{parent}\b", text))
    return bool(re.search(rf"\b{parent}(?:[./\\]|::|\s+import\s+){stem}\b", text))


def _is_another_named(text: str, source: str) -> bool:
    """Whether the text imports a module of the source's name from another folder."""
    stem = re.escape(PurePosixPath(source).stem)
    return bool(
        re.search(rf"(?:from|import|require|use|include)\b[^\n]{{0,200}}\w[./\\]{stem}\b", text)
    )

"""The folders that may hold the tests of a source, each under the rule that leads to it.

Pure: a rule that holds for one source of a project can be tried on another.
"""

from collections.abc import Iterator
from typing import NamedTuple

from flux_lsp.context.project_files import get_folder, join
from flux_lsp.syntax.languages.habits import TestHabit

# What a folder of code is called once more for its tests.
_OF_PROJECT = (
    ".Tests", "Tests", ".Test", ".UnitTests", ".Specs", "Test", "-tests", "_tests", "-test",
)  # fmt: skip
_INNER = ("", "unit", "Unit", "unittests", "UnitTests", "src", "lib", "java", "Feature")
_SET_LANGUAGES = frozenset({"kotlin", "java", "scala", "groovy"})
_FLAT = -1
_DEEPEST = 8  # folders of a path that are looked at


class FolderRule(NamedTuple):
    """`kind`, and what it needs: names of folders, how many folders are kept or dropped."""

    kind: str
    at: int = 0
    name: str = ""
    inner: str = ""
    dropped: int = 0


def list_possible_folders(
    path: str, home: str, habit: TestHabit
) -> Iterator[tuple[FolderRule, str]]:
    """Each rule with the folder it leads to for the source `path` of the package `home`."""
    here = get_folder(path)
    parts = [part for part in here.removeprefix(home).strip("/").split("/") if part][-_DEEPEST:]
    base = here.removesuffix("/".join(parts)).strip("/")
    yield FolderRule("beside"), here
    for name in habit.folders:
        yield FolderRule("inside", name=name), join(here, name)
    yield from _list_source_sets(base, parts)
    yield from _list_own_sets(base, parts)
    yield from _list_projects(base, parts, habit)
    yield from _list_roots(base, parts, habit)
    if base:  # one folder of tests for all packages
        top = [part for part in here.split("/") if part][-_DEEPEST:]
        for name in habit.folders:
            for dropped in range(len(top) + 1):
                yield FolderRule("top", name=name, dropped=dropped), join(name, *top[dropped:])


def _list_source_sets(base: str, parts: list[str]) -> Iterator[tuple[FolderRule, str]]:
    """`src/main` has `src/test`, `src/commonMain` has `src/commonTest`."""
    for at, part in enumerate(parts):
        if part == "main" or (part.endswith("Main") and part[0].islower()):
            platform = part.removesuffix("Main")
            names = ["test"] if part == "main" else [f"{platform}Test", f"{platform}UnitTest"]
            for name in names:  # what is common cannot see what is a platform's
                rule = FolderRule("set", at, name, inner=names[0])
                yield rule, join(base, *parts[:at], name, *parts[at + 1 :])
        if part == "src":  # Mill: `a/src` has `a/test/src`
            yield (
                FolderRule("mill", at=at),
                join(base, *parts[:at], "test", "src", *parts[at + 1 :]),
            )


def _list_own_sets(base: str, parts: list[str]) -> Iterator[tuple[FolderRule, str]]:
    """A source set of another name, `src/posix/kotlin`: its tests must not ship with it."""
    for at, part in enumerate(parts[1:-1], start=1):
        is_set = parts[at - 1] == "src" and parts[at + 1] in _SET_LANGUAGES
        if is_set and part != "main" and not part.endswith("Main"):
            for name in (f"{part}Test", "commonTest", "jvmTest", "test"):
                rule = FolderRule("set", at, name, inner="test")
                yield rule, join(base, *parts[:at], name, *parts[at + 1 :])


def _list_projects(
    base: str, parts: list[str], habit: TestHabit
) -> Iterator[tuple[FolderRule, str]]:
    """`Shop` has `Shop.Tests`: beside it, in the place of `src`, or in a folder for tests."""
    for at, part in enumerate(parts):
        for ending in _OF_PROJECT:
            project, rest = part + ending, parts[at + 1 :]
            above = [join(base, *parts[:at])]
            names = habit.folders[:4]
            above += [join(base, *parts[: at - 1], name) for name in names] if at else []
            above += [join(base, *parts[:at], name) for name in names]
            for number, folder in enumerate(above):
                rule = FolderRule("project", at, ending, inner=str(number))
                yield rule, join(folder, project, *rest)
                if rest and rest[0] == "src":
                    yield rule._replace(dropped=1), join(folder, project, *rest[1:])
                if rest:
                    yield rule._replace(dropped=_FLAT), join(folder, project)


def _list_roots(base: str, parts: list[str], habit: TestHabit) -> Iterator[tuple[FolderRule, str]]:
    """A folder for tests at each height, with the source's folders below it or without them."""
    for at in range(len(parts) + 1):
        rest = parts[at:]
        for name in habit.folders:
            for inner in _INNER:
                folder = join(base, *parts[:at], name, inner)
                for dropped in range(len(rest)):
                    rule = FolderRule("root", at, name, inner, dropped)
                    yield rule, join(folder, *rest[dropped:])
                yield FolderRule("root", at, name, inner, _FLAT), folder

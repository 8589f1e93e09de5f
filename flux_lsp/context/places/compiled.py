"""Where the tests of languages with one habit lie, and what their build files say of it.

Never runs a build tool.
"""

import re
from pathlib import PurePosixPath

from flux_lsp.context.places.general import find_path
from flux_lsp.context.places.search import PlaceSearch, TestLocation, find_home
from flux_lsp.context.project_files import Project, get_folder, join, list_folders_above
from flux_lsp.core.text import Snapshot
from flux_lsp.syntax.languages.habits import TestHabit

_PACKAGE = re.compile(r"^[ \t]*package\s+([\w.]+)", re.MULTILINE)
_RUST_MODULE = re.compile(
    r"#\[cfg\(test\)\]\s*(?:#\[path\s*=\s*\"(?P<path>[\w./-]+)\"\]\s*)?(?:pub\s+)?mod\s+(?P<name>\w+)\s*;"
)
_MOST_NEIGHBOURS = 5  # test files of which the text is looked at
_BUILD_FILES = ("pom.xml", "build.gradle", "build.gradle.kts")


def find_go(project: Project, snapshot: Snapshot, _: TestHabit, __: str) -> TestLocation:
    """`x_test.go` beside `x.go`, in the package that the tests there use."""
    path = snapshot.path
    place = path if path.endswith("_test.go") else f"{path.removesuffix('.go')}_test.go"
    package = _find_package(project.read(place)) or _find_package(snapshot.text)
    return TestLocation(place, "go test", (("Package", package),))


def find_rust(project: Project, snapshot: Snapshot, _: TestHabit, __: str) -> TestLocation:
    """`mod tests` at the end of the file itself, or an integration test of its name."""
    path = snapshot.path
    crate = next((f for f in list_folders_above(path) if "Cargo.toml" in project.list_names(f)), "")
    outside = join(crate, "tests", f"{PurePosixPath(path).stem}.rs")
    own = _find_rust_module(path, snapshot.text)
    if own and project.has(own):
        return TestLocation(own, "cargo test", (("How", "add `#[test]` functions at the end"),))
    if "#[cfg(test)]" in snapshot.text:
        how = "add `#[test]` functions to `mod tests` in that file"
    elif path != outside and project.has(outside):
        return TestLocation(outside, "cargo test", (("How", "add `#[test]` functions at the end"),))
    elif path.startswith(join(crate, "tests") + "/"):
        how = "add `#[test]` functions at the end"
    else:
        how = "add `#[cfg(test)] mod tests { use super::*; … }` at the end of that file"
    return TestLocation(path, "cargo test", (("How", how),))


def _find_rust_module(path: str, text: str) -> str:
    """The file of the `mod tests;` that a source declares, "" where it has none."""
    declared = _RUST_MODULE.search(text)
    if not declared:
        return ""
    pure = PurePosixPath(path)
    folder = get_folder(path)
    if declared["path"]:
        return join(folder, declared["path"])
    inner = "" if pure.name in {"lib.rs", "main.rs", "mod.rs"} else pure.stem
    return join(folder, inner, f"{declared['name']}.rs")


def find_jvm(project: Project, snapshot: Snapshot, habit: TestHabit, _: str) -> TestLocation:
    """`src/test/…/XTest` for `src/main/…/X`, and so for each source set; else as the others are."""
    place = _find_place(project, snapshot, habit)
    return TestLocation(
        place, _choose_junit(project, place), (("Package", _find_package(snapshot.text)),)
    )


def find_ruby(project: Project, snapshot: Snapshot, habit: TestHabit, _: str) -> TestLocation:
    """RSpec below `spec`, else Minitest below `test`."""
    place = _find_place(project, snapshot, habit)
    return TestLocation(place, "RSpec" if place.endswith("_spec.rb") else "Minitest")


def find_php(project: Project, snapshot: Snapshot, habit: TestHabit, _: str) -> TestLocation:
    """PHPUnit or Pest below `tests`."""
    place = _find_place(project, snapshot, habit)
    home = find_home(project, snapshot.path, habit)
    pest = "pestphp/pest" in project.read(join(home, "composer.json"))
    return TestLocation(place, "Pest" if pest else "PHPUnit")


def find_scala(project: Project, snapshot: Snapshot, habit: TestHabit, _: str) -> TestLocation:
    """As the project's other specs are; the package too, since Scala sees only its own."""
    place = find_usual(project, snapshot, habit, "")
    return TestLocation(place.path, place.framework, (("Package", _find_package(snapshot.text)),))


def find_usual(project: Project, snapshot: Snapshot, habit: TestHabit, _: str) -> TestLocation:
    """A language that needs no more than the path and the framework."""
    place = _find_place(project, snapshot, habit)
    home = find_home(project, snapshot.path, habit)
    return TestLocation(place, find_framework(project, place, home, habit))


def find_framework(project: Project, place: str, home: str, habit: TestHabit) -> str:
    """What the test file, its neighbours or the build file name."""
    folder = get_folder(place)
    beside = sorted(n for n in project.list_names(folder) if n.endswith(habit.of_tests))
    builds = ("*.csproj", "*.fsproj", "CMakeLists.txt", "build.sbt", "build.sc", "build.mill")
    build = [
        join(above, name)
        for above in [*list_folders_above(place), home]
        if (name := project.match_names(above, (*builds, *habit.homes)))
        and project.read(join(above, name))
    ]
    files = [place, *(join(folder, name) for name in beside[:_MOST_NEIGHBOURS]), *build]
    for text in map(project.read, files):
        for word, framework in habit.frameworks:
            if word.lower() in text.lower():
                return framework
    return habit.framework


def _find_place(project: Project, snapshot: Snapshot, habit: TestHabit) -> str:
    home = find_home(project, snapshot.path, habit)
    return find_path(PlaceSearch(project, snapshot.path, home, habit))


def _find_package(text: str) -> str:
    match = _PACKAGE.search(text)
    return match[1] if match else ""


def _choose_junit(project: Project, place: str) -> str:
    existing = project.read(place)
    build = next(
        (
            text
            for folder in list_folders_above(place)
            for name in _BUILD_FILES
            if (text := project.read(join(folder, name))) and ("junit" in text or "testng" in text)
        ),
        "",
    )
    if "/commonTest/" in place or "kotlin.test" in existing or 'kotlin("test")' in existing:
        return "kotlin.test"
    for source in (existing, build):
        if "jupiter" in source or "useJUnitPlatform" in source:
            return "JUnit 5"
        if "testng" in source:
            return "TestNG"
        if "junit" in source:
            return "JUnit 4"
    return "JUnit 5"

"""Where the tests of Go, Rust, JVM, Ruby and PHP projects lie: each language has one habit.

Never runs a build tool.
"""

import re
from pathlib import PurePosixPath

from flux_lsp.context.places.found import Found
from flux_lsp.context.project import Project, folders_above, join
from flux_lsp.core.text import Snapshot

_PACKAGE = re.compile(r"^[ \t]*package\s+([\w.]+)", re.MULTILINE)
_BUILD_FILES = ("pom.xml", "build.gradle", "build.gradle.kts")


def go(project: Project, snapshot: Snapshot, _: str) -> Found:
    """`x_test.go` beside `x.go`, in the package that the tests there use."""
    path = snapshot.path
    place = path if path.endswith("_test.go") else f"{path.removesuffix('.go')}_test.go"
    package = _package(project.read(place)) or _package(snapshot.text)
    return Found(place, "go test", (("Package", package),))


def rust(project: Project, snapshot: Snapshot, _: str) -> Found:
    """`mod tests` at the end of the file itself, or an integration test of its name."""
    path = snapshot.path
    crate = next((f for f in folders_above(path) if "Cargo.toml" in project.names(f)), "")
    outside = join(crate, "tests", f"{PurePosixPath(path).stem}.rs")
    if "#[cfg(test)]" in snapshot.text:
        how = "add `#[test]` functions to `mod tests` in that file"
    elif path != outside and project.has(outside):
        return Found(outside, "cargo test", (("How", "add `#[test]` functions at the end"),))
    elif path.startswith(join(crate, "tests") + "/"):
        how = "add `#[test]` functions at the end"
    else:
        how = "add `#[cfg(test)] mod tests { use super::*; … }` at the end of that file"
    return Found(path, "cargo test", (("How", how),))


def jvm(project: Project, snapshot: Snapshot, _: str) -> Found:
    """`src/test/…/XTest` for `src/main/…/X`, else beside the source."""
    path = PurePosixPath(snapshot.path)
    if re.search(r"Tests?$", path.stem) or "/src/test/" in f"/{path}":
        place = str(path)
    else:
        folder = re.sub(r"(^|/)src/main/", r"\1src/test/", f"{path.parent}/").rstrip("/")
        names = [f"{path.stem}{ending}{path.suffix}" for ending in ("Test", "Tests")]
        options = [join("" if folder == "." else folder, name) for name in names]
        place = project.first(options) or options[0]
    return Found(place, _junit(project, place), (("Package", _package(snapshot.text)),))


def ruby(project: Project, snapshot: Snapshot, _: str) -> Found:
    """RSpec below `spec`, else Minitest below `test`."""
    return _below(project, snapshot.path, ("spec", "_spec", "RSpec"), ("test", "_test", "Minitest"))


def php(project: Project, snapshot: Snapshot, _: str) -> Found:
    """PHPUnit below `tests`."""
    return _below(project, snapshot.path, ("tests", "Test", "PHPUnit"))


def _below(project: Project, path: str, *habits: tuple[str, str, str]) -> Found:
    """By (folder, ending of the name, framework), the first whose folder exists, else the last."""
    folder, ending, framework = next((h for h in habits if project.has(h[0])), habits[-1])
    pure = PurePosixPath(path)
    if pure.stem.endswith(ending):
        return Found(path, framework)
    name = f"{pure.stem}{ending}{pure.suffix}"
    inner = "/".join(pure.parent.parts[1:])
    mirrored = project.first([join(folder, str(pure.parent), name), join(folder, inner, name)])
    return Found(mirrored or project.find(folder, [name]) or join(folder, inner, name), framework)


def _package(text: str) -> str:
    found = _PACKAGE.search(text)
    return found[1] if found else ""


def _junit(project: Project, place: str) -> str:
    there = project.read(place)
    build = next(
        (
            text
            for folder in folders_above(place)
            for name in _BUILD_FILES
            if (text := project.read(join(folder, name))) and ("junit" in text or "testng" in text)
        ),
        "",
    )
    for said in (there, build):
        if "jupiter" in said or "useJUnitPlatform" in said:
            return "JUnit 5"
        if "testng" in said:
            return "TestNG"
        if "junit" in said:
            return "JUnit 4"
    return "JUnit 5"

"""What test files of a language are usually called and where they usually lie.

Never decides: a project's own tests come first, and a habit fills in what they leave open.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

_ROOTS = ("tests", "test", "Tests", "Test", "spec", "specs", "unittests", "t", "testing")
_SOURCES = frozenset({"src", "lib", "app", "source", "Source", "Sources", "lua", "R"})


@dataclass(frozen=True, slots=True)
class TestHabit:
    """The habit of one language.

    `endings` are those of sources, `test_endings` those of tests where they differ. `names` are the
    names of a test file, the usual one first; `{}` stands for the source's name. `folders` are names
    of folders for tests, the usual one first. `homes` are files that a package has at its root.
    `layout` says where a test lies when the project has no example. `frameworks` are pairs of a word
    in the project's files and the framework it tells of. `project_files`: a test is only built inside
    a folder that has one of them. `dropped` are first folders of a source that are not repeated below
    the test folder.
    """

    endings: tuple[str, ...]
    names: tuple[str, ...]
    folders: tuple[str, ...] = _ROOTS
    homes: tuple[str, ...] = (".git",)
    layout: Literal["beside", "inside", "mirror", "flat"] = "mirror"
    framework: str = "the one this project uses"
    frameworks: tuple[tuple[str, str], ...] = ()
    test_endings: tuple[str, ...] = ()
    project_files: tuple[str, ...] = ()
    dropped: frozenset[str] = _SOURCES

    @property
    def of_tests(self) -> tuple[str, ...]:
        """The endings that a test file may have."""
        return self.test_endings or self.endings

    def match_stems(self, path: str, *, plain: bool) -> list[tuple[int, str]]:
        """What a test file may be the test of, as (number of the name, source's stem).

        `plain`: the file lies in a folder for tests, so that it may be called as its source is.
        """
        pure = PurePosixPath(path)
        ending = next((e for e in self.of_tests if pure.name.endswith(e)), None)
        if ending is None:
            return []
        whole = pure.name.removesuffix(ending)
        other_ending = not pure.name.endswith(self.endings)
        stems = []
        for number, name in enumerate(self.names):
            before, _, after = name.partition("{}")
            fits = whole.startswith(before) and whole.endswith(after)
            stem = whole[len(before) : len(whole) - len(after)] if fits else ""
            if stem and (name != "{}" or plain or other_ending):
                stems.append((number, stem))
        return stems


JVM_HOMES = (
    "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "build.sc", "build.mill", ".git",
)  # fmt: skip
SCRIPT_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
C_FRAMEWORKS = (
    ("catch2", "Catch2"), ("catch.hpp", "Catch2"), ("doctest", "doctest"), ("gtest", "GoogleTest"),
    ("gmock", "GoogleTest"), ("boost/test", "Boost.Test"), ("unity.h", "Unity"), ("cmocka", "cmocka"),
    ("check.h", "Check"),
)  # fmt: skip
DOTNET_FRAMEWORKS = (
    ("xunit", "xUnit"), ("nunit", "NUnit"), ("tunit", "TUnit"), ("mstest", "MSTest"),
    ("visualstudio.testtools", "MSTest"), ("expecto", "Expecto"),
)  # fmt: skip
SCRIPT_TESTS = TestHabit(
    SCRIPT_ENDINGS,
    ("{}.test", "{}.spec", "{}_test", "{}-test", "test-{}", "test_{}", "{}Test", "{}"),
    ("__tests__", "tests", "test", "spec", "specs", "__test__"),
    ("package.json", "deno.json", "deno.jsonc"),
    "beside",
    "jest",
)
JVM_TESTS = TestHabit(
    (".java", ".kt", ".groovy"),
    ("{}Test", "{}Tests", "{}Spec", "Test{}", "{}IT"),
    homes=JVM_HOMES,
    layout="beside",
    framework="JUnit 5",
)

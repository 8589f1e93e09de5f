"""What the test files of each language are usually called and where they usually lie.

Never decides: a project's own tests come first, these are for what they leave open.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

_ROOTS = ("tests", "test", "Tests", "Test", "spec", "specs", "unittests", "t", "testing")
_SOURCES = frozenset({"src", "lib", "app", "source", "Source", "Sources", "lua", "R"})


@dataclass(frozen=True, slots=True)
class Habit:
    """Of one language.

    `endings` of sources; `test_endings` of tests, the same where there are none. `names`: what a
    test file is called, `{}` is the source's name, the usual one first. `folders`: names of folders
    for tests, the usual one first. `homes`: files that a package has at its root. `dropped`: first
    folders of a source that are not repeated below the test folder. `layout`: where a test lies
    when the project has no example. `frameworks`: (what a file of the project says, framework).
    `project_files`: a test is only built inside a folder that has one of them.
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

    def test_names(self, stem: str, ending: str) -> list[str]:
        """The file names that tests of `stem` may have."""
        return [f"{name.format(stem)}{ending}" for name in self.names]

    def stems(self, path: str, *, plain: bool) -> list[tuple[int, str]]:
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


_JVM_HOMES = (
    "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "build.sc", "build.mill", ".git",
)  # fmt: skip
_SCRIPT_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_SCALA = (
    ("munit", "MUnit"), ("utest", "uTest"), ("specs2", "specs2"), ("zio.test", "ZIO Test"),
    ("zio-test", "ZIO Test"), ("scalatest", "ScalaTest"), ("junit", "JUnit"),
)  # fmt: skip
_CPP = (
    ("catch2", "Catch2"), ("catch.hpp", "Catch2"), ("doctest", "doctest"), ("gtest", "GoogleTest"),
    ("gmock", "GoogleTest"), ("boost/test", "Boost.Test"), ("unity.h", "Unity"), ("cmocka", "cmocka"),
    ("check.h", "Check"),
)  # fmt: skip
_DOTNET = (
    ("xunit", "xUnit"), ("nunit", "NUnit"), ("tunit", "TUnit"), ("mstest", "MSTest"),
    ("visualstudio.testtools", "MSTest"), ("expecto", "Expecto"),
)  # fmt: skip

PYTHON = Habit(
    (".py", ".pyi"),
    ("test_{}", "{}_test", "tests_{}"),
    ("tests", "test", "testing"),
    ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", ".git"),
    "flat",
    "pytest",
    test_endings=(".py",),
)
SCRIPT = Habit(
    _SCRIPT_ENDINGS,
    ("{}.test", "{}.spec", "{}_test", "{}-test", "test-{}", "test_{}", "{}Test", "{}"),
    ("__tests__", "tests", "test", "spec", "specs", "__test__"),
    ("package.json", "deno.json", "deno.jsonc"),
    "beside",
    "jest",
)
JVM = Habit(
    (".java", ".kt", ".groovy"),
    ("{}Test", "{}Tests", "{}Spec", "Test{}", "{}IT"),
    homes=_JVM_HOMES,
    layout="beside",
    framework="JUnit 5",
)
RUBY = Habit(
    (".rb",),
    ("{}_spec", "{}_test", "test_{}"),
    ("spec", "test", "tests"),
    ("Gemfile", "*.gemspec", "Rakefile", ".git"),
)
PHP = Habit((".php",), ("{}Test", "{}Spec"), ("tests", "test", "Tests", "spec"), ("composer.json",))
SCALA = Habit(
    (".scala", ".sc"),
    ("{}Spec", "{}Test", "{}Tests", "{}Suite"),
    homes=("build.sbt", "build.sc", "build.mill", "pom.xml", "build.gradle", "build.gradle.kts"),
    framework="ScalaTest",
    frameworks=_SCALA,
    test_endings=(".scala",),
)
SWIFT = Habit(
    (".swift",),
    ("{}Tests", "{}Test", "{}Spec"),
    ("Tests", "Test", "tests"),
    ("Package.swift", "*.xcodeproj", "*.podspec"),
    "flat",
    "XCTest",
    (("import Testing", "Swift Testing"), ("import Quick", "Quick"), ("import XCTest", "XCTest")),
)
CSHARP = Habit(
    (".cs",),
    ("{}Tests", "{}Test", "{}Specs", "{}_Tests", "{}Should"),
    homes=("*.sln", "*.slnx", ".git"),
    framework="xUnit",
    frameworks=_DOTNET,
    project_files=("*.csproj",),
)

_OTHERS: dict[str, Habit] = {
    "swift": SWIFT,
    "csharp": CSHARP,
    "c": Habit(
        (".c", ".h"), ("test_{}", "{}_test", "{}-test", "test-{}", "{}_tests", "{}Test", "{}_unittest"),
        homes=("CMakeLists.txt", "meson.build", "Makefile", ".git"), layout="flat",
        frameworks=_CPP, test_endings=(".c", ".cc", ".cpp"),
    ),
    "cpp": Habit(
        (".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h", ".ipp", ".cu"),
        ("{}_test", "test_{}", "{}-test", "test-{}", "{}_tests", "{}Test", "{}Tests", "{}_unittest",
         "{}.test"),
        homes=("CMakeLists.txt", "meson.build", "BUILD.bazel", "BUILD", "xmake.lua", ".git"),
        layout="flat", framework="GoogleTest", frameworks=_CPP,
        test_endings=(".cpp", ".cc", ".cxx", ".c++", ".cu"),
    ),
    "lua": Habit(
        (".lua",), ("{}_spec", "test_{}", "{}_test", "test-{}"), ("spec", "tests", "test"),
        (".busted", "*.rockspec", ".git"), framework="busted",
        frameworks=(("luaunit", "LuaUnit"), ("mini.test", "mini.test"), ("plenary", "plenary.busted")),
    ),
    "shellscript": Habit(
        (".sh", ".bash", ".zsh", ".ksh", ""), ("{}", "test_{}", "{}_test", "{}_spec"),
        ("test", "tests", "spec"), layout="flat", framework="bats", test_endings=(".bats",),
    ),
    "elixir": Habit((".ex",), ("{}_test",), ("test",), ("mix.exs",), framework="ExUnit",
                    test_endings=(".exs",)),
    "dart": Habit((".dart",), ("{}_test",), ("test",), ("pubspec.yaml",), framework="package:test",
                  frameworks=(("flutter_test", "flutter_test"),)),
    "haskell": Habit((".hs",), ("{}Spec", "{}Test", "Test{}"), ("test", "tests"),
                     ("*.cabal", "package.yaml", "stack.yaml"), framework="Hspec",
                     frameworks=(("tasty", "Tasty"), ("HUnit", "HUnit"))),
    "erlang": Habit((".erl",), ("{}_tests", "{}_SUITE"), ("test",), ("rebar.config",), "flat", "EUnit"),
    "clojure": Habit((".clj", ".cljs", ".cljc"), ("{}_test",), ("test",),
                     ("deps.edn", "project.clj"), framework="clojure.test"),
    "r": Habit((".R", ".r"), ("test-{}", "test_{}"), ("tests/testthat", "tests"),
               ("DESCRIPTION",), "flat", "testthat"),
    "julia": Habit((".jl",), ("test_{}", "{}_test", "{}"), ("test",), ("Project.toml",), "flat", "Test"),
    "nim": Habit((".nim",), ("t{}", "test_{}", "{}_test"), ("tests", "test"), ("*.nimble",), "flat",
                 "unittest"),
    "crystal": Habit((".cr",), ("{}_spec",), ("spec",), ("shard.yml",), framework="spec"),
    "fsharp": Habit((".fs",), ("{}Tests", "{}Test"), homes=("*.sln", ".git"), framework="xUnit",
                    frameworks=_DOTNET, project_files=("*.fsproj",)),
    "vb": Habit((".vb",), ("{}Tests", "{}Test"), homes=("*.sln", ".git"), framework="MSTest",
                frameworks=_DOTNET, project_files=("*.vbproj",)),
    "groovy": Habit((".groovy",), ("{}Spec", "{}Test", "{}Tests"), homes=_JVM_HOMES, layout="beside",
                    framework="Spock"),
    "perl": Habit((".pm", ".pl"), ("{}", "test_{}"), ("t",), ("cpanfile", "Makefile.PL", "dist.ini"),
                  "flat", "Test::More", test_endings=(".t",)),
    "powershell": Habit((".ps1", ".psm1"), ("{}.Tests",), ("Tests", "tests"), framework="Pester",
                        layout="flat", test_endings=(".ps1",)),
    "vue": Habit((".vue", *_SCRIPT_ENDINGS), ("{}.spec", "{}.test"),
                 ("__tests__", "tests", "test"), ("package.json",), framework="Vitest",
                 test_endings=(".ts", ".js")),
    "svelte": Habit((".svelte", *_SCRIPT_ENDINGS), ("{}.test", "{}.spec", "{}.svelte.test"),
                    ("__tests__", "tests", "test"), ("package.json",), "beside", "Vitest",
                    test_endings=(".ts", ".js")),
    "objective-c": Habit((".m", ".mm", ".h"), ("{}Tests", "{}Test"), ("Tests",), ("*.xcodeproj",),
                         "flat", "XCTest", test_endings=(".m", ".mm")),
    "solidity": Habit((".sol",), ("{}.t",), ("test",), ("foundry.toml",), "flat", "forge-std"),
}  # fmt: skip


def habit_of(language: str, ending: str) -> Habit:
    """The habit of a language by its id; for one that is not known, that of its files' `ending`."""
    unknown = Habit(
        (ending or ".txt",), ("test_{}", "{}_test", "{}Test", "{}Tests", "{}_spec"), layout="flat"
    )
    return _OTHERS.get(language, unknown)

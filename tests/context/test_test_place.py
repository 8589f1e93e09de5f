from pathlib import Path

import pytest

from flux_lsp.context.test_place import PlaceOfTests, find_place
from flux_lsp.core.text import Snapshot


def project(root: Path, *paths: str, **texts: str) -> Path:
    """Files with a text of no meaning, and those of `texts` (`__` for a dot, `_S_` for a slash)."""
    given = {key.replace("_S_", "/").replace("__", "."): text for key, text in texts.items()}
    for path, text in {**dict.fromkeys(paths, "\n"), **given}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def place(root: Path, path: str, text: str = "x = 1\n", symbol: str = "") -> PlaceOfTests:
    return find_place(root, Snapshot(f"file:///w/{path}", path, "", 1, text), symbol)


def fact(found: PlaceOfTests, name: str) -> str:
    lines = [line for line in found.facts.split("\n") if line.startswith(f"{name}: ")]
    return lines[0].removeprefix(f"{name}: ") if lines else ""


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        ([], "a.py", "test_a.py"),
        (["tests/x"], "src/pkg/a.py", "tests/test_a.py"),
        (["tests/test_a.py"], "src/pkg/a.py", "tests/test_a.py"),
        (["tests/unit/test_a.py"], "src/pkg/a.py", "tests/unit/test_a.py"),
        (["tests/sub/x"], "src/pkg/sub/a.py", "tests/sub/test_a.py"),
        (["tests/pkg/sub/x"], "src/pkg/sub/a.py", "tests/pkg/sub/test_a.py"),
        (["tests/sub/test_a.py", "tests/test_a.py"], "src/pkg/sub/a.py", "tests/sub/test_a.py"),
        (["tests/deep/er/test_a.py"], "src/pkg/a.py", "tests/deep/er/test_a.py"),
        (["tests/a_test.py"], "src/pkg/a.py", "tests/a_test.py"),
        (["tests/test_thing.py"], "src/pkg/_thing.py", "tests/test_thing.py"),
        (["src/pkg/test_b.py"], "src/pkg/a.py", "src/pkg/test_a.py"),
        (["src/pkg/tests/x"], "src/pkg/a.py", "src/pkg/tests/test_a.py"),
        (["app/tests.py", "app/models.py"], "app/views.py", "app/tests.py"),
        (["svc/pyproject.toml", "svc/tests/x"], "svc/src/m/a.py", "svc/tests/test_a.py"),
        (["tests/x"], "pkg/__init__.py", "tests/test_pkg.py"),
        (["tests/test_a.py"], "tests/test_a.py", "tests/test_a.py"),
    ],
)
def test_python_tests_lie_where_the_project_keeps_them(
    tmp_path: Path, files: list[str], source: str, expected: str
) -> None:
    found = place(project(tmp_path, *files), source)
    assert found.path == expected
    assert found.existing == (expected in files)
    assert fact(found, "Test file") == f"{expected} ({'exists' if found.existing else 'new'})"


def test_python_test_folder_as_configured(tmp_path: Path) -> None:
    config = '[tool.pytest.ini_options]\ntestpaths = ["checks"]\n'
    project(tmp_path, "checks/x", pyproject__toml=config)
    assert place(tmp_path, "src/pkg/a.py").path == "checks/test_a.py"


def test_a_broken_pyproject_is_no_obstacle(tmp_path: Path) -> None:
    project(tmp_path, pyproject__toml="[[[")
    assert place(tmp_path, "a.py").path == "test_a.py"


@pytest.mark.parametrize(
    ("texts", "framework"),
    [
        ({}, "pytest"),
        ({"tests_S_test_b__py": "import unittest\n"}, "unittest"),
        ({"tests_S_test_b__py": "import unittest\n", "pytest__ini": ""}, "pytest"),
        ({"tests_S_test_b__py": "import unittest\ndef test_x(): ...\n"}, "pytest"),
        ({"tests_S_test_a__py": "import unittest\n", "pytest__ini": ""}, "unittest"),
        ({"tests_S_test_b__py": "import unittest\n", "requirements__txt": "pytest\n"}, "pytest"),
    ],
)
def test_python_framework(tmp_path: Path, texts: dict[str, str], framework: str) -> None:
    found = place(project(tmp_path, **texts), "a.py")
    assert found.framework == framework
    assert fact(found, "Framework") == framework


@pytest.mark.parametrize(
    ("files", "source", "symbol", "expected"),
    [
        (["src/pkg/__init__.py"], "src/pkg/a.py", "f", "from pkg.a import f"),
        (["src/pkg/__init__.py"], "src/pkg/a.py", "", "import pkg.a"),
        (["src/pkg/__init__.py"], "src/pkg/a.py", "method", "from pkg.a import A"),
        (["src/pkg/__init__.py"], "src/pkg/__init__.py", "f", "from pkg import f"),
        (
            ["pkg/__init__.py", "pkg/sub/__init__.py"],
            "pkg/sub/a.py",
            "f",
            "from pkg.sub.a import f",
        ),
        (["lib/pkg/__init__.py"], "lib/pkg/a.py", "f", "from pkg.a import f"),
        ([], "a.py", "f", "from a import f"),
        ([], "tools/a.py", "f", "from tools.a import f"),
        (["svc/setup.py", "svc/m/__init__.py"], "svc/m/a.py", "f", "from m.a import f"),
        ([], "my-script.py", "f", ""),
    ],
)
def test_python_import(
    tmp_path: Path, files: list[str], source: str, symbol: str, expected: str
) -> None:
    text = "def f(): ...\n\nclass A:\n    def method(self): ...\n"
    assert fact(place(project(tmp_path, *files), source, text, symbol), "Import") == expected


def test_names_that_are_taken_are_listed(tmp_path: Path) -> None:
    text = "import a\n\ndef test_one(): ...\n\nclass TestTwo:\n    def test_three(self): ...\n"
    project(tmp_path, tests_S_test_a__py=text)
    found = place(tmp_path, "a.py")
    assert fact(found, "Names taken") == "test_one, TestTwo, test_three"
    assert fact(place(tmp_path, "b.py"), "Names taken") == ""


VITEST = '{"devDependencies": {"vitest": "3"}}'
JEST = '{"devDependencies": {"jest": "30"}}'


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        ([], "src/a.ts", "src/a.test.ts"),
        (["src/a.spec.ts"], "src/a.ts", "src/a.spec.ts"),
        (["src/b.spec.ts"], "src/a.ts", "src/a.spec.ts"),
        (["src/a.test.tsx"], "src/a.ts", "src/a.test.tsx"),
        (["src/__tests__/x.test.ts"], "src/a.ts", "src/__tests__/a.test.ts"),
        (["src/__tests__/a.spec.ts"], "src/a.ts", "src/__tests__/a.spec.ts"),
        (["test/x.test.js"], "src/a.js", "test/a.test.js"),
        (["tests/sub/x.test.js"], "src/sub/a.js", "tests/sub/a.test.js"),
        (["tests/src/sub/a.test.js"], "src/sub/a.js", "tests/src/sub/a.test.js"),
        (["tests/unit/a.test.js"], "src/sub/a.js", "tests/unit/a.test.js"),
        (["pkg/web/package.json", "pkg/web/test/x"], "pkg/web/src/a.ts", "pkg/web/test/a.test.ts"),
        ([], "src/a.test.ts", "src/a.test.ts"),
        ([], "src/App.tsx", "src/App.test.tsx"),
    ],
)
def test_script_tests_lie_where_the_project_keeps_them(
    tmp_path: Path, files: list[str], source: str, expected: str
) -> None:
    found = place(project(tmp_path, *files, package__json=JEST), source, "export const x = 1;\n")
    assert found.path == expected


@pytest.mark.parametrize(
    ("package", "files", "framework"),
    [
        (VITEST, [], "vitest"),
        (JEST, [], "jest"),
        ("{}", ["vitest.config.mts"], "vitest"),
        ("{}", ["jest.config.js"], "jest"),
        ('{"jest": {}}', [], "jest"),
        ('{"dependencies": {"react-scripts": "5"}}', [], "jest"),
        ('{"devDependencies": {"mocha": "11"}}', [], "mocha"),
        ('{"scripts": {"test": "node --test"}}', [], "node:test"),
        ('{"devDependencies": {"vite": "7"}}', [], "vitest"),
        ("{}", [], "jest"),
        ("not json", [], "jest"),
        ('{"dependencies": null, "scripts": null}', [], "jest"),
    ],
)
def test_script_framework(tmp_path: Path, package: str, files: list[str], framework: str) -> None:
    found = place(project(tmp_path, *files, package__json=package), "src/a.ts")
    assert found.framework == framework


def test_a_package_of_a_monorepo_takes_the_roots_framework(tmp_path: Path) -> None:
    project(tmp_path, package__json=VITEST, packages_S_a_S_package__json="{}")
    assert place(tmp_path, "packages/a/src/a.ts").framework == "vitest"


@pytest.mark.parametrize(
    ("path", "text", "symbol", "files", "expected"),
    [
        ("src/a.ts", "export function f() {}", "f", [], 'import { f } from "./a"'),
        ("src/a.ts", "export function f() {}", "f", ["test/x"], 'import { f } from "../src/a"'),
        ("src/a.ts", "export default function f() {}", "f", [], 'import f from "./a"'),
        ("src/a.ts", 'import { x } from "./x.js";\nexport class A {}', "A", [],
         'import { A } from "./a.js"'),
        ("src/a.mjs", "export function f() {}", "f", [], 'import { f } from "./a.mjs"'),
        ("src/a.js", "function f() {}\nmodule.exports = { f };", "f", [],
         'const { f } = require("./a")'),
        ("src/a.ts", "export class A {\n  m() {}\n}", "m", [], 'import { A } from "./a"'),
        ("src/a.ts", "export const x = 1;", "", [], 'import * as subject from "./a"'),
    ],
)  # fmt: skip
def test_script_import(
    tmp_path: Path, path: str, text: str, symbol: str, files: list[str], expected: str
) -> None:
    found = place(project(tmp_path, *files, package__json=JEST), path, text, symbol)
    assert fact(found, "Import") == expected


def test_vitest_says_what_to_import_unless_its_names_are_global(tmp_path: Path) -> None:
    project(tmp_path, package__json=VITEST)
    assert "vitest" in fact(place(tmp_path, "a.ts"), "How")
    project(tmp_path, vitest__config__ts="export default { test: { globals: true } }")
    assert fact(place(tmp_path, "a.ts"), "How") == ""


def test_go_tests_lie_beside_in_their_package(tmp_path: Path) -> None:
    found = place(tmp_path, "pkg/a.go", "package pkg\n\nfunc F() {}\n", "F")
    assert (found.path, found.framework) == ("pkg/a_test.go", "go test")
    assert fact(found, "Package") == "pkg"
    project(tmp_path, pkg_S_a_test__go="package pkg_test\n\nfunc TestF(t *testing.T) {}\n")
    found = place(tmp_path, "pkg/a.go", "package pkg\n\nfunc F() {}\n", "F")
    assert found.existing
    assert fact(found, "Package") == "pkg_test"
    assert fact(found, "Names taken") == "TestF"


def test_rust_tests_lie_in_the_file_or_in_an_integration_test(tmp_path: Path) -> None:
    project(tmp_path, "Cargo.toml")
    found = place(tmp_path, "src/a.rs", "pub fn f() {}\n", "f")
    assert (found.path, found.existing, found.framework) == ("src/a.rs", True, "cargo test")
    assert "mod tests {" in fact(found, "How")
    inside = "pub fn f() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn works() {}\n}\n"
    found = place(tmp_path, "src/a.rs", inside, "f")
    assert fact(found, "Names taken") == "f, works"
    project(tmp_path, tests_S_a__rs="#[test]\nfn all() {}\n")
    assert place(tmp_path, "src/a.rs", "pub fn f() {}\n", "f").path == "tests/a.rs"
    assert place(tmp_path, "src/a.rs", inside, "f").path == "src/a.rs"


@pytest.mark.parametrize(
    ("build", "framework"),
    [
        ("<artifactId>junit-jupiter</artifactId>", "JUnit 5"),
        ("<artifactId>junit</artifactId>", "JUnit 4"),
        ("<artifactId>testng</artifactId>", "TestNG"),
        ("<project/>", "JUnit 5"),
    ],
)
def test_jvm_tests_lie_below_src_test(tmp_path: Path, build: str, framework: str) -> None:
    project(tmp_path, m_S_pom__xml=build)
    found = place(tmp_path, "m/src/main/java/a/b/Foo.java", "package a.b;\nclass Foo {}\n", "Foo")
    assert found.path == "m/src/test/java/a/b/FooTest.java"
    assert found.framework == framework
    assert fact(found, "Package") == "a.b"


def test_jvm_tests_keep_the_name_they_have(tmp_path: Path) -> None:
    project(tmp_path, "src/test/kotlin/a/FooTests.kt", "build.gradle.kts")
    found = place(tmp_path, "src/main/kotlin/a/Foo.kt", "package a\nclass Foo\n", "Foo")
    assert (found.path, found.existing) == ("src/test/kotlin/a/FooTests.kt", True)


@pytest.mark.parametrize(
    ("files", "source", "expected"),
    [
        (["spec/x"], "lib/a/b.rb", "spec/a/b_spec.rb"),
        (["test/x"], "lib/b.rb", "test/b_test.rb"),
        (["tests/x"], "src/B.php", "tests/BTest.php"),
        (["tests/Unit/BTest.php"], "src/B.php", "tests/Unit/BTest.php"),
        (["test/x"], "src/a.lua", "test/test_a.lua"),
        (["test/a_test.lua"], "src/a.lua", "test/a_test.lua"),
        ([], "src/a.unheard", "tests/test_a.unheard"),
    ],
)
def test_other_languages(tmp_path: Path, files: list[str], source: str, expected: str) -> None:
    assert place(project(tmp_path, *files), source).path == expected


def test_nothing_outside_of_the_workspace_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("def test_secret(): ...\n")
    root = project(tmp_path / "work", "tests/x")
    (root / "tests" / "test_a.py").symlink_to(tmp_path / "secret")
    found = place(root, "a.py")
    assert found.existing
    assert "test_secret" not in found.facts

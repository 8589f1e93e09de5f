import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.extended import check_extension
from flux_lsp.syntax.languages import find_language

PYTHON = """\
import pytest
from pkg import one

DATA = [1, 2]


@pytest.fixture
def thing():
    return one()


def test_first(thing):
    assert thing

    assert DATA


class TestBoth:
    def test_a(self):
        assert 1

    def test_b(self):
        assert 2
"""


def python(old: str, new: str) -> str | None:
    assert old in PYTHON
    return check_extension(PYTHON, PYTHON.replace(old, new, 1), find_language("python", ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        assert 2\n", "        assert 2\n\n\ndef test_new():\n    assert 3\n"),
        ("        assert 2\n", "        assert 2\n\n    def test_c(self):\n        assert 3\n"),
        ("class TestBoth:\n", "class TestBoth:\n    def test_c(self):\n        assert 3\n\n"),
        ("class TestBoth:\n", "def test_new():\n    pass\n\n\nclass TestBoth:\n"),
        ("import one\n", "import one, two\n"),
        ("import pytest\n", "import os\n\nimport pytest\n"),
        ("DATA = [1, 2]\n", "DATA = [1, 2]\nMORE = [3]\n"),
        ("def test_first(thing):\n", "# the old ones\ndef test_first(thing):\n"),
        (
            "        assert 2\n",
            "        assert 2\n\n\nclass TestMore:\n    def test_a(self): ...\n",
        ),
    ],
)
def test_pure_additions_pass(old: str, new: str) -> None:
    assert python(old, new) is None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("assert thing", "assert not thing", "test_first"),
        ("    assert thing\n\n", "    assert thing\n", "test_first"),
        ("    assert thing\n", "    assert thing\n\n    def inner(): ...\n", "test_first"),
        ("def test_first(thing):\n", "@pytest.mark.slow\ndef test_first(thing):\n", "test_first"),
        ("@pytest.fixture\n", "", "thing"),
        ("    def test_a(self):\n        assert 1\n", "", "test_a"),
        ("test_b", "test_c", "test_b"),
        ("DATA = [1, 2]", "DATA = [1]", "DATA = [1, 2]"),
        ("from pkg import one\n", "from pkg import other\n", "one"),
        ("import pytest\n", "", "pytest"),
        ("        assert 2\n", "        assert 2\n\n    def test_a(self):\n        pass\n", "TestBoth.test_a"),
        ("        assert 2\n", "        assert 2\n\n\ndef test_first():\n    pass\n", "test_first"),
        ("        assert 2\n", "        assert 2\n\n\nclass TestBoth:\n    x = 1\n", "TestBoth"),
        ("class TestBoth:\n", "class TestAll:\n", "TestBoth"),
        ("class TestBoth:\n", "@skip\nclass TestBoth:\n", "TestBoth"),
    ],
)  # fmt: skip
def test_anything_else_is_named(old: str, new: str, named: str) -> None:
    said = python(old, new)
    assert said is not None
    assert named in said


def test_swapped_tests_are_touched() -> None:
    a = "    def test_a(self):\n        assert 1\n"
    b = "    def test_b(self):\n        assert 2\n"
    swapped = PYTHON.replace(f"{a}\n{b}", f"{b}\n{a}")
    assert check_extension(PYTHON, swapped, find_language("python", "")) is not None


def test_a_new_file_is_no_extension() -> None:
    assert check_extension("\n", "def test_a(): ...\n", find_language("python", "")) is None


@pytest.mark.parametrize(
    ("path", "before", "good", "bad"),
    [
        (
            "a.test.ts",
            'import { f } from "./a";\n\ndescribe("f", () => {\n  it("adds", () => {\n'
            "    expect(f(1)).toBe(2);\n  });\n});\n",
            ('  });\n});', '  });\n\n  it("subtracts", () => {\n    expect(f(0)).toBe(1);\n  });\n});'),
            ("    expect(f(1)).toBe(2);\n", '    expect(f(1)).toBe(2);\n    it("inner", () => {});\n'),
        ),
        (
            "a_test.go",
            'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {\n\tt.Log(1)\n}\n',
            ("\tt.Log(1)\n}\n", "\tt.Log(1)\n}\n\nfunc TestB(t *testing.T) {\n}\n"),
            ("\tt.Log(1)\n}\n", "\tt.Log(1)\n}\n\nfunc TestA(t *testing.T) {\n}\n"),
        ),
        (
            "a.rs",
            "pub fn f() -> i32 {\n    1\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n"
            "    #[test]\n    fn one() {\n        assert_eq!(f(), 1);\n    }\n}\n",
            ("    }\n}\n", "    }\n\n    #[test]\n    fn two() {\n        f();\n    }\n}\n"),
            ("    1\n", "    2\n"),
        ),
        (
            "ATest.java",
            "package a;\n\nclass ATest {\n  @Test\n  void one() {\n    f();\n  }\n}\n",
            ("  }\n}\n", "  }\n\n  @Test\n  void two() {\n    g();\n  }\n}\n"),
            ("    f();\n", "    f();\n    g();\n"),
        ),
        (
            "a.unknown",
            "test one\n  x\n",
            ("  x\n", "  x\ntest two\n  y\n"),
            ("  x\n", "  y\n"),
        ),
    ],
)  # fmt: skip
def test_every_frameworks_language(
    path: str, before: str, good: tuple[str, str], bad: tuple[str, str]
) -> None:
    language = find_language("", path)
    assert good[0] in before
    assert bad[0] in before
    assert check_extension(before, before.replace(*good), language) is None
    assert check_extension(before, before.replace(*bad), language) is not None


LINES = PYTHON.splitlines(keepends=True)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(LINES) - 1), st.sampled_from(["delete", "change", "double"]))
def test_no_line_of_an_old_test_can_go_change_or_come_twice_unnoticed(at: int, how: str) -> None:
    line = LINES[at]
    new = {"delete": [], "change": [line.rstrip() + "0\n"], "double": [line, line]}[how]
    after = "".join([*LINES[:at], *new, *LINES[at + 1 :]])
    said = check_extension(PYTHON, after, find_language("python", ""))
    inside_unit = 6 <= at and line.strip() and not line.startswith("class")
    if inside_unit:
        assert said is not None

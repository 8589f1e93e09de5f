import pytest

from flux_lsp.syntax.faults import SyntaxFault
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.python_ast import find_new_python_fault, find_python_fault
from flux_lsp.syntax.tree import Parsed, parse

PYTHON = find_language("python", "")


def parsed(text: str, base: Parsed | None = None) -> Parsed:
    found = parse(text, PYTHON, base)
    assert found is not None
    return found


def new_fault(before: str, after: str) -> SyntaxFault | None:
    base = parsed(before)
    return find_new_python_fault(base, parsed(after, base))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "\ufeffx = 1\n",
        "x = '\\d'\n",
        "x = 1\r\ny = 2\r\n",
        "x is 1\n",
        "\x0cx = 1\n",
    ],
)
def test_valid_text_is_accepted_and_its_warnings_are_silent(text: str) -> None:
    assert find_python_fault(text) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = (\n", 1),
        ("x = 1\n  y = 2\n", 2),
        ("return 1\n", 1),
        ("def f(a, a): ...\n", 1),
        ("x\x00y\n", 1),
        ("x = '\ud800'\n", 1),
        ("(" * 500, 1),
        ("-" * 100_000 + "1", 1),
    ],
)
def test_a_fault_has_its_line(text: str, line: int) -> None:
    fault = find_python_fault(text)
    assert fault is not None
    assert fault.line == line
    assert fault.message


def test_a_new_fault_is_reported_at_its_line_in_the_whole_text() -> None:
    before = "import os\n\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n"
    fault = new_fault(before, before.replace("return 2", "return 2 +"))
    assert fault is not None
    assert fault.line == 9


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 1", "yield 1"),
        ("def a():", "async def a():"),
        ("import os\n", "import os\nimport sys\n"),
        ("import os\n", ""),
        ("return 2\n", "return 2\n\n\ndef c(): ...\n"),
        ("return 2\n", "return 2"),
    ],
)
def test_good_edits_bring_no_fault(old: str, new: str) -> None:
    before = "import os\n\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n"
    assert old in before
    assert new_fault(before, before.replace(old, new)) is None


def test_code_pushed_out_of_its_function_is_a_fault_a_tolerant_parser_lets_pass() -> None:
    before = "def a():\n    x = 1\n    return x\n"
    after = "def a():\n    x = 1\nreturn x\n"
    assert parsed(after).list_faults() == ()
    assert new_fault(before, after) is not None


def test_an_edit_that_breaks_its_neighbour_is_a_fault() -> None:
    before = "if x:\n    a()\nelse:\n    b()\ny = 1\n"
    assert new_fault(before, "if x:\n    a()\nz = 1\nelse:\n    b()\ny = 1\n") is not None


def test_what_was_broken_before_is_not_reported() -> None:
    before = "def a(:\n    pass\n"
    assert new_fault(before, before.replace("pass", "return 1")) is None


def test_a_fault_elsewhere_does_not_hide_a_new_one() -> None:
    before = "x = = 1\n\n\ndef a():\n    pass\n\n\ndef b():\n    pass\n\n\ndef c():\n    return 1\n"
    assert new_fault(before, before.replace("return 1", "return 1 1")) is not None


def test_methods_of_a_big_class_are_checked_alone_and_numbered_right() -> None:
    methods = "".join(f"    def m{n}(self):\n        return {n}\n\n" for n in range(3000))
    before = f"class Big:\n{methods}"
    after = before.replace("return 1500\n", "return 1500 +\n")
    base = parsed(before)
    fault = find_new_python_fault(base, parsed(after, base))
    assert fault is not None
    assert fault.line == after.count("\n", 0, after.index("1500 +")) + 1
    assert new_fault(before, before.replace("return 1500\n", "return 15\n")) is None

"""What tools write is read as failures: each in its own form, and nothing else."""

import json
from pathlib import Path

import pytest

from flux_lsp.checks.compare import cut_output, find_new_failures, keep_repeated
from flux_lsp.checks.outputs.read import read_failures
from flux_lsp.checks.values import CommandRun, Failure

ROOT = Path("/p")


def read(output: str, code: int = 1) -> list[tuple[str, ...]]:
    return [f.identity for f in read_failures(CommandRun(code, output, 1), ROOT)]


PYTEST = """\
..F
=================================== FAILURES ===================================
_______________________________ TestA.test_x[a b] ______________________________

    def test_x():
>       assert f() == 2
E       assert 1 == 2

tests/test_a.py:4: AssertionError
----------------------------- Captured stdout call -----------------------------
noise
=========================== short test summary info ============================
FAILED tests/test_a.py::TestA::test_x[a b] - assert 1 == 2
ERROR tests/test_b.py - ImportError: no
1 failed, 1 error in 0.12s
"""

CASES = [
    (PYTEST, [("tests/test_a.py::TestA::test_x[a b]",), ("tests/test_b.py",)]),
    ("a.py:1:8: F401 [*] `os` imported but unused\nFound 1 error.\n",
     [("a.py", "F401", "`os` imported but unused")]),
    ("/p/a.py:3: error: Name \"x\" is not defined  [name-defined]\nFound 1 error in 1 file",
     [("a.py", "name-defined", 'Name "x" is not defined')]),
    ("a.py:3:5: error: Incompatible types\na.py:3:5: note: see\n", [("a.py", "", "Incompatible types")]),
    ("src/a.ts(4,7): error TS2322: Type 'string' is not assignable.",
     [("src/a.ts", "TS2322", "Type 'string' is not assignable.")]),
    ("src/a.ts:4:7 - error TS2322: Type no.", [("src/a.ts", "TS2322", "Type no.")]),
    ("\n/p/src/a.js\n  1:5  error  'x' is unused  no-unused-vars\n  2:1  warning  w  r\n\n✖ 2 problems",
     [("src/a.js", "no-unused-vars", "'x' is unused")]),
    ("--- FAIL: TestAdd (0.00s)\n    a_test.go:9: got 1\nFAIL\nFAIL\texample.com/p\t0.01s\n", [("TestAdd",)]),
    ("# example.com/p\n./a.go:3:2: undefined: x\n", [("a.go", "", "undefined: x")]),
    ("error[E0308]: mismatched types\n --> src/lib.rs:3:5\n  |\nerror: could not compile `p`",
     [("src/lib.rs", "E0308", "mismatched types")]),
    ("test tests::adds ... FAILED\ntest tests::ok ... ok\n", [("tests::adds",)]),
    (json.dumps([{"filename": "/p/a.py", "code": "F821", "message": "m", "location": {"row": 2}}]),
     [("a.py", "F821", "m")]),
    (json.dumps([{"filePath": "/p/a.js", "messages": [
        {"ruleId": "r", "severity": 2, "message": "m", "line": 1},
        {"ruleId": "w", "severity": 1, "message": "m", "line": 1}]}]), [("a.js", "r", "m")]),
    (json.dumps({"runs": [{"results": [{"ruleId": "r", "message": {"text": "m"}, "locations": [
        {"physicalLocation": {"artifactLocation": {"uri": "file:///p/a.c"}}}]}]}]}), [("a.c", "r", "m")]),
    ('{"Action":"run","Test":"T"}\n{"Action":"fail","Package":"p","Test":"T"}\n', [("p.T",)]),
    ('<?xml version="1.0"?><testsuites><testsuite><testcase classname="a" name="t"><failure message="m"/>'
     '</testcase><testcase name="ok"/></testsuite></testsuites>', [("a::t",)]),
    ("something else\n", [("", "exit code", "it ended with exit code 1")]),
    ("[1, 2", [("", "exit code", "it ended with exit code 1")]),
    ("\x1b[31ma.py:1:8: F401 no\x1b[0m\n", [("a.py", "F401", "no")]),
]  # fmt: skip


@pytest.mark.parametrize(("output", "expected"), CASES)
def test_each_form(output: str, expected: list[tuple[str, ...]]) -> None:
    assert read(output) == expected


def test_success_has_no_failure() -> None:
    assert read(PYTEST, code=0) == []


def test_lines_and_addresses_do_not_tell_failures_apart() -> None:
    one = 'a.py:3: error: Name "x" already defined on line 12  [no-redef]'
    other = 'a.py:9: error: Name "x" already defined on line 18  [no-redef]'
    assert read(one) == read(other)


def run(code: int | None) -> CommandRun:
    return CommandRun(code, "", 1)


OLD, NEW = Failure("m", path="a.py", code="C"), Failure("m", path="b.py", code="C")


def test_only_what_was_not_there_before_is_new() -> None:
    assert find_new_failures([OLD], [OLD, NEW], (run(1), run(1))) == (NEW,)


def test_a_second_one_of_the_same_is_new() -> None:
    assert find_new_failures([OLD], [OLD, OLD], (run(1), run(1))) == (OLD,)


def test_another_exit_code_is_new_where_nothing_else_is() -> None:
    assert [f.code for f in find_new_failures([OLD], [OLD], (run(1), run(3)))] == ["exit code"]
    assert find_new_failures([OLD], [OLD], (run(1), run(1))) == ()


def test_only_what_fails_again_counts() -> None:
    assert keep_repeated([OLD, NEW], [NEW]) == (NEW,)


def test_the_output_is_cut_down_to_what_tells() -> None:
    failure = Failure("assert 1 == 2", "tests/test_a.py::TestA::test_x[a b]")
    text = cut_output([failure], CommandRun(1, PYTEST, 1))
    assert "E       assert 1 == 2" in text
    assert "noise" not in text
    many = [Failure("m" * 900, f"t{i}") for i in range(100)]
    assert len(cut_output(many, run(1))) <= 6000

"""The lines that an action is about, with a tree, with a torn one and without."""

import pytest

from flux_lsp.context.target import (
    find_directive_target,
    find_problem_target,
    find_target,
    is_about,
    is_in_symbol,
)
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse


def lines_at(text: str, path: str) -> tuple[int, int]:
    """1-based first and last line of the target of a cursor on the line that ends with ⌖."""
    line = text[: text.index("⌖")].count("\n")
    text = text.replace("⌖", "")
    snapshot = Snapshot("file:///w/a", path, "", 1, text)
    start = snapshot.line_starts[line]
    span = find_target(snapshot, Span(start, start), parse(text, find_language("", path)))
    lines = snapshot.get_lines(span)
    return lines.first, lines.last


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.swift", "struct A: View {\n  @State var a = 1\n\n  var body: B {\n    C()⌖\n  }\n}\n", (4, 6)),
        ("a.kt", "class A {\n  val b: Int\n    get() {\n      return 1⌖\n    }\n\n  fun c() {}\n}\n", (2, 5)),
        ("A.java", "class A {\n  static {\n    b();⌖\n  }\n\n  int c;\n}\n", (2, 4)),
        ("A.java", "class A {\n  /** Doc. */\n  int[] b = {\n    1,⌖\n  };\n\n  int c;\n}\n", (2, 5)),
        ("A.java", "class A {\n  int b;⌖\n\n  void c() {}\n}\n", (1, 5)),
        ("a.ts", "/** Doc. */\nexport const a = {\n  b: 1,⌖\n};\n", (1, 4)),
        ("a.ts", "import b from 'b';\n\n/** Doc. */\nconst a = 1;⌖\n", (3, 4)),
        ("a.ts", "// what c does\na.b = {\n  c: 1,⌖\n};\n", (1, 4)),
        ("a.py", "import b\n\n# what it holds\nLIMITS = {\n    1: 2,⌖\n}\n", (3, 6)),
        ("a.go", "package a\n\n// B is it.\nvar B = map[int]int{\n\t1: 2,⌖\n}\n", (3, 6)),
        ("a.rs", "/// Doc.\n#[allow(dead_code)]\nconst A: [u8; 1] = [\n    1,⌖\n];\n", (1, 5)),
        ("a.rb", "# Doc.\nA = {\n  b: 1⌖\n}.freeze\n", (1, 4)),
        ("a.lua", "-- Doc.\nlocal M = {\n  a = 1,⌖\n}\n", (1, 4)),
        ("a.c", "SYSCALL_DEFINE2(pay, int, fd, char __user *, b)\n{\n\treturn 1;⌖\n}\n", (1, 4)),
        ("a.c", "TEST(Suite, Name)\n{\n\tcheck();⌖\n}\n", (1, 4)),
    ],
)  # fmt: skip
def test_every_kind_of_symbol_comes_with_its_documentation(
    path: str, text: str, lines: tuple[int, int]
) -> None:
    assert lines_at(text, path) == lines


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.ts", "// @ts-nocheck\nexport function a() {\n  b();⌖\n}\n", (2, 4)),
        ("a.sh", "#!/bin/sh\na() {\n  b⌖\n}\n", (2, 4)),
        ("a.py", "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\ndef a():\n    b()⌖\n", (3, 4)),
        ("a.go", "// Copyright 2020 B.\n// All of it.\npackage a\n\nfunc C() {\n\td()⌖\n}\n", (5, 7)),
        ("a.js", "/* Copyright B */\n/** Doc. */\nfunction a() {\n  b();⌖\n}\n", (2, 5)),
        ("a.js", "// Licensed to B.\n// See there.\nfunction a() {\n  b();⌖\n}\n", (3, 5)),
        ("a.js", "// what a does\nfunction a() {\n  b();⌖\n}\n", (1, 4)),
        ("a.rb", "# frozen_string_literal: true\n# Doc.\ndef a\n  b⌖\nend\n", (2, 5)),
    ],
)  # fmt: skip
def test_what_heads_the_file_is_not_part_of_its_first_symbol(
    path: str, text: str, lines: tuple[int, int]
) -> None:
    assert lines_at(text, path) == lines


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.py", "x = foo(\n\n\ndef good(a):\n    b = a⌖\n    return b\n\n\ndef c(d):\n    pass\n", (4, 6)),
        ("a.py", "def a(:\n    pass\n\n\ndef good(a):\n    b = a⌖\n    return b\n", (5, 7)),
        ("a.js", "function a() {\n  if (b) {\n}\n\nfunction good() {\n  c();⌖\n}\n", (5, 7)),
        ("a.go", "package a\n\nfunc b() {\n\tc(\n\nfunc good() {\n\td()⌖\n}\n", (6, 8)),
    ],
)  # fmt: skip
def test_a_fault_above_does_not_swallow_the_function(
    path: str, text: str, lines: tuple[int, int]
) -> None:
    assert lines_at(text, path) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def a():\n    pass\n\n⌖\n\ndef b():\n    c = 1\n\n    return c\n", (6, 9)),
        ("def a():\n    b = 1\n\n    return b\n\n\n⌖\n", (1, 4)),
        ("⌖\n\nimport a\nimport b\n\n\ndef c(): ...\n", (1, 4)),
    ],
)
def test_a_blank_line_means_the_whole_of_what_follows_or_of_what_was_last(
    text: str, lines: tuple[int, int]
) -> None:
    assert lines_at(text, "a.py") == lines


def problem(text: str, selection: tuple[int, int], *problems: tuple[int, int]) -> str:
    snapshot = Snapshot("file:///w/a.py", "a.py", "", 1, text)
    parsed = parse(text, find_language("", "a.py"))
    return find_problem_target(
        snapshot, Span(*selection), [Span(*p) for p in problems], parsed
    ).extract(text)


def test_a_problem_on_blank_lines_may_be_repaired_there() -> None:
    text = "def a():\n    pass\n\n   \n\n\ndef b():\n    pass\n"
    blank = text.index("   \n\n")
    assert problem(text, (blank, blank + 3), (blank, blank + 3)) == text[text.index("\n\n") + 1 :]


def test_a_problem_at_the_end_of_the_file_is_of_what_is_last() -> None:
    text = "def a():\n    pass\n\n\n\n"
    end = len(text)
    assert problem(text, (end, end), (end, end)) == text
    snapshot = Snapshot("file:///w/a.py", "a.py", "", 1, "def a(:\n    b\n")
    assert is_about(snapshot, Span(14, 14), Span(0, 0), Span(0, 14))


def test_a_problem_that_is_nowhere_near_is_repaired_where_it_is() -> None:
    text = "def a():\n    pass\n\n\ndef b():\n    pass\n"
    far = text.index("def b")
    assert problem(text, (0, 0), (far, far + 5)) == text[far:]


def directive(path: str, text: str) -> str:
    line = text[: text.index("flux:")].count("\n")
    snapshot = Snapshot("file:///w/a", path, "", 1, text)
    return find_directive_target(snapshot, line, parse(text, find_language("", path))).extract(text)


@pytest.mark.parametrize(
    ("path", "before", "target", "after"),
    [
        ("a.ex", "defmodule A do\n", "  # flux: x\n  def b do\n    c\n    d\n  end\n", "\n  def e, do: 0\nend\n"),
        ("a.hs", "", "-- flux: x\nb :: Int\nb =\n  1\n", "\nc = 2\n"),
        ("a.vim", "", '" flux: x\nfunction! B()\n  return 1\nendfunction\n', "let c = 1\n"),
        ("a.vue", "<script setup>\n", "// flux: x\nfunction b() {\n  for (;;) {\n    c\n  }\n}\n", "</script>\n"),
        ("a.dart", "", "void a() {\n  b();\n  // flux: x\n  c();\n}\n", "\nvoid d() {\n}\n"),
        ("a.py", "", "# flux: x\nLIMITS = {\n    1: 2,\n}\n", "\nx = 1\n"),
        ("a.py", "", "# flux: x\nx = [\n    1,\n]\n", "y = 1\n"),
        ("a.py", "def a():\n    pass\n\n\n", "# flux: x\n\ndef b():\n    pass\n", ""),
        ("a.go", "package a\n\n", "// flux: x\nfunc B() {\n\tc()\n}\n", "\nfunc D() {\n}\n"),
    ],
)  # fmt: skip
def test_a_directive_is_about_the_whole_of_what_begins_below_it_or_holds_it(
    path: str, before: str, target: str, after: str
) -> None:
    assert directive(path, before + target + after) == target


def test_a_directive_at_the_end_of_a_body_is_not_about_the_next_function() -> None:
    text = "function a() {\n  b()\n  // flux: x\n}\n\nfunction c() {\n}\n"
    assert directive("a.js", text) == text[: text.index("\nfunction c")]


def test_a_word_is_in_a_symbol_with_and_without_a_grammar() -> None:
    for path, text in (("a.py", "def a():\n    b\n"), ("a.ex", "def a do\n  b\nend\n")):
        snapshot = Snapshot("file:///w/a", path, "", 1, text)
        parsed = parse(text, find_language("", path))
        assert is_in_symbol(snapshot, text.index("b"), parsed)
    assert not is_in_symbol(Snapshot("", "a.txt", "", 1, "a b\n"), 2, None)

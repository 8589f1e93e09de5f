"""A closing word or bracket too many, or a key twice, is seen where a grammar lets it pass."""

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.plan.syntax_check import check


def judge(path: str, before: str, after: str) -> ErrorCode | None:
    reject = check(Snapshot(f"file:///{path}", path, "", 1, before), after, None, dict)
    return reject.code if reject else None


RUBY = """\
class Basket
  def total
    sum = 0
    return 1 if sum == 2
    @lines.each { |line| sum += line.price }
    sum.round(2)
  end
end
"""
SHELL = 'f() {\n  if a; then\n    for x in b; do\n      echo done "$x" } fi\n    done\n  fi\n}\n'
FILES = {
    "a.rb": (RUBY, "end\n"),
    "a.sh": (SHELL, "}\n"),
    "b.sh": (SHELL, "fi\n"),
    "c.sh": (SHELL, "done\n"),
    "d.sh": ("case a in\n  x) b ;;\nesac\n", "esac\n"),
    "a.lua": ("function f()\n  return 1\nend\n", "end\n"),
    "a.ex": (
        "defmodule A do\n  def f(x), do: x\n  def g(x) do\n    fn y -> y end\n  end\nend\n",
        "end\n",
    ),
    "a.jl": ("function f(x)\n    y = x[end]\n    return [a for a in y if a]\nend\n", "end\n"),
    "a.cr": ("class A\n  abstract def f\n  def g\n    1 if x\n  end\nend\n", "end\n"),
    "a.fish": ("function f\n  if a\n    b\n  else if c\n    d\n  end\nend\n", "end\n"),
    "a.vim": ("function! F() abort\n  if a:x\n    return 1\n  endif\nendfunction\n", "endif\n"),
    "b.vim": ("function! F() abort\n  return 1\nendfunction\n", "endfunction\n"),
    "a.cmake": ("if(A)\n  foo()\nendif()\n", "endif()\n"),
    "Makefile": ("ifeq (a,b)\nx = 1\nelse ifeq (a,c)\nx = 2\nendif\n", "endif\n"),
    "a.pas": ("program A;\nbegin\n  if x then begin\n    y;\n  end;\nend.\n", "end;\n"),
    "a.f90": (
        "subroutine f(x)\n  if (x > 1) then\n    y = 1\n  end if\nend subroutine\n",
        "end if\n",
    ),
    "a.mlx": ("function y = f(x)\n  if x\n    y = x(end);\n  end\nend\n", "end\nend\n"),
    "a.v": ("module a;\n  always begin\n    x = 1;\n  end\nendmodule\n", "endmodule\n"),
    "a.j2": ("{% if a %}\n{{ b }}\n{% endif %}\n", "{% endif %}\n"),
    "a.c": ("#ifdef A\nint x;\n#endif\n", "#endif\n"),
    "a.js": ("function f() {\n  return 1;\n}\n", "}\n"),
    "a.dart": ("int f() {\n  return g('}');\n}\n", "}\n"),
    "a.scss": (".a {\n  color: red;\n}\n", "}\n"),
    "a.groovy": ("def f() {\n  1\n}\n", "}\n"),
    "a.proto": ("message A {\n  string b = 1;\n}\n", "}\n"),
    "a.zig": ("fn f() void {\n    g();\n}\n", "}\n"),
}


@pytest.mark.parametrize("path", FILES)
def test_a_closing_word_too_many_is_refused(path: str) -> None:
    text, word = FILES[path]

    assert judge(path, text, text + word) is ErrorCode.SYNTAX_ERROR
    assert judge(path, text, word + text) is ErrorCode.SYNTAX_ERROR


@pytest.mark.parametrize("path", FILES)
def test_the_same_file_twice_is_as_sound_as_once(path: str) -> None:
    text, _ = FILES[path]

    assert judge(path, text, text + "\n" + text) is None


@pytest.mark.parametrize("path", FILES)
def test_a_file_that_had_one_too_many_may_be_edited_and_mended(path: str) -> None:
    text, word = FILES[path]
    broken = text + word

    assert judge(path, broken, broken + "\n") is None
    assert judge(path, broken, text) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = (1..3).end\n", "x = (1..3).end + r.end\n"),
        ("def a\n  1\nend\n", "def a\n  1 if b\nend\n"),
        ("x = 1\n", "x = { end: 1, when: 2 }\n"),
        ("x = 1\n", "def end\n  2\nend\n"),
        ("x = 1\n", "foo(end: 1)\nx = :end\n"),
    ],
)
def test_a_name_that_is_a_closing_word_is_none_in_ruby(before: str, after: str) -> None:
    assert judge("a.rb", before, after) is None


@pytest.mark.parametrize(
    "line", ["echo done", "x=done", "echo }", "a-done", "./fi", "ls {a,b}", "echo 'fi'"]
)
def test_nor_in_shell(line: str) -> None:
    assert judge("a.sh", "ls\n", f"ls\n{line}\n") is None


BATS = '@test "it adds" {\n  run add 1\n  [ "$status" -eq 0 ]\n}\n'


def test_a_test_of_bats_may_be_added_and_its_brace_not_doubled() -> None:
    assert judge("a.bats", BATS, BATS + "\n" + BATS) is None
    assert judge("a.bats", BATS, BATS + "}\n") is ErrorCode.SYNTAX_ERROR
    assert judge("a.bats", BATS, "}\n" + BATS) is ErrorCode.SYNTAX_ERROR


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.fs", "let f (x: 'a) (y: ('a -> 'b)) = x"),
        ("a.ex", "  def open(?(), do: ?["),
        ("a.jl", "y = (x' * z')"),
    ],
)
def test_a_quote_that_is_no_string_hides_no_bracket(path: str, line: str) -> None:
    text, word = "x = 1\n", line.split(maxsplit=1)[0]

    assert judge(path, text, text + line + "\n") is None, word
    assert judge(path, text, text + line + ")\n") is ErrorCode.SYNTAX_ERROR


def test_a_bracket_that_an_old_fault_swallows_is_seen() -> None:
    broken = "function f( {\n  return 1;\n}\n\nfunction g() {\n  return 2;\n}\n"

    assert judge("a.js", broken, broken + "}}}\n") is ErrorCode.SYNTAX_ERROR
    assert judge("a.js", broken, broken.replace("return 2", "return 3")) is None


TWICE = {
    "a.json": ('{"a": 1, "b": {"a": 2}}\n', '{"a": 1, "b": {"a": 2}, "a": 3}\n'),
    "b.json": ('{"a": {"x": 1,\n "y": 2}}\n', '{"a": {"x": 1,\n "x": 2}}\n'),
    "a.yaml": ("a: 1\nb:\n  a: 2\n", "a: 1\nb:\n  a: 2\na: 3\n"),
    "b.yaml": ("on:\n  push:\n  pull:\n", "on:\n  push:\n  pull:\n  push: {}\n"),
    "c.yaml": ("a: {x: 1}\n", "a: {x: 1, x: 2}\n"),
    "d.yaml": ("a: 1\n", 'a: 1\n"a": 2\n'),
    "a.toml": ('[a]\nx = 1\n', '[a]\nx = 1\nx = 2\n'),
    "b.toml": ('[a]\nx = 1\n', '[a]\nx = 1\n[a]\ny = 2\n'),
    "c.toml": ('a.b = 1\n', 'a.b = 1\na . "b" = 2\n'),
    "d.toml": ('a = {x = 1}\n', 'a = {x = 1, x = 2}\n'),
}  # fmt: skip


@pytest.mark.parametrize("path", TWICE)
def test_a_key_that_the_edit_doubles_is_refused(path: str) -> None:
    before, after = TWICE[path]

    assert judge(path, before, after) is ErrorCode.SYNTAX_ERROR
    assert judge(path, after, after + "\n") is None
    assert judge(path, after, before) is None


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.yaml", "a: 1\n", "a: 1\n---\na: 2\n"),
        ("a.yaml", "- a: 1\n", "- a: 1\n- a: 2\n"),
        ("a.yaml", "a:\n  <<: *x\n", "a:\n  <<: *x\n  <<: *y\n"),
        ("a.yaml", "a: 1\n", "# {{ if x }}\na: 1\n# {{ else }}\na: 2\n# {{ end }}\n"),
        ("a.toml", "[[a]]\nx = 1\n", "[[a]]\nx = 1\n[a.b]\ny = 1\n[[a]]\nx = 2\n[a.b]\ny = 2\n"),
        ("a.toml", "[a]\nx = 1\n", "[a]\nx = 1\n[b]\nx = 1\n"),
        ("a.json", '[{"a": 1}]\n', '[{"a": 1}, {"a": 1}]\n'),
        ("a.json", '{"a": 1}\n', '{"b": 1}\n'),
    ],
)
def test_a_key_of_another_mapping_is_another(path: str, before: str, after: str) -> None:
    assert judge(path, before, after) is None

"""Documentation may change; code, comments that say why, and what tools read may not."""

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.plan.code_unchanged import check_code_unchanged
from flux_lsp.edits.values import Reject


def compare(path: str, before: str, after: str, target: Span | None = None) -> Reject | None:
    return check_code_unchanged(
        Snapshot(f"file:///{path}", path, "", 1, before), after, None, target
    )


PY = """\
import os


@cached
def load(path, deep=True):
    # order matters, see ticket 118
    data = read(path)  # noqa: S301
    if deep:
        data = walk(data)
    check(data)  # type: ignore[arg-type]
    return "a  b" + data
"""
DOC = '    """The checked data."""\n    # order'
GO = """\
// Copyright 2024 The Authors.

package hot

//nolint:gocyclo
//go:noinline
func Step(a int) int {
\tb := a + 1 // measured
\treturn b
}
"""
JS = """\
// @ts-check
/**
 * Old words.
 * @deprecated use other
 */
export function shipping(order) {
  // eslint-disable-next-line no-console
  console.log(order);
  const found = order.lines.map((l) => `${l.grams}  g`);
  return found;
}
"""
RUST = """\
#[derive(Debug)]
pub struct Plan { pub name: String, pub seats: u32 }

impl Plan {
    #[must_use]
    pub fn total(&self) -> u32 {
        self.seats * 2
    }
}
"""
RIGHT = {
    "docstring": ("a.py", PY, PY.replace("    # order", DOC)),
    "one-line def": ("a.py", "def f(): return 1\n", 'def f():\n    """One."""\n    return 1\n'),
    "module docstring": ("a.py", PY, '"""About loading."""\n\n' + PY),
    "docstring rewritten": ("a.py", 'def f():\n    """A."""\n    g()\n',
                            'def f():\n    """B.\n\n    More.\n    """\n    g()\n'),
    "broken elsewhere": ("a.py", "class B(\n    pass\n\n\n" + PY,
                         "class B(\n    pass\n\n\n" + PY.replace("    # order", DOC)),
    "comment above moved into the docstring": (
        "a.py", "# Loads the rows of one path.\ndef load(p):\n    return p\n",
        'def load(p):\n    """Loads the rows of one path, all of them."""\n    return p\n'),
    "comment added": ("a.py", PY, PY.replace("    check", "    # then look\n    check")),
    "go": ("a.go", GO, GO.replace("//nolint", "// Step adds one.\n//\n//nolint")),
    "go rewritten": ("a.go", "package a\n\n// F is old.\nfunc F() {}\n",
                     "package a\n\n// F does more\n// in two lines.\nfunc F() {}\n"),
    "jsdoc": ("a.js", JS, JS.replace("Old words.", "New words.\n * @param {object} order what")),
    "rust fields": ("a.rs", RUST, RUST.replace(
        "{ pub name: String, pub seats: u32 }",
        "{\n    /// How it is called.\n    pub name: String,\n    /// How many.\n    pub seats: u32\n}")),
    "ruby": ("a.rb", "# Old.\ndef f(a)\n  a + 1\nend\n", "# New: adds one.\ndef f(a)\n  a + 1\nend\n"),
    "shell": ("a.sh", "#!/bin/sh\n\nf() {\n  ls\n}\n", "#!/bin/sh\n\n# Lists.\nf() {\n  ls\n}\n"),
    "elixir": ("a.ex", "defmodule A do\n  def f(x), do: x\nend\n",
               'defmodule A do\n  @doc """\n  The same.\n  """\n  def f(x), do: x\nend\n'),
    "julia": ("a.jl", "function f(x)\n    x\nend\n",
              '"""\n    f(x)\n\nThe same.\n"""\nfunction f(x)\n    x\nend\n'),
    "clojure": ("a.clj", "(defn f [x]\n  x)\n", '(defn f\n  "The same."\n  [x]\n  x)\n'),
    "vue": ("a.vue", "<script>\nfunction f() {}\n</script>\n",
            "<script>\n/**\n * Nothing.\n */\nfunction f() {}\n</script>\n"),
    "powershell": ("a.ps1", "function Get-A {\n  1\n}\n",
                   "<#\n.SYNOPSIS\nOne.\n#>\nfunction Get-A {\n  1\n}\n"),
    "crlf": ("a.py", PY.replace("\n", "\r\n"), PY.replace("    # order", DOC).replace("\n", "\r\n")),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_documentation_passes(name: str) -> None:
    path, before, after = RIGHT[name]

    if name == "clojure":  # the name and the arguments were on one line: that is in doubt
        assert compare(path, before, after) is not None
    else:
        assert compare(path, before, after) is None


WRONG = {
    "statement": ("a.py", PY, PY.replace("    check(data)  # type: ignore[arg-type]\n", "")),
    "operator": ("a.go", GO, GO.replace("a + 1", "a - 1")),
    "argument": ("a.js", JS, JS.replace("shipping(order)", "shipping(o)")),
    "string": ("a.py", PY, PY.replace('"a  b"', '"a b"')),
    "template": ("a.js", JS, JS.replace("}  g`", "} g`")),
    "indentation": ("a.py", PY, PY.replace("    check(data)", "        check(data)")),
    "line break in JavaScript": ("a.js", JS, JS.replace("return found", "return\n  found")),
    "decorator": ("a.py", PY, PY.replace("@cached\n", "")),
    "attribute": ("a.rs", RUST, RUST.replace("    #[must_use]\n", "")),
    "import": ("a.py", PY, PY.replace("import os\n\n\n", "")),
    "noqa": ("a.py", PY, PY.replace("  # noqa: S301", "")),
    "noqa moved": ("a.py", PY, PY.replace("  # noqa: S301", "\n    # noqa: S301")),
    "type: ignore": ("a.py", PY, PY.replace("[arg-type]", "")),
    "why": ("a.py", PY, PY.replace("    # order matters, see ticket 118\n", "")),
    "why in other words": ("a.py", PY, PY.replace("order matters", "sorted")),
    "nolint": ("a.go", GO, GO.replace("//nolint:gocyclo\n", "")),
    "go: directive": ("a.go", GO, GO.replace("//go:noinline", "// Step.")),
    "trailing comment": ("a.go", GO, GO.replace(" // measured", "")),
    "licence": ("a.go", GO, GO.replace("2024", "2025")),
    "@ts-check": ("a.js", JS, JS.replace("// @ts-check\n", "")),
    "@deprecated": ("a.js", JS, JS.replace(" * @deprecated use other\n", "")),
    "eslint": ("a.js", JS, JS.replace("  // eslint-disable-next-line no-console\n", "")),
    "eslint no longer next": ("a.js", JS, JS.replace("no-console\n", "no-console\n  // Says it.\n")),
    "a new directive": ("a.js", JS, JS.replace("  const found", "  // @ts-ignore\n  const found")),
    "shebang": ("a.sh", "#!/bin/sh\nf() {\n  ls\n}\n", "# Lists.\nf() {\n  ls\n}\n"),
    "cgo": ("a.go", 'package a\n\n// #include <a.h>\n// int one(void);\nimport "C"\n\nfunc F() {}\n',
            'package a\n\n// #include <a.h>\nimport "C"\n\n// F is.\nfunc F() {}\n'),
    "frozen": ("a.rb", "# frozen_string_literal: true\n\ndef f; end\n", "# F.\ndef f; end\n"),
    "broken elsewhere": ("a.py", "class B(\n    pass\n\n\n" + PY,
                         ("class B(\n    pass\n\n\n" + PY).replace("    check(data)", "    chk(data)")),
    "comment that is never closed": ("a.js", JS, JS.replace("export", "/* Says.\nexport")),
    "string above a decorator": ("a.py", "import a\n" + PY[9:], "import a\n" + PY[9:].replace(
        "@cached", '"""Loads."""\n@cached')),
    "string above the first decorator": ("a.py", "@d\ndef f():\n    g()\n",
                                         '"""F."""\n@d\ndef f():\n    g()\n'),
    "f-string for a docstring": ("a.py", PY, PY.replace("    # order", '    f"""X."""\n    # order')),
    "elixir": ("a.ex", "defmodule A do\n  def f(x), do: x\nend\n",
               'defmodule A do\n  @doc "X."\n  def f(x), do: y\nend\n'),
    "julia comment": ("a.jl", "function f(x)\n    # why\n    x\nend\n", '"F."\nfunction f(x)\n    x\nend\n'),
    "haskell": ("a.hs", "f :: Int -> Int\nf x = x + 1 -- fast\n", "-- | F.\nf :: Int -> Int\nf x = x + 1\n"),
    "vue": ("a.vue", "<script>\nfunction f() { g() }\n</script>\n",
            "<script>\n/** F. */\nfunction f() { }\n</script>\n"),
    "jsdoc cast": ("a.js", "function f(x) {\n  return /** @type {A} */ (x);\n}\n",
                   "/** F. */\nfunction f(x) {\n  return (x);\n}\n"),
    "yaml indentation": ("a.yaml", "a:\n  b: 1\n  c: 2\n", "# A.\na:\n  b: 1\nc: 2\n"),
    "c macro": ("a.c", "#define A 1\nint f(void) { return A; }\n",
                "#define A 2\n/** F. */\nint f(void) { return A; }\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_anything_else_is_refused_with_its_line(name: str) -> None:
    path, before, after = WRONG[name]
    assert before != after

    reject = compare(path, before, after)

    assert reject is not None
    assert reject.code is ErrorCode.CODE_CHANGED
    assert reject.feedback.startswith("CODE_CHANGED: ")


def test_the_changed_lines_are_named() -> None:
    reject = compare("a.py", PY, PY.replace("    check(data)", "    chk(data)"))

    assert reject is not None
    assert "line 10 of the file: `check(data)" in reject.feedback
    assert "in your answer: `chk(data)" in reject.feedback


def test_a_docstring_of_the_file_is_not_that_of_a_symbol_in_it() -> None:
    text = "@d\ndef f():\n    g()\n\n\ndef h():\n    pass\n"
    target = Span(0, text.index("\n\n\n"))

    assert compare("a.py", text, '"""F."""\n\n' + text, target) is not None
    assert compare("a.py", text, '"""F."""\n\n' + text, Span(0, len(text))) is None

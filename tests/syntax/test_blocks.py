"""Blocks and heads from lines alone: the guess before there is a tree, the target where there is none."""

import pytest

from flux_lsp.core.text import split_lines
from flux_lsp.syntax.blocks import find_block_around
from flux_lsp.syntax.head_search import find_head_around
from flux_lsp.syntax.languages import find_language

# language, text with the cursor's line marked by ⌖ at its end, name, first and last line (1-based)
BLOCKS = [
    ("elixir", "defmodule A do\n  def add(n) do\n    n + 1⌖\n  end\n\n  def b, do: 0\nend\n", "add", 2, 4),
    ("elixir", '  @doc """\n  Adds.\n  """\n  @spec add(n) :: n\n  def add(n) do\n    n⌖\n  end\n', "add", 1, 7),
    ("haskell", "score :: Int -> Int\nscore 0 = 0\nscore a =\n  let b = a\n⌖  in b\n\nbest = 1\n", "score", 1, 5),
    ("vim", "function! Width()\n  let n = 1⌖\n  return n\nendfunction\nlet x = 1\n", "Width", 1, 4),
    ("vue", "<script>\nfunction add(a) {\n  for (const b of a) {\n    c += b⌖\n  }\n}\n</script>\n", "add", 2, 6),
    ("vue", "<template>\n  <ul>\n    <li>a</li>⌖\n  </ul>\n</template>\n", "ul", 2, 4),
    ("svelte", "<script>\n  function price(line) {\n    return line.net⌖\n  }\n</script>\n", "price", 2, 4),
    ("scss", ".card {\n  color: red;\n  &:hover {\n    color: blue;⌖\n  }\n}\n", "&:hover", 3, 5),
    ("scss", "a,\nb {\n  color: red;⌖\n}\n", "a", 1, 4),
    ("dart", "class A {\n  int b(\n    int c,\n  ) {\n    return c;⌖\n  }\n}\n", "b", 2, 6),
    ("julia", "function f(a)\n    b = a⌖\n    b\nend\n\ng(x) = x\n", "f", 1, 4),
    ("nim", "proc add*(x: int): int =\n  let y = x⌖\n  y\n\necho 1\n", "add", 1, 3),
    ("fsharp", "let total lines =\n    let net = sum lines⌖\n    net\n\nlet b = 1\n", "total", 1, 3),
    ("perl", "sub total {\n    my $n = 0;⌖\n    return $n;\n}\n", "total", 1, 4),
    ("r", "total <- function(x) {\n  sum(x)⌖\n}\n", "total", 1, 3),
    ("clojure", "(defn total [xs]\n  (reduce + xs)⌖)\n\n(def a 1)\n", "total", 1, 2),
    ("pascal", "procedure Pay(sum: Integer);\nbegin\n  Done(sum);⌖\nend;\n\nbegin\nend.\n", "Pay", 1, 4),
    ("fortran", "subroutine pay(a)\n  integer :: a⌖\nend subroutine pay\n", "pay", 1, 3),
    ("ada", "procedure Pay is\nbegin\n   Done;⌖\nend Pay;\n", "Pay", 1, 4),
    ("powershell", "function Get-It {\n    param($a)⌖\n}\n", "Get-It", 1, 3),
    ("tcl", "proc total {xs} {\n    expr 1⌖\n}\n", "total", 1, 3),
    ("erlang", "add(0, B) ->\n    B;\nadd(A, B) ->\n    A + B.⌖\n\nsub() -> 1.\n", "add", 1, 4),
    ("ocaml", "let total xs =\n  List.fold_left (+) 0 xs⌖\n\nlet b = 1\n", "total", 1, 2),
    ("makefile", "all: a\n\techo a⌖\n\nclean:\n\trm a\n", "all", 1, 2),
    ("bat", "@echo off\n:build\necho a⌖\ngoto end\n:end\n", "build", 2, 4),
    ("ini", "[a]\nx = 1⌖\ny = 2\n[b]\nz = 3\n", "a", 1, 3),
    ("proto", "message A {\n  string b = 1;⌖\n}\n", "A", 1, 3),
    ("graphql", "type A {\n  b: String⌖\n}\n", "A", 1, 3),
    ("gdscript", "func _ready():\n\tvar a = 1⌖\n\tpass\n\nvar b = 2\n", "_ready", 1, 3),
    ("coffeescript", "total = (xs) ->\n  n = 0⌖\n  n\n\nb = 1\n", "total", 1, 3),
    ("crystal", "class A\n  def b\n    1⌖\n  end\nend\n", "b", 2, 4),
    ("zig", "pub fn add(a: i32) i32 {\n    return a;⌖\n}\n", "add", 1, 3),
    ("solidity", "contract A {\n    function b() public {\n        c = 1;⌖\n    }\n}\n", "b", 2, 4),
    ("matlab", "function y = f(x)\n  y = x;⌖\nend\n", "f", 1, 3),
    ("verilog", "module a(b);\n  assign b = 1;⌖\nendmodule\n", "a", 1, 3),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "name", "first", "last"), BLOCKS)
def test_the_block_of_a_language_without_a_grammar_is_the_whole_symbol(
    language: str, text: str, name: str, first: int, last: int
) -> None:
    line = text[: text.index("⌖")].count("\n")
    block = find_block_around(split_lines(text.replace("⌖", "")), line, find_language(language, ""))
    assert (block.name, block.first + 1, block.last + 1) == (name, first, last)


# what a cursor on the marked line means before there is a tree
GUESSES = [
    ("java", "class Bill {\n  int total(int a) {\n    int b = a;⌖\n  }\n}\n", "total"),
    ("java", "class Bill {\n  int a;⌖\n\n  void b() {\n  }\n}\n", "Bill"),
    ("java", "class A {\n  @Test\n  public void b() throws IOException {\n    c(d -> {⌖\n    });\n  }\n}\n", "b"),
    ("java", "class A {\n  A(int b) {\n    this.b = b;⌖\n  }\n}\n", "A"),
    ("csharp", "class A\n{\n    public int B\n    {\n        get { return 1; }⌖\n    }\n}\n", "B"),
    ("csharp", "class A\n{\n    async Task<int> B(\n        int c)\n    {\n        return c;⌖\n    }\n}\n", "B"),
    ("python", "def total(\n    a,\n    b=1,\n) -> int:\n    return a⌖\n", "total"),
    ("python", "class A:\n    def b(\n        self,⌖\n    ):\n        pass\n", "b"),
    ("python", "@cache\n@mark(\n    1,⌖\n)\ndef a():\n    pass\n", "a"),
    ("python", "def a():\n    pass\n\n\nx = 1⌖\n", None),
    ("python", "if True:⌖\n    x = 1\n", None),
    ("python", "LIMITS = {\n    1: 2,⌖\n}\n", "LIMITS"),
    ("rust", "pub fn a(\n    b: &[B],\n) -> f32 {\n    b.len()⌖\n}\n", "a"),
    ("rust", "impl<T> Show for Bill<T> {\n    fn a(&self) {}\n\n    const B: u8 = 1;⌖\n}\n", "Bill<T>"),
    ("rust", "macro_rules! twice {\n    ($a:expr) => {\n        $a + $a⌖\n    };\n}\n", "twice"),
    ("rust", "fn a<I>(\n    i: I,\n) -> B\nwhere\n    I: C,\n{\n    d()⌖\n}\n", "a"),
    ("go", "func (b *Bill) Total(\n\ta int,\n) int {\n\treturn a⌖\n}\n", "Total"),
    ("typescript", "export const add = (\n  a: number,\n): number => {\n  return a⌖\n}\n", "add"),
    ("typescript", "class A {\n  private async b<T>(c: T): Promise<T> {\n    return c⌖\n  }\n}\n", "b"),
    ("typescript", "it('adds up', () => {\n  expect(1)⌖\n})\n", "adds up"),
    ("javascript", "module.exports = {\n  a: 1,⌖\n}\n", None),
    ("javascript", "app.use = function use(fn) {\n  fn()⌖\n}\n", "app.use"),
    ("kotlin", "enum class Tone {⌖\n  LOW,\n}\n", "Tone"),
    ("kotlin", "internal actual class Bill(⌖\n  val net: Int,\n) {\n}\n", "Bill"),
    ("kotlin", "fun String.twice(): String {\n  return this⌖\n}\n", "twice"),
    ("kotlin", "class A {\n  companion object {\n    val b = 1⌖\n  }\n}\n", "companion object"),
    ("swift", "struct Card: View {\n    var body: some View {\n        Text()⌖\n    }\n}\n", "body"),
    ("swift", "extension A {\n    @objc private func b(\n        c: Int\n    ) {\n        d()⌖\n    }\n}\n", "b"),
    ("scala", "object A {\n  def b(c: Int): Int =\n    c⌖\n}\n", "b"),
    ("php", "class A {\n    public function b(\n        int $c,\n    ): int {\n        d();⌖\n    }\n}\n", "b"),
    ("lua", "M.total = function(lines)\n  local n = 0⌖\nend\n", "M.total"),
    ("ruby", "class A\n  def self.b\n    1⌖\n  end\nend\n", "b"),
    ("ruby", "describe A do\n  it 'adds' do\n    b⌖\n  end\nend\n", "adds"),
    ("shellscript", "total() {\n  echo 1⌖\n}\n", "total"),
    ("c", "static int\ntotal(int a)\n{\n\treturn a;⌖\n}\n", "total"),
    ("c", "int a(int b)\n{\n#ifdef C\n\td();⌖\n#endif\n}\n", "a"),
    ("cpp", "template <typename T>\nauto a(T b) ->\n    typename T::c {\n  return b;⌖\n}\n", "a"),
    ("cpp", "class A {\n public:\n  void b() {\n    c();⌖\n  }\n};\n", "b"),
    ("css", ".card {\n  color: red;⌖\n}\n", ".card"),
    ("css", "a,\nb {\n  color: red;⌖\n}\n", "a"),
    ("hcl", 'resource "a" "b" {\n  c = 1⌖\n}\n', 'resource "a" "b"'),
    ("toml", "[a]\nb = 1⌖\n", "a"),
    ("markdown", "# A\n\nText.\n\n```sh\n# not one\nls⌖\n```\n", "A"),
    ("yaml", "a:\n  b: 1⌖\n", "a"),
    ("sql", "CREATE TABLE a (\n  b INT⌖\n);\n", "CREATE TABLE a"),
    ("plaintext", "one\ntwo⌖\n", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "name"), GUESSES)
def test_the_guess_names_the_symbol_around_a_line(
    language: str, text: str, name: str | None
) -> None:
    line = text[: text.index("⌖")].count("\n")
    head = find_head_around(split_lines(text.replace("⌖", "")), line, find_language(language, ""))
    assert (head.name if head else None) == name


@pytest.mark.parametrize(
    "language", ["python", "elixir", "vue", "markdown", "plaintext", "haskell"]
)
@pytest.mark.parametrize("text", ["", "\n", "   \n\n", "}\n", "end\n", "a", "*/\n", "@\n", "<\n"])
def test_any_text_has_a_block_that_holds_the_cursor(language: str, text: str) -> None:
    lines = split_lines(text)
    for line in range(len(lines) + 1):
        block = find_block_around(lines, line, find_language(language, ""))
        assert 0 <= block.first <= block.last <= max(0, len(lines) - 1)


def test_a_comment_that_heads_the_file_is_not_part_of_its_first_symbol() -> None:
    lines = split_lines("#!/usr/bin/env elixir\n# flux\ndef a do\n  1\nend\n")
    assert find_block_around(lines, 3, find_language("elixir", "")).first == 1
    lines = split_lines("#!/usr/bin/env perl\nsub a {\n  1\n}\n")
    assert find_block_around(lines, 2, find_language("perl", "")).first == 1

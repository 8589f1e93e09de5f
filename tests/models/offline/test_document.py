"""Documentation says what the tree shows for sure, in the language's own form, or is refused."""

import ast

import pytest

from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse
from tests.models.offline.asking import ask, declined, edited

PATH = "src/shop/stock.py"
GOLDEN = {
    "one exception": (
        'def f(pack: int) -> int:\n    if pack < 1:\n        raise ValueError("a pack holds one")\n'
        "    return g(pack)\n",
        '    """Raise `ValueError` if `pack < 1` ("a pack holds one")."""\n',
    ),
    "results and exceptions": (
        "def parse(text: str, strict=False) -> int:\n    if not text:\n        return None\n"
        '    if strict:\n        raise PriceError(f"no {text}")\n    try:\n        amount = int(text)\n'
        "    except ValueError as error:\n        raise PriceError(text) from error\n"
        "    return amount\n",
        '    """Return `int`.\n\n    Return `None` if `not text`.\n\n    Raises:\n'
        '        PriceError: If `strict` ("no {text}").\n        PriceError: On `ValueError`.\n'
        '    """\n',
    ),
    "the style of the file": (
        'def g(a):\n    """Do.\n\n    :param a: A thing.\n    """\n\n\ndef f(a):\n'
        "    if a < 1:\n        raise ValueError\n    if a > 9:\n        raise TypeError\n",
        '    """May raise `ValueError` or `TypeError`.\n\n    :raises ValueError: If `a < 1`.\n'
        '    :raises TypeError: If `a > 9`.\n    """\n',
    ),
    "a value made inside is no condition": (
        "def f(line):\n    parts = line.split()\n    if len(parts) != 3:\n"
        '        raise ValueError("three parts")\n',
        '    """May raise `ValueError` with the message "three parts"."""\n',
    ),
    "methods of a class": (
        "class A:\n    @property\n    def f(self):\n        if self.x:\n            return 1\n",
        '        """Return `1` if `self.x`."""\n',
    ),
    "text that would end the docstring": (
        "def f(a):\n    if a == '\"\"\"' or a == '\\\\':\n        raise ValueError\n",
        '    """Raise `ValueError` if `a == \'\\"\\"\\"\' or a == \'\\\\\\\\\'`."""\n',
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
async def test_what_a_docstring_says(name: str) -> None:
    code, docstring = GOLDEN[name]
    after = await edited(code, "add docstrings")
    assert docstring in after
    assert after.replace(docstring, "") == code
    ast.parse(after)
    assert "documented already" in await declined(after.split("\n\n\n")[-1], "document this")


@pytest.mark.parametrize(
    "code",
    [
        "def limit(limit: int = 3) -> int:\n    return limit\n",
        "def add_item(self, item):\n    self.items.append(item)\n",
        "class Cart:\n    total = 0\n",
        "x = 1\n",
        "def f(a):\n    try:\n        raise ValueError('caught here')\n    except ValueError:\n        return a\n",
        "def f(a):\n    for b in a:\n        if b:\n            return b\n",
        "def f():\n    def inner(a):\n        if a:\n            raise ValueError('x')\n    return inner\n",
        "def f(a): return 1 if a else 2\n",
    ],
)
async def test_where_there_is_nothing_to_say_it_says_so(code: str) -> None:
    said = await declined(code, "add docstrings")
    assert "shows nothing here but names" in said
    assert "ANTHROPIC_API_KEY" in said


async def test_line_ends_and_the_rest_of_the_file_stay() -> None:
    code = "def f(a):\r\n    if a:\r\n        return 1\r\n\r\ndef g(a):\r\n    if a:\r\n        return 2\r\n"
    after = await edited(code, "document this function", (5, 7))
    assert after == code.replace("def g(a):\r\n", 'def g(a):\r\n    """Return `2` if `a`."""\r\n')


OTHERS = {
    "a.js": (
        "class A {\n  f(a) {\n    if (!a) { throw new TypeError('no a'); }\n  }\n}\n",
        '  /**\n   * @throws {TypeError} If `!a` ("no a").\n   */\n  f(a)',
    ),
    "a.ts": (
        "export const f = (a: A) => {\n  if (a < 1) throw new E(`x`);\n};\n",
        '/**\n * @throws {E} If `a < 1` ("x").\n */\nexport',
    ),
    "A.java": (
        'class A {\n    @Override\n    int f(int a) {\n        if (a < 1) { throw new E("no"); }\n'
        "        return a;\n    }\n}\n",
        '    /**\n     * @throws E If {@code a < 1} ("no").\n     */\n    @Override',
    ),
    "A.cs": (
        'class A {\n    void F(int a) {\n        if (a < 1) throw new E("a & b");\n    }\n}\n',
        '    /// <exception cref="E">If <c>a &lt; 1</c> ("a &amp; b").</exception>\n    void',
    ),
    "a.php": (
        '<?php\nfunction f($a) {\n  if ($a < 1) { throw new \\A\\E("no"); }\n}\n',
        '/**\n * @throws \\A\\E If `$a < 1` ("no").\n */\nfunction',
    ),
    "a.go": (
        'package a\n\nfunc F(a int) error {\n\tif a < 1 {\n\t\treturn errors.New("no")\n\t}\n'
        "\treturn nil\n}\n",
        '// F returns an error if a < 1 ("no").\nfunc',
    ),
    "a.rs": (
        "#[inline]\npub fn f(a: u8) -> Result<u8, E> {\n    if a < 1 {\n        return Err(E::Low);\n"
        "    }\n    Ok(a)\n}\n",
        "/// # Errors\n///\n/// Returns `Err(E::Low)` if `a < 1`.\n#[inline]",
    ),
    "a.rb": (
        "def f(a)\n  raise ArgumentError, 'no' if a.nil?\n  a\nend\n",
        '# @raise [ArgumentError] If `a.nil?` ("no").\ndef',
    ),
    "a.kt": (
        'fun f(a: Int): Int {\n    if (a < 1) throw E("no")\n    return a\n}\n',
        '/**\n * @throws E If `a < 1` ("no").\n */\nfun',
    ),
}


@pytest.mark.parametrize("path", OTHERS)
async def test_other_languages_have_their_own_form(path: str) -> None:
    code, comment = OTHERS[path]
    asked = await ask("document", code, None, "Document the target.", path=path)
    after = asked.after[path]
    assert comment in after, after
    kept = iter(after.splitlines())
    assert all(line in kept for line in code.splitlines())  # every line, in order
    parsed = parse(after, find_language("", path))
    assert parsed is not None
    assert not parsed.list_faults()
    again = await ask("document", after, None, "Document the target.", path=path)
    assert again.refused


async def test_a_language_without_a_grammar_is_refused() -> None:
    asked = await ask("document", "f = 1\n", None, "Document the target.", path="a.f90")
    assert asked.refused
    assert "no grammar" in asked.text


async def test_what_is_no_documentation_in_another_language_is_refused() -> None:
    asked = await ask("edit", OTHERS["a.js"][0], None, "rename a to b", path="a.js")
    assert asked.refused
    assert "In JavaScript the rules explain and document only" in asked.text
    assert PATH not in asked.after

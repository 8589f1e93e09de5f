"""Other languages are explained and documented in their own form, by their grammar."""

import pytest

from flux_lsp.syntax.languages import language_for
from flux_lsp.syntax.tree import parse
from tests.models.offline.asking import ask

JS = """\
export class Cart {
  addItem(name, count = 1) {
    if (!name) { throw new TypeError("no name"); }
    for (const one of this.items) { log(one); }
    return this.items.push(name);
  }
}
"""
SAMPLES = {
    "a.js": (
        JS,
        "  /**\n   * Add the item.\n   *\n   * @param name The name.\n   * @param count The count.\n"
        "   * @returns The result.\n   * @throws {TypeError}\n   */\n  addItem(",
    ),
    "a.ts": (
        "export const loadUsers = async (url: string): Promise<User[]> => {\n  return get(url);\n};\n",
        "/**\n * Load the users.\n *\n * @param url The URL.\n * @returns The result.\n */\nexport",
    ),
    "a.tsx": (
        "export function Button(props: Props) {\n  return <a href={props.url}>x</a>;\n}\n",
        "/**\n * Run the button.\n",
    ),
    "a.go": (
        "package a\n\nfunc (c *Cart) AddItem(name string, more ...int) error {\n\treturn nil\n}\n",
        "\n// AddItem adds the item.\nfunc (c",
    ),
    "a.rs": (
        "#[derive(Debug)]\npub struct Cart;\nimpl Cart {\n    pub fn add(&self, item: u8) {}\n}\n",
        "/// A cart.\n#[derive(Debug)]",
    ),
    "A.java": (
        "class Cart {\n    @Override\n    int add(String item) { return 1; }\n}\n",
        "    /**\n     * Add the item.\n     *\n     * @param item The item.\n     * @return the result\n"
        "     */\n    @Override",
    ),
    "a.c": (
        "static int add_items(int *items, int n) {\n  return n;\n}\n",
        " * @param items The items.\n * @param n The value n.\n * @return the result\n */\nstatic",
    ),
    "a.cpp": ("namespace n {\nclass Cart { };\n}\n", "/** A cart. */\nclass"),
    "A.cs": (
        "class Cart {\n    void Add(string item) { }\n}\n",
        '    /// <summary>Add the item.</summary>\n    /// <param name="item">The item.</param>\n'
        "    void",
    ),
    "a.rb": ("def add_item(name)\n  1\nend\n", "# Add the item.\n#\n# @param name The name.\ndef"),
    "a.php": ("<?php\nfunction addItem(int $n) { }\n", " * @param $n The value n.\n */\nfunction"),
    "a.sh": ("load_users() {\n  curl $1\n}\n", "# Load the users.\nload_users"),
    "a.lua": ("local function add(a)\n  return a\nend\n", "--- Add.\n---@param a any"),
    "a.kt": ("class Cart {\n    fun add(item: Int) = item\n}\n", "    /**\n     * Add the item."),
    "a.swift": (
        "struct Cart {\n    func add(item: Int) -> Int { return item }\n}\n",
        "    /// - Parameters:\n    ///   - item: The item.\n    /// - Returns: The result.\n    func",
    ),
    "a.scala": ("class Cart {\n  def add(item: Int): Unit = {}\n}\n", "  /**\n   * Add the item."),
}


@pytest.mark.parametrize("path", SAMPLES)
async def test_comments_go_above_in_the_languages_own_form(path: str) -> None:
    code, comment = SAMPLES[path]
    asked = await ask("document", code, None, "Document the target.", path=path)
    after = asked.after[path]
    assert comment in after
    kept = iter(after.splitlines())
    assert all(line in kept for line in code.splitlines())  # every line, in order
    parsed = parse(after, language_for("", path))
    assert parsed is not None
    assert not parsed.faults()
    again = await ask("document", after, None, "Document the target.", path=path)
    assert again.refused


@pytest.mark.parametrize("path", SAMPLES)
async def test_every_symbol_can_be_explained(path: str) -> None:
    code = SAMPLES[path][0]
    parsed = parse(code, language_for("", path))
    assert parsed is not None
    for symbol in parsed.symbols():
        first = code.count("\n", 0, symbol.span.start) + 1
        last = code.count("\n", 0, symbol.span.end)
        asked = await ask("explain", code, (first, last), path=path, tools=())
        assert asked.reply.stop_reason == "end_turn"
        assert symbol.name in asked.text


async def test_a_method_in_javascript() -> None:
    asked = await ask("explain", JS, (2, 6), path="a.js", tools=())
    assert (
        asked.text
        == """\
`Cart.addItem` is a method; by its name, it is there to add the item.

**Takes**

- `name`
- `count = 1`

**Returns**: `this.items.push(name)`

**Throws**

- `new TypeError("no name")`

**How it goes**

- If `!name`:
  - Throws `new TypeError("no name")`.
- Repeats `for (const one of this.items)`:
  - Calls `log(one)`.
- Returns `this.items.push(name)`.

**Calls** `TypeError`, `log`, `this.items.push`"""
    )


async def test_only_the_target_is_documented_and_line_ends_are_kept() -> None:
    code = "function a() {}\r\nfunction b() {}\r\n"
    asked = await ask("document", code, (2, 2), path="a.js")
    assert asked.after["a.js"] == "function a() {}\r\n/** Run the b. */\r\nfunction b() {}\r\n"


async def test_a_comment_that_is_there_is_the_summary() -> None:
    code = "/**\n * Adds it up. And more.\n */\nfunction sum() {}\n"
    asked = await ask("explain", code, (1, 4), path="a.js", tools=())
    assert asked.text.startswith("`sum` is a function: Adds it up.\n")


@pytest.mark.parametrize("action", ["edit", "tests", "fix"])
async def test_the_rest_is_refused_with_what_can_be_done(action: str) -> None:
    asked = await ask(action, JS, (2, 6), "rename name to title", path="a.js")
    assert asked.refused
    assert "In JavaScript" in asked.text
    assert "works by fixed rules" in asked.text


async def test_add_docstrings_works_as_an_instruction_too() -> None:
    asked = await ask("edit", JS, (2, 6), "add documentation", path="a.js")
    assert "@param name" in asked.after["a.js"]

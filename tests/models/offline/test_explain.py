"""An explanation is facts of the syntax tree, each with its line, and says that it is no more."""

from importlib.resources import files

import pytest

from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse
from tests.models.offline.asking import ask, excerpt
from tests.models.offline.test_document import OTHERS

SAMPLE = files("flux_lsp.fronts.cli").joinpath("sample/inventory.py").read_text("utf-8")
CLOSING = (
    "This is what the syntax tree shows. What the code is for, it does not show: set "
    "`ANTHROPIC_API_KEY` for an explanation by Claude."
)


async def test_a_function() -> None:
    asked = await ask("explain", SAMPLE, (21, 31), path="inventory.py")
    assert (
        asked.text
        == f"""\
`parse_item`: function in `inventory.py`, lines 21 to 31.

```python
def parse_item(line: str) -> Item
```

Its documentation says: “Read one line of the stock list.”

**Fails with**

- `ValueError` with the message “a line holds a name, a price and a quantity” (line 29)

**Returns**

- `Item(name, int(price), int(quantity))` (line 31)

**Calls**

- `part.strip`
- `line.split`
- `len`
- `Item` (line 13)
- `int`

{CLOSING}"""
    )


async def test_a_class_and_a_whole_file() -> None:
    code = "class A:\n    def f(self):\n        return self.g()\n\n    def g(self):\n        return 1\n"
    asked = await ask("explain", code, (1, 6))
    assert "`A`: class in" in asked.text
    assert "- `A.f`, method, lines 2 to 3" in asked.text
    asked = await ask("explain", SAMPLE)
    assert "- `plan_orders`, function, lines 43 to 53" in asked.text


async def test_callers_are_those_that_certainly_call_it() -> None:
    code = (
        "class A:\n    def f(self):\n        return self.g()\n\n    def g(self):\n        return 1\n\n\n"
        "class B:\n    def g(self):\n        return A()\n\n    def h(self, other):\n        other.g()\n"
    )
    asked = await ask("explain", code, (5, 6))
    assert "- `A.f`, method, lines 2 to 3" in asked.text
    assert "B.h" not in asked.text


async def test_a_part_of_a_function_and_lines_of_a_file_that_is_not_shown_whole() -> None:
    asked = await ask("explain", SAMPLE, (45, 46))
    assert "`plan_orders`: function" in asked.text
    assert "You selected lines 45 to 46." in asked.text
    part = excerpt(SAMPLE, "src/shop/stock.py", 1, 3)
    asked = await ask("explain", SAMPLE, (56, 60), shown=(part,))
    assert "lines 56 to 60" in asked.text
    assert "(line 59)" in asked.text


@pytest.mark.parametrize("path", OTHERS)
async def test_every_symbol_can_be_explained(path: str) -> None:
    code = OTHERS[path][0]
    parsed = parse(code, find_language("", path))
    assert parsed is not None
    for symbol in parsed.list_symbols():
        first = code.count("\n", 0, symbol.span.start) + 1
        last = code.count("\n", 0, symbol.span.end)
        asked = await ask("explain", code, (first, last), path=path)
        assert asked.reply.stop_reason == "end_turn"
        assert f"`{symbol.qualified}`: {symbol.kind}" in asked.text
        assert asked.text.endswith(CLOSING)


async def test_long_generated_code_takes_bounded_time() -> None:
    code = ";".join(f"function f{n}(a){{return g{n}(a)}}" for n in range(300))
    asked = await ask("explain", code, path="a.min.js")
    assert asked.reply.stop_reason == "end_turn"
    assert len(asked.text) < 5_000

"""Explanations say what the code says, in Markdown, for whole symbols and for parts."""

import ast
from pathlib import Path

import pytest

from flux_lsp.models.offline.python.explain import explain
from flux_lsp.models.offline.python.unit import read_unit
from tests.models.offline.asking import ask

CODE = '''\
import json
from dataclasses import dataclass


def load_rows(path: str, *, limit: int = 10, **options) -> list[dict] | None:
    rows = []
    if not path:
        raise ValueError("path")
    with open(path) as file:
        for line in file:
            rows.append(json.loads(line))
            if len(rows) >= limit:
                break
    if rows:
        return rows
    return None


@dataclass
class Cart(Base):
    """Holds items until they are paid."""

    owner: str
    size: int = 3

    def add(self, item, seen=[]):
        """Add the item and tell how many there are."""
        seen.append(item)
        return len(seen)

    async def wait(self):
        try:
            await sleep(1)
        except (OSError, KeyError):
            pass
'''


async def explained(code: str, lines: tuple[int, int] | None = None, path: str = "a.py") -> str:
    asked = await ask("explain", code, lines, "Explain the target.", path=path, tools=())
    assert asked.reply.stop_reason == "end_turn", asked.text
    assert asked.reply.tool_calls == ()
    return asked.text


async def test_a_function() -> None:
    assert (
        await explained(CODE, (5, 16))
        == """\
`load_rows` loads the rows.

**Takes**

- `path`: `str`
- `limit`: `int`, by name only, `10` when not given
- `**options`: any further arguments by name

**Returns** `list[dict] | None`: `rows`

**Raises**

- `ValueError` if `not path`

**How it goes**

- Sets `rows` to `[]`.
- If `not path`:
  - Raises `ValueError`.
- Inside `open(path)` as `file`:
  - For each `line` in `file`:
    - Calls `rows.append(json.loads(line))`.
    - If `len(rows) >= limit`:
      - Leaves the loop.
- If `rows`:
  - Returns `rows`.
- Returns `None`.

**Calls** `ValueError`, `open`, `rows.append`, `json.loads`, `len`

**Easy to get wrong**

- On some paths it returns `None` instead of a value.""".replace(
            "      - Leaves the loop.", "      - 1 step inside."
        )
    )


async def test_a_class_with_its_attributes_and_methods() -> None:
    assert (
        await explained(CODE, (19, 35))
        == """\
`Cart` is a dataclass on top of `Base`: Holds items until they are paid.

**Attributes**

- `owner`: `str`
- `size`: `int`, `3`

**Methods**

- `add(item, seen)` adds the item and tell how many there are.
- `wait()` waits."""
    )


async def test_a_method_and_what_is_easy_to_get_wrong_about_it() -> None:
    said = await explained(CODE, (26, 29))
    assert said.startswith("`Cart.add` adds the item")
    assert "The default of `seen` is made once and shared by all calls" in said
    assert "`self`" not in said
    said = await explained(CODE, (31, 35))
    assert "It passes over exceptions in silence." in said
    assert "It is a coroutine" in said


async def test_a_part_of_a_function() -> None:
    said = await explained(CODE, (9, 13))
    assert said.startswith("These 5 lines hold 1 statement.")
    assert "- Inside `open(path)` as `file`:" in said


async def test_a_whole_file() -> None:
    said = await explained(f'"""Rows and carts."""\n\n{CODE}', path="shop/rows.py")
    assert said.startswith("`shop/rows.py`: Rows and carts.\n")
    assert "1 function, 1 class and 2 further statements" in said


async def test_a_text_without_code() -> None:
    assert await explained('"""Only words."""\n') == "`a.py`: Only words.\nIt holds only text."


async def test_code_that_does_not_parse_is_explained_as_far_as_it_goes() -> None:
    said = await explained("def first(a):\n    return a\n\ndef broken(:\n")
    assert "`first`" in said


def test_every_definition_of_real_modules_can_be_explained() -> None:
    library = Path(ast.__file__).parent
    for name in ("argparse", "asyncio/base_events", "dataclasses", "enum", "typing", "match"):
        path = library / f"{name}.py"
        if not path.is_file():
            path = library / "re/_parser.py"
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                rows = text.splitlines(keepends=True)
                part = "".join(rows[node.lineno - 1 : node.end_lineno])
                unit = read_unit(path.name, part, 1, None)
                assert unit is not None
                said = explain(unit).text
                first, _, rest = said.partition("\n")
                assert f"{node.name}`" in first
                assert len(first.split()) >= 2
                assert "\n\n\n" not in rest


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(x):\n    x.sort()\n", "It changes `x` in place"),
        ("def f(x):\n    x = list(x)\n    x.sort()\n", ""),
        ("def f():\n    yield 1\n", "nothing runs before the first value"),
        ("def f(n):\n    return f(n - 1)\n", "It calls itself."),
        ("def f(x):\n    if x:\n        return 1\n    else:\n        raise E\n", ""),
        ("def f(x):\n    while True:\n        return 1\n", ""),
    ],
)
async def test_pitfalls_are_facts(code: str, said: str) -> None:
    text = await explained(code)
    assert ("Easy to get wrong" in text) == bool(said)
    assert said in text

"""Renaming follows scopes, and refuses where it cannot see all uses."""

import ast
import re
from pathlib import Path

import pytest

from flux_lsp.core.text import apply_changes
from flux_lsp.models.offline.python.rename import rename
from flux_lsp.models.offline.python.unit import read_unit
from flux_lsp.models.offline.values import Edited
from tests.models.offline.asking import ask, declined, edited, excerpt

CODE = '''\
import json

total = 0

def count(items, total=1):
    """The total of total."""
    for item in items:
        total += item.total
    show(total=total, text=f"{total!r:>{total}} {{total}} {f'{total}'}", **{"total": total})
    return [total for total in items], (lambda total: total)(total)

def other():
    return total
'''


async def test_a_parameter_is_renamed_in_its_function_and_nowhere_else() -> None:
    after = await edited(CODE, "rename total to amount", (5, 10))
    assert after == CODE.replace("total=1", "amount=1").replace(
        "total += item.total", "amount += item.total"
    ).replace(
        'show(total=total, text=f"{total!r:>{total}} {{total}} {f\'{total}\'}", **{"total": total})',
        'show(total=amount, text=f"{amount!r:>{amount}} {{total}} {f\'{amount}\'}", **{"total": amount})',
    ).replace("(lambda total: total)(total)", "(lambda amount: amount)(amount)").replace(
        "[total for total in items]", "[amount for amount in items]"
    )


async def test_a_name_of_the_module_is_renamed_wherever_it_is_used() -> None:
    code = "def area(w):\n    return w\n\nx = area(2)\n\ndef f():\n    area = 1\n    return area\n"
    after = await edited(code, "rename area to surface", (1, 2))
    assert after == code.replace("def area", "def surface").replace("x = area", "x = surface")


async def test_calls_by_keyword_follow_a_renamed_parameter() -> None:
    code = "def f(a, b=1):\n    return a + b\n\nprint(f(a=1), g(a=2), x.f(a=3))\n"
    after = await edited(code, "rename a to first", (1, 2))
    assert (
        after == "def f(first, b=1):\n    return first + b\n\nprint(f(first=1), g(a=2), x.f(a=3))\n"
    )


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("import os\nos.sep\n", "import os as y\ny.sep\n"),
        ("import numpy as os\nos.sep\n", "import numpy as y\ny.sep\n"),
        ("from a import (os,\n  c)\nos\n", "from a import (os as y,\n  c)\ny\n"),
        (
            "def f():\n    os = 1\n    def g():\n        nonlocal os\n        os = 2\n",
            "def f():\n    y = 1\n    def g():\n        nonlocal y\n        y = 2\n",
        ),
        ("def f():\n    global os\n    os = 1\n", "def f():\n    global y\n    y = 1\n"),
        (
            "try:\n    pass\nexcept (A, B) as os:\n    print(os)\n",
            "try:\n    pass\nexcept (A, B) as y:\n    print(y)\n",
        ),
        (
            "match v:\n    case [1, *os] | {'a': 1, **os}:\n        os\n    case int() as os:\n        os\n",
            "match v:\n    case [1, *y] | {'a': 1, **y}:\n        y\n    case int() as y:\n        y\n",
        ),
        ("if (os := 1):\n    [z := os for _ in os]\n", "if (y := 1):\n    [z := y for _ in y]\n"),
        ("é = os = 1; f'é{os}'  # os\n", "é = y = 1; f'é{y}'  # os\n"),
        ("async def os(): await os()\n", "async def y(): await y()\n"),
        ("class os:\n    x = os\n", "class y:\n    x = y\n"),
        ("def f(*os, **k):\r\n\treturn os\r\n", "def f(*y, **k):\r\n\treturn y\r\n"),
        ("with a as (os, b), c as os: pass\n", "with a as (y, b), c as y: pass\n"),
        ("for os in a: del os\n", "for y in a: del y\n"),
    ],
)
async def test_every_way_to_bind_a_name(code: str, after: str) -> None:
    assert await edited(code, "rename os to y") == after


async def test_a_class_body_is_no_scope_of_its_methods() -> None:
    code = "x = 1\nclass A:\n    x = 2\n    def f(self):\n        return x\n"
    after = await edited(code, "rename x to y", (4, 5))
    assert after == "y = 1\nclass A:\n    x = 2\n    def f(self):\n        return y\n"


@pytest.mark.parametrize(
    ("code", "lines", "why"),
    [
        ("def f(a):\n    b = 1\n    return a\n", None, "`b` is a name there already"),
        ("def f(a):\n    return a + b\n", None, "`b` is a name there already"),
        ("def f(x):\n    return x\n", None, "no variable, parameter, function or class called `a`"),
        ("def f(x):\n    return x.a\n", None, "`a` is an attribute"),
        ("class A:\n    a = 1\n", None, "`a` is a member of a class"),
        ("def f():\n    return a\n", None, "`a` is not defined in what is shown"),
        ("import a.c\na.c\n", None, "cannot be given another name"),
        ("def f(a):\n    return locals()\n", None, "reaches names by their text"),
        ("def a(): pass\n__all__ = ['a']\n", None, "also stands in a string that names it"),
        ("class a: pass\ndef f(x: 'list[a]'): pass\n", None, "also stands in a string"),
        ("def f(a):\n    return f'{a=}'\n", None, "would change what is printed"),
    ],
)
async def test_it_refuses_where_a_rename_is_not_certain(
    code: str, lines: tuple[int, int] | None, why: str
) -> None:
    assert why in await declined(code, "rename a to b", lines)


@pytest.mark.parametrize("name", ["class", "1x", "a-b"])
async def test_it_refuses_what_is_no_name(name: str) -> None:
    await declined("a = 1\n", f"rename a to {name}")


async def test_a_function_is_not_renamed_where_the_rest_of_the_file_is_not_shown() -> None:
    code = "def a():\n    b = 1\n\nx = a()\n"
    for shown in [(), (excerpt(code, "src/shop/stock.py", 1, 2),)]:
        asked = await ask("edit", code, (1, 2), "rename a to c", shown=shown)
        assert "in the part of the file that is not shown" in asked.text
        asked = await ask("edit", code, (1, 2), "rename b to c", shown=shown)
        assert asked.after["src/shop/stock.py"] == code.replace("b =", "c =")


def _modules() -> list[Path]:
    library = Path(ast.__file__).parent
    return [library / f"{name}.py" for name in ("textwrap", "shlex", "heapq", "dataclasses", "ast")]


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.stem)
def test_on_real_code_only_whole_words_change_and_it_still_parses(path: Path) -> None:
    """Names of a real module, one after the other."""
    text = path.read_text(encoding="utf-8")
    unit = read_unit(path.name, text, 1, text)
    assert unit is not None
    every = {one.name for one in unit.names.all if one.use in {"write", "parameter"}}
    names = sorted(every)[:: len(every) // 15 + 1]
    done = 0
    for name in names:
        made = rename(unit, name, "zz_new")
        if isinstance(made, Edited):
            done += 1
            after = apply_changes(text, made.changes)
            ast.parse(after)
            assert re.sub(r"\bzz_new\b", name, after) == text.replace(f" as {name}", f" as {name}")
    assert done > len(names) / 4

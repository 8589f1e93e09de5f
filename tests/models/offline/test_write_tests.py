"""Generated test files collect and pass: they are really run, many modules in one process."""

import ast
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from flux_lsp.edits.values import Plan
from tests.models.offline.asking import Asked, ask, excerpt
from tests.models.offline.test_sandbox import MODULE

SAMPLE = files("flux_lsp.fronts.cli").joinpath("sample/inventory.py").read_text("utf-8")

SHOP = '''\
"""Prices."""

import os
import random
from enum import Enum

import nowhere_to_be_found  # noqa: F401

RATES = {"EUR": 1, "USD": 2}


class Kind(Enum):
    """Kinds."""

    SMALL = "s"
    LARGE = "l"


class PriceError(ValueError):
    """Not a price."""


def convert(amount: int, currency: str = "EUR") -> int:
    """Convert an amount.

    >>> convert(10, "USD")
    20
    >>> convert(1, "XXX")
    Traceback (most recent call last):
        ...
    PriceError: XXX
    """
    if currency not in RATES:
        raise PriceError(currency)
    return amount * RATES[currency]


def broken(x):
    """Lie.

    >>> broken(1)
    3
    """
    return x + 1


def outside(path: str) -> str:
    """Read a file.

    >>> outside("x")
    'y'
    """
    return os.environ[path]


def luck(n):
    return random.random() * n


async def fetch(url, *, retries=3):
    return await get(url)


def pages(count: int):
    for number in range(count):
        yield number + 1


def label(kind: Kind, loud: bool = False) -> str:
    name = kind.name.title()
    return name.upper() if loud else name


def first_word(text):
    return text.split()[0]


def show(items: list[str] | None = None) -> None:
    print(items)


def odd(n):
    """Whether odd.

    >>> [odd(i) for i in range(3)]
    [False, True, False]
    >>> print(odd(1))
    True
    >>> repr("a")
    "'a'"
    """
    return n % 2 == 1


class Basket:
    """Items to buy.

    >>> basket = Basket("ann")
    >>> basket.add("tea").count
    1
    """

    limit = 2

    def __init__(self, owner: str):
        self.owner = owner
        self.items = []

    def add(self, item: str, count: int = 1) -> "Basket":
        if count < 1:
            raise ValueError("a count is at least 1 (one)")
        self.items += [item] * count
        return self

    @property
    def count(self):
        return len(self.items)

    def clear(self):
        self.items = []

    def rename(self, owner: str) -> None:
        self.owner = owner

    @staticmethod
    def parse(text: str) -> list[str]:
        return [part for part in text.split(",") if part]

    @classmethod
    def empty(cls):
        return cls("nobody").items

    def save(self, path):
        with open(path, "w") as file:
            file.write(self.owner)


@staticmethod
def decorated(x):
    return x


def twice(x):
    return 1


def twice(x):  # noqa: F811
    return 2


def nested():
    def inner(x):
        return x
    return inner(1)


def test_me():
    return 1


if __name__ == "__main__":
    only_in_main = 1
'''.replace("import nowhere_to_be_found  # noqa: F401\n\n", "")

# Modules of the standard library that keep to themselves.
LIBRARY = (
    *("calendar", "colorsys", "copy", "ipaddress", "posixpath", "statistics", "string"),
    "textwrap",
)


async def written(
    code: str,
    *,
    name: str = "shop",
    framework: str = "pytest",
    lines: tuple[int, int] | None = None,
) -> Asked:
    order = (
        f"Write tests for the target.\nTest file: tests/test_{name}.py (new)\n"
        f"Framework: {framework}\nImport: from {name} import x"
    )
    return await ask("tests", code, lines, order, path=f"{name}.py")


async def test_generated_files_pass(tmp_path: Path) -> None:
    """pytest files and unittest files for many modules, whole and symbol by symbol."""
    library = Path(ast.__file__).parent
    modules = {"inventory": SAMPLE, "shop": SHOP, "sandboxed": MODULE}
    modules |= {f"my_{n}": (library / f"{n}.py").read_text("utf-8") for n in LIBRARY}
    (tmp_path / "tests").mkdir()
    (tmp_path / "unit").mkdir()
    (tmp_path / "unit" / "__init__.py").touch()
    for name, code in modules.items():
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
        asked = await written(code, name=name)
        (tmp_path / "tests" / f"test_{name}.py").write_text("".join(asked.after.values()), "utf-8")
        asked = await written(code, name=name, framework="unittest")
        (tmp_path / "unit" / f"test_{name}.py").write_text("".join(asked.after.values()), "utf-8")
    for name in ("inventory", "shop"):
        for node in ast.parse(modules[name]).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                asked = await written(
                    modules[name], name=name, lines=(node.lineno, node.end_lineno or 0)
                )
                path = tmp_path / "tests" / f"test_{name}_{node.name}_alone.py"
                path.write_text("".join(asked.after.values()), "utf-8")
    done = _run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "tests")
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(done.stdout.split(" passed")[0].split()[-1]) > 200
    done = _run(tmp_path, "-W", "ignore", "-m", "unittest", "discover", "-s", "unit", "-t", ".")
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stderr.split("Ran ")[1].split()[0]) > 200


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONHASHSEED": "random"},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_the_sample_gets_tests_that_say_what_it_does() -> None:
    start = SAMPLE[: SAMPLE.index("def plan_orders")].count("\n") + 1
    asked = await written(SAMPLE, name="inventory", lines=(start, start + 10))
    assert (
        asked.after["tests/test_inventory.py"]
        == '''\
"""Tests of `inventory`: what its code proves and its docstrings promise."""

import pytest

from inventory import Item, plan_orders


def test_plan_orders_for_ordinary_arguments():
    assert plan_orders([Item(name="abc", price=3, quantity=5), Item(name="klm", price=7)]) == {"klm": 10}


def test_plan_orders_with_pack_0_raises_value_error():
    with pytest.raises(ValueError, match="a pack holds at least one piece"):
        plan_orders([Item(name="abc", price=3, quantity=5), Item(name="klm", price=7)], pack=0)


def test_plan_orders_with_items_empty():
    assert plan_orders([]) == {}
'''
    )


async def test_what_is_tested_and_what_is_left_out() -> None:
    asked = await written(SHOP)
    text = asked.after["tests/test_shop.py"]
    for line in [
        'assert convert(10, "USD") == 20',
        'with pytest.raises(PriceError, match="XXX"):',
        "assert list(pages(2)) == [1, 2]",
        'assert label(Kind.SMALL) == "Small"',
        "assert inspect.iscoroutinefunction(fetch)",
        'assert list(inspect.signature(fetch).parameters) == ["url", "retries"]',
        'assert list(inspect.signature(luck).parameters) == ["n"]',
        "assert show() is None",
        'assert str(odd(1)) == "True"',
        "assert [odd(i) for i in range(3)] == [False, True, False]",
        'assert basket.add("tea").count == 1',
        'assert Basket(owner="klm").count == 0',
        'assert Basket.parse("abc") == ["abc"]',
        'with pytest.raises(ValueError, match="a count is at least 1"):',
        "assert issubclass(PriceError, ValueError)",
    ]:
        assert line in text, line
    for absent in ["broken(1) == 3", 'outside("x")', "decorated", "twice(", "test_me"]:
        assert absent not in text, absent
    assert isinstance(asked.plan, Plan)
    assert "An example in a docstring does not hold" in asked.plan.note


async def test_a_method_alone() -> None:
    line = SHOP[: SHOP.index("    def rename")].count("\n") + 1
    asked = await written(SHOP, lines=(line, line + 1))
    text = asked.after["tests/test_shop.py"]
    assert "basket.rename(" in text
    assert text.count("def test_") == 1


PYTEST_FILE = '''\
"""Old tests."""

import os

from shop import convert


def test_convert_keeps_its_examples():
    assert os.sep
    assert convert(1) == 1
'''

UNITTEST_FILE = """\
import unittest


class ShopTests(unittest.TestCase):
    def test_one(self):
        self.assertEqual(1, 1)


if __name__ == "__main__":
    unittest.main()
"""


def _order(framework: str, taken: str = "") -> str:
    more = f"\nNames taken: {taken}" if taken else ""
    return (
        f"Test file: tests/test_shop.py (exists)\nFramework: {framework}\n"
        f"Import: from shop import convert{more}"
    )


def _lines_of(name: str) -> tuple[int, int]:
    node = next(n for n in ast.parse(SHOP).body if getattr(n, "name", "") == name)
    return node.lineno, node.end_lineno or 0


async def _extended(old: str, framework: str, name: str, taken: str = "") -> str:
    path = "tests/test_shop.py"
    asked = await ask(
        "tests",
        SHOP,
        _lines_of(name),
        _order(framework, taken),
        path="shop.py",
        shown=(excerpt(SHOP, "shop.py"), excerpt(old, path)),
        others={path: old},
    )
    assert isinstance(asked.plan, Plan), asked.text
    return asked.after[path]


async def test_an_existing_pytest_file_is_extended_without_repeating_a_name() -> None:
    after = await _extended(PYTEST_FILE, "pytest", "convert", "test_convert_keeps_its_examples")
    assert after.startswith(
        '"""Old tests."""\n\nimport os\n\nimport pytest\nfrom shop import convert\n'
        "from shop import PriceError\n\n\ndef test_convert_keeps_its_examples():\n    assert os.sep\n"
    )
    assert "\n\n\ndef test_convert_keeps_its_examples_2():\n" in after
    names = [n.name for n in ast.parse(after).body if isinstance(n, ast.FunctionDef)]
    assert len(names) == len(set(names))


async def test_an_existing_unittest_file_gets_a_class_before_its_main_block() -> None:
    after = await _extended(UNITTEST_FILE, "unittest", "pages")
    assert after.startswith("import unittest\n\nfrom shop import pages\n")
    assert "\n\n\nclass ShopTests2(unittest.TestCase):\n" in after.replace("_2", "2")
    assert after.endswith('\n\n\nif __name__ == "__main__":\n    unittest.main()\n')


async def test_a_long_test_file_is_extended_though_its_middle_is_not_shown() -> None:
    many = "".join(f"\n\ndef test_old_{n}():\n    assert {n} == {n}\n" for n in range(200))
    old = PYTEST_FILE + many
    path = "tests/test_shop.py"
    asked = await ask(
        "tests",
        SHOP,
        _lines_of("pages"),
        _order("pytest"),
        path="shop.py",
        shown=(excerpt(SHOP, "shop.py"), excerpt(old, path, 1, 30), excerpt(old, path, 700, 1000)),
        others={path: old},
    )
    assert isinstance(asked.plan, Plan), asked.text
    after = asked.after[path]
    assert after.startswith(PYTEST_FILE[:40])
    assert "from shop import pages\n" in after
    assert after.endswith("assert list(pages(0)) == []\n")
    assert all(f"def test_old_{n}():" in after for n in range(200))


async def test_line_ends_of_the_test_file_are_kept() -> None:
    after = await _extended(PYTEST_FILE.replace("\n", "\r\n"), "pytest", "pages")
    assert "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize(
    ("code", "path", "why"),
    [
        ("x = 1\n", "shop.py", "no function or class"),
        ("def f(x):\n    return x\n", "my-shop.py", "no name that a test could import it by"),
        ("def f(:\n", "shop.py", "does not parse as Python"),
        ("@cache\ndef f(x):\n    return x\n", "shop.py", "nothing about the target can be proven"),
        ("from a import *\n", "shop.py", "no function or class"),
    ],
)
async def test_it_refuses_what_it_cannot_test(code: str, path: str, why: str) -> None:
    asked = await ask("tests", code, None, "Write tests.", path=path)
    assert asked.refused
    assert why.lower() in asked.text.lower()


async def test_the_place_is_derived_where_the_engine_says_nothing() -> None:
    asked = await ask("tests", "def one():\n    return 1\n", None, "", path="src/shop/money.py")
    assert "from shop.money import one" in asked.after["tests/test_money.py"]
    asked = await ask("tests", "def one():\n    return 1\n", None, "use unittest", path="a.py")
    assert "class ATests(unittest.TestCase):" in asked.after["tests/test_a.py"]

"""Generated test files collect and pass: pytest really runs them, in a folder of their own."""

import ast
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from flux_lsp.context.values import Excerpt
from tests.models.offline.asking import Asked, ask, excerpt

SAMPLE = files("flux_lsp.fronts.cli").joinpath("sample/inventory.py").read_text("utf-8")

SHOP = '''\
"""Prices."""

import os
from dataclasses import dataclass

RATES = {"EUR": 1, "USD": 2}


class PriceError(ValueError):
    """Not a price."""


@dataclass
class Price:
    """An amount."""

    amount: int


def convert(amount: int, currency: str = "EUR") -> Price:
    """Convert an amount.

    >>> price = convert(10, "USD")
    >>> price
    Price(amount=20)
    >>> price.amount > 10
    True
    >>> convert(1, "XXX")
    Traceback (most recent call last):
        ...
    PriceError: XXX (?)
    """
    if amount < 0:
        raise ValueError("an amount (in cents) is not negative")
    if not currency:
        raise PriceError
    if currency not in RATES:
        raise PriceError(f"{currency} (?)")
    return Price(amount * RATES[currency])


def check(a, b, *, low: float = 0.5, names: list[str] | None = None, mode="x"):
    if a is None or b is None:
        raise TypeError("a and b are needed")
    if mode not in ("x", "y"):
        raise KeyError(mode)
    if low <= -1.5 or len(names) > 1:
        raise PriceError("low", a)
    if a > b:
        raise ValueError


def fails_itself(path, size: int):
    if size < 1:
        raise ValueError(f"{path.name} is empty")


def works_first(size: int):
    os.getcwd()
    if size < 1:
        raise ValueError("too small")


def generates(size: int):
    if size < 1:
        raise ValueError("too small")
    yield size


@staticmethod
def decorated(size: int):
    if size < 1:
        raise ValueError("too small")


def prints(name):
    """Show.

    >>> prints("x")
    x
    """
    print(name)


def vague():
    """Show.

    >>> vague()  # doctest: +ELLIPSIS
    <object object at 0x...>
    """
    return object()


def undefined():
    """Show.

    >>> app.run()
    1
    """


class Basket:
    """Items to buy.

    >>> basket = Basket("ann")
    >>> basket.add("tea").count
    1
    """

    def __init__(self, owner: str, size: int = 3):
        if not owner:
            raise ValueError("who?")
        if size > 99:
            raise PriceError(size)
        self.owner = owner
        self.items = []

    def add(self, item: str, count: int = 1) -> "Basket":
        """Add.

        >>> [len(Basket("bo").add(t).items) for t in "ab"]
        [1, 1]
        """
        if count < 1:
            raise ValueError("a count is at least 1")
        self.items += [item] * count
        return self

    @property
    def count(self):
        return len(self.items)
'''


def place(module: str, file: str = "tests/test_shop.py", state: str = "new") -> str:
    return f"Test file: {file} ({state})\nFramework: pytest\nImport: from {module} import x"


async def written(
    code: str, folder: Path, lines: tuple[int, int] | None = None, old: str | None = None
) -> str:
    """The test file for `code`, after pytest has run it: every test of it passed."""
    shown: tuple[Excerpt, ...] = (excerpt(code, "shop.py"),)
    others = {} if old is None else {"tests/test_shop.py": old}
    shown += tuple(excerpt(text, path) for path, text in others.items())
    asked = await ask(
        "tests", code, lines, path="shop.py", shown=shown, others=others,
        place=place("shop", state="new" if old is None else "exists"),
    )  # fmt: skip
    assert not asked.refused, asked.text
    text = asked.after["tests/test_shop.py"]
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "shop.py").write_text(code, encoding="utf-8")
    (folder / "tests" / "test_shop.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder),
         "-c", "/dev/null", str(folder / "tests")],
        cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    count = sum(isinstance(n, ast.FunctionDef) for n in ast.parse(text).body)
    assert f"{count} passed" in done.stdout, done.stdout + text
    return text


async def test_the_sample_file(tmp_path: Path) -> None:
    assert (
        await written(SAMPLE.replace("inventory", "shop"), tmp_path)
        == """\
import pytest

from shop import Item, parse_item, plan_orders, total_value


def test_parse_item_does_what_its_examples_show():
    assert repr(parse_item("bolt, 25, 100")) == "Item(name='bolt', price=25, quantity=100)"


def test_total_value_does_what_its_examples_show():
    assert total_value([Item("bolt", 25, 100), Item("nut", 10)]) == 2500


def test_plan_orders_raises_value_error_for_pack_0():
    with pytest.raises(ValueError, match="a pack holds at least one piece"):
        plan_orders([], pack=0)
"""
    )


async def test_all_kinds_of_examples_and_guards_and_nothing_that_may_fail(tmp_path: Path) -> None:
    text = await written(SHOP, tmp_path)
    names = [n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
    assert names == [
        "test_convert_does_what_its_examples_show",
        "test_basket_does_what_its_examples_show",
        "test_basket_add_does_what_its_examples_show",
        "test_convert_raises_value_error_for_minus_1",
        "test_convert_raises_price_error_for_0_currency_empty",
        "test_check_raises_type_error_for_none_none",
        "test_check_raises_key_error_for_x_x_mode_none",
        "test_basket_init_raises_value_error_for_empty",
        "test_basket_init_raises_price_error_for_abc_size_100",
    ]
    assert 'match=re.escape("an amount (in cents) is not negative")' in text


async def test_only_what_the_target_holds(tmp_path: Path) -> None:
    first = SHOP[: SHOP.index("def convert")].count("\n") + 1
    text = await written(SHOP, tmp_path, (first, first + 20))
    assert "convert" in text
    assert "basket" not in text.lower()


async def test_an_existing_file_grows_and_keeps_what_it_has(tmp_path: Path) -> None:
    old = (
        '"""Tests."""\n\nfrom shop import convert\n\n\n'
        "def test_convert_does_what_its_examples_show():\n    assert convert(1).amount == 1"
    )
    text = await written(SHOP, tmp_path, old=old)
    assert text.startswith('"""Tests."""\n\nfrom shop import convert\nimport re\nimport pytest\n')
    assert old.partition("convert\n")[2] in text
    assert text.count("def test_convert_does_what_its_examples_show") == 1
    again = await ask(
        "tests", SHOP, None, path="shop.py", others={"tests/test_shop.py": text},
        shown=(excerpt(SHOP, "shop.py"), excerpt(text, "tests/test_shop.py")),
        place=place("shop", state="exists"),
    )  # fmt: skip
    assert again.refused


async def test_a_name_that_means_something_else_in_the_test_file_gives_no_test() -> None:
    code = "def f(a: int):\n    if a < 1:\n        raise ValueError\n"
    old = "from other import f\n\n\ndef test_f():\n    assert f\n"
    asked = await ask(
        "tests", code, None, path="shop.py", others={"tests/test_shop.py": old},
        shown=(excerpt(code, "shop.py"), excerpt(old, "tests/test_shop.py")),
        place=place("shop", state="exists"),
    )  # fmt: skip
    assert asked.refused


async def refused(code: str, where: str, path: str = "shop.py") -> Asked:
    asked = await ask("tests", code, None, path=path, place=where)
    assert asked.refused, asked.after
    return asked


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("Test file: t.py (new)\nFramework: unittest\nImport: from shop import x", "pytest only"),
        ("Test file: t.py (new)\nFramework: pytest", "cannot import"),
        ("Test file: t.py (exists)\nFramework: pytest\nImport: from shop import x", "shown whole"),
        ("Test file: shop.py (exists)\nFramework: pytest\nImport: from shop import x", "cannot"),
    ],
)
async def test_where_the_tests_cannot_go_it_says_so(where: str, words: str) -> None:
    assert words in (await refused(SHOP, where)).text


async def test_what_cannot_be_tested_well_is_refused() -> None:
    asked = await refused("def f(a):\n    return a + 1\n", place("shop"))
    assert "neither" in asked.text
    assert "does not parse" in (await refused("def f(:\n", place("shop"))).text
    asked = await refused("function f() {}\n", place("shop"), path="a.js")
    assert "In JavaScript" in asked.text


async def test_a_definition_that_is_replaced_later_gives_no_test() -> None:
    code = "def f(a: int):\n    if a < 1:\n        raise ValueError\n\n\nf = print\n"
    await refused(code, place("shop"))

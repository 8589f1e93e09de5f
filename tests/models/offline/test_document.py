"""Docstrings are added where there are none, and not a line of code changes."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import apply_changes
from flux_lsp.models.offline.python.document import document
from flux_lsp.models.offline.python.unit import read_unit
from flux_lsp.models.offline.values import Declined, Edited
from tests.models.offline.asking import ask, declined, edited

PATH = "src/shop/stock.py"


async def test_the_docstring_tells_what_signature_and_body_say() -> None:
    code = """\
def parse_price(text: str, currency: str = "EUR", *, strict=False, **rest) -> int:
    if not text:
        raise ValueError("empty")
    try:
        amount = int(text)
    except ValueError:
        raise PriceError(text) from None
    return amount
"""
    assert await edited(code, "add docstrings") == code.replace(
        "-> int:\n",
        '''-> int:
    """Parse the price.

    Args:
        text: The text.
        currency: The currency. Defaults to "EUR".
        strict: Whether it is strict. Defaults to False.
        **rest: Any further arguments by name.

    Returns:
        The amount.

    Raises:
        ValueError: If `not text`.
        PriceError: On `ValueError`.
    """
''',
    )


async def test_a_class_gets_one_and_its_methods_too() -> None:
    code = """\
class OrderBook(Base):
    limit: int = 3

    def __init__(self, owner):
        self.owner = owner
        self._hidden = 1

    @property
    def total(self):
        return sum(self.orders)

    async def stream(self):
        for order in self.orders:
            yield order

    def is_empty(self):
        return not self.orders

    def add(self, order): self.orders.append(order); return self
"""
    after = await edited(code, "document this class")
    tree = ast.parse(after).body[0]
    assert isinstance(tree, ast.ClassDef)
    assert ast.get_docstring(tree) == (
        "An order book.\n\nAttributes:\n    limit: The limit.\n    owner: The owner."
    )
    docs = {n.name: ast.get_docstring(n) for n in tree.body if hasattr(n, "name")}  # type: ignore[arg-type]
    assert docs == {
        "__init__": "Set up the order book.\n\nArgs:\n    owner: The owner.",
        "total": "The total.",
        "stream": "Stream.\n\nYields:\n    The order.",
        "is_empty": "Tell whether it is empty.\n\nReturns:\n    Whether it is empty.",
        "add": "Add the order.\n\nArgs:\n    order: The order.\n\nReturns:\n"
        "    This object, so that calls can be chained.",
    }


async def test_one_line_bodies_are_opened_up_in_the_files_own_indentation() -> None:
    assert await edited(
        "class A:\n\tdef f(self): return self.x  # c\n", "add docstrings", (2, 2)
    ) == (
        'class A:\n\tdef f(self):\n\t\t"""Return the x.\n\n\t\tReturns:\n\t\t\tThe x.\n\t\t"""\n'
        "\t\treturn self.x  # c\n"
    ).replace("Return the x", "Return the result").replace("The x.", "The result.")


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("def run():\r\n\tpass\r\n", 'def run():\r\n\t"""Run."""\r\n\tpass\r\n'),
        (
            "def run(a={1: 2}, b=lambda: 0) -> 'x:y': # why:\n    # first\n    pass\n",
            None,
        ),
        ("def run():\n\n    # c\n    pass", 'def run():\n    """Run."""\n\n    # c\n    pass'),
        ("class Ab(B[int:2]): x = 1", 'class Ab(B[int:2]):\n    """An ab.'),
        ("@d\nasync def run(): await x\n", '@d\nasync def run():\n    """Run."""\n    await x\n'),
        ("def run(): \\\n  pass\n", 'def run():\n  """Run."""\n  pass\n'),
        ("if x:\n  def run(): pass\n", 'if x:\n  def run():\n    """Run."""\n    pass\n'),
    ],
)
async def test_every_shape_of_a_definition(code: str, after: str | None) -> None:
    made = await edited(code, "add docstrings")
    ast.parse(made)
    if after is not None:
        assert made.startswith(after)


async def test_a_condition_with_a_backslash_makes_a_raw_docstring() -> None:
    code = "def run(x):\n    if x == '\\n':\n        raise ValueError\n"
    after = await edited(code, "add docstrings")
    assert 'r"""Run the x' not in after
    assert "ValueError: If `x == '\\n'`." in (ast.get_docstring(ast.parse(after).body[0]) or "")  # type: ignore[arg-type]


async def test_docstrings_that_are_there_stay_as_they_are() -> None:
    code = "class A:\n    r'''Has \\d.'''\n    def f(self):\n        '''Has.'''\n"
    assert "Everything here has its docstring" in await declined(code, "add docstrings")


async def test_overloads_setters_and_bare_signatures_need_none() -> None:
    code = "def g(): ...\n@overload\ndef f(x: int): ...\n@x.setter\ndef x(self, v): self.v = v\n"
    await declined(code, "add docstrings")


async def test_the_document_action_does_the_same_and_stays_in_the_target() -> None:
    code = "def a():\n    pass\n\ndef b():\n    pass\n"
    asked = await ask("document", code, (4, 5), "Document the target.")
    assert asked.after[PATH] == code.replace("def b():\n", 'def b():\n    """Run the b."""\n')
    assert asked.reply.tool_calls[0].name == "rewrite_range"


async def test_a_selection_inside_of_a_function_documents_that_function() -> None:
    code = "def load_rows():\n    x = 1\n    y = 2\n"
    asked = await ask("document", code, (2, 2))
    assert asked.after[PATH] == 'def load_rows():\n    """Load the rows."""\n    x = 1\n    y = 2\n'


def _modules() -> list[Path]:
    library = Path(ast.__file__).parent
    names = ["bdb", "cmd", "dataclasses", "enum", "fractions", "tokenize", "typing", "zipfile"]
    return [library / f"{name}.py" for name in names]


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.stem)
def test_on_real_code_every_line_stays_and_every_definition_is_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    unit = read_unit(path.name, text, 1, text)
    assert unit is not None
    made = document(unit)
    assert isinstance(made, Edited)
    after = apply_changes(text, made.changes)
    assert _stripped(ast.parse(after)) == _stripped(ast.parse(text))
    again = read_unit(path.name, after, 1, after)
    assert again is not None
    assert isinstance(document(again), Declined)


def _stripped(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
    return ast.dump(tree)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abXY_ 1\\\"'`é\t", min_size=1, max_size=12))
def test_whatever_a_condition_holds_the_text_still_parses(literal: str) -> None:
    code = f"def run(x):\n    if x == {literal!r}:\n        raise ValueError\n"
    unit = read_unit("a.py", code, 1, code)
    assert unit is not None
    made = document(unit)
    assert isinstance(made, Edited)
    ast.parse(apply_changes(code, made.changes))

"""A cell is judged as what it is: Python with magics and awaits, or its magic's language."""

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.plan.syntax_check import check
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.notebook import find_cell_language, is_cell, read_cell_code

PYTHON = find_language("python", "a.ipynb")
URI = "vscode-notebook-cell:/w/a.ipynb#W0sZmlsZQ%3D%3D"


def judge(before: str, after: str, uri: str = URI) -> ErrorCode | None:
    reject = check(Snapshot(uri, "a.ipynb", "python", 1, before), after, None, dict)
    return reject.code if reject else None


@pytest.mark.parametrize(
    ("uri", "path", "cell"),
    [
        (URI, "a.ipynb", True),
        ("file:///a.ipynb", "a.ipynb", True),
        ("file:///a.py", "a.py", False),
    ],
)
def test_a_cell_is_told_by_its_scheme_or_path(uri: str, path: str, cell: bool) -> None:
    assert is_cell(uri, path) is cell


FINE = [
    "%%sql\nSELECT id\nFROM sales\n",
    "%%bash\nfor x in *; do\n  echo $x\ndone\n",
    "%%script bash -e\nls |\n  wc\n",
    "%%writefile a.cfg\n[a\n(b",
    "%%time\nrows = load()\n",
    "%matplotlib inline\nimport os\n",
    "!pip install a>=1 (b\nx = 1\n",
    "?help\nload?\nload??\n",
    "files = !ls *.py\nspent = %time load()\n",
    "rows = await load()\n",
    "async for row in rows:\n    print(row)\n",
    "async with a() as b:\n    pass\n",
    "if x:\n    %time load()\n    !ls\n",
    "x = (1\n     %2)\n",
    "!ls \\\n  -la )\nx = 1\n",
]


@pytest.mark.parametrize("after", FINE)
def test_what_a_notebook_runs_is_no_fault(after: str) -> None:
    assert judge("x = 1\n", after) is None
    assert judge(after, after + "\n") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\n", "x = (1\n"),
        ("%matplotlib inline\nx = 1\n", "%matplotlib inline\nx = = 1\n"),
        ("rows = await load()\n", "rows = await load(\n"),
        ("%%time\nx = 1\n", "%%time\nx = = 1\n"),
        ("%%bash\nif a; then\n  b\nfi\n", "%%bash\nif a; then\n  b\n"),
        ("def f():\n    return 1\n", "def f():\nreturn 1\n"),
    ],
)
def test_a_fault_in_a_cell_is_one(before: str, after: str) -> None:
    assert judge(before, after) is ErrorCode.SYNTAX_ERROR


def test_a_cell_that_was_broken_may_stay_so() -> None:
    assert judge("x = (1\n", "y = (1\n") is None


def test_an_await_at_the_top_of_a_file_is_still_a_fault() -> None:
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, "x = 1\n")
    reject = check(snapshot, "x = await load()\n", None, dict)

    assert reject is not None
    assert reject.code is ErrorCode.SYNTAX_ERROR


def test_the_lines_of_a_cell_keep_their_numbers() -> None:
    code = read_cell_code("%%time\n%matplotlib inline\nx = 1\n", PYTHON)

    assert code.split("\n")[2] == "x = 1"


def test_a_magic_nobody_knows_has_no_language() -> None:
    assert find_cell_language("%%whatever\nx", PYTHON) is None

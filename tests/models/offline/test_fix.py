"""Diagnostics are repaired where that is certain, and only those."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.context.values import Diagnostic
from flux_lsp.edits.values import Plan
from tests.models.offline.asking import Asked, ask, snapshot


async def fixed(code: str, *complaints: tuple[int, str, str]) -> Asked:
    """Ask to fix diagnostics, each (1-based line, code, message)."""
    shot = snapshot(code, "src/shop/stock.py")
    given = tuple(
        Diagnostic(shot.span_of_lines(line - 1, line - 1), "warning", message, "ruff", code_)
        for line, code_, message in complaints
    )
    return await ask("fix", code, None, "Fix the diagnostics.", diagnostics=given)


@pytest.mark.parametrize(
    ("code", "complaint", "after"),
    [
        ("import os\nimport re\nre\n", (1, "F401", "`os` imported but unused"), "import re\nre\n"),
        (
            "from a.b import c, d\nd\n",
            (1, "F401", "`a.b.c` imported but unused"),
            "from a.b import d\nd\n",
        ),
        ("import a.b\nx = 1\n", (1, "", "'a.b' imported but unused"), "x = 1\n"),
        ("import os\nx = 1\n", (1, "W0611", "Unused import os"), "x = 1\n"),
        ("import os\nx = 1\n", (1, "", 'Import "os" is not accessed'), "x = 1\n"),
        (
            "def f():\n    x = 1\n    return 2\n",
            (2, "F841", "Local variable `x` is assigned to but never used"),
            "def f():\n    return 2\n",
        ),
        (
            "def f():\n    x = (\n        g()\n    )\n",
            (2, "F841", "Local variable `x` is assigned to but never used"),
            "def f():\n    (\n        g()\n    )\n",
        ),
        (
            "def f():\n    x: int = g(a=1)\n",
            (2, "F841", "Local variable `x` is assigned to but never used"),
            "def f():\n    g(a=1)\n",
        ),
        (
            "def f():\n    x = 1\n",
            (2, "", 'Variable "x" is not accessed'),
            "def f():\n    pass\n",
        ),
        (
            "def f():\n    try:\n        g()\n    except (A, B) as error:\n        pass\n",
            (4, "F841", "Local variable `error` is assigned to but never used"),
            "def f():\n    try:\n        g()\n    except (A, B):\n        pass\n",
        ),
        (
            '"""Doc."""\n\nimport re\n\nx = json.dumps(re)\n',
            (5, "F821", "Undefined name `json`"),
            '"""Doc."""\n\nimport json\nimport re\n\nx = json.dumps(re)\n',
        ),
        (
            "import sys\n\np = Path(sys.argv[0])\n",
            (3, "", '"Path" is not defined'),
            "import sys\nfrom pathlib import Path\n\np = Path(sys.argv[0])\n",
        ),
        ("x = os.sep\n", (1, "E0602", "Undefined variable 'os'"), "import os\n\nx = os.sep\n"),
        ("x = 1  \ny = 2\n", (1, "W291", "Trailing whitespace"), "x = 1\ny = 2\n"),
        ("x = 1\n  \ny = 2\n", (2, "W293", "Blank line contains whitespace"), "x = 1\n\ny = 2\n"),
        ("x = 1", (1, "W292", "No newline at end of file"), "x = 1\n"),
        ("f(a,b, c,[1,2,])\n", (1, "E231", "Missing whitespace"), "f(a, b, c, [1, 2,])\n"),
        ("x = 1;  # c\n", (1, "E703", "Unnecessary semicolon"), "x = 1  # c\n"),
        ("if x == None: y\n", (1, "E711", "Comparison to None"), "if x is None: y\n"),
        ("z = (x) != (None)\n", (1, "E711", "Comparison to None"), "z = (x) is not (None)\n"),
        ("z = x is not  5\n", (1, "F632", "Use ="), "z = x !=  5\n"),
        ("z = rf'a\\d'\n", (1, "F541", "f-string without placeholders"), "z = r'a\\d'\n"),
        ("import b\nimport a\na, b\n", (1, "I001", "unsorted"), "import a\nimport b\na, b\n"),
        (
            "def load():\n    x\n\ndef b():\n    x\n",
            (1, "D103", "Missing docstring"),
            'def load():\n    """Load."""\n    x\n\ndef b():\n    x\n',
        ),
    ],
)
async def test_what_is_repaired(code: str, complaint: tuple[int, str, str], after: str) -> None:
    asked = await fixed(code, complaint)
    assert asked.after.get("src/shop/stock.py") == after, asked.text


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("import os\nos\n", (1, "F401", "`os` imported but unused")),
        ("def f():\n    x = 1\n    return x\n", (2, "F841", "Local variable `x` is …")),
        ("x = thing\n", (1, "F821", "Undefined name `thing`")),
        ("x = json\n", (1, "F821", "Undefined name `json`")),
        ("x = '''a  \n'''\n", (1, "W291", "Trailing whitespace")),
        ("z = f'{{a}}'\n", (1, "F541", "f-string without placeholders")),
        ("x: int = 'a'\n", (1, "assignment", "Incompatible types in assignment")),
        ("x = 1\n", (40, "F401", "`os` imported but unused")),
    ],
)
async def test_what_is_not_certain_is_refused(code: str, complaint: tuple[int, str, str]) -> None:
    asked = await fixed(code, complaint)
    assert asked.refused
    assert "none of these diagnostics" in asked.text.lower()


async def test_several_at_once_and_the_unknown_ones_left_alone() -> None:
    code = "import os\nimport re\n\nif re.a == None:\n    x = [1,2]\n"
    asked = await fixed(
        code,
        (1, "F401", "`os` imported but unused"),
        (4, "E711", "Comparison to None"),
        (5, "E231", "Missing whitespace after ','"),
        (5, "X999", "Bad taste"),
    )
    assert asked.after["src/shop/stock.py"] == "import re\n\nif re.a is None:\n    x = [1, 2]\n"
    assert isinstance(asked.plan, Plan)
    assert "Removed the unused `os`." in asked.plan.note


async def test_what_ruff_reports_is_gone_afterwards(tmp_path: Path) -> None:
    """The diagnostics of the real checker, on a file with one of each."""
    code = (
        "import os\nimport sys\nfrom a import b, c\n\n\ndef f(x):\n    y = 3\n    z = g(x)\n"
        "    if x == None: \n        return f'no fields'\n    \n    return json.dumps([1,2, c]), sys;\n"
        "def g(x): return Path(x)"
    )
    select = "F401,F841,F821,E711,F541,W291,W293,W292,E231,E703"
    before = _ruff(code, select)
    assert {d["code"] for d in before} == set(select.split(","))
    complaints = [(d["location"]["row"], d["code"], d["message"]) for d in before]
    asked = await fixed(code, *complaints)
    assert _ruff(asked.after["src/shop/stock.py"], select) == []


def _ruff(code: str, select: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache"),
            *("--select", select, "--output-format", "json", "--stdin-filename", "m.py", "-"),
        ],
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return list(json.loads(done.stdout))

"""Imports are sorted as ruff sorts them, and unused ones removed only where that is certain."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import apply_changes, split_lines
from flux_lsp.models.offline.python.imports import sort_imports
from flux_lsp.models.offline.python.unit import read_unit
from flux_lsp.models.offline.python.unused import remove_unused_imports
from flux_lsp.models.offline.values import Edited
from tests.models.offline.asking import ask, declined, edited

UNSORTED = '''\
"""Doc."""

# at the top
import sys
import os  # trailing
from shop.items import b, A, CONST
import numpy as np
from . import near
from .. import far
# about json
import json

from __future__ import annotations
from typing import (
    Any,
    AnyStr, List)
import utf16, utf8
from collections import deque, OrderedDict as OD
x = 1
'''


async def test_by_kind_then_by_name_with_comments_kept() -> None:
    after = await edited(UNSORTED, "sort imports")
    assert (
        after
        == '''\
"""Doc."""

# at the top
from __future__ import annotations

# about json
import json
import os  # trailing
import sys
from collections import OrderedDict as OD, deque
from typing import (
    Any,
    AnyStr, List)

import numpy as np
import utf16, utf8

from shop.items import CONST, A, b

from .. import far
from . import near
x = 1
'''
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os\nimport sys\n", "sorted already"),
        ("from b import *\nimport a\n", "`*` import"),
        ("import b; import a\n", "share a line"),
        ("from b import x\nfrom a import x\n", "bind the same name"),
        ("import b  # isort: skip\nimport a\n", "tells a tool"),
        ("from b import \\\n  x\nimport a\n", "backslash"),
        ("x = 1\n", "no block of imports"),
    ],
)
async def test_it_refuses_where_the_order_may_matter(code: str, why: str) -> None:
    assert why in await declined(code, "sort imports")


async def test_imports_in_the_selection_go_before_those_at_the_top() -> None:
    code = "import b\nimport a\n\ndef f():\n    pass\n\nimport d\nimport c\n"
    assert await edited(code, "sort imports", (7, 8)) == code.replace(
        "import d\nimport c", "import c\nimport d"
    )
    assert await edited(code, "sort imports", (4, 5)) == code.replace(
        "import b\nimport a", "import a\nimport b"
    )


_STATEMENTS = st.sampled_from(
    [
        "import os",
        "import json as j",
        "import zlib  # z",
        "from typing import Any, cast",
        "from typing_extensions import b, B, ABC",
        "from collections.abc import Mapping, Callable",
        "import attr",
        "import Zope",
        "from a10 import x",
        "from a9 import y",
        "from .m import k",
        "from ..m import l",
        "from . import n",
        "# about what follows\nimport re",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_STATEMENTS, min_size=2, unique=True))
def test_sorting_twice_changes_nothing_and_imports_the_same(statements: list[str]) -> None:
    text = "\n".join(statements) + "\n\nprint()\n"
    after = _sorted(text)
    assert _sorted(after) == after
    assert sorted(_all_names(after)) == sorted(_all_names(text))
    assert sorted(filter(None, after.splitlines())) == sorted(
        filter(None, _sorted_inside(text).splitlines())
    )


def test_ruff_finds_nothing_to_sort_in_what_was_sorted(tmp_path: Path) -> None:
    """The linter most projects use, on many blocks at once."""
    whole = [
        "import os",
        "import json as j",
        "from typing import cast, Any",
        "from typing_extensions import b, B, ABC",
        "from collections.abc import Mapping, Callable",
        "import attr",
        "import Zope",
        "from a10 import x",
        "from a9 import y",
        "from .m import k",
        "from ..m import l",
        "from . import n",
    ]
    for index in range(len(whole)):
        text = "\n".join(whole[index:] + whole[:index]) + "\n\nprint(1)\n"
        (tmp_path / f"m{index}.py").write_text(_sorted(text))
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def _sorted(text: str) -> str:
    unit = read_unit("pkg/m.py", text, 1, text)
    assert unit is not None
    made = sort_imports(unit)
    return apply_changes(text, made.changes) if isinstance(made, Edited) else text


def _sorted_inside(text: str) -> str:
    """The names inside each statement sorted, the statements where they are."""
    return "".join(_sorted(line) if "import" in line else line for line in split_lines(text))


def _all_names(text: str) -> list[str]:
    return [
        f"{getattr(node, 'module', '')} {alias.name} {alias.asname}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]


async def test_unused_imports_go_and_used_ones_stay() -> None:
    code = """\
import os
import sys  # why
from a import b, c, d
from e import (
    f,  # about f
    g,
    h,
)
import x.y

def use():
    import json, re
    return b, g, re
"""
    assert (
        await edited(code, "remove unused imports")
        == """\
from a import b
from e import (
    g,
)

def use():
    import re
    return b, g, re
"""
    )


@pytest.mark.parametrize(
    "code",
    [
        "from __future__ import annotations\n",
        "import os  # noqa\n",
        "import os  # noqa: E501, F401\n",
        "import os\n__all__ = ['os']\n",
        "import os as os\n",
        "from a import b as b\n",
        "from a import *\n",
        "try:\n    import os\nexcept ImportError:\n    os = None\n",
        "import os\ndef f(x: 'os.PathLike'): pass\n",
        "import os\ndef f():\n    '''\n    >>> os.sep\n    '''\n",
        "import os\nx = []  # type: os.PathLike\n",
        "import os\nglobals()['o' + 's']\n",
        "from fixtures import db\ndef test(db): pass\n",
        "import readline\n",
        "import os; x = 1\n",
        "import a.b\nimport a.c\na.c\n",
        "if x:\n    import os\nelse:\n    os = None\n",
    ],
)
async def test_an_import_that_may_have_a_use_stays(code: str) -> None:
    await declined(code, "remove unused imports")


async def test_what_a_package_imports_is_for_others() -> None:
    asked = await ask("edit", "import os\n", None, "remove unused imports", path="a/__init__.py")
    assert asked.refused


async def test_a_block_is_not_left_empty() -> None:
    code = "def f():\n    import os\n"
    assert await edited(code, "remove unused imports") == "def f():\n    pass\n"
    code = "if TYPE_CHECKING:\n    import os\n    import re\n"
    assert await edited(code, "remove unused imports") == "if TYPE_CHECKING:\n    pass\n"


async def test_in_a_part_of_a_file_only_local_imports_can_be_judged() -> None:
    code = "import os\n\ndef f():\n    import re\n    import json\n    return re\n"
    asked = await ask("edit", code, (3, 6), "remove unused imports", shown=())
    assert asked.after["src/shop/stock.py"] == code.replace("    import json\n", "")
    asked = await ask("edit", code, (1, 1), "remove unused imports", shown=())
    assert asked.refused


def test_on_real_code_only_imports_change_and_the_linter_agrees(tmp_path: Path) -> None:
    """Modules of the standard library with five unused imports each put into them."""
    library = Path(ast.__file__).parent
    for name in ("argparse", "cmd", "csv", "fractions", "shlex", "tempfile", "textwrap"):
        text = (library / f"{name}.py").read_text(encoding="utf-8")
        more = (
            "import zz_a\nimport zz_b.c as zz_d\nfrom zz_e import zz_f, zz_g\nimport zz_h, zz_i\n"
        )
        start = text.index("\nimport ") + 1
        text = text[:start] + more + text[start:]
        unit = read_unit(f"{name}.py", text, 1, text)
        assert unit is not None
        made = remove_unused_imports(unit)
        assert isinstance(made, Edited)
        after = apply_changes(text, made.changes)
        assert "zz_" not in after
        assert set(after.splitlines()) <= set(text.splitlines()) | {"    pass"}
        (tmp_path / f"{name}.py").write_text(after, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,E9", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout

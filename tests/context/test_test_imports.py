"""How a test gets at what it tests: by the name that the project's own runner knows it by."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.context.test_test_place import fact, place

INI = "[tool.pytest.ini_options]\n"
PACKAGED = '[build-system]\nrequires = ["hatchling"]\n'


def project(root: Path, texts: Mapping[str, str]) -> Path:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


# Files of the project, source, the import, and the piece that is missing.
PYTHON = [
    # what is on the path by itself: the folder of the test
    ({}, "a.py", "a", None),
    ({"test_x.py": ""}, "a.py", "a", None),
    # a folder for tests, and nothing that puts the project on the path
    ({"tests/test_x.py": ""}, "a.py", "a", "conftest.py"),
    ({"tests/test_x.py": ""}, "app/core/a.py", "app.core.a", "conftest.py"),
    ({"tests/test_x.py": "", "app/__init__.py": ""}, "app/a.py", "app.a", "conftest.py"),
    ({"back/tests/test_x.py": "", "back/pyproject.toml": ""}, "back/app/a.py", "app.a",
     "back/conftest.py"),
    # what puts it there
    ({"tests/test_x.py": "", "conftest.py": ""}, "a.py", "a", None),
    ({"tests/test_x.py": "", "tests/__init__.py": ""}, "a.py", "a", None),
    ({"tests/test_x.py": "", "pyproject.toml": INI + 'pythonpath = ["."]'}, "a.py", "a", None),
    ({"tests/test_x.py": "", "pyproject.toml": INI + 'pythonpath = "src"'}, "src/a.py", "a", None),
    ({"tests/test_x.py": "", "pytest.ini": "[pytest]\npythonpath = lib src"}, "src/a.py", "a", None),
    ({"tests/test_x.py": "", "setup.cfg": "[tool:pytest]\npythonpath = src"}, "src/a.py", "a", None),
    ({"tests/test_x.py": "", "tox.ini": "[pytest]\npythonpath = src"}, "src/a.py", "a", None),
    ({"tests/test_x.py": "", "Makefile": "test:\n\tpython -m pytest\n"}, "a.py", "a", None),
    ({"tests/test_x.py": "", "tox.ini": "[testenv]\nsetenv = PYTHONPATH=src\n"}, "src/a.py", "a",
     None),
    ({"tests/test_x.py": "", ".github/workflows/ci.yml": "run: python3 -m pytest"}, "a.py", "a",
     None),
    # a package that who develops it installs
    ({"tests/test_x.py": "", "pyproject.toml": PACKAGED, "src/p/__init__.py": ""}, "src/p/a.py",
     "p.a", None),
    ({"tests/test_x.py": "", "setup.py": "", "p/__init__.py": ""}, "p/a.py", "p.a", None),
    ({"tests/test_x.py": "", "pyproject.toml": "[tool.poetry]\npackage-mode = false\n",
      "p/__init__.py": ""}, "p/a.py", "p.a", "conftest.py"),
    # the tests that are there know best
    ({"tests/test_x.py": "from app.b import f\n", "src/app/b.py": ""}, "src/app/a.py", "app.a", None),
    ({"tests/test_x.py": "import core.b\n"}, "app/core/a.py", "core.a", None),
    ({"tests/test_x.py": "from app.core import b\n"}, "app/core/a.py", "app.core.a", None),
    ({"tests/test_x.py": "import calendar\n"}, "tools/calendar.py", "tools.calendar", "conftest.py"),
    # a root beside the tests: an empty file does not help
    ({"tests/test_x.py": ""}, "src/a.py", "a", "pytest.ini"),
    ({"tests/test_x.py": "import unittest\n", "manage.py": ""}, "shop/cart/a.py", "shop.cart.a", None),
    ({"tests/test_x.py": ""}, "my-script.py", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "source", "module", "piece"), PYTHON)
def test_a_python_test_imports_what_its_runner_sees(
    tmp_path: Path, texts: dict[str, str], source: str, module: str, piece: str | None
) -> None:
    found = place(project(tmp_path, {source: "", **texts}), source, symbol="f")

    assert fact(found, "Import") == (f"from {module} import f" if module else "")
    assert (found.piece and found.piece[0]) == piece
    assert found.advice == ""


def test_where_no_file_helps_a_person_is_told_what_to_add(tmp_path: Path) -> None:
    texts = {"tests/test_x.py": "", "pyproject.toml": INI}
    found = place(project(tmp_path, {"src/a.py": "", **texts}), "src/a.py")

    assert found.piece is None
    assert found.advice == 'pytest does not see src: add pythonpath = ["src"] to its configuration'


@pytest.mark.parametrize(
    ("texts", "source"),
    [row[:2] for row in PYTHON if row[2] and "Makefile" not in row[0] and "setup.py" not in row[0]
     and not {"tox.ini", "pyproject.toml", ".github/workflows/ci.yml", "manage.py"} & set(row[0])
     and not any("import" in text for text in row[0].values())],
)  # fmt: skip
def test_pytest_itself_finds_the_module(tmp_path: Path, texts: dict[str, str], source: str) -> None:
    found = place(project(tmp_path, {**texts, source: "def f(): return 1\n"}), source, symbol="f")
    pieces = [found.piece] if found.piece else []
    test = f"{fact(found, 'Import')}\n\n\ndef test_f():\n    assert f() == 1\n"
    project(tmp_path, dict([*pieces, (found.path, test)]))

    command = [sys.executable, "-c", "import sys, pytest; sys.path[:] = sys.path[1:]; "
               "sys.exit(pytest.main(sys.argv[1:]))", "-q", "-p", "no:cacheprovider", found.path]  # fmt: skip
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize(
    ("files", "source", "text", "expected"),
    [
        ({}, "a.ts", "export function f() {}", 'import { f } from "./a"'),
        ({"tsconfig.json": '{"compilerOptions": {"module": "NodeNext"}}'}, "a.ts",
         "export function f() {}", 'import { f } from "./a.js"'),
        ({"tsconfig.json": '{"moduleResolution": "bundler"}'}, "a.ts", "export const f = 1;",
         'import { f } from "./a"'),
        ({"package.json": '{"type": "module", "scripts": {"test": "node --test"}}'}, "a.js",
         "export async function f() {}", 'import { f } from "./a.js"'),
        ({"package.json": '{"type": "module", "devDependencies": {"vitest": "1"}}'}, "a.js",
         "export class f {}", 'import { f } from "./a"'),
        ({}, "a.mts", "export function f() {}", 'import { f } from "./a"'),
        ({}, "a.mjs", "export function f() {}", 'import { f } from "./a.mjs"'),
        ({}, "a.ts", "function f() {}\nexport { g, f };", 'import { f } from "./a"'),
        ({}, "a.ts", "function f() {}\nexport default f;", 'import f from "./a"'),
        ({}, "a.ts", "export default async function f() {}", 'import f from "./a"'),
        ({}, "a.ts", "function f() {}\nexport { f as default };", 'import f from "./a"'),
        ({}, "a.ts", "function f() {}\nexport const g = f;", 'import * as subject from "./a"'),
        ({}, "a.js", "function f() {}\nmodule.exports = f;", 'const f = require("./a")'),
        ({}, "a.js", "function f() {}\nmodule.exports = { g, f };", 'const { f } = require("./a")'),
        ({}, "a.js", "exports.f = function () {};", 'const { f } = require("./a")'),
        ({}, "a.js", "var f = exports = module.exports = {};", 'const f = require("./a")'),
        ({}, "a.js", "function f() {}\nmodule.exports = { g };", 'const subject = require("./a")'),
    ],
)  # fmt: skip
def test_a_script_test_imports_what_is_exported(
    tmp_path: Path, files: dict[str, str], source: str, text: str, expected: str
) -> None:
    found = place(project(tmp_path, files), source, text, "f")

    assert fact(found, "Import") == expected
    private = "subject" in expected
    assert ("`f` is not exported" in fact(found, "Note")) == private

"""Where Python projects keep tests: pytest and unittest.

Never imports the project's code.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from flux_lsp.context.places.found import Found
from flux_lsp.context.project import Project, folder_of, folders_above, join
from flux_lsp.core.text import Snapshot
from flux_lsp.files import parse_toml

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", ".git")
_FOLDERS = ("tests", "test", "testing")
_UNITTEST = re.compile(
    r"^[ \t]*(?:import unittest\b|from unittest\b|from django\.test\b)", re.MULTILINE
)
_PYTEST = re.compile(
    r"^[ \t]*(?:import pytest\b|from pytest\b|def test_|async def test_)", re.MULTILINE
)


def find(project: Project, snapshot: Snapshot, symbol: str) -> Found:
    """By configuration, then by the tests that are there, then the usual `tests/test_x.py`."""
    path = snapshot.path
    home = next((f for f in folders_above(path) if project.names(f) & {*_PROJECT_FILES}), "")
    place = path if _is_test(path) else _existing(project, path, home)
    place = place or _new(project, path, home)
    framework = _framework(project, home, place)
    how = "subclass unittest.TestCase" if framework == "unittest" else ""
    return Found(place, framework, (("Import", _import(project, path, home, symbol)), ("How", how)))


def _is_test(path: str) -> bool:
    name = PurePosixPath(path).stem
    return name.startswith("test_") or name.endswith("_test") or name == "tests"


def _existing(project: Project, path: str, home: str) -> str | None:
    names = _names(path)
    roots = _roots(project, home)
    mirrored = (join(r, sub, n) for r in roots for sub in _mirrors(path, home) for n in names)
    here = folder_of(path)
    beside = [join(here, "tests", name) for name in names] + [join(here, name) for name in names]
    django = [join(here, "tests.py")] if "models.py" in project.names(here) else []
    known = project.first([*mirrored, *beside, *django])
    return known or next((f for r in roots if (f := project.find(r, names))), None)


def _new(project: Project, path: str, home: str) -> str:
    name, here = _names(path)[0], folder_of(path)
    if "tests" in project.names(here) and here != home:
        return join(here, "tests", name)
    if any(other.startswith("test_") and other.endswith(".py") for other in project.names(here)):
        return join(here, name)
    roots = _roots(project, home)
    mirrored = (join(root, sub) for root in roots for sub in _mirrors(path, home))
    return join(project.first(mirrored) or join(home, "tests"), name)


def _names(path: str) -> list[str]:
    """File names that tests of `path` may have, the usual one first."""
    pure = PurePosixPath(path)
    stem = pure.stem
    if stem in {"__init__", "__main__"}:
        stem = pure.parent.name or stem.strip("_")
    plain = stem.lstrip("_")
    return list(dict.fromkeys([f"test_{plain}.py", f"test_{stem}.py", f"{plain}_test.py"]))


def _roots(project: Project, home: str) -> list[str]:
    """Folders for tests, as configured or by name, that exist."""
    configured = [join(home, name) for name in _configured(project, home)]
    usual = [join(home, name) for name in _FOLDERS]
    return [root for root in dict.fromkeys([*configured, *usual]) if project.has(root)]


def _configured(project: Project, home: str) -> list[str]:
    try:
        tool = parse_toml(project.read(join(home, "pyproject.toml"))).get("tool", {})
    except ValueError:
        return []
    pytest = _table(_table(tool).get("pytest"))
    paths = {**pytest, **_table(pytest.get("ini_options"))}.get("testpaths")
    words = paths.split() if isinstance(paths, str) else paths if isinstance(paths, list) else []
    return [str(word).strip("/") for word in words if "*" not in str(word)]


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _mirrors(path: str, home: str) -> Iterator[str]:
    """The source's folder as it may be repeated below a test folder, the longest first."""
    parts = _parts(folder_of(path), home)
    for start in range(len(parts)):
        sub = "/".join(parts[start:])
        yield sub
        yield join("unit", sub)
    yield "unit"
    yield ""


def _parts(path: str, home: str) -> list[str]:
    """Parts below the project's folder and below `src`."""
    parts = path.removeprefix(f"{home}/" if home else "").split("/")
    parts = [] if path == home else parts
    return parts[1:] if parts[:1] == ["src"] else [part for part in parts if part]


def _framework(project: Project, home: str, place: str) -> str:
    there = project.read(place)
    if _UNITTEST.search(there) and not _PYTEST.search(there):
        return "unittest"
    if there or _has_pytest(project, home):
        return "pytest"
    siblings = [
        n for n in project.names(folder_of(place)) if n.startswith("test") and n.endswith(".py")
    ]
    texts = [project.read(join(folder_of(place), name)) for name in sorted(siblings)[:5]]
    only_unittest = any(map(_UNITTEST.search, texts)) and not any(map(_PYTEST.search, texts))
    return "unittest" if only_unittest else "pytest"


def _has_pytest(project: Project, home: str) -> bool:
    names = project.names(home)
    if names & {"pytest.ini", "conftest.py"}:
        return True
    listed = [n for n in names if n.startswith("requirements") and n.endswith(".txt")]
    files = ["pyproject.toml", "setup.cfg", "tox.ini", "setup.py", "Pipfile", *sorted(listed)]
    return any("pytest" in project.read(join(home, name)) for name in files if name in names)


def _import(project: Project, path: str, home: str, symbol: str) -> str:
    """The statement that a test begins with."""
    parts = _parts(path.removesuffix(".pyi").removesuffix(".py"), home)
    if _is_test(path) or not all(part.isidentifier() for part in parts):
        return ""
    if parts[-1:] == ["__init__"]:
        parts.pop()
    module = ".".join(_importable(project, path, parts))
    if not module:
        return ""
    return f"from {module} import {symbol}" if symbol else f"import {module}"


def _importable(project: Project, path: str, parts: list[str]) -> list[str]:
    """Without the folders above the outermost package, when there is a package at all."""
    folder, packages = folder_of(path), 0
    while "__init__.py" in project.names(folder):
        folder, packages = folder_of(folder), packages + 1
        if not folder:
            break
    inside = 0 if path.endswith("__init__.py") else 1
    return parts[-(packages + inside) :] if packages else parts

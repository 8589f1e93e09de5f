"""Where Python projects keep tests: pytest and unittest.

Never imports the project's code.
"""

import re
from pathlib import PurePosixPath
from typing import Any

from flux_lsp.context.places.general import find_path
from flux_lsp.context.places.python_imports import ModuleImport, find_import
from flux_lsp.context.places.search import PlaceSearch, TestLocation, find_home
from flux_lsp.context.project_files import Project, get_folder, join
from flux_lsp.core.text import Snapshot
from flux_lsp.files import parse_toml
from flux_lsp.syntax.languages.habits import TestHabit

_MOST_APPS = 50  # folders beside an app that are looked at
_UNITTEST = re.compile(
    r"^[ \t]*(?:import unittest\b|from unittest\b|from django\.test\b)", re.MULTILINE
)
_PYTEST = re.compile(
    r"^[ \t]*(?:import pytest\b|from pytest\b|def test_|async def test_)", re.MULTILINE
)


def find_python(
    project: Project, snapshot: Snapshot, habit: TestHabit, symbol: str
) -> TestLocation:
    """By configuration, then by the tests that are there, then the usual `tests/test_x.py`."""
    path = snapshot.path
    home = find_home(project, path, habit)
    if _is_test(path):
        return TestLocation(path, _choose_framework(project, home, path))
    place = find_path(_search(project, path, home, habit))
    framework = _choose_framework(project, home, place)
    module = find_import(project, path, place, home, framework)
    beside = join(get_folder(path), place.rpartition("/")[2])
    if module.needs_help and _is_better_beside(project, path, home, place, beside):
        place, module = beside, ModuleImport(module.module.rpartition(".")[2])
    how = "subclass unittest.TestCase" if framework == "unittest" else ""
    facts = (("Import", _write_import(module.module, symbol)), ("How", how))
    return TestLocation(place, framework, facts, module.piece, module.advice)


def _is_better_beside(project: Project, path: str, home: str, place: str, beside: str) -> bool:
    """Whether the module lies at the top of a project without tests: pytest sees it from beside."""
    is_top = get_folder(path) == home and "__init__.py" not in project.list_names(home)
    return is_top and not project.has(get_folder(place)) and not project.has(beside)


def _is_test(path: str) -> bool:
    name = PurePosixPath(path).stem
    return name.startswith("test_") or name.endswith("_test") or name == "tests"


def _search(project: Project, path: str, home: str, habit: TestHabit) -> PlaceSearch:
    here = get_folder(path)
    django = _is_django_app(project, here)
    importlib = "importlib" in project.read(join(home, "pyproject.toml"))

    def is_package(folder: str) -> bool:
        return importlib or "__init__.py" in project.list_names(folder)

    return PlaceSearch(
        project,
        path,
        home,
        habit,
        roots=tuple(join(home, name) for name in _list_configured(project, home)),
        known=join(here, "tests.py") if django else "",
        is_package=is_package,
    )


def _is_django_app(project: Project, here: str) -> bool:
    """Whether an app has its tests in one `tests.py`, or the apps beside it have theirs so."""
    names = project.list_names(here)
    if "models.py" not in names or "tests" in names:
        return False
    above = get_folder(here)
    beside = [
        project.list_names(join(above, name)) for name in project.list_folders(above)[:_MOST_APPS]
    ]
    return "tests.py" in names or any({"models.py", "tests.py"} <= app for app in beside)


def _list_configured(project: Project, home: str) -> list[str]:
    try:
        tool = parse_toml(project.read(join(home, "pyproject.toml"))).get("tool", {})
    except ValueError:
        return []
    pytest = _read_table(_read_table(tool).get("pytest"))
    paths = {**pytest, **_read_table(pytest.get("ini_options"))}.get("testpaths")
    words = paths.split() if isinstance(paths, str) else paths if isinstance(paths, list) else []
    return [str(word).strip("/") for word in words if "*" not in str(word)]


def _read_table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _choose_framework(project: Project, home: str, place: str) -> str:
    there = project.read(place)
    if _UNITTEST.search(there) and not _PYTEST.search(there):
        return "unittest"
    if there or _has_pytest(project, home):
        return "pytest"
    siblings = [
        n
        for n in project.list_names(get_folder(place))
        if n.startswith("test") and n.endswith(".py")
    ]
    texts = [project.read(join(get_folder(place), name)) for name in sorted(siblings)[:5]]
    only_unittest = any(map(_UNITTEST.search, texts)) and not any(map(_PYTEST.search, texts))
    return "unittest" if only_unittest else "pytest"


def _has_pytest(project: Project, home: str) -> bool:
    names = project.list_names(home)
    if names & {"pytest.ini", "conftest.py"}:
        return True
    listed = [n for n in names if n.startswith("requirements") and n.endswith(".txt")]
    files = ["pyproject.toml", "setup.cfg", "tox.ini", "setup.py", "Pipfile", *sorted(listed)]
    return any("pytest" in project.read(join(home, name)) for name in files if name in names)


def _write_import(module: str, symbol: str) -> str:
    """The statement that a test begins with."""
    if not module:
        return ""
    return f"from {module} import {symbol}" if symbol else f"import {module}"

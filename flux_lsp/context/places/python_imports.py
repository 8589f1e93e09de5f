"""Finds how a project's test runner sees a Python module: by which name, and what it needs first.

Never runs or imports the project's code: it reads what pytest, unittest and packaging tools read.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from flux_lsp.context.places.python_settings import (
    PytestOptions,
    read_pyproject,
    read_pytest_options,
    read_table,
    split_path,
)
from flux_lsp.context.project_files import Project, get_folder, join, list_folders_above

_MOST_TESTS = 40  # whose imports are looked at
# Files in which a project says how it runs its tests.
_SCRIPTS = (
    "Makefile", "makefile", "tox.ini", "noxfile.py", "justfile", "README.md", "README.rst",
    "CONTRIBUTING.md", "CONTRIBUTING.rst",
)  # fmt: skip
_RUN_AS_MODULE = re.compile(r"python[\d.]*\s+-m\s+(?:pytest|unittest)\b|\bmanage\.py test\b")
_PYTHONPATH = re.compile(r"\bPYTHONPATH\s*[=:]\s*[\"']?([\w./:-]+)")
_NO_PACKAGES = frozenset({"tests", "test", "docs", "examples", "scripts", "tools", "bench"})


@dataclass(frozen=True, slots=True)
class ModuleImport:
    """`module` is the dotted name, "" where there is none.

    `piece`: a new file (path, content) without which the runner does not find the module; `advice`: what
    a person has to add where no new file helps.
    """

    module: str
    piece: tuple[str, str] | None = None
    advice: str = ""

    @property
    def needs_help(self) -> bool:
        """Whether the runner does not find the module as things are."""
        return self.piece is not None or bool(self.advice)


def find_import(
    project: Project, source: str, test: str, home: str, framework: str
) -> ModuleImport:
    """Find how `test` imports `source`, both below the root; `home` is the folder of the project."""
    names = _list_names(project, source)
    if not names:
        return ModuleImport("")
    root = _find_evidence(project, source, test, home, names)
    if root is not None:
        return ModuleImport(names[root])
    runner = read_pytest_options(project, test, home)
    for folder in _list_path(project, source, test, home, framework, runner):
        if folder in names:
            return ModuleImport(names[folder])
    root = _find_own_root(project, source, home, names)
    if framework != "pytest":
        return ModuleImport(names[root])
    return _complete(project, ModuleImport(names[root]), root, test, home, runner)


def _list_names(project: Project, source: str) -> dict[str, str]:
    """The dotted name of a module from each folder that may be on the path, the innermost first."""
    folder = get_folder(source)
    while folder and "__init__.py" in project.list_names(folder):
        folder = get_folder(folder)
    stem = source.removesuffix(".pyi").removesuffix(".py").removesuffix("/__init__")
    names = {}
    for root in [folder, *list_folders_above(folder)] if folder else [""]:
        parts = stem.removeprefix(f"{root}/" if root else "").split("/")
        if all(part.isidentifier() for part in parts):
            names[root] = ".".join(parts)
    return names


def _find_evidence(
    project: Project, source: str, test: str, home: str, names: dict[str, str]
) -> str | None:
    """The root from which tests that are there import modules of the project."""
    texts = [project.read(test)] if project.has(test) else []
    texts += [project.read(path) for path in _list_tests(project, test, home, source)]
    counts = {root: _count_imports(texts, name) for root, name in names.items()}
    best = max(counts, key=lambda root: counts[root])
    return best if counts[best][1] else None


def _count_imports(texts: list[str], name: str) -> tuple[int, int]:
    """How many texts import from the module's package, and how many anything of its root."""
    package, top = name.rpartition(".")[0] or name, name.split(".", maxsplit=1)[0]
    if top in sys.stdlib_module_names:  # which of the two a test means, nobody can tell
        return 0, 0
    near, all_ = (sum(bool(_imports(text, part)) for text in texts) for part in (package, top))
    return near, all_


def _imports(text: str, top: str) -> re.Match[str] | None:
    return re.search(rf"^[ \t]*(?:from|import)[ \t]+{re.escape(top)}\b", text, re.MULTILINE)


def _list_tests(project: Project, test: str, home: str, source: str) -> list[str]:
    folder = get_folder(test)
    near = [join(folder, n) for n in sorted(project.list_names(folder)) if _is_test(n)]
    if not near and folder != home:
        above = project.list_files(get_folder(folder), (".py",)).paths
        near = [path for path in above if _is_test(path.rpartition("/")[2])]
    return [path for path in near if path != source][:_MOST_TESTS]


def _is_test(name: str) -> bool:
    return name.endswith(".py") and (name.startswith("test") or name.endswith("_test.py"))


def _list_path(
    project: Project, source: str, test: str, home: str, framework: str, runner: PytestOptions
) -> Iterator[str]:
    """The folders that are on the path while `test` runs."""
    yield from runner.pythonpath
    yield from _list_scripted(project, home)
    if _is_installed(project, source, home):
        yield join(home, "src")
        yield home
    if framework == "unittest":
        yield _find_manage(project, source) or home
    if runner.imports_by_name:
        return
    for folder in reversed(list_folders_above(test)):
        if "conftest.py" in project.list_names(folder):
            yield _leave_packages(project, folder)
    yield _leave_packages(project, get_folder(test))


def _leave_packages(project: Project, folder: str) -> str:
    """The folder that pytest puts on the path for a file in `folder`."""
    while folder and "__init__.py" in project.list_names(folder):
        folder = get_folder(folder)
    return folder


def _list_scripted(project: Project, home: str) -> Iterator[str]:
    """What the project's own ways to run its tests put on the path."""
    workflows = ".github/workflows"
    files = [join(home, name) for name in _SCRIPTS]
    files += [join(workflows, name) for name in sorted(project.list_names(workflows))]
    for text in map(project.read, files):
        if _RUN_AS_MODULE.search(text):
            yield home
        for match in _PYTHONPATH.finditer(text):
            yield from (join(home, *split_path(word)) for word in match[1].split(":"))


def _is_installed(project: Project, source: str, home: str) -> bool:
    """Whether who develops the project installs it, and the module with it."""
    pyproject = read_pyproject(project, home)
    poetry = read_table(read_table(pyproject.get("tool")).get("poetry"))
    packaged = (
        "build-system" in pyproject
        or (bool(poetry) and poetry.get("package-mode") is not False)
        or "setup.py" in project.list_names(home)
    )
    below = source.removeprefix(f"{home}/" if home else "").split("/")
    top = below[1] if below[0] == "src" and len(below) > 1 else below[0]
    return packaged and len(below) > 1 and top not in _NO_PACKAGES


def _find_manage(project: Project, source: str) -> str | None:
    """The folder of Django's `manage.py`."""
    above = list_folders_above(source)
    return next((folder for folder in above if "manage.py" in project.list_names(folder)), None)


def _find_own_root(project: Project, source: str, home: str, names: dict[str, str]) -> str:
    """The root that the module's own imports speak of, else that of its package, `src` or the project."""
    text = project.read(source)
    spoken = [root for root, name in names.items() if _imports(text, name.split(".")[0])]
    if "__init__.py" in project.list_names(get_folder(source)):
        return next(iter([*spoken, *names]))
    usual = [root for root in (join(home, "src"), home) if root in names]
    return next(iter([*spoken, *usual, *names]))


def _complete(
    project: Project, module: ModuleImport, root: str, test: str, home: str, runner: PytestOptions
) -> ModuleImport:
    """Add what pytest needs so that it finds a module below `root`."""
    above_test = list_folders_above(test)
    is_free = "conftest.py" not in project.list_names(root)
    plain = "__init__.py" not in project.list_names(root)
    if root in above_test and is_free and plain and not runner.imports_by_name:
        text = '"""Lets pytest find the modules of this folder."""\n'
        return ModuleImport(module.module, (join(root, "conftest.py"), text))
    folder = root.removeprefix(f"{runner.folder}/" if runner.folder else "") or "."
    if not runner.is_configured and "pytest.ini" not in project.list_names(home):
        inside = root.removeprefix(f"{home}/" if home else "") or "."
        text = f"[pytest]\npythonpath = {inside}\n"
        return ModuleImport(module.module, (join(home, "pytest.ini"), text))
    advice = f'pytest does not see {folder}: add pythonpath = ["{folder}"] to its configuration'
    return ModuleImport(module.module, advice=advice)

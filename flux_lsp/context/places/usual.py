"""Where tests of a source lie when no other test of the project shows it: by build tool and language.

Never reads more than the names in a few folders.
"""

import re
from collections import Counter

from flux_lsp.context.places.pairs import Index
from flux_lsp.context.places.rules import Rule, possible_folders
from flux_lsp.context.places.search import Search, is_test
from flux_lsp.context.project import folder_of, folders_above, join
from flux_lsp.syntax.reparse import common_prefix

_TESTS = re.compile(r"(?:Tests?|Specs?)$", re.IGNORECASE)


def usual_folder(search: Search, index: Index) -> str:
    """By the folders that are there, else by the language's habit."""
    project, habit = search.project, search.habit
    here = folder_of(search.path)
    test_folders = {folder_of(test) for test in index.tests if is_test(test, habit)}
    if here in test_folders:
        return here
    inside = project.first(join(here, name) for name in habit.folders)
    if inside is not None and here != search.home:
        return inside
    options = list(possible_folders(search.path, search.home, habit))
    ranked = [(_rank(search, rule, folder), folder) for rule, folder in options]
    best = max(rank for rank, _ in ranked)
    if best:
        there = [folder for rank, folder in ranked if rank == best]
        return next((folder for folder in there if folder in test_folders), there[0])
    if habit.project_files:
        return _choose_project(search, test_folders)
    return _choose_below_root(search, index, test_folders)


def project_of(search: Search, folder: str) -> str | None:
    """The folder of the test project around `folder`, None where there is none."""
    above = (outer for outer in [folder, *folders_above(folder)] if outer)
    project = (
        outer for outer in above if search.project.matches(outer, search.habit.project_files)
    )
    return next((outer for outer in project if _TESTS.search(outer)), None)


def _choose_project(search: Search, test_folders: set[str]) -> str:
    """The test project whose name is most like the source's project, else a new one for it."""
    above = folders_above(search.path)
    patterns = search.habit.project_files
    own = next((f for f in above if search.project.matches(f, patterns)), above[0])
    projects = sorted({p for p in (project_of(search, f) for f in test_folders) if p})
    if projects:
        return max(projects, key=lambda p: (common_prefix(_read_last(p), _read_last(own)), -len(p)))
    root = search.project.first(join(search.home, name) for name in search.habit.folders)
    beside = folder_of(own)
    base = join(folder_of(beside), "tests") if _read_last(beside) == "src" else beside
    named = search.project.matches(own, patterns) or f"{_read_last(own) or 'Unit'}."
    return join(root or base, f"{named.rpartition('.')[0]}.Tests")


def _read_last(folder: str) -> str:
    return folder.rpartition("/")[2]


def _rank(search: Search, rule: Rule, folder: str) -> int:
    """How sure a build tool looks into the folder of a rule; 0 where nothing says so."""
    base = search.home.split("/") if search.home else []
    parts = folder.split("/")
    if rule.kind == "set":
        source_set = "/".join(parts[: len(base) + rule.at + 1])
        return 3 if search.project.has(source_set) else 2 if rule.name == rule.inner else 0
    if rule.kind == "mill":
        return 2 if search.project.matches(search.home, ("build.sc", "build.mill")) else 0
    if rule.kind == "project":
        own = search.path.split("/")
        at = next(
            i for i, p in enumerate(parts) if p.endswith(rule.name) and p[: -len(rule.name)] in own
        )
        return 1 if search.project.has("/".join(parts[: at + 1])) else 0
    return 0


def _choose_below_root(search: Search, index: Index, test_folders: set[str]) -> str:
    habit, project, here = search.habit, search.project, folder_of(search.path)
    bases = [base for base in [here, *folders_above(here)] if base.startswith(search.home)]
    roots = [
        *search.roots,
        *(join(base, name) for base in dict.fromkeys(bases) for name in habit.folders),
        *(name for name in habit.folders),
    ]
    there_are = [folder for folder in roots if project.has(folder)]
    used = Counter(
        folder for folder in there_are for test in index.tests if test.startswith(f"{folder}/")
    )
    beside = {folder_of(folder) for folder in there_are[:1]}
    near_ones = [
        folder for folder in there_are if folder_of(folder) in beside and folder not in search.roots
    ]
    root = max(near_ones, key=lambda folder: used[folder], default=None)
    root = next((folder for folder in search.roots if project.has(folder)), root)
    if habit.layout == "inside":
        return join(here, habit.folders[0])
    if root is None and habit.layout == "beside":
        return here
    base = search.home if root is None or root in search.roots else folder_of(root)
    root = root or join(search.home, habit.folders[0])
    parts = [part for part in here.removeprefix(base).strip("/").split("/") if part]
    mirrors = [join(root, *parts[start:]) for start in range(len(parts))]
    there = [mirror for mirror in mirrors if project.has(mirror)]
    root = project.first(join(root, name) for name in ("unit", "Unit")) or root
    only = [folder for folder in test_folders if folder.startswith(f"{root}/")]
    if there:
        return there[0]
    if habit.layout == "flat":
        module = _find_module_tests(search, root)
        if module or root in test_folders or len(only) != 1:
            return module or root
        return only[0]
    return join(root, *(parts[1:] if parts and parts[0] in habit.dropped else parts))


def _find_module_tests(search: Search, root: str) -> str | None:
    """`Tests/ShopTests` for what is below `Sources/Shop` of a Swift package."""
    below = search.path.removeprefix(search.home).strip("/").split("/")
    if "Package.swift" not in search.project.names(search.home) or below[0] != "Sources":
        return None
    modules = search.project.folders(join(search.home, "Sources"))
    others = search.project.folders(root)
    if len(below) < 3 or not all(folder.removesuffix("Tests") in modules for folder in others):
        return None
    return join(root, f"{below[1]}Tests")

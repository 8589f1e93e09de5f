"""Where tests of a source lie when no other test of the project shows it: by build tool and language.

Never reads more than the names in a few folders.
"""

import re
from collections import Counter

from flux_lsp.context.places.pairs import TestIndex
from flux_lsp.context.places.rules import FolderRule, list_possible_folders
from flux_lsp.context.places.search import PlaceSearch, is_test
from flux_lsp.context.project_files import get_folder, join, list_folders_above
from flux_lsp.core.common_ends import count_common_prefix

_TESTS = re.compile(r"(?:Tests?|Specs?)$", re.IGNORECASE)


def choose_usual_folder(search: PlaceSearch, index: TestIndex) -> str:
    """By the folders that are there, else by the language's habit."""
    project, habit = search.project, search.habit
    here = get_folder(search.path)
    test_folders = {get_folder(test) for test in index.tests if is_test(test, habit)}
    if here in test_folders:
        return here
    inside = project.find_first(join(here, name) for name in habit.folders)
    if inside is not None and here != search.home:
        return inside
    options = list(list_possible_folders(search.path, search.home, habit))
    ranked = [(_rank(search, rule, folder), folder) for rule, folder in options]
    best = max(rank for rank, _ in ranked)
    if best:
        there = [folder for rank, folder in ranked if rank == best]
        return next((folder for folder in there if folder in test_folders), there[0])
    if habit.project_files:
        return _choose_project(search, test_folders)
    return _choose_below_root(search, index, test_folders)


def find_test_project(search: PlaceSearch, folder: str) -> str | None:
    """The folder of the test project around `folder`, None where there is none."""
    above = (outer for outer in [folder, *list_folders_above(folder)] if outer)
    project = (
        outer for outer in above if search.project.match_names(outer, search.habit.project_files)
    )
    return next((outer for outer in project if _TESTS.search(outer)), None)


def _choose_project(search: PlaceSearch, test_folders: set[str]) -> str:
    """The test project whose name is most like the source's project, else a new one for it."""
    above = list_folders_above(search.path)
    patterns = search.habit.project_files
    own = next((f for f in above if search.project.match_names(f, patterns)), above[0])
    projects = sorted({p for p in (find_test_project(search, f) for f in test_folders) if p})
    if projects:
        return max(
            projects, key=lambda p: (count_common_prefix(_read_last(p), _read_last(own)), -len(p))
        )
    root = search.project.find_first(join(search.home, name) for name in search.habit.folders)
    beside = get_folder(own)
    base = join(get_folder(beside), "tests") if _read_last(beside) == "src" else beside
    named = search.project.match_names(own, patterns) or f"{_read_last(own) or 'Unit'}."
    return join(root or base, f"{named.rpartition('.')[0]}.Tests")


def _read_last(folder: str) -> str:
    return folder.rpartition("/")[2]


def _rank(search: PlaceSearch, rule: FolderRule, folder: str) -> int:
    """How sure a build tool looks into the folder of a rule; 0 where nothing says so."""
    base = search.home.split("/") if search.home else []
    parts = folder.split("/")
    if rule.kind == "set":
        source_set = "/".join(parts[: len(base) + rule.at + 1])
        return 3 if search.project.has(source_set) else 2 if rule.name == rule.inner else 0
    if rule.kind == "mill":
        return 2 if search.project.match_names(search.home, ("build.sc", "build.mill")) else 0
    if rule.kind == "project":
        own = search.path.split("/")
        at = next(
            i for i, p in enumerate(parts) if p.endswith(rule.name) and p[: -len(rule.name)] in own
        )
        return 1 if search.project.has("/".join(parts[: at + 1])) else 0
    return 0


def _choose_below_root(search: PlaceSearch, index: TestIndex, test_folders: set[str]) -> str:
    habit, project, here = search.habit, search.project, get_folder(search.path)
    bases = [base for base in [here, *list_folders_above(here)] if base.startswith(search.home)]
    roots = [
        *search.roots,
        *(join(base, name) for base in dict.fromkeys(bases) for name in habit.folders),
        *(name for name in habit.folders),
    ]
    there_are = [folder for folder in roots if project.has(folder)]
    used = Counter(
        folder for folder in there_are for test in index.tests if test.startswith(f"{folder}/")
    )
    beside = {get_folder(folder) for folder in there_are[:1]}
    near_ones = [
        folder
        for folder in there_are
        if get_folder(folder) in beside and folder not in search.roots
    ]
    root = max(near_ones, key=lambda folder: used[folder], default=None)
    root = next((folder for folder in search.roots if project.has(folder)), root)
    if habit.layout == "inside":
        return join(here, habit.folders[0])
    if root is None and habit.layout == "beside":
        return here
    base = search.home if root is None or root in search.roots else get_folder(root)
    root = root or join(search.home, habit.folders[0])
    parts = [part for part in here.removeprefix(base).strip("/").split("/") if part]
    mirrors = [join(root, *parts[start:]) for start in range(len(parts))]
    there = [mirror for mirror in mirrors if project.has(mirror)]
    root = project.find_first(join(root, name) for name in ("unit", "Unit")) or root
    only = [folder for folder in test_folders if folder.startswith(f"{root}/")]
    if there:
        return there[0]
    if habit.layout == "flat":
        module = _find_module_tests(search, root)
        if module or root in test_folders or len(only) != 1:
            return module or root
        return only[0]
    return join(root, *(parts[1:] if parts and parts[0] in habit.dropped else parts))


def _find_module_tests(search: PlaceSearch, root: str) -> str | None:
    """`Tests/ShopTests` for what is below `Sources/Shop` of a Swift package."""
    below = search.path.removeprefix(search.home).strip("/").split("/")
    if "Package.swift" not in search.project.list_names(search.home) or below[0] != "Sources":
        return None
    modules = search.project.list_folders(join(search.home, "Sources"))
    others = search.project.list_folders(root)
    if len(below) < 3 or not all(folder.removesuffix("Tests") in modules for folder in others):
        return None
    return join(root, f"{below[1]}Tests")

"""Where a project keeps the tests of a source: as it keeps those of its other sources.

Then by the build tool's and the language's habit. Never gives the path of a test file that belongs
to another source.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from flux_lsp.context.places.pairs import (
    HEADERS,
    TestIndex,
    find_owner,
    is_same_module,
    make_index,
)
from flux_lsp.context.places.rules import FolderRule, list_possible_folders
from flux_lsp.context.places.search import PlaceSearch, find_home, is_test
from flux_lsp.context.places.usual import choose_usual_folder, find_test_project
from flux_lsp.context.project_files import get_folder, join
from flux_lsp.core.common_ends import count_common_prefix

_MOST_PAIRS = 120  # tests that a rule is learned from, the near ones first
_UNIT = frozenset({"unit", "unittests", "unittest"})
_WHOLE = frozenset({"integration", "e2e", "functional", "acceptance", "system", "benchmarks"})
_ENOUGH = 3  # files that make a habit
_SAME_PACKAGE = 100  # how much more an example of the same package counts


def find_path(search: PlaceSearch) -> str:
    """The test file of the search's source: the one it has, else a new one."""
    if is_test(search.path, search.habit):
        return search.path
    endings = tuple({*search.habit.endings, *search.habit.of_tests} - {""})
    homes = dict.fromkeys([search.home, ""])
    indexes = [
        make_index(search.project.list_files(h, endings), search.habit, search.path) for h in homes
    ]
    for index in indexes:
        own = _find_own_tests(search, index)
        if own:
            return own
    if search.known:
        return search.known
    learned = next(filter(None, (_find_learned(search, index) for index in indexes)), None)
    index = next((index for index in indexes if index.tests), indexes[0])
    folder = learned or choose_usual_folder(search, index)
    return _make_distinct(search, folder, _choose_name(search, folder, index), index)


def _find_own_tests(search: PlaceSearch, index: TestIndex) -> str | None:
    own = [
        test
        for test in index.list_tests(search.stems)
        if (owner := find_owner(test, search.stems, index, search.project))
        and is_same_module(owner, search.path)
    ]
    votes = _count_votes(search, index) if len(own) > 1 else Counter[FolderRule]()
    folders = list_possible_folders(search.path, search.home, search.habit)
    worth = Counter[str]()
    for rule, folder in folders:
        worth[folder] = max(worth[folder], votes[rule])
    return max(own, key=lambda test: (worth[get_folder(test)], _rank_unit(test)), default=None)


def _rank_unit(test: str) -> int:
    """Tests of one unit come before those of a whole."""
    folders = {folder.lower() for folder in test.split("/")[:-1]}
    return 1 if folders & _UNIT else -1 if folders & _WHOLE else 0


def _count_votes(search: PlaceSearch, index: TestIndex) -> Counter[FolderRule]:
    """How often each rule leads from a source to its test, near sources counting more."""
    votes: Counter[FolderRule] = Counter()
    near = sorted(index.tests, key=lambda test: -_count_common(test, search.path))
    for test in near[:_MOST_PAIRS]:
        stems = [stem for _, stem in index.tests[test]]
        source = find_owner(test, stems, index, search.project)
        if source is None or source == search.path:
            continue
        home = find_home(search.project, source, search.habit)
        weight = (1 + _count_common(source, search.path)) ** 2
        weight *= _SAME_PACKAGE if home == search.home else 1
        for rule, folder in list_possible_folders(source, home, search.habit):
            if folder == get_folder(test):
                votes[rule] += weight
    return votes


def _count_common(path: str, other: str) -> int:
    """How many folders two paths share from the top."""
    return count_common_prefix(path.split("/")[:-1], other.split("/")[:-1])


def _find_learned(search: PlaceSearch, index: TestIndex) -> str | None:
    """The folder that the rule of the project's other tests leads to."""
    votes = _count_votes(search, index)
    if not votes:
        return None
    options = [
        (votes[rule], rule, folder)
        for rule, folder in list_possible_folders(search.path, search.home, search.habit)
        if votes[rule] and (not search.habit.project_files or find_test_project(search, folder))
    ]
    if not options:
        return None
    most = max(count for count, *_ in options)
    best = [(rule, folder) for count, rule, folder in options if count == most]
    there = [folder for _, folder in best if search.project.has(folder) and folder]
    if there:
        return max(there, key=len) if search.habit.layout == "flat" else there[0]
    flat = [folder for rule, folder in best if rule.dropped < 0]
    return (flat if flat and search.habit.layout == "flat" else [best[0][1]])[0]


def _choose_name(search: PlaceSearch, folder: str, index: TestIndex) -> str:
    """Called as the tests beside it are, else as the tests of the package."""
    habit = search.habit
    tests = [test for test in index.tests if is_test(test, habit) or habit.names[0] == "{}"]
    near = [test for test in tests if get_folder(test) == folder]
    plain = [test for test in index.tests if get_folder(test) == folder]
    if "{}" in habit.names and not near and len(plain) >= _ENOUGH:
        return f"{search.stems[0]}{_choose_ending(search, plain)}"  # all tests are called as sources are
    near = near or [test for test in tests if test.startswith(f"{search.home}/")]
    numbers = Counter(index.tests[test][0][0] for test in (near or tests))
    root = next((part for part in folder.split("/") if part in habit.folders), "")
    usual = 0
    if not numbers and "spec" not in root and habit.names[0].endswith("_spec"):
        usual = 1
    number = numbers.most_common(1)[0][0] if numbers else usual
    return f"{habit.names[number].format(search.stems[0])}{_choose_ending(search, near or tests)}"


def _choose_ending(search: PlaceSearch, tests: Sequence[str]) -> str:
    own = PurePosixPath(search.path).suffix
    allowed = search.habit.of_tests
    if own in allowed and own not in HEADERS:
        return own
    endings = Counter(PurePosixPath(test).suffix for test in tests)
    common = next((ending for ending, _ in endings.most_common() if ending in allowed), None)
    return common or allowed[0]


def _make_distinct(search: PlaceSearch, folder: str, name: str, index: TestIndex) -> str:
    """A path that is no other source's: the source's folders go below the root, or into the name."""
    path = join(folder, name)
    here = get_folder(search.path)
    twins = [s for stem in search.stems for s in index.sources.get(stem, ())]
    twins = [twin for twin in twins if not is_same_module(twin, search.path)]
    rules = {
        rule
        for rule, f in list_possible_folders(search.path, search.home, search.habit)
        if f == folder
    }
    shared = get_folder(folder) != here and any(
        rules and f == folder and rule in rules and get_folder(twin) != here
        for twin in twins
        for rule, f in list_possible_folders(twin, search.home, search.habit)
    )
    parent = PurePosixPath(here).name
    if (shared or search.project.has(path)) and parent and folder != here:
        inner = join(folder, parent) if not folder.endswith(f"/{parent}") else folder
        path = join(inner, name)
        if search.project.has(path):
            return join(folder, _add_parent(search, name, parent))
    equal = [test for test in index.tests if test.endswith(f"/{name}") and test != path]
    if equal and parent and not search.is_package(get_folder(path)):
        return join(get_folder(path), _add_parent(search, name, parent))
    return path


def _add_parent(search: PlaceSearch, name: str, parent: str) -> str:
    stem = search.stems[0]
    joint = "" if stem[:1].isupper() else "_"
    before = parent[:1].upper() + parent[1:] if not joint else parent
    return name.replace(stem, f"{before}{joint}{stem}", 1)

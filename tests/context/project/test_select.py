"""What of a project is shown keeps within its budget, to what may be sent, and to one order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.project.chosen_lines import measure_files
from flux_lsp.context.project.order import ShownBefore
from flux_lsp.context.project.select import Wish, select_project
from flux_lsp.context.values import RelatedPlace, ShownFile
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse
from tests.context.project.memory import MemoryProject

_NAMES = [f"name_{n}" for n in range(12)]
_FUNCTION = (
    'def {0}(first: Kind, second=None):\n    """What {0} does."""\n    return {1}(second)\n\n\n'
)
_CLASS = "class Kind{0}:\n    size: int = 0\n\n    def grow(self, by: int) -> int:\n        return by\n\n\n"


@st.composite
def projects(draw: st.DrawFn) -> MemoryProject:
    texts = {}
    for number in range(draw(st.integers(1, 6))):
        chosen = draw(st.lists(st.sampled_from(_NAMES), max_size=5, unique=True))
        text = "".join(_FUNCTION.format(name, draw(st.sampled_from(_NAMES))) for name in chosen)
        texts[f"pack/part_{number}.py"] = text + _CLASS.format(number)
    excluded = draw(st.sets(st.sampled_from(sorted(texts)), max_size=2))
    used = draw(st.lists(st.sampled_from(_NAMES), max_size=8))
    body = "".join(f"    {name}(kind.size)\n" for name in used) or "    pass\n"
    texts["main.py"] = f"def run(kind: Kind0):\n{body}"
    return MemoryProject(texts, frozenset(excluded))


def _wish(project: MemoryProject, tokens: int, **more: object) -> Wish:
    snapshot = project.read("main.py")
    assert snapshot is not None
    parsed = parse(snapshot.text, find_language("python", "main.py"))
    assert parsed is not None
    own = (("main.py", LineRange(1, snapshot.line_count)),)
    return Wish(snapshot, Span(0, len(snapshot.text)), parsed, tokens, own, **more)  # type: ignore[arg-type]


def select(project: MemoryProject, tokens: int = 4_000, **more: object) -> tuple[ShownFile, ...]:
    return select_project(_wish(project, tokens, **more), project, project.read, lambda: False)


@settings(max_examples=60, deadline=None)
@given(projects(), st.integers(500, 900), st.booleans())
def test_never_more_than_the_budget_and_nothing_excluded(
    project: MemoryProject, tokens: int, all_kinds: bool
) -> None:
    files = select(project, tokens, callers=all_kinds, examples=all_kinds)
    assert measure_files(files) <= tokens
    assert not {file.path for file in files} & project.excluded
    assert "main.py" not in {file.path for file in files}
    for file in files:
        for e in file.excerpts:
            lines = file.snapshot.get_line_span(e.lines.first - 1, e.lines.last - 1)
            assert e.text == lines.extract(file.snapshot.text)
            assert e.why


@settings(max_examples=40, deadline=None)
@given(projects())
def test_the_same_in_the_same_order(project: MemoryProject) -> None:
    files = select(project, callers=True)
    assert files == select(project, callers=True)
    assert [file.path for file in files] == sorted(file.path for file in files)


@settings(max_examples=60, deadline=None)
@given(projects(), st.lists(st.lists(st.sampled_from(_NAMES), max_size=6), max_size=5), st.data())
def test_what_was_shown_stays_first_as_it_was(
    project: MemoryProject, targets: list[list[str]], data: st.DataObject
) -> None:
    shown = ShownBefore()
    before: tuple[ShownFile, ...] = ()
    for now, used in enumerate(targets):
        body = "".join(f"    {name}()\n" for name in used) or "    pass\n"
        changed = MemoryProject(
            {**project.texts, "main.py": f"def run():\n{body}"}, project.excluded
        )
        files = select(changed)
        arranged = shown.arrange(files, changed.read, 4_000, float(now))
        assert arranged == shown.arrange(files, changed.read, 4_000, float(now))
        assert measure_files(arranged) <= 4_000
        assert arranged[: len(before)] == before  # so the start of the prompt is in the cache
        needed = {(f.path, n) for f in files for e in f.excerpts for n in _list_lines(e.lines)}
        listed = [(f.path, n) for f in arranged for e in f.excerpts for n in _list_lines(e.lines)]
        assert needed <= set(listed)
        assert len(listed) == len(set(listed))
        before = arranged


def _list_lines(lines: LineRange) -> range:
    return range(lines.first, lines.last + 1)


def test_what_nobody_needs_goes_after_five_minutes() -> None:
    project = MemoryProject({"a.py": _FUNCTION.format("name_1", "name_2"), "main.py": "name_1()\n"})
    shown = ShownBefore()
    files = select(project)
    assert shown.arrange(files, project.read, 4_000, 0.0) == files
    assert shown.arrange((), project.read, 4_000, 299.0) == files
    assert shown.arrange((), project.read, 4_000, 301.0) == ()


def test_no_more_than_eight_files_are_read_for_what_nobody_needs_now() -> None:
    names = [f"file_{n:02}" for n in range(12)]
    texts = {f"{name}.py": _FUNCTION.format(name, "x") for name in names}
    shown, read = ShownBefore(), list[str]()
    for now, name in enumerate(names):
        project = MemoryProject({**texts, "main.py": f"{name}()\n"})
        files = select(project)

        def note(path: str, project: MemoryProject = project) -> Snapshot | None:
            read.append(path)
            return project.read(path)

        read.clear()
        arranged = shown.arrange(files, note, 4_000, float(now))
        assert read == [f"{other}.py" for other in names[: min(now, 8)]]
        assert [f.path for f in arranged] == [*read, f"{name}.py"]


def test_a_changed_signature_takes_the_place_of_the_old_one() -> None:
    texts = {
        "a.py": _FUNCTION.format("name_1", "name_2"),
        "b.py": _FUNCTION.format("name_3", "name_4"),
        "main.py": "name_1()\nname_3()\n",
    }
    project, shown = MemoryProject(texts), ShownBefore()
    shown.arrange(select(project), project.read, 4_000, 0.0)
    changed = MemoryProject({**texts, "a.py": texts["a.py"].replace("second", "other")})
    files = shown.arrange(select(changed), changed.read, 4_000, 1.0)
    assert [file.path for file in files] == ["a.py", "b.py"]
    assert "second" not in files[0].excerpts[0].text


def test_what_no_longer_fits_makes_room_for_what_is_needed() -> None:
    texts = {f"{c}.py": _FUNCTION.format(f"name_{n}", "x") * 1 for n, c in enumerate("abcdefgh")}
    shown = ShownBefore()
    for n in range(8):
        project = MemoryProject({**texts, "main.py": f"name_{n}()\n"})
        files = select(project, 500)
        arranged = shown.arrange(files, project.read, 500, float(n))
        assert measure_files(arranged) <= 500
        assert {f.path for f in files} <= {f.path for f in arranged}


def test_a_place_that_an_editor_names_goes_first_and_says_why() -> None:
    project = MemoryProject({"far.py": "def far(): pass\n" * 30, "main.py": "unknown()\n"})
    place = RelatedPlace("far.py", LineRange(7, 8), "definition of unknown")
    [file] = select(project, related=(place,))
    assert [(e.lines, e.why) for e in file.excerpts] == [(LineRange(7, 8), "definition of unknown")]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (LineRange(11, 10_000), [LineRange(11, 50)]),
        (LineRange(9_000, 9_001), []),
        (LineRange(1, 1), [LineRange(1, 2)]),
    ],
)
def test_a_place_shows_its_first_lines_and_a_name_alone_its_definition(
    lines: LineRange, shown: list[LineRange]
) -> None:
    text = "def far():\n    return 1\n" + "word = 1\n" * 3_000
    project = MemoryProject({"far.py": text, "main.py": "unknown()\n"})
    files = select(project, related=(RelatedPlace("far.py", lines, "why"),))
    assert [e.lines for file in files for e in file.excerpts if e.why == "why"] == shown


def test_a_place_that_does_not_fit_shows_nothing() -> None:
    project = MemoryProject({"far.py": f"word = '{'x' * 9_000}'\n", "main.py": "unknown()\n"})
    assert (
        select(project, related=(RelatedPlace("far.py", LineRange(1, 1), "why"),), tokens=500) == ()
    )


def test_a_type_of_many_fields_shows_its_head_and_those_that_are_used() -> None:
    fields = "".join(f"    def part_{n}(self) -> int:\n        return {n}\n\n" for n in range(200))
    project = MemoryProject(
        {"big.py": f"class Big:\n{fields}", "main.py": "def f(big: Big):\n    big.part_77()\n"}
    )
    [file] = select(project)
    text = "".join(e.text for e in file.excerpts)
    assert "class Big:" in text
    assert "def part_77" in text
    assert "part_12" not in text


def test_a_name_that_many_types_have_is_left_out_unless_one_is_in_play() -> None:
    kinds = {
        f"{n}.py": f"class Kind{n}:\n    def write(self):\n        return {n}\n" for n in range(9)
    }
    project = MemoryProject({**kinds, "main.py": "def f(thing):\n    thing.write()\n"})
    assert "def write" not in _show(select(project))
    project = MemoryProject({**kinds, "main.py": "def f(thing: Kind3):\n    thing.write()\n"})
    assert _show(select(project)).count("def write") == 1


def _show(files: tuple[ShownFile, ...]) -> str:
    return "".join(e.text for file in files for e in file.excerpts)


def test_one_of_two_of_a_name_is_not_guessed() -> None:
    kinds = {
        f"{n}.py": f"class Kind{n}:\n    def lift(self):\n        return {n}\n" for n in (1, 2)
    }
    project = MemoryProject({**kinds, "main.py": "def f(thing):\n    thing.lift()\n"})
    assert "def lift" not in _show(select(project))


def test_one_of_many_types_in_play_is_not_guessed() -> None:
    kinds = {
        f"{n}.py": f"class Kind{n}:\n    def lift(self):\n        return {n}\n" for n in range(4)
    }
    main = "def f(a: Kind0, b: Kind1, c: Kind2, d: Kind3, thing):\n    thing.lift()\n"
    project = MemoryProject({**kinds, "main.py": main})
    assert "class Kind3" in _show(select(project))
    reasons = [e.why for file in select(project) for e in file.excerpts]
    assert not any("lift" in why for why in reasons)


def test_what_the_index_still_has_and_the_file_has_not_is_left_out() -> None:
    old = MemoryProject({"a.py": "def rule(value):\n    return value\n", "main.py": "rule(1)\n"})
    now = MemoryProject({"a.py": "LIMIT = 3\nOTHER = 4\n", "main.py": "rule(1)\n"})
    assert select_project(_wish(old, 4_000), old, now.read, lambda: False) == ()

"""The benchmark makes the answers it names, and calls right what is right."""

import random

import pytest

from bench.real_symbols.by_lines import own_lines
from bench.real_symbols.kinds import GROUPS, KINDS
from bench.real_symbols.sample import first_at_margin, margin
from bench.real_symbols.source import BOM, File
from bench.real_symbols.subject import subjects
from flux_lsp.syntax.languages import find_language
from tests.bench.samples import (
    ALL,
    ALLOW,
    ELIXIR,
    JAVA,
    JAVA_LOAD,
    LOAD,
    NET,
    PYTHON,
    TEXTS,
    Place,
    file,
    made,
    subject,
)


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        (LOAD, '# keeps texts|@cached|def load|"""Read|'),
        (ALLOW, "// Allow||func (b|\tb.refill|}"),
        (JAVA_LOAD, "/** Loads|@Override|public String|check|}"),
        (NET, "||def net|price =|end"),
    ],
)
def test_the_parts_of_a_symbol(place: Place, parts: str) -> None:
    one = subject(place)
    spots = one.parts
    doc, attributes, head, body, closing = parts.split("|")
    lines = one.file.lines
    if doc:
        assert lines[spots.top].strip().startswith(doc)
    if attributes:
        assert lines[spots.attributes].strip().startswith(attributes)
    assert lines[spots.head].strip().startswith(head)
    assert lines[spots.body].strip().startswith(body.strip())
    assert spots.has_closing is bool(closing)
    assert not closing or lines[spots.closing].strip() == closing


@pytest.mark.parametrize("place", ALL)
@pytest.mark.parametrize("seed", range(5))
def test_a_change_is_of_one_line_of_the_body(place: Place, seed: int) -> None:
    one = subject(place, seed)
    before, after = one.file.lines, one.after.lines
    different = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert different == [one.change.line]
    assert one.parts.body <= one.change.line < one.parts.closing


def test_the_same_seed_gives_the_same_subject() -> None:
    assert subject(LOAD, 3).change == subject(LOAD, 3).change


def test_a_symbol_of_a_language_without_a_grammar_has_its_own_lines() -> None:
    assert [(own.name, own.first, own.last) for own in own_lines(file("bill.ex", ELIXIR))] == [
        ("net", 1, 5),
        ("other", 7, 9),
    ]
    assert not subject(NET).selected  # a cursor there means the function


@pytest.mark.parametrize("place", ALL)
def test_what_is_right_is_never_the_file_as_it_was(place: Place) -> None:
    one = subject(place)
    for kind in KINDS:
        sample = kind.make(one, random.Random(1))
        if sample is not None:
            assert sample.scene.file.text not in sample.wanted, kind.name
            assert sample.right <= sample.wanted, kind.name
            assert sample.code.strip(), kind.name


def test_every_kind_can_be_made_and_has_a_group_and_a_name_of_its_own() -> None:
    names: set[str] = set()
    for seed in range(12):
        for name, text in TEXTS.items():
            for one in subjects(file(name, text), random.Random(seed), 9):
                names |= {kind.name for kind in KINDS if kind.make(one, random.Random(seed))}
    assert names == {kind.name for kind in KINDS}
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert {kind.group for kind in KINDS} == set(GROUPS)


@pytest.mark.parametrize("place", ALL)
def test_only_the_changed_line_is_right_in_its_place_alone(place: Place) -> None:
    sample = made("only the changed line", subject(place))
    assert len(sample.code.strip().split("\n")) == 1
    assert sample.right == {subject(place).after.text}


def test_the_documentation_of_python_stands_in_place_of_the_old_one() -> None:
    (right,) = made("document: only the doc comment", subject(LOAD)).right
    assert '"""Read a text."""' not in right
    assert right.count('"""What load is for, in one sentence.') == 1
    assert "        self.check(name)\n" in right


def test_the_documentation_of_java_stands_above_the_annotation() -> None:
    (right,) = made("document: only the doc comment", subject(JAVA_LOAD)).right
    assert "/** Loads. */" not in right
    assert "   */\n  @Override\n  public String load" in right


def test_a_symbol_without_documentation_gets_it_above_or_below_its_attributes() -> None:
    bare = File(
        "src/Store.java",
        find_language("", "Store.java"),
        tuple(JAVA.replace("  /** Loads. */\n", "").split("\n")),
    )
    one = next(s for s in subjects(bare, random.Random(1), 9) if s.name == "load")
    right = made("document: only the doc comment", one).right
    assert len(right) == 2
    assert any("   */\n  @Override\n" in text for text in right)
    assert any("  @Override\n  /**\n" in text for text in right)


def test_code_that_document_changed_is_right_nowhere() -> None:
    sample = made("document: a line of code changed too", subject(ALLOW))
    assert sample.right == frozenset()
    assert sample.wanted


def test_shortening_says_so() -> None:
    sample = made("whole symbol, shortened as asked", subject(LOAD))
    assert "Delete" in sample.scene.instruction
    (right,) = sample.right
    assert len(right) < len(PYTHON)


def test_other_files_keep_what_makes_them_other() -> None:
    (right,) = made("whole symbol, CRLF file", subject(ALLOW)).right
    assert right.count("\r\n") == right.count("\n")
    top = made("whole symbol, copied BOM", subject(ALLOW))
    assert top.code.startswith(BOM)
    assert all(text.count(BOM) == 1 for text in top.right)


def test_moved_to_the_margin() -> None:
    assert margin(["  a", "    b", "", "  c"]) == ("a", "  b", "", "c")
    assert margin(["a", "b"]) is None
    assert margin(["  a", "b"]) is None  # what stands left of the first line would not come back
    assert first_at_margin(["  a", "  b"]) == ("a", "  b")

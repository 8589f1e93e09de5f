"""Frontmatter as values with places; what is no YAML is read by its lines; nothing runs or hangs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.actions.agents.frontmatter import Place, read_frontmatter

KNOWN = frozenset({"name", "description", "tools", "color"})


def test_values_stay_the_text_that_the_file_has() -> None:
    front = read_frontmatter("---\nname: 007\ncolor: on\nsince: 2026-11-29\n---\n\nBrief.\n", KNOWN)

    assert [(e.key, e.value.text) for e in front.entries] == [
        ("name", "007"),
        ("color", "on"),
        ("since", "2026-11-29"),
    ]
    assert front.body == "Brief."
    assert front.body_line == 6


def test_lists_maps_and_places() -> None:
    text = "---\ntools: [Read, 'Bash(git:*)']\nmodel:\n  preference: haiku\n---\nx"
    front = read_frontmatter(text, KNOWN)

    tools, model = front.get("tools"), front.get("model")
    assert tools is not None
    assert model is not None
    assert tools.list_texts() == ("Read", "Bash(git:*)")
    preference = model.get("preference")
    assert preference is not None
    assert preference.text == "haiku"
    assert preference.place == Place(3, 14, 3, 19)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_marks_and_line_ends_of_other_systems(mark: str, line_end: str) -> None:
    text = mark + line_end.join(["---", "name: a", "description: b", "---", "Brief", ""])
    front = read_frontmatter(text, KNOWN)

    assert front.is_there
    assert [e.value.text for e in front.entries] == ["a", "b"]
    assert front.body == "Brief"


def test_a_colon_in_a_description_is_read_by_the_lines() -> None:
    text = (
        "---\nname: writer\ndescription: Use it. Context: x\nuser: hello\n\n"
        "assistant: 'fine'\ntools: Read, Grep\n---\nBrief"
    )
    front = read_frontmatter(text, KNOWN)

    assert front.fault is not None
    assert front.fault.place.line == 2
    description, tools = front.get("description"), front.get("tools")
    assert description is not None
    assert tools is not None
    assert description.text == "Use it. Context: x\nuser: hello\n\nassistant: 'fine'"
    assert description.place == Place(2, 13, 5, 17)
    assert tools.list_texts() == ("Read", "Grep")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        pytest.param("a: &x [1]\nb: *x", "alias", id="an alias"),
        pytest.param("a: &x {b: *x}", "alias", id="an alias to itself"),
        pytest.param("a: " + "[" * 3_000, "", id="nested without an end"),
        pytest.param("a: " + "- " * 3_000 + "x", "", id="nested lists in a line"),
        pytest.param("- name", "`key: value`", id="a list"),
        pytest.param("a: [" + "x, " * 6_000 + "x]", "more than", id="thousands of values"),
        pytest.param("name: x\n" + "y" * 70_000, "longer than", id="longer than a frontmatter is"),
        pytest.param("a: \x00", "", id="a character that YAML does not allow"),
    ],
)
def test_hostile_frontmatter_is_a_fault(head: str, reason: str) -> None:
    front = read_frontmatter(f"---\n{head}\n---\nBrief", KNOWN)

    assert front.fault is not None
    assert reason in front.fault.message
    assert front.body == "Brief"


def test_a_tag_makes_no_object() -> None:
    front = read_frontmatter("---\nname: !!python/object/apply:os.getcwd []\n---\nx", KNOWN)

    name = front.get("name")
    assert name is not None
    assert name.text == ""


def test_a_page_without_frontmatter_is_only_a_body() -> None:
    front = read_frontmatter("# Title\n\n---\nname: no\n---\n", KNOWN)

    assert not front.is_there
    assert front.entries == ()


@given(st.text(alphabet=st.sampled_from("-\nname: description[]{}&*'\"#|>\t ab,"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    front = read_frontmatter(f"---\n{text}\n---\nBrief", KNOWN)

    lines = text.count("\n") + 3
    assert all(0 <= entry.place.line < lines for entry in front.entries)

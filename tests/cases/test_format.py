"""The cases' own format: every text comes back as it was, and a case that is wrong fails."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.case_file import (
    BadCaseError,
    Section,
    decode,
    encode,
    format_result,
    format_section,
    read_case,
    write_case,
)
from tests.cases.play import play

CASE = """\
It says one.

=== file a.py language=python
def a():
    return ‸1

=== action edit
two

=== reply rewrite_range
def a():
    return 2
"""


def write_text(folder: Path, text: str) -> Path:
    file = folder / "case.txt"
    file.write_text(text, encoding="utf-8")
    return file


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    assert decode(encode(text)) == (text, ())


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a", "a\n", "\n\n", "a\r\nb\r\n", " a \t\n", "\ufeffa\n", "=== a\n", "⟦‸⟪end⟫\n"],
)
def test_a_text_comes_back_from_a_file(tmp_path: Path, text: str) -> None:
    first, last = Section("right", text=text), Section("typed", text=text)
    file = write_text(
        tmp_path, f"It is so.\n\n{format_section(first)}\n{format_section(last)}\n=== RESULT\n"
    )

    case = read_case(file)

    assert [section.text for section in case.sections] == [text, text]


def test_a_selection_is_two_marks() -> None:
    assert decode("a⟦b⟧c\n") == ("abc\n", (("⟦", 1), ("⟧", 2)))


async def test_what_was_written_down_is_what_comes_again(tmp_path: Path) -> None:
    file = write_text(tmp_path, CASE)
    write_case(file, read_case(file).setup, await play(read_case(file), tmp_path / "1"))
    case = read_case(file)

    again = await play(case, tmp_path / "2")

    assert case.expected == format_result(again)
    assert "=== outcome applied\n" in case.expected
    assert "return 2" in case.expected


@pytest.mark.parametrize(
    "demand",
    [
        "=== right unchanged\n",
        "=== right\ndef a():\n    return 3\n",
        "=== demand\nstatus refused\n",
        "=== demand\ncalls 2\n",
        "=== demand\nunseen return 1\n",
    ],
)
async def test_no_update_writes_a_demand_away(tmp_path: Path, demand: str) -> None:
    case = read_case(write_text(tmp_path, f"{CASE}\n{demand}"))
    with pytest.raises(AssertionError):
        await play(case, tmp_path / "1")


@pytest.mark.parametrize(
    "text",
    [
        CASE.replace("=== reply", "=== replies"),
        CASE.replace("‸", ""),
        CASE.replace("‸", "‸‸"),
        CASE.replace("rewrite_range", "dance"),
        CASE.split("=== action", maxsplit=1)[0],
        f"{CASE}\n=== demand\ncolour red\n",
    ],
)
async def test_what_the_format_does_not_have_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadCaseError):
        await play(read_case(write_text(tmp_path, text)), tmp_path / "1")

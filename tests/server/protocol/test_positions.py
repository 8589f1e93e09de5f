"""Columns in three encodings against Python's own codecs: clamped, never inside a character."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flux_lsp.fronts.lsp.protocol.positions import (
    ENCODINGS,
    Encoding,
    count_units,
    find_column,
    negotiate,
)
from tests.fakes.editor import units

LINES = st.text(st.sampled_from("ab \t\x0c\x1c\x85\u2028éßя漢😀\U0010ffff\u0301"), max_size=8)


@example("😀", 1, "utf-16")
@example("é", 1, "utf-8")
@given(LINES, st.integers(-1, 25), st.sampled_from(ENCODINGS))
def test_a_column_is_the_last_character_boundary_at_or_before_the_units(
    line: str, asked: int, encoding: Encoding
) -> None:
    boundaries = [units(line[:n], encoding) for n in range(len(line) + 1)]
    expected = max((n for n, at in enumerate(boundaries) if at <= asked), default=0)
    assert find_column(line, asked, encoding) == expected


@given(LINES, st.integers(-1, 10), st.sampled_from(ENCODINGS))
def test_units_of_a_column_lead_back_to_it(line: str, column: int, encoding: Encoding) -> None:
    clamped = min(max(column, 0), len(line))
    assert count_units(line, column, encoding) == units(line[:clamped], encoding)
    assert find_column(line, count_units(line, column, encoding), encoding) == clamped


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_half_a_surrogate_pair_is_a_character_of_its_own(encoding: Encoding) -> None:
    line = "a\ud83dé\ude00b"
    for column in range(len(line) + 1):
        assert find_column(line, count_units(line, column, encoding), encoding) == column


@pytest.mark.parametrize(
    ("capabilities", "chosen"),
    [
        ({}, "utf-16"),
        ({"general": None}, "utf-16"),
        ({"general": {"positionEncodings": None}}, "utf-16"),
        ({"general": {"positionEncodings": []}}, "utf-16"),
        ({"general": {"positionEncodings": ["utf-7", 8, None]}}, "utf-16"),
        ({"general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}}, "utf-32"),
        ({"general": {"positionEncodings": ["latin-1", "utf-8"]}}, "utf-8"),
    ],
)
def test_the_clients_first_known_encoding_is_taken(
    capabilities: dict[str, object], chosen: str
) -> None:
    assert negotiate(capabilities) == chosen

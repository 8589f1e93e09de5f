"""The table of errors is the list of the contract, and each code of it is used and explained."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode, FluxError, Problem

PACKAGE = Path(__file__).parents[2] / "flux_lsp"

# Section 4 of the contract, as it is written there: editors and scripts may rely on these names.
CONTRACT = """
    SEARCH_TEXT_NOT_FOUND AMBIGUOUS_MATCH FORMAT SYNTAX_ERROR ELISION TRUNCATED OUT_OF_SCOPE NO_CHANGE
    REFUSED_BY_MODEL STALE_DOCUMENT OVER_BUDGET MODEL_UNAVAILABLE AUTHENTICATION RATE_LIMITED
    OVERLOADED NETWORK TIMEOUT CANCELLED NOT_CONFIGURED EXCLUDED_FILE UNTRUSTED_WORKSPACE CODE_CHANGED
    INCOMPLETE CHECK_FAILED REJECTED_BY_REVIEW TOO_LARGE BAD_REQUEST INTERNAL
""".split()


def codes_in_use() -> Iterator[str]:
    """Each `Code.NAME` and `ErrorCode.NAME` of the source, the table itself left out."""
    for path in PACKAGE.rglob("*.py"):
        if path == PACKAGE / "core" / "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id in {"Code", "ErrorCode"} and node.attr.isupper():
                    yield node.attr


def test_the_table_is_the_contracts_list() -> None:
    assert {code.value for code in ErrorCode} == set(CONTRACT)
    assert all(code.name == code.value for code in ErrorCode)


def test_each_code_in_use_has_a_row_and_each_row_is_used() -> None:
    assert set(codes_in_use()) == {code.name for code in ErrorCode}


@pytest.mark.parametrize("code", ErrorCode)
def test_a_row_says_what_happened_and_what_to_do(code: ErrorCode) -> None:
    for sentence in (code.meaning, code.hint):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert not sentence.endswith(".")
        assert "|" not in sentence, "it stands in a table of the manual"
    assert code.status in {"refused", "failed", "cancelled"}


def test_what_a_code_says_belongs_to_it_alone() -> None:
    meanings = [code.meaning for code in ErrorCode]
    assert len(set(meanings)) == len(meanings)


def test_only_an_answer_can_be_told_to_the_model() -> None:
    told = {code.value for code in ErrorCode if code.is_told_to_model}
    assert told == set(
        """SEARCH_TEXT_NOT_FOUND AMBIGUOUS_MATCH FORMAT SYNTAX_ERROR ELISION TRUNCATED OUT_OF_SCOPE
        NO_CHANGE CODE_CHANGED INCOMPLETE CHECK_FAILED""".split()
    )
    assert all(code.status == "refused" for code in ErrorCode if code.is_told_to_model)


def test_errors_of_form_and_of_substance_are_those_of_the_contract() -> None:
    natures = {n: {c.value for c in ErrorCode if c.nature == n} for n in ("form", "substance")}
    assert natures == {
        "form": {
            *("FORMAT", "SEARCH_TEXT_NOT_FOUND", "AMBIGUOUS_MATCH", "TRUNCATED"),
            *("NO_CHANGE", "OUT_OF_SCOPE"),
        },
        "substance": {"SYNTAX_ERROR", "ELISION", "CODE_CHANGED", "INCOMPLETE", "CHECK_FAILED"},
    }


def test_what_a_person_has_to_set_up_has_an_exit_code_of_its_own() -> None:
    assert {code.value: code.exit_code for code in ErrorCode if code.exit_code != 1} == {
        "NOT_CONFIGURED": 3
    }


def test_a_problem_is_one_line_for_a_person() -> None:
    assert str(Problem(ErrorCode.FORMAT, "It failed", "Try again")) == "It failed. Try again"
    assert str(Problem(ErrorCode.FORMAT, "It failed", "")) == "It failed"
    assert FluxError(ErrorCode.FORMAT, "It failed").problem == Problem(
        ErrorCode.FORMAT, "It failed", ""
    )

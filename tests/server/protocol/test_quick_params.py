"""Parameters read by hand: what lsprotocol's converter makes of them, and more patience."""

from typing import Any

import pytest
from lsprotocol import types
from pygls.protocol import default_converter

from flux_lsp.fronts.lsp.protocol.params import BadParamsError
from flux_lsp.fronts.lsp.protocol.quick_params import READERS, read_code_action, read_did_open

CONVERTER = default_converter()  # type: ignore[no-untyped-call]
RANGE = {"start": {"line": 1, "character": 2}, "end": {"line": 3, "character": 4}}
DIAGNOSTIC = {"range": RANGE, "message": "m", "severity": 1, "source": "s", "data": {"x": [1]}}


def code_action(**context: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": "file:///a"}, "range": RANGE, "context": context}


MESSAGES = {
    types.TEXT_DOCUMENT_CODE_ACTION: code_action(
        diagnostics=[], only=["quickfix", "refactor.own"], triggerKind=2
    ),
    types.TEXT_DOCUMENT_DID_OPEN: {
        "textDocument": {"uri": "file:///a", "languageId": "x", "version": 3, "text": "é\n"}
    },
    types.INITIALIZED: {},
}


@pytest.mark.parametrize("method", READERS)
def test_what_is_well_formed_is_what_the_converter_makes_of_it(method: str) -> None:
    kind, *_ = types.METHOD_TO_TYPES[method]
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": MESSAGES[method]}
    assert READERS[method](MESSAGES[method]) == CONVERTER.structure(message, kind).params


def test_diagnostics_stay_as_the_editor_sent_them() -> None:
    odd = [DIAGNOSTIC, {"message": {"kind": "markdown", "value": "x"}}, "no diagnostic", None]
    context = read_code_action(code_action(diagnostics=odd)).context
    assert context.diagnostics == tuple(odd)


@pytest.mark.parametrize(
    "context",
    [{}, None, 5, [], {"diagnostics": None, "only": None, "triggerKind": None},
     {"diagnostics": {}, "only": "quickfix", "triggerKind": [1]}, {"triggerKind": 9}],
)  # fmt: skip
def test_a_context_that_is_not_well_formed_says_nothing(context: Any) -> None:
    read = read_code_action({**code_action(), "context": context}).context
    assert read == types.CodeActionContext(diagnostics=())


def test_numbers_of_lua_and_beyond_are_taken() -> None:
    start, end = {"line": 1.0, "character": -1}, {"line": 2, "character": 2**53 - 1}
    read = read_code_action({**code_action(), "range": {"start": start, "end": end}})
    assert read.range == types.Range(types.Position(1, 0), types.Position(2, 2**31 - 1))


@pytest.mark.parametrize(
    ("params", "path"),
    [
        (None, "textDocument.uri"),
        ([], "textDocument.uri"),
        ({**code_action(), "textDocument": {"uri": 5}}, "textDocument.uri"),
        ({**code_action(), "range": {"start": {"line": 0}}}, "range.start.character"),
        ({**code_action(), "range": {**RANGE, "end": {"line": True, "character": 1}}}, "range.end.line"),
    ],
)  # fmt: skip
def test_what_is_needed_and_missing_is_named(params: Any, path: str) -> None:
    with pytest.raises(BadParamsError, match=path):
        read_code_action(params)


def test_a_document_needs_an_address_and_a_text() -> None:
    item = read_did_open({"textDocument": {"uri": "u", "text": ""}}).text_document
    assert (item.language_id, item.version) == ("", 0)
    with pytest.raises(BadParamsError, match=r"textDocument\.text"):
        read_did_open({"textDocument": {"uri": "u"}})

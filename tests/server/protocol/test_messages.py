"""Bodies as JSON-RPC values: each is something, and only its outermost object is a message."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.messages import (
    MalformedMessage,
    NotificationMessage,
    RequestMessage,
    ResponseMessage,
)


def read(value: Any) -> messages.Message:
    return messages.read_message(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"\xff\xfe", -32700),
        (b'{"jsonrpc": "2.0", "id": NaN, "method": "x"}', -32700),
        (b"[" * 100_000 + b"]" * 100_000, -32700),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, -32700),
        (b'{"id": ' + b"1" * 5000 + b"}", -32700),
        (b"null", -32600),
        (b"[]", -32600),
        (b'[{"jsonrpc": "2.0", "method": "x"}]', -32600),
        (b'"text"', -32600),
        (b'{"id": 1, "method": "x"}', -32600),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "x"}', -32600),
        (b'{"jsonrpc": "2.0"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 5}', -32600),
        (b'{"jsonrpc": "2.0", "id": null, "method": "x"}', -32600),
        (b'{"jsonrpc": "2.0", "id": [1], "method": "x"}', -32600),
        (b'{"jsonrpc": "2.0", "id": true, "method": "x"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "x", "params": 5}', -32602),
    ],
)
def test_no_message_says_why_and_never_raises(body: bytes, code: int) -> None:
    message = messages.read_message(body)
    assert isinstance(message, MalformedMessage)
    assert message.code == code
    assert message.reason


def test_the_id_of_a_malformed_message_is_kept_for_the_reply() -> None:
    assert read({"id": "a", "method": "x"}).id == "a"  # type: ignore[union-attr]
    assert read({"jsonrpc": "2.0", "id": 7, "method": "x", "params": ""}).id == 7  # type: ignore[union-attr]


def test_requests_notifications_and_responses_are_told_apart() -> None:
    assert read({"jsonrpc": "2.0", "id": 1, "method": "m", "params": {}}) == RequestMessage(
        1, "m", {}
    )
    assert read({"jsonrpc": "2.0", "id": 2.0, "method": "m"}) == RequestMessage(2, "m", None)
    assert read({"jsonrpc": "2.0", "method": "m", "params": [1]}) == NotificationMessage("m", [1])
    assert read({"jsonrpc": "2.0", "id": 1, "result": None}) == ResponseMessage(1, None, None)
    error = {"code": 1, "message": "m"}
    assert read({"jsonrpc": "2.0", "id": "a", "error": error}) == ResponseMessage("a", None, error)
    odd = read({"jsonrpc": "2.0", "id": 1, "error": "broken"})
    assert odd == ResponseMessage(1, None, {"code": -32600, "message": "broken"})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("jsonrpc"), inner),
        max_leaves=20,
    )
)
def test_parameters_come_through_untouched_whatever_they_look_like(value: Any) -> None:
    params = {"jsonrpc": "2.0", "id": 5, "method": "inner", "value": value}
    body = messages.encode_body(messages.make_request(1, "outer", params))
    assert messages.read_message(body) == RequestMessage(1, "outer", params)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_something(body: bytes) -> None:
    assert isinstance(
        messages.read_message(body),
        MalformedMessage | RequestMessage | NotificationMessage | ResponseMessage,
    )


def test_text_goes_out_as_utf_8_and_half_a_pair_as_an_escape() -> None:
    assert "漢😀".encode() in messages.encode_body({"text": "漢😀"})
    assert json.loads(messages.encode_body({"text": "漢\ud83d"})) == {"text": "漢\ud83d"}


def test_a_length_counts_bytes() -> None:
    header, body = messages.encode_frame({"text": "漢"}).split(b"\r\n\r\n")
    assert header == b"Content-Length: %d" % len(body)

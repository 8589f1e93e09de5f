"""A client that loses what it reads behind a reply gets the reply alone; every other client gets all at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from flux_lsp.fronts.lsp.editor import Capabilities
from flux_lsp.fronts.lsp.protocol import outgoing
from flux_lsp.fronts.lsp.protocol.outgoing import MessageSender
from flux_lsp.fronts.lsp.protocol.pacing import GAP, Pacer


class Client:
    """A writer that keeps what it is sent, and the clock of the gaps."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.gaps: list[Callable[[], object]] = []

    def write(self, data: bytes, *, droppable: bool = False) -> None:
        message = json.loads(data)
        self.names.append(message.get("method") or f"reply {message['id']}")

    def later(self, seconds: float, callback: Callable[[], object]) -> None:
        assert seconds == GAP
        self.gaps.append(callback)

    def end_gap(self) -> None:
        self.gaps.pop(0)()


@pytest.fixture
def client() -> Client:
    return Client()


def start(client: Client, monkeypatch: pytest.MonkeyPatch, *, paced: bool) -> MessageSender:
    monkeypatch.setattr(outgoing, "Pacer", lambda write: Pacer(write, client.later))
    sender = MessageSender()
    sender.set_writer(client, include_headers=False)
    if paced:
        sender.pace()
    return sender


def reply(sender: MessageSender, request_id: int) -> None:
    result: dict[str, Any] = {"jsonrpc": "2.0", "id": request_id, "result": None}
    sender._send(result)


def test_an_edit_waits_for_the_gap_behind_a_reply(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = start(client, monkeypatch, paced=True)
    sender.notify("$/progress", {"value": {"kind": "report"}})
    reply(sender, 1)
    sender.notify("$/progress", {"value": {"kind": "report"}})
    sender.post("workspace/applyEdit", {})
    assert client.names == ["$/progress", "reply 1"]
    client.end_gap()
    assert client.names == ["$/progress", "reply 1", "$/progress", "workspace/applyEdit"]
    assert not client.gaps


def test_each_reply_has_its_own_gap_and_the_order_stays(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = start(client, monkeypatch, paced=True)
    reply(sender, 1)
    reply(sender, 2)
    sender.notify("a")
    assert client.names == ["reply 1"]
    client.end_gap()
    assert client.names == ["reply 1", "reply 2"]
    client.end_gap()
    assert client.names == ["reply 1", "reply 2", "a"]
    sender.notify("b")
    assert client.names[-1] == "b"


def test_other_clients_get_all_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = start(client, monkeypatch, paced=False)
    reply(sender, 1)
    sender.post("workspace/applyEdit", {})
    assert client.names == ["reply 1", "workspace/applyEdit"]


@pytest.mark.parametrize(
    ("name", "loses"), [("emacs", True), ("Eglot", False), ("Neovim", False), ("", False)]
)
def test_only_lsp_mode_is_paced(name: str, loses: bool) -> None:
    assert Capabilities({}, {}, name).loses_messages is loses

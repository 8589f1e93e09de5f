"""Requests, notifications and replies over the wire: each fault of pygls' that is mended here."""

import asyncio
import json
import random
from typing import Any

import pytest

from tests.fakes.lsp import LspClient, LspError, Pending
from tests.fakes.wire import frame

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def refused(pending: Pending) -> LspError:
    with pytest.raises(LspError) as caught:
        async with asyncio.timeout(10):
            await pending
    return caught.value


async def leaks(demo: LspClient) -> dict[str, Any]:
    found: dict[str, Any] = await demo.execute("demo.leaks")
    return found


async def waiting(demo: LspClient, how: str) -> Pending:
    """A command that is certain to be under way."""
    before = len(demo.seen("demo/waiting"))
    pending = demo.start_command("demo.wait", how)
    await demo.wait_for(lambda: len(demo.seen("demo/waiting")) > before)
    return pending


async def anonymous_error(demo: LspClient, data: bytes) -> dict[str, Any]:
    """The error reply without id that these bytes bring about."""
    before = len(demo.received)

    def replies() -> list[Any]:
        return [m for m in demo.received[before:] if "id" in m and m["id"] is None]

    demo.send_raw(data)
    await demo.wait_for(replies)
    error: dict[str, Any] = replies()[0]["error"]
    return error


# -- cancellation


async def test_a_cancelled_command_is_stopped_and_answered_once(demo: LspClient) -> None:
    pending = await waiting(demo, "once")
    demo.cancel(pending.id)
    assert (await refused(pending)).code == -32800
    assert "cancelled once" in (await leaks(demo))["seen"]
    assert demo.violations == []


async def test_a_cancelled_command_may_still_answer(demo: LspClient) -> None:
    pending = await waiting(demo, "return")
    demo.cancel(pending.id)
    assert await pending == "partial"


async def test_a_cancelled_request_is_answered_as_cancelled(demo: LspClient) -> None:
    pending = demo.start("demo/sleep")
    demo.cancel(pending.id)
    assert (await refused(pending)).code == -32800


async def test_cancelling_what_is_over_or_never_was_does_nothing(demo: LspClient) -> None:
    pending = demo.start_command("demo.echo", 1)
    assert await pending == [1]
    for request_id in (pending.id, 10**9, "never", None, [1]):
        demo.notify("$/cancelRequest", {"id": request_id})
    demo.notify("$/cancelRequest")
    assert await demo.execute("demo.echo", 2) == [2]


async def test_requests_are_answered_while_another_one_waits(demo: LspClient) -> None:
    pending = await waiting(demo, "meanwhile")
    assert await demo.execute("demo.echo", "quick") == ["quick"]
    demo.cancel(pending.id)
    await refused(pending)


# -- bad input


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[" * 100_000, -32700),
        (b"null", -32600),
        (b"[]", -32600),
        (b'{"jsonrpc": "1.0", "method": "x"}', -32600),
    ],
)
async def test_what_is_no_message_gets_an_error_reply(
    demo: LspClient, body: bytes, code: int
) -> None:
    assert (await anonymous_error(demo, frame(body)))["code"] == code
    assert await demo.execute("demo.echo", "alive") == ["alive"]


@pytest.mark.parametrize(
    "junk",
    [
        b"Content-Length: 1000000000000\r\n\r\n",
        b"hello\r\n\r\n",
        b"Content-Length: minus one\r\n\r\n",
    ],
)
async def test_a_broken_header_gets_an_error_reply_and_the_next_message_is_read(
    demo: LspClient, junk: bytes
) -> None:
    assert (await anonymous_error(demo, junk))["code"] == -32600
    assert await demo.execute("demo.echo", "alive") == ["alive"]


@pytest.mark.parametrize("header", [b"content-length: %d\r\n\r\n", b"Content-Length: %d\n\n"])
async def test_headers_in_lower_case_or_with_bare_line_feeds_are_read(
    demo: LspClient, header: bytes
) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": "demo/unknown"}).encode()
    demo.send_raw(header % len(body) + body)
    assert await demo.execute("demo.echo", "alive") == ["alive"]


async def test_any_damage_to_the_stream_is_survived(demo: LspClient) -> None:
    chance = random.Random(5)
    body = json.dumps({"jsonrpc": "2.0", "method": "demo/unknown", "params": {"x": "y" * 20}})
    for _ in range(60):
        data = bytearray(frame(body.encode()) * 2)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        del data[len(data) - chance.randrange(40) :]
        pieces = sorted(chance.randrange(len(data)) for _ in range(3))
        for start, end in zip([0, *pieces], [*pieces, len(data)], strict=True):
            demo.send_raw(bytes(data[start:end]))
            await asyncio.sleep(0)  # lets the pipe take each piece by itself
        # a damaged length of three digits has eaten this, whatever it was
        demo.send_raw(frame(body.encode()) * 12)
    assert await demo.execute("demo.echo", "alive") == ["alive"]


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/codeAction", {}),
        ("textDocument/codeAction", None),
        ("textDocument/codeAction", {"textDocument": {"uri": 5}}),
        ("textDocument/codeAction", [1, 2]),
        ("workspace/executeCommand", {}),
        ("workspace/executeCommand", {"command": "demo.echo", "arguments": "x"}),
        ("workspace/executeCommand", {"command": "demo.nothing"}),
        ("workspace/executeCommand", {"command": 5}),
        ("workspace/executeCommand", None),
    ],
)
async def test_wrong_parameters_are_answered_as_such(
    demo: LspClient, method: str, params: Any
) -> None:
    error = await refused(demo.start(method, params))
    assert error.code == -32602
    assert error.message


async def test_scalar_parameters_are_answered_under_their_id(demo: LspClient) -> None:
    assert (await refused(demo.start("demo/echo", 5))).code == -32602


async def test_parameters_that_look_like_messages_are_data(demo: LspClient) -> None:
    inner = {"jsonrpc": "2.0", "id": 3, "method": "textDocument/hover", "result": {}}
    value = {"jsonrpc": "nested", "data": [inner, {"jsonrpc": "2.0", "error": 1}]}
    assert await demo.execute("demo.echo", value, inner) == [value, inner]
    assert await demo.request("demo/echo", value) == value


async def test_unknown_requests_are_refused_and_unknown_notifications_ignored(
    demo: LspClient,
) -> None:
    for method in ("demo/unknown", "$/unknown"):
        assert (await refused(demo.start(method))).code == -32601
        demo.notify(method, {})


async def test_an_id_in_use_is_not_taken_twice(demo: LspClient) -> None:
    before = len(demo.seen("demo/waiting"))
    params = {"command": "demo.wait"}
    for _ in range(2):
        demo.send(
            {"jsonrpc": "2.0", "id": "d", "method": "workspace/executeCommand", "params": params}
        )
    await demo.wait_for(lambda: [m for m in demo.received if m.get("id") == "d"])
    demo.notify("$/cancelRequest", {"id": "d"})
    await demo.wait_for(lambda: len([m for m in demo.received if m.get("id") == "d"]) == 2)
    codes = [m["error"]["code"] for m in demo.received if m.get("id") == "d"]
    assert codes == [-32600, -32800]
    assert len(demo.seen("demo/waiting")) == before + 1
    demo.violations.clear()  # the client did not know of "d"


# -- failures inside the server


async def test_a_failing_handler_tells_neither_text_nor_traceback(demo: LspClient) -> None:
    error = await refused(demo.start_command("demo.raise", "any", "secret /home/me"))
    assert (error.code, error.message, error.data) == (-32603, "Internal error: RuntimeError", None)


async def test_a_deliberate_error_goes_out_as_it_is(demo: LspClient) -> None:
    error = await refused(demo.start_command("demo.raise", "json-rpc", "moved on"))
    assert (error.code, error.message, error.data) == (-32801, "moved on", {"why": "moved on"})
    error = await refused(demo.start_command("demo.raise", "bad params", "colour is missing"))
    assert (error.code, error.message) == (-32602, "colour is missing")


async def test_a_result_that_is_no_json_is_an_internal_error(demo: LspClient) -> None:
    assert (await refused(demo.start_command("demo.unserializable"))).code == -32603


async def test_a_failing_notification_pops_nothing_up(demo: LspClient) -> None:
    demo.notify("demo/fail", {"why": "test"})
    demo.notify("textDocument/didChange", {"textDocument": {"uri": "file:///closed"}})
    demo.notify("textDocument/didClose", {"textDocument": {"uri": "file:///closed"}})
    demo.notify("textDocument/didOpen", {"textDocument": 5})
    demo.notify("textDocument/codeAction", {})
    assert await demo.execute("demo.echo", "alive") == ["alive"]
    assert demo.seen("window/showMessage") == demo.seen("window/logMessage") == []


async def test_what_the_process_prints_does_not_get_between_the_messages(demo: LspClient) -> None:
    assert await demo.execute("demo.stray") == ""
    await demo.wait_for(lambda: b"stray output\nstray bytes\n" in demo.stderr)


# -- state


async def test_a_second_initialize_is_refused_and_documents_stay(demo: LspClient) -> None:
    uri = demo.open("file:///stays.py", "x = 1\n")
    assert (await refused(demo.start("initialize", {"capabilities": {}}))).code == -32600
    assert (await demo.execute("demo.text", uri))["text"] == "x = 1\n"
    demo.close(uri)


# -- questions to the client


async def test_a_late_reply_to_a_question_given_up_is_ignored(demo: LspClient) -> None:
    release = asyncio.Event()

    async def slow(_params: Any) -> str:
        await release.wait()
        return "late"

    demo.on("demo/slow", slow)
    assert await demo.execute("demo.ask", "demo/slow", {}, 0.01) == "timeout"
    cancelled = await demo.wait_notification("$/cancelRequest")
    asked = [m["id"] for m in demo.received if m.get("method") == "demo/slow"]
    assert [cancelled["id"]] == asked
    release.set()
    assert await demo.execute("demo.echo", "alive") == ["alive"]
    assert demo.seen("window/showMessage") == []


async def test_an_error_reply_reaches_who_asked(demo: LspClient) -> None:
    def refuse(_params: Any) -> None:
        raise LspError({"code": -32803, "message": "not now"})

    demo.on("demo/refused", refuse)
    reply = await demo.execute("demo.ask", "demo/refused", {}, 10)
    assert reply == {"code": -32803, "message": "not now"}


async def test_a_plain_reply_comes_as_json_has_it(demo: LspClient) -> None:
    demo.on("demo/asked", lambda params: {"jsonrpc": "data", "params": params})
    reply = await demo.execute("demo.ask", "demo/asked", {"a": 1}, 10)
    assert reply == {"result": {"jsonrpc": "data", "params": {"a": 1}}}


async def test_a_reply_that_says_nothing_is_an_error_not_silence(demo: LspClient) -> None:
    reply = demo.start_command("demo.ask", "demo/silent", {}, 10)

    async def never(_params: Any) -> None:
        await asyncio.Event().wait()

    demo.on("demo/silent", never)
    await demo.wait_notification("demo/silent")
    asked = next(m["id"] for m in demo.received if m.get("method") == "demo/silent")
    demo.send({"jsonrpc": "2.0", "id": asked})
    assert (await reply)["code"] == -32600


async def test_replies_to_nothing_are_ignored(demo: LspClient) -> None:
    for request_id in (None, "x", 10**6):
        demo.send({"jsonrpc": "2.0", "id": request_id, "result": 1})
    assert await demo.execute("demo.echo", "alive") == ["alive"]


# -- nothing stays behind


async def test_twenty_thousand_notifications_and_their_kin_leave_nothing(demo: LspClient) -> None:
    uri = demo.open("file:///soak.py", "abc\n" * 100)
    change = {
        "textDocument": {"uri": uri, "version": 5},
        "contentChanges": [
            {"range": demo.range(uri, (3, 1), (3, 2)), "text": "x"},
        ],
    }
    message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change}
    batch = frame(json.dumps(message).encode()) * 2000
    demo.send_raw(batch)
    before = await leaks(demo)
    for _ in range(10):
        demo.send_raw(batch)
    for number in range(200):
        demo.notify("demo/fail", {"n": number})
        await demo.execute("demo.work", False, None)
    after = await leaks(demo)
    assert after["rss"] - before["rss"] < 3_000_000  # 2 kB each would be 40 MB
    for key in ("futures", "running", "background", "unwanted", "tokens"):
        assert after[key] == 0, key
    assert after["tasks"] == before["tasks"]
    assert (await demo.execute("demo.text", uri))["version"] == 5


# -- progress


async def test_work_is_begun_reported_and_ended_once(demo: LspClient) -> None:
    assert await demo.execute("demo.work", False, None) == "done"
    token = demo.seen("window/workDoneProgress/create")[-1]["token"]
    await demo.wait_for(lambda: any(v["kind"] == "end" for v in demo.progress(token)))
    kinds = [value["kind"] for value in demo.progress(token)]
    assert (kinds[0], kinds[-1], kinds.count("begin"), kinds.count("end")) == (
        "begin",
        "end",
        1,
        1,
    )
    assert demo.progress(token)[0]["cancellable"] is True
    assert demo.violations == []


async def test_a_progress_cancel_reaches_the_work(demo: LspClient) -> None:
    pending = demo.start("workspace/executeCommand", {
        "command": "demo.work", "arguments": [True, "mine"], "workDoneToken": "mine",
    })  # fmt: skip
    await demo.wait_for(lambda: demo.progress("mine"))
    for token in ("other", None, ["mine"], "mine", "mine"):
        demo.notify("window/workDoneProgress/cancel", {"token": token})
    assert await pending == "cancelled"
    assert [value["kind"] for value in demo.progress("mine")] == [
        "begin",
        "report",
        "report",
        "end",
    ]


async def test_no_progress_is_spoken_of_that_the_client_refused(demo: LspClient) -> None:
    def refuse(_params: Any) -> None:
        raise LspError({"code": -32603, "message": "no more progress"})

    demo.on("window/workDoneProgress/create", refuse)
    assert await demo.execute("demo.work", False, None) == "done"
    token = demo.seen("window/workDoneProgress/create")[-1]["token"]
    await demo.execute("demo.echo")
    assert demo.progress(token) == []


# -- documents over the wire


async def test_a_large_change_is_taken(demo: LspClient) -> None:
    uri = demo.open("file:///large.txt", "start\n", "plaintext")
    demo.change(uri, (0, 5), (0, 5), "漢字\n" * 700_000)
    assert (await demo.execute("demo.text", uri))["text"] == demo.text(uri)
    demo.close(uri)


async def test_any_text_comes_back_as_it_was(demo: LspClient) -> None:
    assert await demo.execute("demo.echo", "漢字 😀 \u2028 \ud800") == ["漢字 😀 \u2028 \ud800"]

"""Writing to a client that reads, reads late, never reads, or is gone."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux_lsp.fronts.lsp.protocol import outbox
from flux_lsp.fronts.lsp.protocol.outbox import Outbox

posix = pytest.mark.skipif(os.name != "posix", reason="pipes that do not block")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


class Lost:
    """Counts the calls of `on_lost`."""

    def __init__(self) -> None:
        self.times = 0
        self.event = threading.Event()

    def __call__(self) -> None:
        self.times += 1
        self.event.set()


def read(end: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += os.read(end, count - len(data))
    return data


@posix
def test_a_client_that_reads_is_written_to_without_a_thread(pipe: tuple[int, int]) -> None:
    box = Outbox(pipe[1], Lost())
    for n in range(100):
        box.write(b"%d," % n)
        assert read(pipe[0], len(b"%d," % n)) == b"%d," % n
    assert box._thread is None


def test_what_does_not_fit_waits_in_order(pipe: tuple[int, int]) -> None:
    lost = Lost()
    box = Outbox(pipe[1], lost)
    parts = [bytes([65 + n]) * 300_000 for n in range(5)]
    for part in parts:
        box.write(part)
    assert read(pipe[0], 1_500_000) == b"".join(parts)
    box.write(b"after")
    assert read(pipe[0], 5) == b"after"
    box.close()
    assert lost.times == 0


def test_droppable_messages_are_dropped_only_while_the_client_is_far_behind(
    pipe: tuple[int, int],
) -> None:
    box = Outbox(pipe[1], Lost())
    box.write(b"A", droppable=True)
    box.write(b"B" * (outbox.SOFT_LIMIT + 1_000_000))
    box.write(b"dropped", droppable=True)
    box.write(b"C")
    total = outbox.SOFT_LIMIT + 1_000_002
    data = read(pipe[0], total)
    box.write(b"D", droppable=True)
    assert (data[:1], data[-1:], len(data), read(pipe[0], 1)) == (b"A", b"C", total, b"D")


def test_one_message_above_the_limit_is_no_reason_to_give_up(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "HARD_LIMIT", 200_000)
    lost = Lost()
    box = Outbox(pipe[1], lost)
    box.write(b"x" * 900_000)
    assert lost.times == 0
    box.write(b"y")
    assert lost.times == 1
    box.write(b"z")
    assert lost.times == 1


def test_a_reader_that_is_gone_is_told_once(pipe: tuple[int, int]) -> None:
    lost = Lost()
    box = Outbox(pipe[1], lost)
    os.close(pipe[0])
    for _ in range(3):
        box.write(b"anybody?")
    assert lost.event.wait(10)
    assert lost.times == 1


def test_a_reader_that_leaves_while_much_is_pending_is_noticed(pipe: tuple[int, int]) -> None:
    lost = Lost()
    box = Outbox(pipe[1], lost)
    box.write(b"x" * 1_000_000)
    os.close(pipe[0])
    assert lost.event.wait(10)
    box.close()


def test_closing_waits_for_a_reader_but_not_for_ever(pipe: tuple[int, int]) -> None:
    box = Outbox(pipe[1], Lost())
    box.write(b"x" * 1_000_000)
    box.close(timeout=0.01)
    reader = threading.Thread(target=read, args=(pipe[0], 1_000_000))
    reader.start()
    box.close(timeout=10)
    reader.join(10)
    assert not reader.is_alive()


def test_a_file_is_written_too(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        box = Outbox(file.fileno(), Lost())
        box.write(b"one,")
        box.write(b"two")
        box.close()
    assert (tmp_path / "out").read_bytes() == b"one,two"


async def test_any_thread_may_write(pipe: tuple[int, int]) -> None:
    box = Outbox(pipe[1], Lost())
    lines = [b"%d\n" % n * 1000 for n in range(20)]
    reading = asyncio.create_task(asyncio.to_thread(read, pipe[0], sum(map(len, lines))))
    await asyncio.gather(*(asyncio.to_thread(box.write, line) for line in lines))
    data = await reading
    assert sorted(data.split(b"\n")) == sorted(b"".join(lines).split(b"\n"))
    for line in lines:  # each message in one piece
        assert line in data

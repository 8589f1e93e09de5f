"""Frames in any pieces and any state of repair: nothing hangs, nothing grows, sync comes back."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.fronts.lsp.protocol.framing import BadFrame, Decoder, StrictDecoder, frame

BODIES = st.lists(st.binary(max_size=60), min_size=1, max_size=6)
LAST = b'{"the": "last"}'


def decode(*pieces: bytes, max_body: int = 1000) -> list[bytes | BadFrame]:
    """What comes out of a decoder fed with these pieces."""
    decoder, out = Decoder(max_body), []
    for piece in pieces:
        decoder.feed(piece)
        while (body := decoder.next()) is not None:
            out.append(body)
    return out


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(ends)]


@given(BODIES, st.lists(st.integers(0, 500), max_size=12))
def test_bodies_arrive_whole_in_whatever_pieces_they_come(
    bodies: list[bytes], places: list[int]
) -> None:
    data = b"".join(map(frame, bodies))
    assert decode(*cut(data, places)) == bodies


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length: 2\r\n\r\n",
        b"CONTENT-LENGTH:2\r\n\r\n",
        b"Content-Length: 2\n\n",  # bare LF
        b"Content-Length:\t2 \r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nX-Other: content-length: 9x\r\n\r\n",
        b"\r\n\r\nContent-Length: 2\r\n\r\n",  # blank lines before
    ],
)
def test_headers_that_clients_really_send(header: bytes) -> None:
    assert decode(header + b"{}" + frame(b"[]")) == [b"{}", b"[]"]


@pytest.mark.parametrize(
    "junk",
    [
        b"hello\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: five\r\n\r\n",
        b"Content-Length: 5 5\r\n\r\n",
        b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
        b"Content-Length: 1001\r\n\r\n" + b"x" * 1001,  # one above the limit
        b"Content-Length: 1000000000000\r\n\r\n{}",
        b"x" * 100_000,
        b"\x00\xff" * 50_000 + b"\r\n",
    ],
)
def test_what_is_no_frame_is_reported_and_the_next_frame_is_found(junk: bytes) -> None:
    out = decode(*cut(junk + frame(LAST), list(range(0, len(junk), 7000))))
    assert out[-1] == LAST
    assert all(isinstance(bad, BadFrame) for bad in out[:-1])
    assert len(out) <= 3


def test_a_body_longer_than_announced_costs_one_message_only() -> None:
    assert decode(b"Content-Length: 2\r\n\r\n{}trailing" + frame(LAST)) == [b"{}", LAST]


def test_a_length_above_the_limit_is_named_with_the_limit() -> None:
    (bad,) = decode(b"Content-Length: 5000\r\n\r\n")
    assert bad == BadFrame("a message of 5000 bytes; the limit is 1000")


def test_an_oversized_body_is_never_held() -> None:
    decoder = Decoder(max_body=1000)
    decoder.feed(b"Content-Length: 99999999\r\n\r\n")
    assert isinstance(decoder.next(), BadFrame)
    for _ in range(1000):
        decoder.feed(b"x" * 10_000)
        assert decoder.next() is None
        assert len(decoder._data) < 20_000
    decoder.feed(frame(LAST))
    assert decoder.next() == LAST


@given(
    st.binary(max_size=300),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4),
    st.lists(st.integers(0, 500), max_size=8),
)
@settings(max_examples=200)
def test_flipped_bytes_and_truncation_lose_at_most_what_the_length_covers(
    noise: bytes, flips: list[tuple[int, int]], places: list[int]
) -> None:
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "x"}).encode()
    data = bytearray(noise + frame(message) * 3)
    for place, value in flips:
        data[place % len(data)] = value
    data = data[: len(data) - len(noise) % 9]
    # more good frames than any believed length could swallow
    good = frame(LAST) * (1000 // len(frame(LAST)) + 2)
    out = decode(*cut(bytes(data) + good, places))
    assert out[-1] == LAST
    assert all(isinstance(item, BadFrame | bytes) for item in out)
    assert len(out) < len(data) + len(good)


def test_one_large_body_in_small_pieces_takes_linear_time() -> None:
    body = b"x" * 2_000_000
    data = frame(body)
    pieces = [data[n : n + 1000] for n in range(0, len(data), 1000)]
    assert decode(*pieces, max_body=3_000_000) == [body]


def decode_strictly(*pieces: bytes) -> tuple[list[bytes | BadFrame], bool]:
    """What comes out of a strict decoder, and whether it reads on."""
    decoder, out = StrictDecoder(max_body=1000), []
    for piece in pieces:
        decoder.feed(piece)
        while (body := decoder.next()) is not None:
            out.append(body)
    return out, not decoder.broken


@given(BODIES, st.lists(st.integers(0, 500), max_size=12))
def test_a_strict_decoder_reads_what_is_well_formed(bodies: list[bytes], places: list[int]) -> None:
    data = b"".join(map(frame, bodies))
    assert decode_strictly(*cut(data, places)) == (bodies, True)


@pytest.mark.parametrize(
    "junk",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n",
        b"GET /?content-length:15 HTTP/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nReferer: http://x/?content-length:15\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
        b"Referer: http://x/?content-length: 15\r\n\r\n",
        b"X-A: content-length: 15\r\n\r\n",
        b"Content-Length : 15\r\n\r\n",
        b" Content-Length: 15\r\n\r\n",
        b"junk Content-Length: 15\r\n\r\n",
        b"Content-Length: 15 \x00\r\n\r\n",
        b"Content-Length: +15\r\n\r\n",
        b"Content-Length: 1_5\r\n\r\n",
        b"Content-Length: 15\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 1001\r\n\r\n",
        b"\r\n\r\n",
        b"USER anonymous\r\n",
        b"x" * 20_000,
    ],
)
def test_the_first_line_that_is_no_header_ends_a_strict_decoder(junk: bytes) -> None:
    out, reads_on = decode_strictly(junk, frame(LAST), frame(LAST))
    assert not reads_on
    assert [type(item) for item in out] == [BadFrame]


def test_what_follows_a_good_message_is_judged_too() -> None:
    out, reads_on = decode_strictly(frame(LAST) + b"trailing" + frame(LAST))
    assert out[0] == LAST
    assert [type(item) for item in out[1:]] == [BadFrame]
    assert not reads_on

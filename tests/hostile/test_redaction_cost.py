"""Texts made to be slow to redact: what is taken grows with the text, not with its square."""

import asyncio
import random
import string

import pytest

from flux_lsp.context.redact_prompt import redact_prompt
from flux_lsp.context.replace_secrets import make_replacer
from flux_lsp.context.secret_parts import find_parts
from flux_lsp.core.conversation import Prompt, RedactedPrompt, Turn
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.engine import redact_in_thread

_SIZE = 300_000


def prompt(text: str) -> Prompt:
    return Prompt("edit", "Rules.", "", (Turn("user", ({"type": "text", "text": text},)),), (), 100)


def drawn(length: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=length))


def lines(form: str, length: int) -> str:
    """Lines of `form` with another drawn word in each."""
    return "\n".join(form.format(drawn(length, n)) for n in range(_SIZE // (len(form) + length)))


HOSTILE = {
    "many keys": lines("sk-{}", 20),
    "many passwords": lines('password = "{}1"', 9),
    "one beginning": "\n".join(f'pwd="{"a1" * 20}{n}"' for n in range(_SIZE // 50)),
    "one end": "\n".join(f'pwd="{n}{"a1" * 20}"' for n in range(_SIZE // 50)),
    "growing": "\n".join(f'pwd="{"a1" * (n // 2)}"' for n in range(4, 390)) + "a1" * (_SIZE // 4),
    "one letter": 'password="' + "a" * 399 + '1"\n' + "a" * _SIZE,
    "ends of keys": "-----END PRIVATE KEY-----" * (_SIZE // 25),
    "lines and ends of keys": ("A" * 39 + "\n-----END PRIVATE KEY-----") * (_SIZE // 65),
    "beginnings of keys": "-----BEGIN PRIVATE KEY-----\n" * (_SIZE // 28),
    "names": "password=" * (_SIZE // 9),
    "addresses": "://a:" * (_SIZE // 5),
    "tokens": "eyJaaaaaaaaaa." * (_SIZE // 14),
    "options": "-u " + "a" * _SIZE,
    "blanks": "earer " + " " * _SIZE,
    "machines": "machine password " * (_SIZE // 17),
}


@pytest.mark.timeout(60)  # before, the slowest took a quarter of an hour
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_slow_to_redact(name: str) -> None:
    assert isinstance(redact_prompt(prompt(HOSTILE[name])), RedactedPrompt)


def test_the_longest_secret_at_a_place_is_the_one_that_is_replaced() -> None:
    replace = make_replacer({"secret12": "A", "secret12345": "B", "word": "C"})
    assert replace("secret12345 secret123 word words my_word") == "B A3 C words my_word"


def test_pieces_of_secrets_are_found_from_both_ends() -> None:
    secret = "b7" + drawn(40, 1)
    text = f"x {secret[:20]} y {secret[-15:]} z {secret[:11]}"
    assert find_parts([secret], text) == {secret[:20], secret[-15:]}


async def test_what_is_too_large_to_be_examined_is_not_sent() -> None:
    redacted = await redact_in_thread.redact_in_thread(prompt("a" * 7_000_000))
    assert isinstance(redacted, Problem)
    assert redacted.code is ErrorCode.TOO_LARGE


async def test_what_takes_too_long_to_be_examined_is_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "to_thread", never)
    redacted = await redact_in_thread.redact_in_thread(prompt("a"), seconds=0.01)
    assert isinstance(redacted, Problem)
    assert redacted.code is ErrorCode.TOO_LARGE

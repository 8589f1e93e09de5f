"""Secrets of whole documents stay hidden in any part of one that is shown."""

import pytest

from flux_lsp.context.redact import Redactor, find_known_secrets, include_pieces
from flux_lsp.context.redact_prompt import redact_prompt
from tests.context.canaries import LETTERS, pem
from tests.context.test_redact_prompt import prompt, said

KEY = pem("RSA PRIVATE KEY")
BODY = KEY.split("\n")[1:-1]


@pytest.mark.parametrize("first", range(len(BODY)))
def test_no_line_of_a_key_leaves_whatever_part_of_it_is_shown(first: int) -> None:
    known = find_known_secrets([f'KEY = """\n{KEY}\n"""\n'])
    for last in range(first, len(BODY)):
        part = "\n".join(f"  {n} | # {line}" for n, line in enumerate(BODY[first : last + 1]))
        redacted = said(redact_prompt(prompt(part), known))
        assert not any(line in redacted for line in BODY)


def test_a_secret_named_far_away_is_known_where_it_is_used() -> None:
    document = 'password = "hunter2x"\n' + "x = 1\n" * 5_000 + 'connect("hunter2x")\n'
    known = find_known_secrets([document])
    assert "hunter2x" not in said(redact_prompt(prompt('connect("hunter2x")\n'), known))


def test_a_known_secret_that_is_not_there_has_no_placeholder() -> None:
    assert redact_prompt(prompt("x = 1\n"), {"hunter2x"}).placeholders == {}


def test_a_line_that_only_looks_like_a_keys_first_is_left_alone() -> None:
    known = find_known_secrets([KEY])
    text = 'MARK = "-----BEGIN RSA PRIVATE KEY-----"\n'
    assert text.strip() in str(redact_prompt(prompt(text), known).prompt.turns[0].blocks[0]["text"])


def test_lines_keep_their_numbers_where_a_secret_takes_several() -> None:
    text = f'a = 1\nKEY = """{KEY}"""\r\nb = 2\ntoken = "{LETTERS[:20]}"\n'
    secrets = frozenset(include_pieces(find_known_secrets([text]), [text]))
    lines = Redactor(secrets).redact_lines(text)
    assert [n for n, _ in lines] == [0, 1, len(BODY) + 3, len(BODY) + 4]
    assert lines[0][1] == "a = 1"
    assert lines[1][1].startswith('KEY = """FLUX_SECRET_')
    assert lines[1][1].endswith('"""')
    assert lines[2] == (len(BODY) + 3, "b = 2")
    assert lines[3][1].startswith('token = "FLUX_SECRET_')


def test_without_secrets_lines_are_the_texts_own() -> None:
    assert Redactor(frozenset()).redact_lines("a\r\nb\rc\n") == [(0, "a"), (1, "b"), (2, "c")]

import pytest

from flux_lsp.context.secrets import find_secrets
from tests.context.canaries import CANARIES, HARMLESS, LETTERS, pem


def hidden(text: str) -> str:
    """`text` with everything taken out that was found."""
    for secret in sorted(find_secrets(text), key=len, reverse=True):
        text = text.replace(secret, "~")
    return text


@pytest.mark.parametrize("name", CANARIES)
def test_a_secret_of_every_class_is_found(name: str) -> None:
    secret, line = CANARIES[name]
    text = line.format(secret)
    assert secret in text
    left = hidden(text)
    assert secret not in left
    pieces = [secret[n : n + 8] for n in range(0, max(1, len(secret) - 8), 8)]
    assert not any(piece in left for piece in pieces if not piece.startswith("-----"))


@pytest.mark.parametrize("name", CANARIES)
def test_it_is_found_among_other_lines_and_with_windows_line_ends(name: str) -> None:
    secret, line = CANARIES[name]
    text = f"first line\n    {line.format(secret)}\nlast line\n"
    assert secret not in hidden(text)
    crlf = text.replace("\n", "\r\n")
    assert secret.replace("\n", "\r\n") not in hidden(crlf)


@pytest.mark.parametrize("line", HARMLESS)
def test_ordinary_code_is_left_alone(line: str) -> None:
    assert find_secrets(f"before\n{line}\nafter\n") == set()


def test_a_key_that_is_cut_off_is_found_from_either_end() -> None:
    lines = pem("RSA PRIVATE KEY").split("\n")
    assert lines[3] not in hidden("\n".join(lines[:6]))
    assert lines[-3] not in hidden("\n".join(lines[5:]))


@pytest.mark.parametrize(
    "mark", ["# ", "// ", "-- ", ";", " * ", "+", "-", "> ", "  12 | ", "| ", "    ", '"', "%"]
)
def test_a_key_is_found_behind_marks_at_its_lines(mark: str) -> None:
    lines = pem("RSA PRIVATE KEY").split("\n")
    marked = "\n".join(mark + line for line in lines)
    assert not any(line in hidden(marked) for line in lines[1:-1])


def test_a_secret_in_one_endless_line_is_found() -> None:
    secret = "ghp_" + LETTERS[:36]
    assert find_secrets("a=b;" * 5_000 + f'x="{secret}";' + "c=d;" * 5_000) == {secret}


def test_placeholders_are_no_secrets() -> None:
    assert (
        find_secrets('password = "FLUX_SECRET_0123456789ab"\nTOKEN=FLUX_SECRET_0123456789ab\n')
        == set()
    )


def test_a_letter_that_lowers_to_two_shifts_nothing() -> None:
    assert find_secrets('İİİİ = 1\npassword = "hunter2"\n') == {"hunter2"}


@pytest.mark.parametrize(
    "text",
    [
        "n" * 80_000 + "-----END PRIVATE KEY-----",
        ("A" * 64 + "\n") * 1_250 + "-----END PRIVATE KEY-----",
        ("-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n") * 900,
        "password='" * 8_000,
        "://a:b" * 13_000,
        "sk-" * 26_000,
        "password" + " " * 80_000,
        'password="a' + "_" * 390 + '1"\n',
        "passw" * 16_000,
        "eyJ" + "a." * 40_000,
        "password,a\n" * 9_000,
        "| password |\n" * 8_000,
        "(a,password) values ('x','y1')," * 3_000,
        "name=password value=" * 5_000,
        '"name": "password", ' * 5_000,
        "machine a login b " * 5_500,
        "KEY=" * 25_000,
        "pw=" * 33_000,
        "user=x " * 14_000 + "password=a1b2c3",
        "# " * 50_000 + "password: a1b2c3",
        "MIIEvAAADANBgkqhkiG9w0BAQEFAASC" * 3_000,
        "-----BEGIN RSA PRIVATE KEY-----\n# " * 3_000,
        "github_pat_" * 9_000,
        "A1_b2-" * 17_000,
    ],
)
def test_hostile_text_comes_to_an_end(text: str) -> None:
    """A pattern that backtracks would take minutes, beyond the runner's time-out."""
    assert all(secret in text for secret in find_secrets(text))

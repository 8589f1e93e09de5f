"""A secret may go away with its literal, and never to another place."""

import pytest

from flux_lsp.engine.kept_secrets import compare_secrets

A, B, C = (f"FLUX_SECRET_{digit * 12}" for digit in "abc")
TWO = f'USER_KEY = "{A}"\nADMIN_KEY = "{B}"\n\n\ndef go(c):\n    return c.open(USER_KEY)\n'


def fault(before: str, after: str, instruction: str = "tidy") -> str | None:
    return compare_secrets(before, after, instruction).fault


ALLOWED = {
    "nothing": (TWO, TWO),
    "read from the environment": (TWO, TWO.replace(f'"{A}"', 'os.environ["USER_KEY"]')),
    "both removed": (TWO, TWO.replace(f'"{A}"', "load(1)").replace(f'"{B}"', "load(2)")),
    "the line deleted": (TWO, TWO.replace(f'USER_KEY = "{A}"\n', "")),
    "all code deleted": (TWO, ""),
    "renamed": (TWO, TWO.replace("USER_KEY", "CUSTOMER_KEY")),
    "another style of name": (TWO, TWO.replace("USER_KEY", "userKey")),
    "both renamed": (TWO, TWO.replace("USER_KEY", "first").replace("ADMIN_KEY", "second")),
    "lines swapped with their names": (TWO, f'ADMIN_KEY = "{B}"\nUSER_KEY = "{A}"\n'),
    "moved into a function": (TWO, f'def keys():\n    USER_KEY = "{A}"\n    ADMIN_KEY = "{B}"\n'),
    "into a dictionary": (TWO, f'KEYS = {{"user_key": "{A}", "admin_key": "{B}"}}\n'),
    "from an argument to a constant": (
        f'connect(password="{A}")\n',
        f'PASSWORD = "{A}"\nconnect(password=PASSWORD)\n',
    ),
    "one of a list": (f'K = ["{A}", "{B}", "{C}"]\n', f'K = ["{A}", "{C}"]\n'),
    "a list over lines": (f'K = ["{A}", "{B}"]\n', f'K = [\n    "{A}",\n    "{B}",\n]\n'),
    "a variable of the shell": (f"DB_PASSWORD={A}\n", "DB_PASSWORD=${DB_PASSWORD}\n"),
    "a template": (f"password: {A}\n", "password: {{ .Values.password }}\n"),
    "a quoted variable": (f'password: "{A}"\n', 'password: "${DB_PASSWORD}"\n'),
    "emptied": (f'password = "{A}"\n', 'password = ""\n'),
    "put together": (
        f'URL = "postgres://me:{A}@db/x"\n',
        'URL = "postgres://me:" + os.environ["PW"] + "@db/x"\n',
    ),
    "a field of a format": (
        f'URL = "postgres://me:{A}@db/x"\n',
        'URL = "postgres://me:{password}@db/x"\n',
    ),
    "two uses made one": (f'f("{A}")\nf("{A}")\n', f'KEY = "{A}"\nf(KEY)\nf(KEY)\n'),
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_a_secret_may_stay_or_go_with_its_literal(kind: str) -> None:
    assert fault(*ALLOWED[kind]) is None


REFUSED = {
    "swapped": (TWO, TWO.replace(A, "~").replace(B, A).replace("~", B)),
    "one in both places": (TWO, TWO.replace(B, A)),
    "doubled": (TWO, TWO + f'OTHER = "{A}"\n'),
    "doubled into words": (TWO, TWO.replace("go(c):", f'go(c):\n    """Uses {A}."""')),
    "taking the place of one that goes": (TWO, f'ADMIN_KEY = "{A}"\n'),
    "swapped and renamed": (TWO, f'first = "{B}"\nsecond = "{A}"\n'),
    "swapped in a list": (f'K = ["{A}", "{B}"]\n', f'K = ["{B}", "{A}"]\n'),
    "swapped as arguments": (f'f("{A}", "{B}")\n', f'f("{B}", "{A}")\n'),
    "swapped in a dictionary": (
        f'{{"user": "{A}", "admin": "{B}"}}\n',
        f'{{"user": "{B}", "admin": "{A}"}}\n',
    ),
    "swapped in an environment": (f"U={A}\nV={B}\n", f"U={B}\nV={A}\n"),
    "swapped while lines move": (TWO, f'ADMIN_KEY = "{A}"\nUSER_KEY = "{B}"\n'),
    "turned round": (f'K = ["{A}", "{B}", "{C}"]\n', f'K = ["{B}", "{C}", "{A}"]\n'),
    "redacted": (TWO, TWO.replace(A, "[redacted]")),
    "starred": (f"password: {A}\n", "password: ********\n"),
    "made up": (f'password = "{A}"\n', 'password = "changeme"\n'),
    "made up in a URL": (f'U = "redis://:{A}@h"\n', 'U = "redis://:secret@h"\n'),
    "out of nowhere": ("x = 1\n", f'x = "{A}"\n'),
    "into a new file": ("", f'PASSWORD = "{A}"\n'),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_secret_is_never_altered_or_put_anywhere_else(kind: str) -> None:
    assert fault(*REFUSED[kind]) is not None


def test_what_the_instruction_says_may_be_written() -> None:
    assert fault("x = 1\n", f'x = "{A}"\n', f"set it to {A}") is None
    assert fault(f'p = "{A}"\n', 'p = "changeme"\n', "put changeme there") is None


def test_the_lines_that_lose_a_secret_are_named() -> None:
    kept = compare_secrets(TWO, TWO.replace(f'"{B}"', "load()"), "read the admin key from a file")
    assert kept.removed == (2,)
    assert compare_secrets(TWO, TWO, "").removed == ()

"""What an index writes to disk holds names and types, and no text of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.context.project.written_text import hide_texts

TOKEN = "ghp_" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"


@pytest.mark.parametrize(
    ("signature", "kept"),
    [
        ("def load(path: Path, size: int = 4096) -> bytes:", None),
        ("limit = Decimal(1000)", None),
        ("fn pick<'a, 'b>(x: &'a Foo, y: &'b Bar) -> &'a Foo {", None),
        ("insert' :: Map k v -> Map' k v", None),
        (f'KEY = "{TOKEN}"', 'KEY = ""'),
        (f"KEY = '{TOKEN}'", "KEY = ''"),
        (f"def f(key: str = '{TOKEN}', n: int = 1):", "def f(key: str = '', n: int = 1):"),
        (f'X = """\n{TOKEN}\n"""', 'X = """\n\n"""'),
        (f"const x = `a\n{TOKEN}`;", "const x = `\n`;"),
        (f"TOKEN={TOKEN}", "TOKEN0"),
        (f'KEY = "{TOKEN}', 'KEY = ""'),
        (f'KEY = "a\\"{TOKEN}"', 'KEY = ""'),
    ],
)
def test_names_and_types_stay_and_texts_go(signature: str, kept: str | None) -> None:
    if kept == "TOKEN0":
        assert TOKEN not in hide_texts(signature)
    else:
        assert hide_texts(signature) == (signature if kept is None else kept)


@given(st.text(alphabet=st.sampled_from("ab1=\"'`\\\n ("), max_size=60))
def test_a_signature_keeps_its_lines(signature: str) -> None:
    assert hide_texts(signature).count("\n") == signature.count("\n")


@given(st.sampled_from(['"', "'", "`", '"""']), st.text(alphabet="ab \n", max_size=20))
def test_a_secret_in_a_string_never_stays(mark: str, before: str) -> None:
    before = before if mark in ("`", '"""') else before.replace("\n", "")
    assert TOKEN not in hide_texts(f"X = {mark}{before}{TOKEN}{mark}")

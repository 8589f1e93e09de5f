"""Which lines hold attributes alone: a comment behind one changes nothing, code does."""

import pytest

from flux_lsp.syntax.comment_lines import find_attribute_lines, find_comment_lines
from flux_lsp.syntax.languages import find_language


@pytest.mark.parametrize(
    ("language", "lines", "expected"),
    [
        ("python", ["@cache  # in every row", "def f():"], {0}),
        ("python", ["@route(  # the path", "    '/')  # and its end", "def f():"], {0, 1}),
        ("rust", ["#[allow(dead_code)] // on Windows", "fn f() {}"], {0}),
        ("rust", ["#[a] /* why */ #[b] // so", "fn f() {}"], {0}),
        ("rust", ["#[a] /* why */ fn f() {}"], set()),
        ("java", ["@Override // of Base", "@Test void f() {}"], {0}),
        ("php", ["#[Pure] # no effects", "#[Route('/')]", "function f() {}"], {0, 1}),
        ("csharp", ["[Obsolete] // since 2", "void F() {}"], {0}),
        ("kotlin", ["@Test fun f() {}"], set()),
    ],
)
def test_attributes_with_comments_behind_them(
    language: str, lines: list[str], expected: set[int]
) -> None:
    row = find_language(language, f"a.{language}")

    assert find_attribute_lines(lines, find_comment_lines(lines, row), row) == expected

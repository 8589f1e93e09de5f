import re

import pytest

from flux_lsp.syntax.grammars import load_grammar, load_query
from flux_lsp.syntax.languages import Language, find_language, list_languages


@pytest.mark.parametrize(
    ("language_id", "path", "expected"),
    [
        ("python", "x.txt", "python"),
        ("plaintext", "x.py", "python"),
        ("", "src/a/B.TS", "typescript"),
        ("javascriptreact", "x", "javascript"),
        ("typescriptreact", "x", "typescriptreact"),
        ("sh", "x", "shellscript"),
        ("c_sharp", "x", "csharp"),
        ("terraform", "main.tf", "hcl"),
        ("unheard-of", "x.rs", "rust"),
        ("unheard-of", "x.unheard", "plaintext"),
        ("", "Dockerfile", "dockerfile"),
        ("", "C:\\work\\Makefile", "makefile"),
        ("", "page.html.j2", "jinja"),
        ("", "a.test.tsx", "typescriptreact"),
        ("", "", "plaintext"),
    ],
)
def test_the_id_decides_and_then_the_path(language_id: str, path: str, expected: str) -> None:
    assert find_language(language_id, path).id == expected


def test_no_id_alias_extension_or_name_belongs_to_two_languages() -> None:
    for keys in (
        [key for one in list_languages() for key in (one.id, *one.aliases)],
        [key for one in list_languages() for key in one.extensions],
        [key for one in list_languages() for key in one.filenames],
    ):
        assert len(keys) == len(set(keys))


def test_every_row_is_lower_case_and_has_a_fence() -> None:
    for one in list_languages():
        assert one.fence
        assert all(e.startswith(".") and e == e.lower() for e in one.extensions)


def test_every_grammar_loads_and_its_query_compiles() -> None:
    parsed = [one for one in list_languages() if one.grammar]
    assert len(parsed) == 25
    for one in parsed:
        assert load_grammar(one) is not None
        assert load_query(one).pattern_count > 0


@pytest.mark.parametrize("language", list_languages(), ids=lambda language: language.id)
def test_every_pattern_of_a_row_compiles_and_names_what_it_matches(language: Language) -> None:
    heads = language.heads
    for pattern in (*heads.nested, *heads.top, *heads.fields, *heads.flat):
        assert re.compile(pattern).groups >= 1
    for words in language.block_words:
        assert all(map(re.compile, (words.opens, words.closes, words.may_open)))
    for pattern in (
        language.margin,
        language.literals,
        language.crashes,
        language.docs.marks or "",
    ):
        re.compile(pattern)
    assert not language.docs.strings or "doc" in re.compile(language.docs.strings).groupindex


def test_what_only_a_grammar_can_tell_stands_in_rows_with_a_grammar() -> None:
    parsed = {row.id for row in list_languages() if row.grammar}
    assert {row.id for row in list_languages() if row.statements or row.queries} <= parsed
    assert {row.id for row in list_languages() if row.key_nodes or row.stray_words} <= parsed

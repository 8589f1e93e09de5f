import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import Span
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.offsets import Offsets, encode
from flux_lsp.syntax.tree import LARGEST_TEXT, Parsed, parse
from tests.syntax.samples import SAMPLES

PYTHON = find_language("python", "")


def parsed(text: str, language_id: str = "python", base: Parsed | None = None) -> Parsed:
    found = parse(text, find_language(language_id, ""), base)
    assert found is not None
    return found


def test_a_language_without_grammar_and_a_huge_text_have_no_tree() -> None:
    assert parse("x", find_language("plaintext", "")) is None
    assert parse("#" * (LARGEST_TEXT + 1), PYTHON) is None


def test_the_same_text_gives_the_same_tree_back() -> None:
    first = parsed("x = 1\n")
    assert parse("x = 1\n", PYTHON, first) is first


def test_a_base_of_another_language_is_not_used() -> None:
    other = parsed("let x = 1;", "javascript")
    assert parsed("x = 1\n", base=other).list_faults() == ()


pieces = st.sampled_from(
    ["def f():\n", "    x = 1\n", "\n", "😀", "漢", "é", '"""', "'", "(", ")", "# c\r\n",
     "class A:\n", "@d\n", "\ud800", "return", "\x00", "\x0c", " ", "\r"]
)  # fmt: skip
texts = st.lists(pieces, max_size=25).map("".join)


@settings(max_examples=150, deadline=None)
@given(texts, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8), texts), max_size=4))
def test_an_incremental_parse_equals_a_fresh_one(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    """What a broken text is taken for may depend on the way there; whether it is broken may not."""
    tree = parsed(text)
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
        tree, fresh = parsed(text, base=tree), parsed(text)
        assert bool(tree.list_faults()) == bool(fresh.list_faults())
        if not fresh.list_faults():
            assert str(tree.root) == str(fresh.root)
            assert tree.list_symbols() == fresh.list_symbols()


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40), st.integers(1, 40))
def test_offsets_convert_both_ways(text: str, times: int) -> None:
    text = text * times  # beyond one step of the table
    offsets = Offsets(text, encode(text))
    for point in {0, len(text) // 3, len(text) // 2, len(text)}:
        byte = len(encode(text[:point]))
        assert offsets.convert_to_byte(point) == byte
        assert offsets.convert_to_point(byte) == point


@pytest.mark.parametrize("language", SAMPLES)
def test_every_question_has_an_answer_at_every_place(language: str) -> None:
    path, text, _, _ = SAMPLES[language]
    tree = parse(text, find_language("", path))
    assert tree is not None
    for offset in range(len(text) + 1):
        cursor = Span(offset, offset)
        enclosing = tree.find_enclosing(cursor)
        assert enclosing is None or enclosing in tree.list_symbols()
        tree.find_next_symbol(offset)
        tree.find_string_around(offset)
        tree.find_statement(cursor)


@pytest.mark.parametrize(
    ("text", "language", "line", "column", "message"),
    [
        ("x = 1\nif x\n    y\n", "python", 2, None, ""),
        ('s = "😀😀"; x = = 1\n', "python", 1, 15, "unexpected `=`"),
        ("let a = {\n", "javascript", None, None, ""),
        ("int main( { }\n", "c", 1, None, ""),
        ('{"a": }', "json", 1, None, ""),
    ],
)
def test_faults_say_where_and_what(
    text: str, language: str, line: int | None, column: int | None, message: str
) -> None:
    faults = parsed(text, language).list_faults()
    assert faults
    assert line is None or faults[0].line == line
    assert column is None or faults[0].column == column
    assert message in faults[0].message


def test_faults_are_bounded() -> None:
    assert 0 < len(parsed("def (:\n" * 5000).list_faults()) <= 200


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'x = """one\ntwo\nthree"""\n'),
        ("python", 'x = f"""one\ntwo {y}\nthree"""\n'),
        ("javascript", "const x = `one\ntwo ${y}\nthree`;\n"),
        ("javascript", "/* one\ntwo\nthree */\n"),
        ("go", "package a\nvar x = `one\ntwo\nthree`\n"),
        ("rust", 'const X: &str = r#"one\ntwo\nthree"#;\n'),
        ("java", 'class A { String s = """\none\ntwo\nthree"""; }\n'),
        ("cpp", 'auto x = R"(one\ntwo\nthree)";\n'),
        ("csharp", 'class A { string s = @"one\ntwo\nthree"; }\n'),
        ("ruby", "x = <<~EOS\n  one\n  two\nthree\nEOS\n"),
        ("php", "<?php\n$x = <<<EOT\none\ntwo\nthree\nEOT;\n"),
        ("shellscript", "cat <<EOF\none\ntwo\nthree\nEOF\n"),
        ("lua", "x = [[one\ntwo\nthree]]\n"),
        ("kotlin", 'val x = """one\ntwo\nthree"""\n'),
        ("swift", 'let x = """\none\ntwo\nthree\n"""\n'),
        ("scala", 'val x = """one\ntwo\nthree"""\n'),
        ("toml", 'x = """one\ntwo\nthree"""\n'),
        ("yaml", "x: |\n  one\n  two\n  three\n"),
        ("html", "<!-- one\ntwo\nthree -->\n"),
        ("markdown", "```\none\ntwo\nthree\n```\n"),
    ],
)
def test_a_multi_line_string_is_known_around_its_middle(language: str, text: str) -> None:
    found = parsed(text, language).find_string_around(text.index("two"))
    assert found is not None
    assert found.start <= text.index("one")
    assert found.end >= text.index("three") + 5


def test_a_string_on_one_line_needs_no_care() -> None:
    assert parsed('x = "one two"\n').find_string_around(8) is None


def test_a_long_file_parsed_again_has_the_tree_of_a_fresh_parse() -> None:
    text = "".join(f"def f{n}(a, b):\n    return a + b * {n}\n\n" for n in range(3400))
    middle = len(text) // 2
    changed = text[:middle] + "1" + text[middle:]

    again, afresh = parsed(changed, base=parsed(text)), parsed(changed)

    assert again.list_symbols() == afresh.list_symbols()
    assert again.list_faults() == afresh.list_faults()


@pytest.mark.parametrize("text", ["- " * 254, "\n".join(" " * n + "a:" for n in range(254))])
def test_yaml_too_deep_for_its_scanner_is_worked_on_by_lines(text: str) -> None:
    """The scanner would write beyond its buffer and take the process with it."""
    assert parse(text, find_language("yaml", "")) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ruby", "a." * 20_000),
        ("csharp", "a." * 20_000),
        ("python", "(" * 20_000),
        ("go", "a." * 20_000),
    ],
)
def test_endless_nesting_comes_to_an_end(language: str, text: str) -> None:
    """With a cost that grows with the square it would not within the runner's time-out."""
    tree = parsed(text, language)
    tree.list_faults()
    tree.list_symbols()
    tree.find_string_around(len(text) // 2)
    assert tree.text == text


def test_a_grammar_that_runs_wild_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux_lsp.syntax.reparse._LONGEST_SECONDS", 0.05)
    assert parse("/*" * 10_000, find_language("swift", "")) is None

import pytest

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.languages import find_language, list_languages
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed, parse
from tests.syntax.samples import SAMPLES


def parsed(text: str, path: str) -> Parsed:
    found = parse(text, find_language("", path))
    assert found is not None
    return found


def described(text: str, symbol: Symbol) -> str:
    snapshot = Snapshot("", "", "", None, text)
    lines = snapshot.get_lines(symbol.span)
    return f"{symbol.kind} {symbol.qualified} {lines.first}-{lines.last}"


def test_every_parsed_language_has_a_sample() -> None:
    assert {one.id for one in list_languages() if one.grammar} == set(SAMPLES)


@pytest.mark.parametrize("language", SAMPLES)
def test_symbols_of_every_language_with_what_belongs_to_them(language: str) -> None:
    path, text, expected, _ = SAMPLES[language]
    tree = parsed(text, path)
    assert tree.language.id == language
    assert tree.list_faults() == ()
    assert [described(text, symbol) for symbol in tree.list_symbols()] == expected


@pytest.mark.parametrize("language", SAMPLES)
def test_header_is_the_imports_and_what_stands_before_them(language: str) -> None:
    path, text, _, lines = SAMPLES[language]
    header = parsed(text, path).find_header()
    assert (header.extract(text).count("\n") if header else 0) == lines


@pytest.mark.parametrize("language", SAMPLES)
def test_names_stand_where_the_name_span_says(language: str) -> None:
    path, text, _, _ = SAMPLES[language]
    for symbol in parsed(text, path).list_symbols():
        shown = symbol.name_span.extract(text)
        assert symbol.name.split(" ")[0] in shown
        assert text.count("\n", 0, symbol.name_span.start) == symbol.signature_line


@pytest.mark.parametrize("language", SAMPLES)
def test_spans_are_whole_lines_and_nested_ones_lie_inside(language: str) -> None:
    path, text, _, _ = SAMPLES[language]
    tree = parsed(text, path)
    by_name = {s.qualified: s for s in reversed(tree.list_symbols())}
    for symbol in tree.list_symbols():
        assert symbol.span.start == 0 or text[symbol.span.start - 1] == "\n"
        assert symbol.span.end == len(text) or text[symbol.span.end - 1] == "\n"
        outer = by_name.get(symbol.parent or "")
        if (
            outer is not None and symbol.kind != "method"
        ):  # Go's stand outside; an impl shares its name
            assert outer.span.contains(symbol.span)


COMMENTED = [
    one.id for one in list_languages() if one.grammar and one.line_comment and one.id != "php"
]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("language", COMMENTED)
def test_emoji_and_crlf_do_not_shift_anything(language: str, end: str) -> None:
    path, text, expected, _ = SAMPLES[language]
    comment = find_language("", path).line_comment
    moved = f"{comment} 😀漢字é\n\n{text}".replace("\n", end)
    tree = parsed(moved, path)
    kinds = [described(moved, s).rsplit(" ", 1)[0] for s in tree.list_symbols()]
    assert kinds == [one.rsplit(" ", 1)[0] for one in expected]
    for symbol in tree.list_symbols():
        assert symbol.name.split(" ")[0] in symbol.name_span.extract(moved)


CODE = '''\
import os

CONFIG = {
    "a": 1,
}


# first of all
def first(x):
    helper = lambda: 1

    def inner(): return 2

    return x

class Box:
    """A box."""

    size = 1

    @property
    def area(self):
        # side squared
        return self.size ** 2


@cache
def last(): ...
'''


def at(needle: str, text: str = CODE) -> Span:
    offset = text.index(needle)
    return Span(offset, offset)


def name_at(span: Span, text: str = CODE, path: str = "a.py") -> str | None:
    symbol = parsed(text, path).find_enclosing(span)
    return symbol.qualified if symbol else None


@pytest.mark.parametrize(
    ("needle", "expected"),
    [
        ("return x", "first"),
        ("first of all", "first"),
        ("return 2", "first"),  # a one-line helper is too small to be meant
        ("class Box", "Box"),
        ("size = 1", "Box"),
        ("@property", "Box.area"),
        ("squared", "Box.area"),
        ("@cache", "last"),
        ('"a": 1', "CONFIG"),
        ("import os", None),
    ],
)
def test_a_cursor_belongs_to_the_innermost_symbol(needle: str, expected: str | None) -> None:
    assert name_at(at(needle)) == expected


def test_a_cursor_on_the_blank_line_above_a_symbol_belongs_to_it() -> None:
    above_first = CODE.index("# first") - 1
    assert name_at(Span(above_first, above_first)) == "first"
    two_above = above_first - 1
    assert name_at(Span(two_above, two_above)) is None


def test_a_cursor_on_the_line_after_a_symbol_does_not_belong_to_it() -> None:
    text = "def a():\n    pass\n\n\n\nx = 1\n"
    assert name_at(at("\n\n\nx", text), text) is None
    assert name_at(Span(len("def a():\n    pass"), len("def a():\n    pass")), text) == "a"


def test_a_cursor_at_the_very_end_belongs_to_a_last_symbol_without_line_end() -> None:
    text = "def a():\n    pass"
    assert name_at(Span(len(text), len(text)), text) == "a"


def test_blanks_around_a_selection_do_not_count() -> None:
    start, end = CODE.index("# first"), CODE.index("class Box")
    assert name_at(Span(start - 2, end)) == "first"


def test_a_selection_over_two_methods_belongs_to_their_class() -> None:
    assert name_at(Span(CODE.index("size"), CODE.index("squared"))) == "Box"


def test_the_whole_symbol_is_found_from_far_below_its_start() -> None:
    body = "".join(f"    x{n} = {n}\n" for n in range(2000))
    text = f"@one\n@two(\n    3,\n)\n# note\ndef big():\n{body}"
    tree = parsed(text, "a.py")
    found = tree.find_enclosing(at("x1990", text))
    assert found is not None
    assert found.span == Span(0, len(text))
    assert found in tree.list_symbols()


def test_next_symbol_is_the_one_right_below() -> None:
    text = "x = 1\n# flux: do it\n\ndef f(): ...\n\n# flux: other\ny = 2\ndef g(): ...\n"
    tree = parsed(text, "a.py")
    found = tree.find_next_symbol(text.index("flux: do"))
    assert found is not None
    assert found.name == "f"
    assert tree.find_next_symbol(text.index("flux: other")) is None


def test_next_symbol_of_a_directive_among_its_comments_and_decorators() -> None:
    text = "class A:\n    # flux: go\n    @d\n    def f(self): ...\n\n    def g(self): ...\n"
    found = parsed(text, "a.py").find_next_symbol(text.index("flux"))
    assert found is not None
    assert found.qualified == "A.f"
    assert found.span.start == text.index("    # flux")


def test_a_comment_of_the_function_above_stays_there() -> None:
    text = "def a():\n    pass\n    # inside a\ndef b():\n    pass\n"
    symbols = parsed(text, "a.py").list_symbols()
    assert symbols[1].span.start == text.index("def b")


def test_a_broken_file_still_has_its_whole_symbols() -> None:
    text = "def a():\n    return 1\n\ndef b():\n    x = = 2\n\ndef c():\n    return 3\n"
    tree = parsed(text, "a.py")
    assert tree.list_faults()
    assert [s.name for s in tree.list_symbols()] == ["a", "b", "c"]


def test_statement_is_the_top_level_one_even_inside_a_guard() -> None:
    span = parsed(CODE, "a.py").find_statement(at('"a": 1'))
    assert span is not None
    assert span.extract(CODE).startswith("CONFIG = {\n")
    assert span.extract(CODE).endswith("}\n")
    header = "#ifndef X\n#define X\nint a[] = {\n 1,\n};\nint b;\n#endif\n"
    inner = parsed(header, "a.h").find_statement(at("1,", header))
    assert inner is not None
    assert inner.extract(header) == "int a[] = {\n 1,\n};\n"

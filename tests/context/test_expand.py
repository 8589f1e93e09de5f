import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.expand import expand_target
from flux_lsp.context.values import Context, Excerpt
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.core.usage import estimate_tokens
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse


def snapshot(text: str, path: str = "a.py") -> Snapshot:
    return Snapshot(f"file:///w/{path}", path, "", 1, text)


def shown(
    text: str, selection: Span, path: str = "a.py", tokens: int = 16_000, wider: bool = False
) -> Context:
    parsed = parse(text, find_language("", path))
    context = expand_target(snapshot(text, path), selection, parsed, max_tokens=tokens, wider=wider)
    assert isinstance(context, Context)
    return context


def cursor(text: str, needle: str) -> Span:
    offset = text.index(needle)
    return Span(offset, offset)


def lines_shown(context: Context) -> set[int]:
    target = context.target.lines
    shown = {*range(target.first, target.last + 1)}
    for excerpt in context.excerpts:
        shown |= {*range(excerpt.lines.first, excerpt.lines.last + 1)}
    return shown


FUNCTIONS = "import os\n\n\n" + "".join(
    f"def f{n}(a):\n    b = a + {n}\n    return b\n\n\n" for n in range(400)
)


def test_a_cursor_means_the_symbol_and_the_whole_file_is_shown_when_it_fits() -> None:
    text = "import os\n\n\ndef f(a):\n    return a\n"
    context = shown(text, cursor(text, "return"))
    assert context.target.text == "def f(a):\n    return a\n"
    assert context.target.lines == LineRange(4, 5)
    assert [(e.text, e.why) for e in context.excerpts] == [(text, "whole file")]
    assert [(s.path, s.lines, s.why) for s in context.sent] == [
        ("a.py", "4-5", "target"),
        ("a.py", "1-5", "whole file"),
    ]


def test_one_selected_character_means_the_symbol_too() -> None:
    text = "x = 1\n\n\ndef f(a):\n    return a\n"
    start = text.index("return")
    assert shown(text, Span(start, start + 1)).target.text.startswith("def f")


def test_a_selection_grows_to_whole_lines_and_no_further() -> None:
    text = "def f(a):\n    b = a\n    c = b\n    return c\n"
    start = text.index("= a")
    context = shown(text, Span(start, text.index("b\n    return")))
    assert context.target.text == "    b = a\n    c = b\n"
    ends_at_line_start = Span(text.index("    b"), text.index("    c"))
    assert shown(text, ends_at_line_start).target.text == "    b = a\n"


def test_a_cursor_among_the_imports_means_them_all() -> None:
    text = '"""Doc."""\nimport os\nimport sys\n\nx = 1\n'
    assert shown(text, cursor(text, "import sys")).target.lines == LineRange(1, 3)


def test_a_cursor_outside_of_any_symbol_means_the_statement() -> None:
    text = "import os\n\nCONFIG = {\n    1: 2,\n    3: 4,\n}\ny = 1\n"
    assert shown(text, cursor(text, "3: 4")).target.lines == LineRange(3, 6)


def test_fifty_lines_around_the_imports_and_the_enclosing_symbol_are_shown() -> None:
    text = FUNCTIONS.replace("def f200(a):", '@deco\n@other\ndef f200(a):\n    """Doc."""')
    context = shown(text, cursor(text, "b = a + 200"), tokens=6_000)
    target = context.target.lines
    expected = {1, *range(target.first - 50, target.last + 51)}
    assert expected <= lines_shown(context)
    assert context.target.text.startswith("@deco\n")
    assert any("imports and header" in e.why for e in context.excerpts)


def test_the_whole_enclosing_class_is_shown_when_it_fits() -> None:
    methods = "".join(f"    def m{n}(self):\n        return {n}\n\n" for n in range(100))
    text = FUNCTIONS + f"class Big:\n{methods}\n\nlast = 1\n" + FUNCTIONS[9:]
    context = shown(text, cursor(text, "return 50\n"), tokens=8_000)
    first = text.count("\n", 0, text.index("class Big")) + 1
    assert {*range(first, first + 300)} <= lines_shown(context)
    assert any("class Big" in e.why for e in context.excerpts)


def test_wider_shows_at_least_two_hundred_lines_around() -> None:
    narrow = shown(FUNCTIONS, cursor(FUNCTIONS, "b = a + 200"), tokens=5_000)
    wide = shown(FUNCTIONS, cursor(FUNCTIONS, "b = a + 200"), tokens=5_000, wider=True)
    target = wide.target.lines
    assert wide.target == narrow.target
    assert {*range(target.first - 200, target.last + 201)} <= lines_shown(wide)
    assert len(lines_shown(narrow)) < 150


@pytest.mark.parametrize("offset", [-60, 60])
def test_a_multi_line_string_is_never_cut(offset: int) -> None:
    lines = FUNCTIONS.split("\n")
    middle = 1000
    at = middle + offset - 20
    lines[at : at + 40] = ['X = """', *["  text"] * 38, '"""']
    text = "\n".join(lines)
    start = sum(len(line) + 1 for line in lines[:middle])
    context = shown(text, Span(start, start + 5), tokens=6_000)
    inside = {*range(at + 1, at + 41)}
    assert inside <= lines_shown(context)


def test_a_target_may_be_larger_than_what_is_shown_around_it() -> None:
    text = "x = [\n" + "    1,\n" * 5_000 + "]\n"

    context = expand_target(snapshot(text), Span(0, len(text)), None, max_tokens=4_000)

    assert isinstance(context, Context)
    assert context.target.text == text


def test_a_target_that_fits_into_no_answer_is_a_problem_with_numbers() -> None:
    text = "x = [\n" + "    1,\n" * 100_000 + "]\n"

    problem = expand_target(snapshot(text), Span(0, len(text)), None, max_tokens=4_000)

    assert isinstance(problem, Problem)
    assert problem.code is ErrorCode.TOO_LARGE
    assert "100,002 lines" in problem.message
    assert "Select at most about" in problem.hint


def test_a_big_target_is_not_shown_twice_when_there_is_no_room() -> None:
    text = "def f():\n" + "".join(f"    a{n} = {n}\n" for n in range(300)) + "\n\nx = 1\n"
    tokens = int(estimate_tokens(text) * 1.3)
    context = shown(text, cursor(text, "a7 ="), tokens=tokens)
    assert context.target.lines == LineRange(1, 301)
    assert [str(e.lines) for e in context.excerpts] == ["302-304"]
    assert context.tokens <= tokens


def test_guidance_counts_and_is_sent() -> None:
    text = "def f():\n    pass\n"
    guidance = (Excerpt("AGENTS.md", LineRange(1, 1), "Be brief.\n", "guidance", 1),)
    context = expand_target(snapshot(text), Span(0, 0), None, max_tokens=1_000, guidance=guidance)
    assert isinstance(context, Context)
    assert context.guidance == guidance
    assert ("AGENTS.md", "1", "guidance") in [(s.path, s.lines, s.why) for s in context.sent]
    bare = expand_target(snapshot(text), Span(0, 0), None, max_tokens=1_000)
    assert isinstance(bare, Context)
    assert context.tokens > bare.tokens


@pytest.mark.parametrize(
    ("text", "needle", "expected"),
    [
        ("one\ntwo\n\nthree\nfour\n\nfive\n", "four", "three\nfour\n"),
        ("one\ntwo\n\nthree\nfour\n", "\nthree", "three\nfour\n"),
        ("main:\n  call x\n\n  ret\n\nother:\n  nop\n", "ret", "main:\n  call x\n\n  ret\n"),
        ("f(x) {\n  a;\n\n  b;\n}\n\ng() {}\n", "b;", "f(x) {\n  a;\n\n  b;\n}\n"),
        ("# note\nfoo() {\n\n  a;\n}\n", "# note", "# note\nfoo() {\n\n  a;\n}\n"),
        ("one\n\n\n", "\n\n\n", "one\n"),
        ("\n\n  \n", "  ", "\n"),
        ("last", "last", "last"),
    ],
)
def test_an_unknown_language_is_worked_on_by_paragraph_and_indentation(
    text: str, needle: str, expected: str
) -> None:
    context = shown(text, cursor(text, needle), path="a.unknown")
    assert context.target.text == expected


def test_an_endless_block_is_bounded() -> None:
    text = "line\n" * 5_000
    start = 5 * 2_500
    target = shown(text, Span(start, start), path="a.unknown").target
    assert target.lines == LineRange(2_476, 2_526)


pieces = st.sampled_from(
    ["def f():\n", "class A:\n", "    def m(self):\n", "        x = 1\n", "\n", "# c\n", '"""', "é😀\n",
     "import os\n", "\r\n", "  \n", "@d\n", "y = (\n", ")\n", "z"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(pieces, min_size=1, max_size=60).map("".join),
    st.integers(0, 400),
    st.integers(0, 60),
    st.sampled_from([150, 400, 1_000, 16_000]),
    st.booleans(),
    st.sampled_from(["a.py", "a.unknown"]),
)
def test_whatever_is_shown_is_the_files_own_text_and_within_the_budget(
    text: str, start: int, length: int, tokens: int, wider: bool, path: str
) -> None:
    start = min(start, len(text))
    selection = Span(start, min(len(text), start + length))
    parsed = parse(text, find_language("", path))
    document = snapshot(text, path)
    context = expand_target(document, selection, parsed, max_tokens=tokens, wider=wider)
    if isinstance(context, Problem):
        return
    target = context.target
    assert len(target.span) > 0
    assert target.span == document.expand_to_lines(target.span)
    assert context.tokens <= tokens
    last = 0
    for excerpt in context.excerpts:
        span = document.get_line_span(excerpt.lines.first - 1, excerpt.lines.last - 1)
        assert excerpt.text == span.extract(text)
        assert excerpt.lines.first > last
        last = excerpt.lines.last
        assert excerpt.why
    if len(selection) > 1 and selection.extract(text).strip():
        assert target.span.contains(selection)

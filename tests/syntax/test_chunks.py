"""The parser gets every byte, and a parse leaves nothing behind."""

import gc
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Parser

from flux_lsp.core.text import Span
from flux_lsp.syntax.grammars import load_grammar
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

PYTHON = find_language("python", "a.py")


@pytest.mark.parametrize("end", ["", "x", "é", "漢", "😀", "x漢", "漢é", "xx😀", "x\n", '"漢'])
@pytest.mark.parametrize("lines", [0, 1, 7, 8_000])
def test_the_parser_sees_the_text_to_its_last_byte(end: str, lines: int) -> None:
    text = "x = '漢é'\n" * lines + end

    tree = parse(text, PYTHON)

    loaded = load_grammar(PYTHON)
    assert tree is not None
    assert loaded is not None
    assert str(tree.root) == str(Parser(loaded).parse(text.encode()).root_node)


@given(st.text("漢é😀a'\n =", max_size=70))
def test_no_character_is_cut_at_the_edge_of_a_piece(text: str) -> None:
    loaded = load_grammar(PYTHON)
    assert loaded is not None
    expected = Parser(loaded).parse(text.encode()).root_node

    tree = parse(text, PYTHON)

    assert tree is not None
    assert str(tree.root) == str(expected)


def test_parses_and_searches_leave_nothing_in_memory() -> None:
    text = "".join(f"def f{i}(a, b):\n    return a + {i}\n\n\n" for i in range(2_000))
    tree = parse(text, PYTHON)

    def parse_again(times: int) -> None:
        nonlocal tree
        for number in range(times):
            tree = parse(text.replace("a + 1000", f"a + {number}"), PYTHON, tree)
            assert tree is not None
            tree.list_faults()
            tree.find_enclosing(Span(9_000, 9_000))

    tracemalloc.start()
    try:
        parse_again(5)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        parse_again(20)
        gc.collect()
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert left < len(text)  # a leak would be a copy for every parse


def test_the_callees_of_a_query_are_matched_without_a_leak() -> None:
    text = "it('adds', () => { add(1); });\n" * 2_000
    tree = parse(text, find_language("javascript", "a.js"))
    assert tree is not None

    def search(times: int) -> None:
        for _ in range(times):
            assert tree is not None
            assert tree.find_enclosing(Span(9_000, 9_000)) is not None

    tracemalloc.start()
    try:
        search(3)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        search(30)
        gc.collect()
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert left < 300_000  # a predicate that leaks would leave 100 bytes for each of 10,000 calls

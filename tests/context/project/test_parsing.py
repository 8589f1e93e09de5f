"""Of a page only the scripts are read, in their places, and none of its tags takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.context.project.parsing import blank_page, parse_source

WORDS = st.sampled_from(
    ["<script", "<script>", "</script>", "</SCRIPT >", "<!--", "-->", ' lang="ts"', ' type="x"', ">",
     '"', "'", "let a = 1;", "é", "\n", "\r\n", "\r", "<p>", " ", "\u2028"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=25).map("".join))
def test_any_page_keeps_its_length_and_its_lines(text: str) -> None:
    blanked = blank_page(text)

    assert len(blanked) == len(text)
    for old, new in zip(text, blanked, strict=True):
        assert new == old if old in "\r\n" else new in {old, " "}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<script>a</script>", "a"),
        ("<script setup lang='ts'>a</script><p>b</p><script>c</script>", "a c"),
        ("<script\n  setup\n>a</script\n>", "a"),
        ('<script generic="T extends A<B>">a</script>', "a"),
        ('<script lang="coffee">a</script>', ""),
        ('<script type="text/template">a</script>', ""),
        ("<!-- <script>a</script> --><script>b</script>", "b"),
        ("<scripted>a</scripted>", ""),
        ("<script>a", ""),
        ("<script a", ""),
        ("<!-- <script>a</script>", ""),
        ("<template>a</template>", ""),
    ],
)
def test_what_of_a_page_is_code(text: str, code: str) -> None:
    assert blank_page(text).split() == code.split()


@pytest.mark.parametrize("part", ["<script ", '<script "', "<script '\"", "<!--", "<script>", "<!---->",
                                  "</script  "])  # fmt: skip
def test_a_page_of_tags_ends_soon(part: str) -> None:
    text = (part * 400_000)[:400_000]
    started = time.process_time()

    assert not blank_page(text).strip()
    assert time.process_time() - started < 5


def test_a_page_without_scripts_defines_nothing() -> None:
    parsed = parse_source("<template><p>a</p></template>\n", "a.vue")

    assert parsed is not None
    assert not parsed.list_symbols()

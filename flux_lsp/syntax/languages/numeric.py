"""Languages for numbers and statistics: rows of the table.

Never holds logic. What each field means is told in `values.py`.
"""

from flux_lsp.syntax.languages.habits import TestHabit
from flux_lsp.syntax.languages.patterns import (
    END,
    LINE,
    LONG_STRING,
    SHORT_STRING,
    SUBROUTINE_HEADS,
)
from flux_lsp.syntax.languages.shared import HASH, PLAIN_DOCS
from flux_lsp.syntax.languages.values import BlockWords, Comments, Docs, Heads, Language

ROWS = (
    Language("r", "R", ".r .rmd =.rprofile", HASH,
        heads=Heads((r"[`\"]?([\w.<-]+?)[`\"]?\s*(?:<-|=)\s*function\b",)), docs=PLAIN_DOCS,
        brackets=True,
        tests=TestHabit((".R", ".r"), ("test-{}", "test_{}"), ("tests/testthat", "tests"),
            ("DESCRIPTION",), "flat", "testthat")),
    Language("julia", "Julia", ".jl", Comments(("#",), (("#=", "=#"),)),
        heads=Heads((r"@testset\s+(?:\w+\s+)?(\"[^\"]*\")",
            r"(?:@\w+\s+)*(?:function|macro|(?:mutable\s+)?struct|abstract\s+type|primitive\s+type"
            r"|module|baremodule)\s+(?:\w+\.)*(\(?[^\s({]+)",
            r"(?:@\w+\s+)*([\w!.]+)(?:\{[^}]*\})?\((?:[^()]|\([^()]*\))*\)\s*(?:::\s*[\w{}]+\s*)?"
            r"(?:where\s+.+?)?\s*=(?!=)")), decorated=True,
        docs=Docs(plain=True, strings=rf"^[ \t]*(?P<doc>{LONG_STRING}|{SHORT_STRING})[ \t]*\n"
            r"(?=[ \t]*(?:function|macro|struct|mutable|abstract|primitive|const|module|@|[\w.!]+[({]))"),
        characters=True,
        block_words=(BlockWords(
            r"(?<![\w.:@])(?:function|macro|struct|module|baremodule|begin|let|quote|if|for|while|try|do"
            r"|(?:abstract|primitive)[ \t]+type)\b", END, outer=True),), brackets=True,
        tests=TestHabit((".jl",), ("test_{}", "{}_test", "{}"), ("test",), ("Project.toml",),
            "flat", "Test")),
    Language("matlab", "MATLAB", ".mlx", Comments(("%", "#"), (("%{", "%}"), ("#{", "#}"))),
        other_ids="octave",
        heads=Heads((r"(?:function\s+(?:[^=(]*=\s*)?|classdef\s+(?:\([^)]*\)\s*)?)([\w.]+)",)),
        docs=PLAIN_DOCS, characters=True,
        block_words=(BlockWords(
            LINE + r"(?:if|for|parfor|while|switch|try|classdef|methods|properties|events"
            r"|enumeration)\b",
            r"(?<![\w.])end\b", LINE + r"function\b", outer=True),)),
    Language("fortran", "Fortran", ".f90 .f95 .f03 .f08 .for .f", Comments(("!",)),
        other_ids="fortran-modern fortran_free-form", heads=Heads(SUBROUTINE_HEADS),
        docs=PLAIN_DOCS,
        block_words=(BlockWords(LINE + r"(?:\w+[ \t]*:[ \t]*)?if\b[^\n]*\bthen[ \t]*$",
            r"\bend[ \t]*if\b"), BlockWords(LINE + r"(?:\w+[ \t]*:[ \t]*)?do\b",
            r"\bend[ \t]*do\b"), BlockWords(r"(?<!end)(?<!end )\bsubroutine\b",
            r"\bend[ \t]*subroutine\b"))),
)  # fmt: skip

"""The words that open and close blocks, by language: a new language is a new row.

Only languages whose text no grammar of ours parses, and the directives of preprocessors.
`opens` and `closes` match whole words in code without strings and comments; `may_open` what opens
a block only in some dialects.
"""

import re
from typing import NamedTuple


class Pair(NamedTuple):
    """What opens and what closes one kind of block; `outer` counts outside of brackets only."""

    opens: re.Pattern[str]
    closes: re.Pattern[str]
    outer: bool = False
    may_open: re.Pattern[str] | None = None


def _pair(opens: str, closes: str, may_open: str = "", *, outer: bool = False) -> Pair:
    flags = re.MULTILINE | re.IGNORECASE
    optional = re.compile(may_open, flags) if may_open else None
    return Pair(re.compile(opens, flags), re.compile(closes, flags), outer, optional)


_LINE = r"^[ \t]*"
_PREPROCESSOR = (_pair(_LINE + r"#[ \t]*if(?:n?def)?\b", _LINE + r"#[ \t]*endif\b"),)
_END = r"(?<![\w.:@])end\b(?![:?!\w])"

BLOCKS: dict[str, tuple[Pair, ...]] = {
    "elixir": (_pair(r"(?<![\w.:@])(?:do\b(?!:)|fn\b)", _END),),
    "julia": (
        _pair(
            r"(?<![\w.:@])(?:function|macro|struct|module|baremodule|begin|let|quote|if|for|while|try|do"
            r"|(?:abstract|primitive)[ \t]+type)\b",
            _END,
            outer=True,
        ),
    ),
    "crystal": (
        _pair(
            r"(?:^|[;=(])[ \t]*(?:(?:private|protected)[ \t]+)?(?:(?:abstract[ \t]+)?(?:class|struct)"
            r"|module|lib|enum|union|def|macro|if|unless|while|until|case|select|begin)\b|\bdo\b",
            _END,
        ),
    ),
    "fish": (
        _pair(r"(?:^|;)[ \t]*(?:function|if|for|while|switch|begin)\b",
              r"(?:^|;)[ \t]*end\b"),
    ),
    "vim": (
        _pair(_LINE + r"fu(?:n|nc|nct|ncti|nctio|nction)?!?[ \t]", _LINE + r"endf(?:u\w*)?\b"),
        _pair(_LINE + r"if\b", _LINE + r"en(?:d|di|dif)?\b"),
        _pair(_LINE + r"for\b", _LINE + r"endfo(?:r)?\b"),
        _pair(_LINE + r"wh(?:i|il|ile)?\b", _LINE + r"endw(?:h\w*)?\b"),
        _pair(_LINE + r"try\b", _LINE + r"endt(?:r|ry)?\b"),
    ),
    "cmake": tuple(
        _pair(_LINE + rf"{word}[ \t]*\(", _LINE + rf"end{word}[ \t]*\(")
        for word in ("if", "foreach", "while", "function", "macro", "block")
    ),
    "makefile": (
        _pair(_LINE + r"ifn?(?:eq|def)\b", _LINE + r"endif\b"),
        _pair(_LINE + r"(?:override[ \t]+|export[ \t]+)*define\b", _LINE + r"endef\b"),
    ),
    "matlab": (
        _pair(_LINE + r"(?:if|for|parfor|while|switch|try|classdef|methods|properties|events|enumeration)\b",
              r"(?<![\w.])end\b", _LINE + r"function\b", outer=True),
    ),
    "pascal": (
        _pair(r"\b(?:begin|case|try|record|asm)\b"
              r"|=[ \t]*(?:packed[ \t]+)?(?:class|interface|object)\b(?![ \t]*(?:;|of\b))",
              r"\bend\b"),
        _pair(r"\brepeat\b", r"\buntil\b"),
    ),
    "fortran": (
        _pair(_LINE + r"(?:\w+[ \t]*:[ \t]*)?if\b[^\n]*\bthen[ \t]*$", r"\bend[ \t]*if\b"),
        _pair(_LINE + r"(?:\w+[ \t]*:[ \t]*)?do\b", r"\bend[ \t]*do\b"),
        _pair(r"(?<!end)(?<!end )\bsubroutine\b", r"\bend[ \t]*subroutine\b"),
    ),
    "verilog": tuple(
        _pair(rf"\b{opens}\b", rf"\b{closes}\b")
        for opens, closes in (("begin", "end"), ("module", "endmodule"), ("case[xz]?", "endcase"),
                              ("class", "endclass"), ("package", "endpackage"))
    ),
    "jinja": tuple(
        _pair(rf"\{{%[-+]?[ \t]*{word}\b", rf"\{{%[-+]?[ \t]*end{word}\b")
        for word in ("if", "for", "block", "macro", "call", "filter", "with")
    ),
    **dict.fromkeys(("c", "cpp", "csharp", "objective-c", "objective-cpp", "glsl", "swift"), _PREPROCESSOR),
}  # fmt: skip

# Brace languages without a grammar: their brackets balance in code without strings and comments.
BRACKETED = frozenset(
    {"dart", "groovy", "objective-c", "objective-cpp", "zig", "solidity", "proto", "glsl", "scss",
     "less", "v", "odin", "prisma", "graphql", "powershell", "r", "julia", "elixir", "fsharp", "nix",
     "perl", "awk", "tcl"}
)  # fmt: skip

"""How each language writes documentation into comments, and whether its line breaks are code.

Never decides whether a comment documents something: where it stands does that.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from flux_lsp.syntax.languages import Language

# "free": line breaks mean nothing; "lines": they end statements; "indented": indentation is code.
LineRule = Literal["free", "lines", "indented"]

_SLASH = re.compile(r"///|//!|/\*\*|/\*!")
_HASHES = re.compile(r"##|#'|#:")
_OTHER = re.compile(r"///|//!|/\*\*|/\*!|##|#'|#:|---|--\s*\||;;;|%%|\{-\s*\||\(\*\*|<#|\"\"\"")
_MARKED = {
    "python": re.compile(r"#:"),
    "ruby": re.compile(r"=begin|##"),
    "lua": re.compile(r"---|--\[=*\[-?"),
    "shellscript": _HASHES,
    "css": re.compile(r"/\*\*"),
    "html": None,
    "markdown": None,
    "json": None,
}
# Where a plain comment above a symbol is its documentation.
_PLAIN = frozenset(
    {"go", "c", "cpp", "ruby", "lua", "shellscript", "sql", "hcl", "css", "toml", "yaml", "html",
     "perl", "r", "julia", "matlab", "fish", "powershell", "makefile", "just", "cmake",
     "dockerfile", "tcl", "awk", "vim", "erlang", "ada", "vhdl", "fortran", "pascal", "asm", "ini",
     "proto", "graphql", "starlark", "crystal", "bat", "vb", "lisp", "scheme", "clojure", "fennel",
     "glsl", "scss", "less", "verilog", "nix", "latex", "ocaml", "dotenv", "jinja", "erb"}
)  # fmt: skip
_FREE = frozenset(
    {"rust", "java", "csharp", "php", "css", "sql", "json"}
)  # fmt: skip
_INDENTED = frozenset({"python", "yaml"})


@dataclass(frozen=True, slots=True)
class DocForms:
    """`marked` matches the beginning of a comment that says by its form that it documents.

    `plain`: an ordinary comment directly above a symbol documents it, too.
    """

    marked: re.Pattern[str] | None
    plain: bool


@cache
def doc_forms(language: Language) -> DocForms:
    """The forms of `language`."""
    by_form = _SLASH if language.line_comment == "//" else _OTHER
    return DocForms(_MARKED.get(language.id, by_form), language.id in _PLAIN)


def layout_of(language: Language) -> LineRule:
    """What line breaks mean in `language`."""
    if language.id in _INDENTED:
        return "indented"
    return "free" if language.id in _FREE else "lines"

"""What a single line says about its block: its indentation, and whether it opens or closes one.

Never looks at another line, except in the few functions that take the lines to choose from.
"""

import re
from collections.abc import Sequence

from flux_lsp.syntax.comment_lines import is_comment
from flux_lsp.syntax.languages import Language

# What closes a block, and what goes on with one at the same indentation.
_ENDS = (
    "if|for|while|function|fun|def|case|class|macro|module|try|loop|do|task|package|generate|program"
    "|subroutine|switch|parfor|foreach|wh|fo|fu|f|w|select|sub|type|interface|struct|record|block"
    "|augroup|un|proc|procedure|method|property|enum|namespace|unless|begin|snippet|local"
)
CLOSER = re.compile(
    rf"[}})\]]|</|\|[}})\]]|(?i:end(?:{_ENDS})?|fi|done|esac|od|until)\b|(?:Wend|Next|Loop)\b"
    r"|#>|--\]\]|\*/|=#"
)
_GOES_ON = re.compile(
    r"(?i:else|elif|elsif|elseif|except|finally|catch|rescue|ensure|then|begin|where|deriving)\b"
    r"|\{(?![{%#])|\||>>"
)
REOPENS = re.compile(r"(?:[{(\[:,=]|=>|->|\b(?:do|then|begin|is|else|of|where)|\|[\w, ]*\|)\s*$")
_ABOVE = re.compile(
    r"template\s*<|\[(?:<|[A-Z])|#\[|#!\[|\{-#|#:|-spec\b|-doc\b|///|--[|^]|\(\*\*|\"\"\"|'''"
)


def find_nearest_filled(lines: Sequence[str], line: int) -> int:
    """`line`, or the next one with text, or the one before; 0 when there is none."""
    below = (n for n in range(line, len(lines)) if lines[n].strip())
    above = (n for n in range(min(line, len(lines)) - 1, -1, -1) if lines[n].strip())
    return next(below, next(above, 0))


def measure_indent(text: str) -> int:
    """Width of the blanks a line begins with; a tab counts to the next multiple of eight."""
    bare = text.lstrip(" \t")
    blanks = text[: len(text) - len(bare)]
    return len(blanks.expandtabs(8)) if "\t" in blanks else len(blanks)


def is_swallowed(
    lines: Sequence[str], head: int, first: int, signature: int, language: Language
) -> bool:
    """Whether the symbol that begins at line `head` was taken into one that it does not stand in.

    That one, beside a fault, begins at `first`, with its name on line `signature`.
    """
    if not language.nests or head <= max(first, signature):
        return False
    return measure_indent(lines[head]) <= measure_indent(lines[signature])


def may_belong_below(text: str, language: Language) -> bool:
    """Whether a line may belong to the symbol below it: a comment, an attribute, a decorator."""
    bare = text.strip()
    if not bare:
        return False
    if language.margin and bare.startswith("#"):
        return False
    if is_comment(bare, language):
        return True
    if bare.startswith("@"):
        return language.decorated
    starred = bare.startswith("*") and any(o == "/*" for o, _ in language.block_comments)
    return starred or _ABOVE.match(bare) is not None


def is_continuation(text: str, language: Language) -> bool:
    """Whether a line belongs to the block above it without being indented below its head."""
    bare = text.strip()
    if CLOSER.match(bare):
        return True
    return language.continues and _GOES_ON.match(bare) is not None


def is_margin_mark(text: str, language: Language) -> bool:
    """Whether a line stands outside of the indentation: for the preprocessor, or a label."""
    return bool(language.margin) and re.match(language.margin, text) is not None


def is_final(text: str) -> bool:
    """Whether a line closes a block and opens no other."""
    return CLOSER.match(text.strip()) is not None and not REOPENS.search(text.rstrip())

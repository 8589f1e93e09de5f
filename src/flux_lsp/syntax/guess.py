"""A guess at the symbol around a line from a few lines above it, for the menu's hot path.

Never parses and never looks at more than a few hundred lines; what runs afterwards parses.
"""

import re
from collections.abc import Sequence

from flux_lsp.syntax.languages import Language

LOOK_BACK, LOOK_AHEAD = 400, 4  # lines that a guess looks at

_MODIFIERS = (
    "export|default|public|private|protected|internal|static|async|abstract|final|override|"
    "virtual|inline|extern|unsafe|suspend|open|data|sealed|partial|readonly|local|const|pub"
)
_SYMBOL = re.compile(
    rf"^[ \t]*(?:(?:{_MODIFIERS})(?:\([\w\s]*\))?\s+)*"
    r"(?:def|class|function|func|fn|struct|enum|trait|impl|interface|module|object|fun|type)\b"
    r"\*?\s*(?:\([^)]{0,80}\)\s*)?(?:self\.)?([\w$.]*)"
)
# Languages whose functions begin with no keyword: any line may be inside of one.
_UNMARKED = frozenset(
    {
        "c",
        "cpp",
        "csharp",
        "java",
        "bash",
        "shellscript",
        "typescript",
        "javascript",
        "typescriptreact",
        "javascriptreact",
        "php",
        "swift",
    }
)


def guess_symbol(lines: Sequence[str], line: int, language: Language) -> str | None:
    """Name of the nearest symbol that begins at or above `line` (0-based) and is indented less.

    "" when there probably is one without a name to show; None when there is none.
    """
    if language.grammar is None or line >= len(lines):
        return None
    indent = _indent(lines[line])
    for number in range(line, max(-1, line - LOOK_BACK), -1):
        text = lines[number]
        if not text.strip():
            continue
        here = _indent(text)
        if number != line and here >= indent and not _decorates(lines[line]):
            continue
        found = _SYMBOL.match(text)
        if found:
            return found[1]
        indent = min(indent, here) if number != line else indent
    return "" if language.id in _UNMARKED and lines[line].strip() else _below(lines, line)


def _below(lines: Sequence[str], line: int) -> str | None:
    """A symbol that begins right under a comment, decorator or attribute."""
    for number in range(line, min(line + LOOK_AHEAD, len(lines))):
        found = _SYMBOL.match(lines[number])
        if found:
            return found[1]
        text = lines[number].lstrip()
        if not text.startswith(("#", "@", "//", "/*", "*", "--", ";", "[")):
            return None
    return None


def _decorates(text: str) -> bool:
    return text.lstrip().startswith("@")


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \t"))

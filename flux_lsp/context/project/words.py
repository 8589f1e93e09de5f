"""Finds the words of a file's code, each with its lines: strings and comments left out.

Never tells what a word means.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from flux_lsp.syntax.grammars import load_grammar

if TYPE_CHECKING:
    from tree_sitter import Query

    from flux_lsp.syntax.languages import Language
    from flux_lsp.syntax.tree import Parsed

_WORD = re.compile(r"[^\W\d][\w$]+")
_MOST_LINES = 60  # of one word in one file
_LAST_LINE = 65_535
_LONGEST = 80  # characters of a word
# Kinds of nodes whose text is no code, as the grammars call them.
_TEXT = re.compile(
    r"comment|string_(content|fragment|text|value)|literal_content|str_text|heredoc_(body|content)"
    r"|jsx_text|regex_pattern|raw_string|escape_sequence"
)
_BLANK = bytes(10 if byte == 10 else 32 for byte in range(256))


def list_words(parsed: "Parsed") -> dict[str, list[int]]:
    """List the words of the code, each with the 1-based lines that hold it, 60 at most."""
    from tree_sitter import QueryCursor

    code = bytearray(parsed.data)
    query = _load_text_query(parsed.language)
    if query is not None:
        for node in QueryCursor(query).captures(parsed.root).get("text", ()):
            start, end = node.byte_range
            code[start:end] = code[start:end].translate(_BLANK)
    words: dict[str, list[int]] = {}
    for number, line in enumerate(code.decode("utf-8", "replace").split("\n"), 1):
        if number > _LAST_LINE:
            break
        for word in set(_WORD.findall(line)):
            if word in words:
                lines = words[word]
                if len(lines) < _MOST_LINES:
                    lines.append(number)
            elif len(word) <= _LONGEST:
                words[word] = [number]
    return words


@lru_cache(maxsize=64)
def _load_text_query(language: "Language") -> "Query | None":
    """Load a query for the nodes of this grammar whose text is no code."""
    from tree_sitter import Query

    grammar = load_grammar(language)
    if grammar is None:
        return None
    kinds = range(grammar.node_kind_count)
    named = (
        grammar.node_kind_for_id(kind)
        for kind in kinds
        if grammar.node_kind_is_named(kind) and grammar.node_kind_is_visible(kind)
    )
    names = sorted({name for name in named if name and _TEXT.search(name)})
    if not names:
        return None
    return Query(grammar, "[" + " ".join(f"({name})" for name in names) + "] @text")

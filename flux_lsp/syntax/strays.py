"""Closing words that close nothing, which some grammars read as a name or a command.

Never reports a word that the grammar reads as a closing word.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from flux_lsp.syntax.faults import SyntaxFault, make_fault
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.languages.values import StrayWords
from flux_lsp.syntax.offsets import Offsets

if TYPE_CHECKING:
    from tree_sitter import Node

# Here such a word is a name: `def end`, `alias end x`, `range.end`.
_NAME_HOLDERS = frozenset({"method", "singleton_method", "alias", "undef", "call"})
_MOST = 50  # strays that are reported; candidates are not bounded by it


def find_strays(
    root: "Node", language: Language, text: str, data: bytes, offsets: Offsets
) -> list[SyntaxFault]:
    """Where a closing word has nothing to close, in document order."""
    if language.stray_words is None:
        return []
    words, opens = _compile(language.stray_words)
    openings = [match.end() for match in opens.finditer(data)] if opens else []
    faults: list[SyntaxFault] = []
    for match in words.finditer(data):
        if not _is_stray(root, language.stray_words.node, match.start(), match.end()):
            continue
        word = match[0].decode()
        if word == "}" and openings and openings[0] <= match.start():
            del openings[0]
            continue
        faults.append(make_fault(match.start(), f"unexpected `{word}`", text, offsets))
        if len(faults) == _MOST:
            break
    return faults


@cache
def _compile(stray: StrayWords) -> tuple[re.Pattern[bytes], re.Pattern[bytes] | None]:
    opens = re.compile(stray.opens.encode(), re.MULTILINE) if stray.opens else None
    return re.compile(stray.words.encode()), opens


def _is_stray(root: "Node", kind: str, start: int, end: int) -> bool:
    node = root.named_descendant_for_byte_range(start, end)
    if node is None or node.start_byte != start or node.end_byte != end:
        return False
    if node.type == "word" and kind == "command_name":
        node = node.parent
    if node is None or node.type != kind:
        return False
    return node.parent is None or node.parent.type not in _NAME_HOLDERS

"""Closing words that close nothing, which some grammars read as a name or a command.

Never looks at a word that the grammar took for what it is.
"""

import re
from typing import TYPE_CHECKING

from flux_lsp.syntax.faults import SyntaxFault, fault_at
from flux_lsp.syntax.offsets import Offsets

if TYPE_CHECKING:
    from tree_sitter import Node

# The words, where they may stand, and the kind of node that they become when they are strays.
_WORDS = {
    "ruby": (re.compile(rb"(?<![\w.:@$&])(?:end|rescue|ensure|elsif|when)\b(?![?!:(=])"), "identifier"),
    "shellscript": (
        re.compile(rb"(?<![\w.$/\-=\"'{}])(?:fi|done|esac|then|elif|\})(?![\w.\-/=\"'}])"),
        "command_name",
    ),
}  # fmt: skip
# What opens a block that the grammar does not know: the tests of Bats.
_OPENS = {"shellscript": re.compile(rb"^[ \t]*@test\b[^\n]*?\{(?=\s)", re.MULTILINE)}
_MOST = 50  # strays told of; candidates are not bounded by it


def strays(
    root: "Node", language_id: str, text: str, data: bytes, offsets: Offsets
) -> list[SyntaxFault]:
    """Where a closing word has nothing to close, in document order."""
    if language_id not in _WORDS:
        return []
    form, kind = _WORDS[language_id]
    opened = (
        [match.end() for match in _OPENS[language_id].finditer(data)]
        if language_id in _OPENS
        else []
    )
    found: list[SyntaxFault] = []
    for match in form.finditer(data):
        if _is_stray(root, kind, match.start(), match.end()):
            word = match[0].decode()
            if word == "}" and opened and opened[0] <= match.start():
                del opened[0]
                continue
            found.append(fault_at(match.start(), f"unexpected `{word}`", text, offsets))
            if len(found) == _MOST:
                break
    return found


def _is_stray(root: "Node", kind: str, start: int, end: int) -> bool:
    node = root.named_descendant_for_byte_range(start, end)
    if node is None or node.start_byte != start or node.end_byte != end:
        return False
    if node.type == "word" and kind == "command_name":
        node = node.parent
    if node is None or node.type != kind:
        return False
    parent = node.parent
    # `def end`, `alias end x`, `range.end`: a name after all
    return parent is None or parent.type not in {
        "method",
        "singleton_method",
        "alias",
        "undef",
        "call",
    }

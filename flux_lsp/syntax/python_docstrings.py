"""Whether a string of Python is the documentation of what it stands in.

Never counts every string that stands alone: only the first statement of a body documents.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_PREFIX = re.compile(rb"[rRuU]?[\"']")
_OWNERS = frozenset({"function_definition", "class_definition"})
# The end of a signature, for code around which the parser stumbled.
_SIGNATURE = re.compile(
    rb"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*(?:\[[^\n\[\]]*(?:\[[^\n\[\]]*\][^\n\[\]]*)*\])?"
    rb"[ \t]*(?:\((?:[^()]|\([^()]*\))*\))?[ \t]*(?:->[^:\n]*)?:[ \t]*(?:#[^\n]*)?\r?\n"
    rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*\Z",
    re.MULTILINE,
)
_BEFORE = 2_000  # bytes looked at for the signature


def is_docstring(node: "Node", data: bytes) -> bool:
    """Whether the string `node` is the first statement of a module, class or function."""
    if _PREFIX.match(data, node.start_byte) is None:
        return False
    statement = node.parent
    block = statement.parent if statement is not None else None
    if statement is None or block is None or statement.type == "ERROR" or block.type == "ERROR":
        return _is_below_signature(data, node)
    if statement.type != "expression_statement" or statement.named_child_count != 1:
        return False
    if block.type == "block":
        owner = block.parent
        owned = owner is not None and owner.type in _OWNERS
        return owned and _is_first(statement, block)
    return block.type == "module" and _is_first(statement, block)


def _is_first(statement: "Node", block: "Node") -> bool:
    first = next((child for child in block.named_children if child.type != "comment"), None)
    return first is not None and first.start_byte == statement.start_byte


def _is_below_signature(data: bytes, node: "Node") -> bool:
    begin = max(0, node.start_byte - _BEFORE)
    begin = data.find(b"\n", begin) + 1 if begin else 0
    line_end = data.find(b"\n", node.end_byte)
    rest = data[node.end_byte : line_end if line_end >= 0 else len(data)].strip()
    alone = not rest or rest.startswith(b"#")
    before = data[begin : node.start_byte]
    # only the last signature matters
    at = max(before.rfind(b"def "), before.rfind(b"class "))
    if at < 0 or not alone:
        return False
    return _SIGNATURE.search(before, before.rfind(b"\n", 0, at) + 1) is not None

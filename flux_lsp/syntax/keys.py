"""Finds keys that occur twice in one mapping of YAML, TOML or JSON, in the part that an edit touched.

Never looks further: a key that was there twice before is not the edit's fault.
"""

from collections import Counter
from typing import TYPE_CHECKING

from flux_lsp.syntax.faults import SyntaxFault, make_fault
from flux_lsp.syntax.reparse import find_changed_bytes
from flux_lsp.syntax.tree import Parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_MAPPINGS = frozenset({"object", "block_mapping", "flow_mapping", "table", "inline_table", "document",
                       "table_array_element"})  # fmt: skip
_MAY_REPEAT = frozenset({"<<"})
_TEMPLATE = ("{{", "{%")  # either branch of a condition may hold the same key


def find_new_duplicate_key(old: Parsed, new: Parsed) -> SyntaxFault | None:
    """Find a key that `new` holds twice in a mapping and `old` did not, or None."""
    if not new.language.key_nodes or any(mark in new.text for mark in _TEMPLATE):
        return None
    first, old_last, new_last = find_changed_bytes(old.tree, old.data, new.tree, new.data)
    twice = _find_repeated(new, first, new_last)
    if not twice:
        return None
    known = Counter(key for key, _ in _find_repeated(old, first, old_last))
    for key, byte in twice:
        if known[key] > 0:
            known[key] -= 1
        else:
            return make_fault(byte, f"duplicate key `{key}`", new.text, new.offsets)
    return None


def _find_repeated(parsed: Parsed, first: int, last: int) -> list[tuple[str, int]]:
    """Find key and place of each key that its mapping holds already, in the touched mappings."""
    repeated: list[tuple[str, int]] = []
    for mapping in _find_mappings(parsed, first, last):
        seen: set[str] = set()
        arrays = set() if parsed.language.id != "toml" else _find_array_tables(mapping, parsed.data)
        for pair in mapping.named_children:
            if pair.type not in parsed.language.key_nodes:
                continue
            key = _read_key(pair, parsed)
            if key is None or key in _MAY_REPEAT or any(_is_below(key, a) for a in arrays):
                continue
            if key in seen:
                repeated.append((key, pair.start_byte))
            seen.add(key)
    return repeated


def _find_mappings(parsed: Parsed, first: int, last: int) -> "list[Node]":
    """Find the mappings that touch the bytes `first..last`."""
    mappings: list[Node] = []
    waiting = [parsed.root]
    while waiting:
        node = waiting.pop()
        if node.type in _MAPPINGS:
            mappings.append(node)
        waiting += [
            child
            for child in node.named_children
            if child.start_byte <= last and child.end_byte >= first
        ]
    return mappings


def _read_key(pair: "Node", parsed: Parsed) -> str | None:
    """Read the key without quotes and blanks; a table's key with its brackets."""
    key = pair.child_by_field_name("key") or next(
        (child for child in pair.named_children if child.type.endswith("key")), None
    )
    if key is None:
        return None
    text = parsed.data[key.start_byte : key.end_byte].decode("utf-8", "replace").strip()
    plain = (
        ".".join(part.strip().strip("\"'") for part in text.split("."))
        if parsed.language.id == "toml"
        else text.strip("\"'")
    )
    return f"[{plain}]" if pair.type == "table" else plain


def _find_array_tables(mapping: "Node", data: bytes) -> set[str]:
    """Find `[a` for each `[[a]]`: the tables below may stand once in every element."""
    arrays = set()
    for child in mapping.named_children:
        if child.type == "table_array_element":
            head = data[child.start_byte : child.end_byte].split(b"\n", 1)[0]
            arrays.add("[" + head.decode("utf-8", "replace").strip(" []\r\t"))
    return arrays


def _is_below(key: str, array: str) -> bool:
    return key.startswith(array + ".")

"""Finds what a language's query matches in a tree: nodes with their names, still in bytes.

Never guesses from the text what the grammar knows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Query

# Where a node keeps its name, in the order of trust.
_NAME_FIELDS = ("name", "left", "key", "property")
# Nodes whose name stands elsewhere (or nowhere, then their first line is it).
_OTHER_NAME = {
    "impl_item": "type",
    "type_alias": "type",
    "singleton_class": "value",
    "subscript_declaration": "",
}
_SWIFT_KINDS = {"struct": "struct", "enum": "enum", "extension": "impl"}
_CALL_KINDS = {
    **dict.fromkeys(("it", "test", "specify", "bench", "scenario"), "test"),
    **dict.fromkeys(("describe", "suite", "context", "feature", "shared_examples"), "suite"),
    **dict.fromkeys(("require", "require_relative", "load", "autoload"), "header"),
}
# A query holds the interpreter's lock; a big file is searched piece by piece, so that others run.
_WINDOW = 200_000
# Symbols lie less deep than this in any code written by hand; going on would take the square of it.
_DEEPEST = 300
_CALLEE = re.compile(r"[fx]?(\w+)(.*)", re.DOTALL)
_RECEIVER = re.compile(r"(\w+)\s*(?:\[.*\])?\s*\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SymbolNode:
    """A symbol's node, in bytes."""

    kind: str
    start: int
    end: int
    name: str
    name_start: int
    name_end: int
    owner: str | None


@dataclass(slots=True)
class Findings:
    """All that a query found, in document order; pairs are `(start, end)` in bytes."""

    symbols: list[SymbolNode] = field(default_factory=list)
    wraps: list[tuple[int, int]] = field(default_factory=list)
    above: list[tuple[int, int]] = field(default_factory=list)
    headers: list[tuple[int, int]] = field(default_factory=list)


def find(root: "Node", query: "Query", data: bytes, first: int, last: int) -> Findings:
    """Find what `query` matches in nodes that touch the bytes `first..last` (outer ones included)."""
    best: dict[int, tuple[int, str, Node, Node | None]] = {}  # by node: its first pattern's
    for begin in range(first, max(last, first + 1), _WINDOW):
        for pattern, capture, node, name in _find_matches(
            root, query, data, begin, min(begin + _WINDOW, last)
        ):
            if node.id not in best or pattern < best[node.id][0]:
                best[node.id] = (pattern, capture, node, name)
    findings = Findings()
    for _, capture, node, name in best.values():
        _sort_capture(findings, capture, node, name, data)
    findings.symbols.sort(key=lambda f: (f.start, -f.end))
    return findings


def _find_matches(
    root: "Node", query: "Query", data: bytes, first: int, last: int
) -> "Iterator[tuple[int, str, Node, Node | None]]":
    """Find pattern, capture, its node and its name's node for each match."""
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query)
    cursor.set_byte_range(first, last)
    cursor.set_max_start_depth(_DEEPEST)
    for pattern, captures in cursor.matches(root):
        if not _is_meant(query, pattern, captures, data):
            continue
        name = captures.get("name")
        for capture, nodes in captures.items():
            if capture != "name" and not capture.startswith("_"):
                yield pattern, capture, nodes[0], name[0] if name else None


def _is_meant(
    query: "Query", pattern: int, captures: Mapping[str, list["Node"]], data: bytes
) -> bool:
    """Whether the pattern is for this callee or name.

    Predicates of the query don't ask this: the binding (0.26) leaks at each one it evaluates, and
    would ask the tree for the text, which the tree does not keep.
    """
    settings = query.pattern_settings(pattern)
    forms = ((settings.get("callee"), "_f"), (settings.get("named"), "name"))
    return all(
        form is None
        or capture not in captures
        or re.match(form, _read_text(data, captures[capture][0]))
        for form, capture in forms
    )


def _sort_capture(
    findings: Findings, capture: str, node: "Node", name: "Node | None", data: bytes
) -> None:
    pair = (node.start_byte, node.end_byte)
    if capture == "call":
        _take_call(findings, node, data)
    elif capture == "wrap":
        findings.wraps.append(pair)
    elif capture == "above":
        findings.above.append(pair)
    elif capture == "header":
        findings.headers.append(pair)
    else:
        findings.symbols.append(_make_symbol_node(capture, node, name, data))


def _take_call(findings: Findings, node: "Node", data: bytes) -> None:
    """Take `it("adds", …)` and its like; `require` is a header."""
    callee = node.child_by_field_name("function") or node.child_by_field_name("method")
    arguments = node.child_by_field_name("arguments")
    match = _CALLEE.match(_read_text(data, callee)) if callee else None
    if match is None or arguments is None:
        return
    kind = _CALL_KINDS.get(match[1]) or _CALL_KINDS.get(match[0][: match.end(1)])
    first = arguments.named_children[:1]
    if kind == "header":
        findings.headers.append((node.start_byte, node.end_byte))
    # describe.each(table) only makes the function that is then called with a name
    elif kind and first and not match[2].endswith(".each") and _is_test_name(first[0]):
        findings.symbols.append(_make_symbol_node(kind, node, first[0], data))


def _is_test_name(node: "Node") -> bool:
    return "string" in node.type or node.type in {"identifier", "constant", "scope_resolution"}


def _make_symbol_node(kind: str, node: "Node", name: "Node | None", data: bytes) -> SymbolNode:
    name = name or find_name_node(node)
    if name is None:
        first_line = data[node.start_byte : node.end_byte].split(b"\n", 1)[0]
        shown = first_line.split(b"{", 1)[0].decode("utf-8", "replace").strip().rstrip(" (:,")[:60]
        start, end = node.start_byte, node.start_byte + len(first_line)
    else:
        start, end = name.start_byte, name.end_byte
        shown = " ".join(_unquote(_read_text(data, name)).split())
    special = node.child_by_field_name("declaration_kind")
    if special is not None:
        kind = _SWIFT_KINDS.get(_read_text(data, special), kind)
    receiver = node.child_by_field_name("receiver")
    outside = (
        _RECEIVER.search(_read_text(data, receiver)) if receiver and kind == "method" else None
    )
    owner = outside[1] if outside else None
    return SymbolNode(kind, node.start_byte, node.end_byte, shown, start, end, owner)


def _unquote(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        return text[1:-1]
    return text


def find_name_node(node: "Node") -> "Node | None":
    """Find where a node keeps its name."""
    if node.type in _OTHER_NAME:
        return node.child_by_field_name(_OTHER_NAME[node.type])
    for name in _NAME_FIELDS:
        named = node.child_by_field_name(name)
        if named is not None:
            return named
    inner = node.child_by_field_name("declarator")  # C: `char **f(void)` nests them
    while inner is not None and (below := inner.child_by_field_name("declarator")) is not None:
        inner = below
    return inner


def _read_text(data: bytes, node: "Node") -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")

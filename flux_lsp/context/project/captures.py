"""Runs a language's query over a tree and returns what it marks, each mark as one plain value.

Never looks at what a mark stands in; `tags.py` does.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flux_lsp.context.project.signatures import list_bases
from flux_lsp.syntax.findings import find_name_node
from flux_lsp.syntax.grammars import load_member_query

if TYPE_CHECKING:
    from tree_sitter import Node, Query

    from flux_lsp.syntax.tree import Parsed

_LONGEST_NAME = 200
_LONGEST_STATEMENT = 20_000  # bytes of an import
_DEEPEST = 300
_MARKS = (
    "type", "function", "field", "attribute", "value", "module", "impl", "scope", "import", "package",
)  # fmt: skip
# Calls that define what their arguments name, and calls that take their arguments as bases.
_FIELD_CALLS = frozenset(
    {"attr_accessor", "attr_reader", "attr_writer", "attribute", "delegate", "scope", "has_many",
     "has_one", "belongs_to"}
)  # fmt: skip
_BASE_CALLS = frozenset({"include", "extend", "prepend"})
_IMPORT_CALLS = frozenset({"require", "require_relative", "load", "import", "source", "."})
_EXPORTS = ("exports", "module.exports")


@dataclass(frozen=True, slots=True)
class Capture:
    """One mark: bytes `start..end`, the head up to `head_end`, 1-based lines, its own names."""

    kind: str
    start: int
    end: int
    head_end: int
    first_line: int
    last_line: int
    name: str
    name_line: int
    owner: str
    bases: tuple[str, ...]
    text: str


def list_captures(parsed: "Parsed") -> list[Capture]:
    """List the marks in document order, outer ones first; of marks with one name the first pattern's."""
    query = load_member_query(parsed.language)
    captures = [] if query is None else _run_query(parsed, query)
    return sorted(captures, key=lambda c: (c.start, -c.end))


def _run_query(parsed: "Parsed", query: "Query") -> list[Capture]:
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query)
    cursor.set_max_start_depth(_DEEPEST)
    best: dict[tuple[str, int], tuple[int, Capture]] = {}
    for pattern, nodes in cursor.matches(parsed.root):
        for capture in _read_match(parsed.data, nodes):
            place = next((n.start_byte for n in nodes.get("name", ())), capture.start)
            group = capture.kind if capture.kind in {"import", "scope", "base"} else ""
            known = best.get((group, place))
            if known is None or pattern < known[0]:
                bases = known[1].bases if known else ()
                best[group, place] = (pattern, _add_bases(capture, bases))
            else:
                best[group, place] = (known[0], _add_bases(known[1], capture.bases))
    return [capture for _, capture in best.values()]


def _add_bases(capture: Capture, bases: tuple[str, ...]) -> Capture:
    if not bases or capture.bases == bases:
        return capture
    return replace(capture, bases=tuple(dict.fromkeys((*capture.bases, *bases))))


def _read_match(data: bytes, nodes: "dict[str, list[Node]]") -> list[Capture]:
    """Read the marks of one match; several where one statement names several."""
    if "self" in nodes and _read(data, nodes["self"][0]) not in {"self", "cls"}:
        return []
    callee = _read(data, nodes["callee"][0]) if "callee" in nodes else None
    if "base" in nodes:
        if callee is not None and callee not in _BASE_CALLS:
            return []
        return [_make(data, "base", node, node, {"bases": [node]}) for node in nodes["base"]]
    kind = next((mark for mark in _MARKS if mark in nodes), None)
    if kind is None or not _is_meant(data, kind, callee, nodes):
        return []
    node = nodes[kind][0]
    special = node.child_by_field_name("declaration_kind")
    if special is not None and _read(data, special) == "extension":
        kind, nodes = "impl", nodes | {"owner": nodes["name"]}
    if kind in {"import", "package", "scope", "impl"}:
        return [_make(data, kind, node, None, nodes)]
    names = nodes.get("name") or list(filter(None, [find_name_node(node)]))
    if not names and node.type.endswith(("arrow_function", "function_expression", "class")):
        return [replace(_make(data, kind, node, node, nodes), name="default")]
    return [_make(data, kind, node, name, nodes) for name in names]


def _is_meant(data: bytes, kind: str, callee: str | None, nodes: "dict[str, list[Node]]") -> bool:
    if kind == "import" and "left" in nodes:
        return _read(data, nodes["left"][0]).startswith(_EXPORTS)
    if callee is None:
        owner = _read(data, nodes["owner"][0]) if "owner" in nodes else ""
        value = nodes[kind][0].child_by_field_name("right")
        is_named_elsewhere = owner in _EXPORTS and value is not None and value.type == "identifier"
        return owner != "module" and not is_named_elsewhere
    return callee in (_IMPORT_CALLS if kind == "import" else _FIELD_CALLS)


def _make(
    data: bytes,
    kind: str,
    node: "Node",
    name: "Node | None",
    nodes: "dict[str, list[Node]]",
) -> Capture:
    owner = _read(data, nodes["owner"][0]) if "owner" in nodes else ""
    shown = _read(data, name)[:_LONGEST_NAME] if name else ""
    for separator in ("::", ".", ":"):  # a member that is defined outside of its type
        if separator in shown.strip(":"):
            owner, _, shown = shown.rpartition(separator)
    return Capture(
        kind,
        node.start_byte,
        node.end_byte,
        _find_body(node),
        node.start_point[0] + 1,
        node.end_point[0] + (1 if node.end_point[1] else 0),
        shown.strip(":\"'`"),
        (name or node).start_point[0] + 1,
        owner,
        tuple(base for part in nodes.get("bases", ()) for base in list_bases(_read(data, part))),
        _read(data, node) if kind in {"import", "package", "attribute"} else "",
    )


def _find_body(node: "Node") -> int:
    """Find where the body of a definition begins; its end if it has none."""
    body = node.child_by_field_name("body")
    value = node.child_by_field_name("value") or node.child_by_field_name("right")
    if body is None and value is not None:
        body = value.child_by_field_name("body")
    if body is None and node.child_count:
        last = node.child(node.child_count - 1)
        body = last if last and last.type.endswith(("body", "block", "_statement")) else None
    return body.start_byte if body is not None else node.end_byte


def _read(data: bytes, node: "Node") -> str:
    end = min(node.end_byte, node.start_byte + _LONGEST_STATEMENT)
    return data[node.start_byte : end].decode("utf-8", "replace")

"""Finds a place in a tree: the statement at the top of the file, the string a cut would break.

Never knows a language by name: it recognizes the node types of all grammars by their words.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

# Nodes that hold the whole file: looked through when a top-level statement is looked for.
_SHELLS = frozenset(
    {"preproc_ifdef", "preproc_if", "body", "declaration_list", "namespace_definition",
     "namespace_declaration", "document", "block_node", "block_mapping", "object", "section"}
)  # fmt: skip
# A body that stands alone at the top: its head was a macro that the grammar does not know.
_BODIES = frozenset({"compound_statement", "block"})
_TEXT_WORD = re.compile(
    r"string|comment|heredoc|nowdoc|template_lit|template_expr|block_scalar|raw_text|text_block"
    r"|html_block|fenced_code_block|(?:minus|plus)_metadata"
)


def find_top_level(root: "Node", first: int, last: int) -> tuple[int, int] | None:
    """Find the bytes of the top-level statements that touch the bytes `first..last`, or None."""
    node: Node | None = root
    touched: list[Node] = []
    while node is not None:
        touched = _find_touched(node, first, last) or touched
        alone = touched[0] if len(touched) == 1 else None
        node = alone if alone and alone.type in _SHELLS and alone != node else None
    return (touched[0].start_byte, touched[-1].end_byte) if touched else None


def include_head(root: "Node", first: int, last: int) -> tuple[int, int]:
    """Extend the bytes `first..last` of a bare body by the statement right above that is its head."""
    nodes = _find_touched(root, first, first + 1)
    body = nodes[-1] if nodes else None
    if body is None or body.start_byte != first or body.type not in _BODIES:
        return first, last
    head = body.prev_named_sibling
    if head is None or head.end_point.row + 1 < body.start_point.row or head.type == "comment":
        return first, last
    return head.start_byte, last


def is_torn(root: "Node", first: int, last: int) -> bool:
    """Whether one of the root's children at the bytes `first..last` holds a fault or is one."""
    return any(
        node.has_error or node.is_error for node in _find_touched(root, first, max(last, first + 1))
    )


def list_torn_rows(root: "Node") -> list[tuple[int, int]]:
    """List first and last row of each of the root's children with a fault."""
    if not root.has_error:
        return []
    return [(n.start_point.row, n.end_point.row) for n in root.named_children if n.has_error]


def list_neighbours(node: "Node", first: int, last: int) -> "list[Node]":
    """List the named children that touch the bytes `first..last`, with the ones before and after."""
    touched = _find_touched(node, first, last)
    if not touched:
        return _find_around(node, first)
    before, after = touched[0].prev_named_sibling, touched[-1].next_named_sibling
    return [*([before] if before else []), *touched, *([after] if after else [])]


def _find_around(node: "Node", byte: int) -> "list[Node]":
    """Find the named children before and after `byte`, which lies between two or behind the last."""
    cursor = node.walk()
    child = cursor.node if cursor.goto_first_child_for_byte(byte) is not None else None
    if child is None:
        return node.named_children[-1:]
    after = child if child.is_named else child.next_named_sibling
    before = child.prev_named_sibling
    return [child for child in (before, after) if child is not None]


def _find_touched(node: "Node", first: int, last: int) -> "list[Node]":
    """Found by one descent, as the root may have thousands of children.

    By a cursor: the node's own search by byte crashes behind the last child in tree-sitter 0.26.
    """
    cursor = node.walk()
    children: list[Node] = []
    more = cursor.goto_first_child_for_byte(first) is not None
    while more and (child := cursor.node) is not None and child.start_byte <= last:
        if child.is_named and child.start_byte < child.end_byte:
            children.append(child)
        more = cursor.goto_next_sibling()
    return children


def find_text_around(root: "Node", byte: int) -> "Node | None":
    """Find the widest string or comment over several lines around `byte`, or None.

    Searched from the root down: asking a node for its parent takes as long as getting to it.
    """
    cursor = root.walk()
    while cursor.goto_first_child_for_byte(byte) is not None:
        node = cursor.node
        if node is None or node.start_byte >= byte:
            return None
        over_lines = node.start_point.row < node.end_point.row
        if over_lines and node.end_byte > byte and _TEXT_WORD.search(node.type):
            return node
    return None


def find_docstring_rows(root: "Node", first: int, last: int) -> tuple[int, int] | None:
    """Find the rows (half-open) of the docstring of the definition in bytes `first..last`.

    An empty range right below the header where there is none; None where the body has no line of its
    own. For grammars whose definitions have a field `body` and a colon before it (Python).
    """
    node = root.descendant_for_byte_range(first, max(first, last - 1))
    definition = _find_definition(node) if node else None
    body = definition.child_by_field_name("body") if definition else None
    if definition is None or body is None or not body.named_children:
        return None
    inner = body.named_children[0]
    if body.start_point.row == definition.start_point.row:
        return None
    if inner.type == "expression_statement" and inner.named_children[0].type == "string":
        return inner.start_point.row, inner.end_point.row + 1
    colons = [child for child in definition.children if child.type == ":"]
    below = colons[-1].end_point.row + 1 if colons else inner.start_point.row
    return below, below


def _find_definition(node: "Node") -> "Node | None":
    """Find the definition that `node` is, or holds under its decorators."""
    if node.child_by_field_name("body") is not None:
        return node
    inner = node.child_by_field_name("definition")
    if inner is not None:
        return inner
    bodies = [child for child in node.named_children if child.child_by_field_name("body")]
    return bodies[0] if len(bodies) == 1 else None

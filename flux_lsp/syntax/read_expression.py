"""Reads a node of any grammar as an expression: what it names, or what it is made of.

Never says what a name means.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flux_lsp.syntax.expressions import CallResult, Expression, Member, Name, Owner, Parts
from flux_lsp.syntax.use_forms import CALLS, LAMBDAS, LEAVES, MEMBERS, OWNERS, SKIPPED

if TYPE_CHECKING:
    from tree_sitter import Node

_NOTHING = Parts(())
_DEEPEST = 12  # of one expression
_WIDEST = 8  # parts of one expression
_CLIMBED = 8  # nodes up from a function to what tells the types of its parameters


class ExpressionReader:
    """Reads nodes of one text."""

    def __init__(self, data: bytes) -> None:
        """`data` is the UTF-8 that the tree is of."""
        self._data = data

    def read(self, node: "Node", depth: int = 0) -> Expression:
        """Read a node as an expression."""
        if depth > _DEEPEST or node.type in LAMBDAS:
            return _NOTHING
        if node.type in CALLS:
            return CallResult(self._read_callee(node, depth + 1))
        if node.type in MEMBERS:
            return self.read_member(node, depth + 1)
        if is_leaf(node):
            text = self.read_text(node)
            is_path = node.parent is not None and node.parent.type.startswith("scoped_")
            return Owner() if text in OWNERS and not (is_path and text == "super") else Name(text)
        children = [c for c in node.named_children if c.type not in SKIPPED]
        if "arguments" in node.type or node.type in {"subscript", "index_expression"}:
            children = children[:1]
        parts = tuple(self.read(child, depth + 1) for child in children[:_WIDEST])
        return parts[0] if len(parts) == 1 else Parts(parts)

    def _read_callee(self, node: "Node", depth: int) -> Expression:
        if node.type in MEMBERS:
            return self.read_member(node, depth)
        called = next(find_fields(node, CALLS[node.type]), None)
        called = called or (node.named_children[0] if node.named_children else None)
        return _NOTHING if called is None else self.read(called, depth)

    def read_member(self, node: "Node", depth: int = 0) -> Expression:
        """Read a node of `MEMBERS`: a member, or a name where nothing stands before it."""
        form = MEMBERS[node.type]
        name = find_member_name(node)
        if name is None:
            return _NOTHING
        of = next(find_fields(node, form.of), None)
        if of is None and not form.of and node.named_children[0] != name:
            of = node.named_children[0]
        text = self.read_text(name).lstrip(".")
        return Name(text) if of is None else Member(self.read(of, depth + 1), text)

    def read_type(self, node: "Node") -> Expression:
        """Read every type that a written type names."""
        names: list[Expression] = []
        stack = [node]
        while stack and len(names) < _DEEPEST:
            inner = stack.pop()
            if inner.type in MEMBERS:
                names.append(self.read_member(inner))
            elif is_leaf(inner):
                names.append(self.read(inner))
            else:
                stack.extend(reversed(inner.named_children))
        return Parts(tuple(names))

    def read_around(self, node: "Node") -> Iterator[Expression]:
        """Read what gives the parameters of a function their types: a call, a declared type."""
        around = node.parent
        for _ in range(_CLIMBED):
            if around is None or around.type in {"class_body", "program", "module"}:
                return
            if around.type in CALLS:
                result = self.read(around)
                yield result
                if isinstance(result, CallResult) and isinstance(result.of, Member):
                    yield result.of.of
            written = around.child_by_field_name("return_type")
            if around.type == "variable_declarator":
                written = around.child_by_field_name("type")
            if written is not None:
                yield self.read_type(written)
            if around.type in LAMBDAS and written is not None:
                return
            around = around.parent

    def read_text(self, node: "Node") -> str:
        """Read the source of a node."""
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def is_leaf(node: "Node") -> bool:
    """Whether the node is a bare name."""
    if node.named_child_count:
        return False
    return node.type.endswith("identifier") or node.type in LEAVES or node.type in OWNERS


def find_member_name(node: "Node") -> "Node | None":
    """Find the name of the member that a node of `MEMBERS` names."""
    name = next(find_fields(node, MEMBERS[node.type].name), None)
    if name is None and node.named_children:
        name = node.named_children[-1]
    while name is not None and name.named_child_count:  # generic methods dress their name
        name = name.named_children[0]
    return name


def find_fields(node: "Node", names: tuple[str, ...]) -> "Iterator[Node]":
    """Find the children in the fields `names`, in the order of the names."""
    for name in names:
        if name:
            yield from node.children_by_field_name(name)

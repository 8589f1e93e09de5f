"""How grammars give local names to values: their types, the values, the parts of a pattern.

Never binds a name: `uses.py` does.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flux_lsp.syntax.read_expression import find_fields
from flux_lsp.syntax.use_forms import CALLS, KEYS, LAMBDAS, MEMBERS, NAMES_USED, TYPED, LocalForm

if TYPE_CHECKING:
    from tree_sitter import Node

PLACES = frozenset({*MEMBERS, "subscript", "subscript_expression", "index_expression"})


def is_definition_name(node: "Node") -> bool:
    """Whether the leaf names what its parent defines."""
    parent = node.parent
    if parent is None or parent.type in NAMES_USED:
        return False
    return any(node == named for named in find_fields(parent, ("name", "key")))


def find_typed(node: "Node") -> "Node | None":
    """Find the type that a key belongs to."""
    around = node.parent
    for _ in range(9):
        if around is None or around.type in LAMBDAS:
            return None
        if around.type in TYPED:
            field_name = TYPED[around.type]
            if not field_name:
                return around.named_children[0] if around.named_children else None
            return around.child_by_field_name(field_name)
        around = around.parent
    return None


def find_local_types(node: "Node", form: LocalForm, names: "list[Node]") -> "list[Node]":
    """Find the type that is written down: beside the name, or before several of them."""
    types = list(find_fields(node, form.type))
    if types or node.parent is None:
        return types
    if not form.name:
        return [child for child in node.named_children if child not in names][:1]
    around = [node.parent] if node.parent.type.endswith("declaration") else []
    types = [t for parent in around for t in find_fields(parent, ("type",))]
    return types or [child for child in node.named_children if child.type == "catch_type"]


def find_local_values(node: "Node", form: LocalForm) -> "list[Node]":
    """Find what the value comes from; a case's is what the whole match is about."""
    if form.value == ("",):
        return node.named_children[:1]
    if node.type == "match_arm":
        match = node.parent.parent if node.parent is not None else None
        return list(find_fields(match, ("value",))) if match is not None else []
    return list(find_fields(node, form.value))


def find_pattern_parts(names: "Sequence[Node]") -> "Iterator[Node]":
    """Find what patterns name of other code: `Some(x)`, `K::V { .. }`, the value of a default."""
    for name in names:
        stack = [name]
        while stack:
            node = stack.pop()
            if node.type in KEYS or node.type in CALLS:
                yield node
                continue
            yield from find_fields(node, ("type", "value"))
            if node.type not in MEMBERS:
                dressed = {child.id for child in find_fields(node, ("type", "value"))}
                stack.extend(child for child in node.named_children if child.id not in dressed)

"""What a function of any language takes, gives back, raises, calls and decides, off its tree.

Grammars call the same things by different names; what is not found under a usual one is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

if TYPE_CHECKING:
    from tree_sitter import Node

CALLABLE = frozenset({"function", "method"})
LONGEST_QUOTE = 60

_CALL = re.compile(
    r"^(call|call_expression|command|method_invocation|invocation_expression|function_call|"
    r"(function|member|scoped|nullsafe_member)_call_expression|macro_invocation|new_expression|"
    r"object_creation_expression|instance_expression)$"
)
_RETURN = re.compile(
    r"^(return_statement|return_expression|return|jump_expression|control_transfer_statement)$"
)
# The value of a function is its last expression.
_LAST_COUNTS = frozenset({"rust", "ruby", "scala"})
_NO_VALUE = re.compile(
    r"statement$|declaration$|definition$|comment|^(return|if|for|while|unless|call)"
)
_RAISE = re.compile(r"^(throw_statement|throw_expression|throw)$")
_PARAMETERS = re.compile(r"parameters$|^parameter_list$")
_NAME = re.compile(r"^(identifier|simple_identifier|variable_name|property_identifier|word)$")
_INNER = re.compile(r"function|lambda|closure|arrow|method_|class_|_item$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, and its text as it is written."""

    name: str
    text: str


@dataclass(frozen=True)
class Outline:
    """A symbol with the node it is, for everything below to look into."""

    parsed: Parsed
    symbol: Symbol
    node: "Node"

    def text(self, node: "Node") -> str:
        """The code of a node."""
        return self.parsed.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def quoted(self, node: "Node") -> str:
        """The same on one line, "" where it is too long to quote."""
        text = " ".join(self.text(node).split())
        return text if len(text) <= LONGEST_QUOTE and "`" not in text else ""

    @property
    def body(self) -> "Node | None":
        """The block of statements of a function."""
        named = self._first_field("body")
        if named is not None:
            return named
        return next((n for n in _walk(self.node) if n.type == "function_body"), None)

    def parameters(self) -> list[Parameter]:
        """In the order of the signature, without a receiver or `self`."""
        if self.symbol.kind not in CALLABLE:
            return []
        found = []
        for node in self._parameter_nodes():
            text = self.text(node)
            found += [Parameter(self.text(name).lstrip("$"), text) for name in _names(node)]
        return [one for one in found if one.name not in {"self", "this"}]

    def result(self) -> str:
        """The type a function declares to return, "" without one."""
        for field in ("return_type", "result", "returns"):
            node = self._first_field(field)
            if node is not None:
                return self.text(node).lstrip(":->").strip()
        if self.node.type in {"method_declaration", "function_definition"}:
            kind = self.node.child_by_field_name("type")
            return self.text(kind) if kind is not None else ""
        return ""

    def returns(self) -> list[str]:
        """The values it returns, each once, those too long to quote left out."""
        return list(dict.fromkeys(filter(None, map(self.quoted, self._values()))))

    def returns_something(self) -> bool:
        """Whether any of its `return`s carries a value."""
        return any(True for _ in self._values())

    def raises(self) -> list[str]:
        """What it throws, as written."""
        nodes = [n for n in self._own() if _RAISE.match(n.type) and n.named_children]
        return list(dict.fromkeys(filter(None, (self.quoted(n.named_children[0]) for n in nodes))))

    def calls(self) -> list[str]:
        """The names it calls, each once, in order."""
        found: dict[str, None] = {}
        for node in self._own():
            if _CALL.match(node.type):
                name = self._callee(node)
                if name and name != "return":  # a command in shells
                    found.setdefault(name)
        return list(found)

    def _values(self) -> Iterator["Node"]:
        """What is given back: by `return`, or as the value of the body itself."""
        for node in self._own():
            if _RETURN.match(node.type) and self.text(node).startswith("return"):
                yield from node.named_children[:1]
        body = self.body
        if body is None:
            return
        if body.parent is not None and body.parent.type == "arrow_function":
            yield from [body] if not body.type.endswith("block") else []
        elif self.parsed.language.id in _LAST_COUNTS and body.named_children:
            last = body.named_children[-1]
            yield from [last] if not _NO_VALUE.search(last.type) else []

    def _first_field(self, name: str) -> "Node | None":
        """The first node under that field name, from the symbol's node downwards."""
        for node in _walk(self.node):
            found = node.child_by_field_name(name)
            if found is not None:
                return found
        return None

    def _callee(self, node: "Node") -> str:
        for field in ("function", "macro", "name", "method", "constructor", "type"):
            named = node.child_by_field_name(field)
            if named is not None:
                owner = node.child_by_field_name("object") or node.child_by_field_name("receiver")
                text = self.quoted(named)
                return f"{self.quoted(owner)}.{text}" if owner and self.quoted(owner) else text
        first = node.named_children[0] if node.named_children else None
        return self.quoted(first) if first is not None else ""

    def _own(self) -> Iterator["Node"]:
        """The nodes of its body, without those of functions inside it."""
        body = self.body
        return iter(()) if body is None else _walk_own(body)

    def _parameter_nodes(self) -> list["Node"]:
        held = self._first_field("parameters")
        if held is None:
            held = next((n for n in _walk(self.node) if _PARAMETERS.search(n.type)), None)
        if held is not None:
            return [n for n in held.named_children if "comment" not in n.type]
        return [n for n in self.node.named_children if n.type == "parameter"]


def outline(parsed: Parsed, symbol: Symbol) -> Outline:
    """The symbol's largest node that is no more than the symbol."""
    start, end = (len(parsed.text[:at].encode()) for at in (symbol.span.start, symbol.span.end))
    name_start = len(parsed.text[: symbol.name_span.start].encode())
    node = parsed.root.descendant_for_byte_range(name_start, name_start)
    assert node is not None
    while (
        node.parent is not None and start <= node.parent.start_byte and node.parent.end_byte <= end
    ):
        if node.parent.parent is None:
            break
        node = node.parent
    return Outline(parsed, symbol, node)


def _walk(node: "Node") -> Iterator["Node"]:
    yield node
    for child in node.named_children:
        yield from _walk(child)


def _walk_own(node: "Node") -> Iterator["Node"]:
    for child in node.named_children:
        yield child
        if not _INNER.search(child.type) or "call" in child.type or "invocation" in child.type:
            yield from _walk_own(child)


def _names(node: "Node") -> Iterator["Node"]:
    """The names a parameter node declares."""
    for field in ("name", "pattern", "declarator", "left"):
        named = node.children_by_field_name(field)
        if named:
            for one in named:
                yield from _names(one) if not _NAME.match(one.type) else [one]
            return
    if _NAME.match(node.type):
        yield node
        return
    inner = next((n for n in _walk(node) if _NAME.match(n.type)), None)
    if inner is not None and "self" not in node.type:
        yield inner

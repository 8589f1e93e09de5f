"""What a syntax tree shows for sure of one function: how it fails, what it returns, what it calls.

Never guesses: a fact whose condition speaks of a value that the function makes itself has none.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_LONGEST = 90  # characters of code that are quoted
_TYPE = r"(?P<type>[\w.:\\]*[A-Z][\w.:\\]*?)"
_TEXT = r"(?:\s*[({,]\s*[fru$@]*(?P<text>\"[^\"\\\n]*\"|'[^'\\\n]*'|`[^`\\\n]*`)(?=\s*[,)}]|\s*$))?"
# How a function of each language fails on purpose: types of nodes, and what their text looks like.
_THROW = rf"(?:throw|raise)\s+(?:new\s+)?{_TYPE}(?:\.new)?(?![\w.:\\]){_TEXT}"
_GO = r"return\b.*?(?P<type>\berror)s\.New\((?P<text>\"[^\"\\\n]*\"|`[^`\n]*`)\)"
_RUST = r"return\s+Err\((?P<type>.*)\)$(?P<text>)"
_THROWING = (("raise_statement", "throw_statement", "throw_expression"), re.compile(_THROW))
_FAILURES = {
    "go": (("return_statement",), re.compile(_GO, re.DOTALL)),
    "rust": (("return_expression",), re.compile(_RUST, re.DOTALL)),
    "ruby": (("call",), re.compile(_THROW)),
    "cpp": (("throw_statement",), re.compile(rf"throw\s+(?P<type>[\w:]+){_TEXT}")),
}
_NESTED = re.compile(
    r"lambda|closure|arrow_function|func_literal|^class_|^class$|_class$|class_definition"
    r"|(?:function|method)_(?:definition|declaration|expression|item)|^function$|local_function"
)
_WRAPPED = frozenset({"parenthesized_expression", "condition_clause"})
_IFS = frozenset({"if_statement", "if_expression", "if", "if_modifier"})
_PLAIN = re.compile(r"\w*block|(?:compound|expression|body)_statement|statement(?:s|_list)|then")
_BINDERS = re.compile(r"assign|declar|^let|definition|^for|range|catch|pattern|named_expression")
_NAMES = frozenset({"identifier", "simple_identifier", "variable_name"})
_ATTRIBUTES = frozenset({"attribute", "field_access", "member_access_expression"})
_CALLING = re.compile(r"call|invocation|creation|new_expression|^command$")
_NO_CALLS = frozenset({"return", "exit", "local", "export", "test", "raise", "panic", "Err", "Ok"})
FUNCTIONS = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class FunctionExit:
    """One way out: `code` is the error's type, or what is returned ("" for nothing).

    `text` is the error's message where that is one literal, else "". `condition` is code, "" where
    none is sure; `caught` is the exception that it answers to. `is_clear`: it is always reached, or
    under its condition, and `code` holds no value that is made inside. `row`: 0-based, in the text.
    """

    code: str
    text: str
    condition: str
    caught: str
    is_clear: bool
    row: int


class FunctionFacts:
    """The facts of one function or method."""

    def __init__(self, parsed: Parsed, symbol: Symbol) -> None:
        self._data = parsed.data
        self._form = _FAILURES.get(parsed.language.id, _THROWING)
        node = _node_of(parsed, symbol)
        self._body = _body(node)
        comments = [child for child in node.children if child.type == "comment"]
        ends = [n.start_byte for n in (*comments, self._body) if n is not None]
        header = self._data[node.start_byte : min(ends, default=node.end_byte)].decode()
        first, _, rest = re.sub(r"\s*(?:=>|[{=:])?\s*\Z", "", header).partition("\n")
        self.signature = f"{first}\n{textwrap.dedent(rest)}".strip()
        self._inside = tuple(_walk(self._body)) if self._body is not None else ()

    @cached_property
    def _bound(self) -> frozenset[str]:
        return frozenset(name for node in self._inside for name in self._binds(node))

    @cached_property
    def failures(self) -> tuple[FunctionExit, ...]:
        """The failures in the order of the code, without those that the function may catch itself."""
        matches = ((node, self._failure(node)) for node in self._inside)
        return tuple(
            self._exit(node, match["type"], (match["text"] or "")[1:-1])
            for node, match in matches
            if match and not self._is_caught(node)
        )

    @cached_property
    def returns(self) -> tuple[FunctionExit, ...]:
        """What stands behind each `return` that is not a failure."""
        return tuple(
            self._exit(node, re.sub(r"^return\b\s*", "", self._text(node)).rstrip("; "), "")
            for node in self._inside
            if node.type in {"return_statement", "return_expression"} and not self._failure(node)
        )

    @cached_property
    def calls(self) -> tuple[str, ...]:
        """What the function calls, as written, each once in the order of the code."""
        errors = {match["type"] for match in map(self._failure, self._inside) if match}
        codes = (self._callee(node) for node in self._inside if _CALLING.search(node.type))
        plain = (code for code in codes if re.fullmatch(r"[\w.:$!?>\\-]{1,60}", code))
        return tuple(code for code in dict.fromkeys(plain) if code not in _NO_CALLS | errors)

    def _exit(self, node: "Node", code: str, text: str) -> FunctionExit:
        _, parent = self._out_of_plain(node)
        head = self._text(parent) if parent is not None and parent.type == "except_clause" else ""
        caught = re.sub(r"(?s)^except\s*|\s+as\s+\w+\s*:.*|\s*:.*", "", head)
        code, condition = " ".join(code.split()), self._condition(node)
        is_sure = parent == self._body or condition != ""
        clear = is_sure and len(code) <= _LONGEST and not self._bound & self._names(node)
        code = textwrap.shorten(code, _LONGEST, placeholder=" …")
        return FunctionExit(code, text, condition, caught, clear, node.start_point.row)

    def _failure(self, node: "Node") -> re.Match[str] | None:
        types, form = self._form
        return form.match(self._text(node)) if node.type in types else None

    def _callee(self, node: "Node") -> str:
        fields = ("function", "method", "name", "macro", "constructor", "type")
        named = (node.child_by_field_name(field) for field in fields)
        callee = next(filter(None, (*named, *node.named_children)), None)
        owner = node.child_by_field_name("object") or node.child_by_field_name("receiver")
        return ".".join(self._text(part) for part in (owner, callee) if part is not None)

    def _binds(self, node: "Node") -> set[str]:
        """Return the names that `node` binds: a caller cannot know their values."""
        if not _BINDERS.search(node.type):
            return set()
        fields = ("left", "name", "pattern", "alias", "declarator")
        targets = [t for field in fields for t in node.children_by_field_name(field)]
        targets += [node] if node.type == "variable_declaration" else []
        return {n for t in targets if t.type != "init_declarator" for n in self._names(t)}

    def _names(self, node: "Node") -> set[str]:
        names = [n for n in _walk(node) if n.type in _NAMES and n.parent is not None]
        return {self._text(n) for n in names if not _is_attribute(n, n.parent or n)}

    def _condition(self, node: "Node") -> str:
        """Return the condition that surely leads to `node`, in a caller's words; "" if unknown."""
        child, parent = self._out_of_plain(node)
        condition = parent.child_by_field_name("condition") if parent is not None else None
        if parent is None or condition is None or parent.type not in _IFS:
            return ""
        named = [parent.child_by_field_name(field) for field in ("consequence", "body")]
        after = [c for c in parent.named_children if c.start_byte >= condition.end_byte]
        branches = [branch for branch in named if branch is not None] or after[:1]
        _, outer = self._out_of_plain(parent)
        if child not in branches or outer != self._body or self._bound & self._names(condition):
            return ""
        if condition.type in _WRAPPED and condition.named_child_count == 1:
            condition = condition.named_children[0]
        text = " ".join(self._text(condition).split())
        return text if len(text) <= _LONGEST else ""

    def _out_of_plain(self, node: "Node") -> tuple["Node", "Node | None"]:
        """The first parent that is more than a block, and the child of it that `node` stands in."""
        child, parent = node, node.parent
        while parent is not None and parent != self._body and _PLAIN.fullmatch(parent.type):
            child, parent = parent, parent.parent
        return child, parent

    def _is_caught(self, node: "Node") -> bool:
        child, parent = node, node.parent
        while parent is not None and parent != self._body:
            if parent.type.startswith("try") and parent.child_by_field_name("body") == child:
                return True
            child, parent = parent, parent.parent
        return False

    def _text(self, node: "Node") -> str:
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def keep_outermost(symbols: Iterable[Symbol]) -> list[Symbol]:
    """Keep those of `symbols`, in document order, that stand in no other of them."""
    outer: list[Symbol] = []
    for symbol in symbols:
        if not outer or not outer[-1].span.contains(symbol.span):
            outer.append(symbol)
    return outer


def _is_attribute(name: "Node", parent: "Node") -> bool:
    return parent.type in _ATTRIBUTES and parent.named_children[-1] == name


def _node_of(parsed: Parsed, symbol: Symbol) -> "Node":
    """Return the node that defines a symbol, without its decorators."""
    start, end = map(parsed.offsets.convert_to_byte, (symbol.name_span.start, symbol.name_span.end))
    first = parsed.offsets.convert_to_byte(symbol.span.start)
    name = node = parsed.root.named_descendant_for_byte_range(start, end) or parsed.root
    for _ in range(6):  # C nests declarators
        if node.parent is None or node.parent.start_byte < first:
            break
        node = node.parent
        if _body(node) is not None:
            return node
    return name.parent or name


def _body(node: "Node") -> "Node | None":
    """Return the block that a node defines: its own, or that of the function which it names."""
    value = node.child_by_field_name("value") or node.child_by_field_name("right") or node
    named = (child for child in value.named_children if child.type.endswith("_body"))
    return value.child_by_field_name("body") or next(named, None)


def _walk(node: "Node", depth: int = 200) -> Iterator["Node"]:
    """Walk through `node` and what is in it, in order, without inner functions and classes."""
    yield node
    for child in node.named_children if depth else ():
        if not _NESTED.search(child.type):
            yield from _walk(child, depth - 1)

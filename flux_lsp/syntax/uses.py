"""What a part of a code names: names, members and calls, and what its local names stand for.

Pure; never says what a name means: that takes the project.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flux_lsp.core.text import Span
from flux_lsp.syntax.expressions import CallResult, CodeUses, Expression, Member, Name, Parts
from flux_lsp.syntax.local_names import (
    PLACES,
    find_local_types,
    find_local_values,
    find_pattern_parts,
    find_typed,
    is_definition_name,
)
from flux_lsp.syntax.read_expression import ExpressionReader, find_fields, find_member_name, is_leaf
from flux_lsp.syntax.tree import Parsed
from flux_lsp.syntax.use_forms import KEYS, LAMBDAS, LOCALS, MEMBERS, SKIPPED, LocalForm

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_NODES = 30_000  # of one target; the rest of a larger one is left out
_MOST_MEANINGS = 12  # of one local name


def read_uses(parsed: Parsed, target: Span, scope: Span) -> CodeUses:
    """Read what the `target` uses; `scope` is the function around it, whose local names count too."""
    convert = parsed.offsets.convert_to_byte
    reader = _UseWalk(parsed.data, convert(target.start), convert(target.end))
    reader.read(parsed.root, convert(scope.start), convert(scope.end))
    return reader.result


class _UseWalk:
    """Walks over a region once; lives only while `read_uses` runs."""

    def __init__(self, data: bytes, first: int, last: int) -> None:
        self._reader, self._first, self._last = ExpressionReader(data), first, last
        self.result = CodeUses()

    def read(self, root: "Node", first: int, last: int) -> None:
        stack, count = [root], 0
        while stack and count < _MOST_NODES:
            node = stack.pop()
            if node.end_byte <= first or node.start_byte >= last or node.type in SKIPPED:
                continue
            count += 1
            inside = node.start_byte >= first
            children = self._take(node) if inside else node.named_children
            stack.extend(reversed(list(children)))

    def _take(self, node: "Node") -> "Sequence[Node]":
        """Take what a node says by itself; returns the children that are to be looked at."""
        if node.type in KEYS and self._take_key(node):
            return node.named_children[1:]
        if node.type in LOCALS:
            return self._take_local(node, LOCALS[node.type])
        if node.type in LAMBDAS:
            self._take_lambda(node)
        if node.type in MEMBERS:
            return self._take_member(node)
        if node.type == "token_tree":
            return self._take_tokens(node)
        if is_leaf(node):
            if not is_definition_name(node):
                self._add_use(node, self._reader.read(node))
            return ()
        return node.named_children

    def _take_member(self, node: "Node") -> "Sequence[Node]":
        self._add_use(node, self._reader.read_member(node))
        name = find_member_name(node)
        return [child for child in node.named_children if child != name]

    def _take_tokens(self, node: "Node") -> "Sequence[Node]":
        """Take the names of a macro's arguments, which no grammar reads: `a.name()`."""
        chain: Expression | None = None
        joined = False
        for child in node.children:
            if child.type in {".", "::"}:
                joined = chain is not None
                continue
            if is_leaf(child):
                read = self._reader.read(child)
                member = (
                    Member(chain, self._reader.read_text(child))
                    if joined and chain is not None
                    else read
                )
                self._add_use(child, member)
                chain = member
            elif child.type == "token_tree" and chain is not None and not joined:
                chain = CallResult(chain)
            else:
                chain = None
            joined = False
        return [child for child in node.named_children if child.type == "token_tree"]

    def _add_use(self, node: "Node", expression: Expression) -> None:
        if isinstance(expression, Name | Member) and self._first <= node.start_byte < self._last:
            self.result.uses.append(expression)

    def _take_key(self, node: "Node") -> bool:
        """Take the key of a literal or a keyword of a call; False where it is no plain name."""
        key = node.child_by_field_name(KEYS[node.type]) if KEYS[node.type] else None
        key = key or (node.named_children[0] if node.named_children else None)
        if key is not None and key.named_child_count == 1:
            key = key.named_children[0]
        around = find_typed(node)
        if key is None or around is None or key.named_child_count:
            return False
        name = self._reader.read_text(key)
        if self._first <= node.start_byte < self._last:
            self.result.keys.append(Member(around_type := self._reader.read(around), name))
            if node.type.endswith("pattern"):
                self._bind(name, Member(around_type, name))
        return node.type != "shorthand_field_initializer"

    def _take_local(self, node: "Node", form: LocalForm) -> "Sequence[Node]":
        names = list(find_fields(node, form.name))
        if not names:
            if form.name or not node.named_children:
                return node.named_children
            names = node.named_children[form.bare : form.bare + 1 or None]
        types = find_local_types(node, form, names)
        values = [v for v in find_local_values(node, form) if v not in names]
        meanings = [*map(self._reader.read_type, types), *map(self._reader.read, values)]
        for name in names:
            inner = name.child_by_field_name("value")
            own = [] if inner is None else [self._reader.read(inner)]
            self._bind_pattern(name, [*meanings, *own], bool(types))
        kept = [name for name in names if name.type in PLACES]
        others = [child for child in node.named_children if child not in names]
        return [*kept, *find_pattern_parts(names), *others]

    def _bind_pattern(self, node: "Node", meanings: list[Expression], is_typed: bool) -> None:
        """Bind each name of a pattern; a name of a member of the value is that member."""
        if node.type in PLACES:
            return
        if node.type in {"shorthand_property_identifier_pattern", "pair_pattern"}:
            self._bind_member(node, meanings)
            return
        if is_leaf(node):
            for meaning in meanings:
                self._bind(self._reader.read_text(node), meaning)
            self.result.locals.setdefault(self._reader.read_text(node), [])
            if is_typed:
                self.result.typed.add(self._reader.read_text(node))
            return
        variant = node.child_by_field_name("type")
        if variant is not None:
            meanings = [*meanings, self._reader.read(variant)]
        skipped = {child.id for child in find_fields(node, ("type", "value"))}
        children = [child for child in node.named_children if child.id not in skipped]
        lists = [m for m in meanings if isinstance(m, Parts) and len(m.parts) == len(children)]
        for number, child in enumerate(children):
            own = [m.parts[number] for m in lists] if len(children) > 1 and lists else meanings
            self._bind_pattern(child, own, is_typed)

    def _bind_member(self, node: "Node", meanings: list[Expression]) -> None:
        """Bind a name to the member that it is taken from: `{a}` and `{a: b}`."""
        key = node.child_by_field_name("key") or node
        value = node.child_by_field_name("value")
        members: list[Expression] = [Member(m, self._reader.read_text(key)) for m in meanings]
        for member in members:
            self._add_use(key, member)
        if value is not None:
            self._bind_pattern(value, members, False)
            return
        for member in members:
            self._bind(self._reader.read_text(node), member)

    def _take_lambda(self, node: "Node") -> None:
        """Bind the parameters of a function that has no types to what it is passed to."""
        meanings = list(self._reader.read_around(node))
        for parameters in find_fields(node, LAMBDAS[node.type]):
            plain = parameters.named_children or [parameters]
            for parameter in plain:
                name = parameter.child_by_field_name("pattern") or parameter
                if parameter.child_by_field_name("type") is None:
                    self._bind_pattern(name, meanings, False)

    def _bind(self, name: str, meaning: Expression) -> None:
        known = self.result.locals.setdefault(name, [])
        if meaning not in known and len(known) < _MOST_MEANINGS:
            known.append(meaning)

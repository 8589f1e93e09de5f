"""What the names of a code mean in its project: by imports first, then by the types of what they stand for.

Never takes a name that could mean several things: what is not sure is left to `candidates.py`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flux_lsp.context.project.values import Definition, ProjectIndex
from flux_lsp.syntax.expressions import CallResult, CodeUses, Expression, Member, Name, Owner, Parts

_DEEPEST = 40  # steps from an expression to what it means; a chain of calls takes two each
_MOST_TYPES = 12  # of one expression
# `app = Flask(…)`, `x := &Tree{`: what the value of a definition without a written type begins with.
_VALUE = re.compile(r"(?:=|\breturn)\s*(?:new\s+|&|await\s+)*([A-Za-z_][\w.]*)\s*[({]")

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+")

Definitions = tuple[Definition, ...]


@dataclass
class Meanings:
    """Answers for one target; keeps what it has asked, so make a new one for each run.

    `owner`: the type around the target, "" for none. `has_bare_members`: a method names members of its
    type without `this`.
    """

    index: ProjectIndex
    path: str
    uses: CodeUses
    owner: str = ""
    has_bare_members: bool = False
    _found: dict[Expression, Definitions] = field(default_factory=dict)
    _types: dict[Expression, Definitions] = field(default_factory=dict)
    _members: dict[tuple[str, int, str], dict[str, Definitions]] = field(default_factory=dict)
    _listed: dict[Definition, Definitions] = field(default_factory=dict)

    def find_definitions(self, expression: Expression, depth: int = 0) -> Definitions:
        """Find what `expression` names; nothing for a local name and for what is not sure."""
        if expression not in self._found:
            self._found[expression] = ()  # what leads back to itself means nothing
            self._found[expression] = self._find(expression, depth)
        return self._found[expression]

    def find_types(self, expression: Expression, depth: int = 0) -> Definitions:
        """Find the types that the value of `expression` may have, the likeliest first."""
        if depth > _DEEPEST:
            return ()
        if expression not in self._types:
            self._types[expression] = ()
            types = dict.fromkeys(self._find_types(expression, depth + 1))
            self._types[expression] = tuple(types)[:_MOST_TYPES]
        return self._types[expression]

    def find_members(self, types: Iterable[Definition], name: str) -> Definitions:
        """Find the member `name` of the first of `types` that has one; of what an alias names, too."""
        types = tuple(types)
        for owner in types:
            members = self._list_members(owner).get(name)
            if members:
                return members
        for owner in types:
            for inner in self._list_types(owner):
                members = self._list_members(inner).get(name) if inner.kind == "type" else None
                if members:
                    return members
        return ()

    def list_members(self, owner: Definition) -> Definitions:
        """List the members of a type, inherited ones too; asked once."""
        return tuple(m for members in self._list_members(owner).values() for m in members)

    def find_local_types(self) -> Definitions:
        """Find the types in play: the owner's and those of everything that has a local name."""
        types = dict.fromkeys(self.find_types(Owner()))
        for name in self.uses.locals:
            types.update(dict.fromkeys(self.find_types(Name(name))))
        return tuple(types)

    def is_outside(self, expression: Expression, imported: frozenset[str], depth: int = 0) -> bool:
        """Whether `expression` comes from what the project does not define.

        `imported`: the names that the file's head mentions.
        """
        match expression:
            case Name(name) if name in self.uses.locals and depth < _DEEPEST:
                if self.find_types(expression):
                    return False
                known = self.uses.locals[name]
                outside = (self.is_outside(inner, imported, depth + 1) for inner in known)
                return name in self.uses.typed or (bool(known) and all(outside))
            case Name(name):
                return name in imported and not self.find_definitions(expression)
            case Member(of) | CallResult(of) if depth < _DEEPEST:
                return not self.find_definitions(expression) and self.is_outside(
                    of, imported, depth + 1
                )
            case Parts(()):
                return True  # a literal
        return False

    def _find(self, expression: Expression, depth: int) -> Definitions:
        match expression:
            case Owner():
                return self._find_owner()
            case Name(name) if name not in self.uses.locals:
                resolved = self._resolve_bare(name)
                if not resolved and self.has_bare_members:
                    return self.find_members(self.find_types(Owner()), name)
                return resolved
            case Member(of, name):
                dotted = self._write_dotted(expression)
                resolved = self.index.resolve_name(self.path, dotted) if dotted else ()
                return resolved or self.find_members(self.find_types(of, depth + 1), name)
        return ()

    def _resolve_bare(self, name: str) -> Definitions:
        """Resolve a name; where it is a module's and another thing's too, it is the other thing."""
        resolved = self.index.resolve_name(self.path, name)
        if not resolved or any(d.kind != "module" for d in resolved):
            return resolved
        others = [
            d
            for imported in self.index.list_imports(self.path)
            if imported.name == name and imported.source
            for d in self.index.list_definitions(imported.path)
            if d.name == imported.source and not d.owner
        ]
        return tuple(others) or resolved

    def _find_types(self, expression: Expression, depth: int) -> Iterator[Definition]:
        match expression:
            case Name(name) if name in self.uses.locals:
                for meaning in self.uses.locals[name]:
                    yield from self.find_types(meaning, depth)
            case CallResult(of):
                yield from self._find_result(of, depth)
            case Parts(parts):
                for part in parts:
                    yield from self.find_types(part, depth)
            case _:
                for definition in self.find_definitions(expression, depth):
                    yield from self._find_types_of(definition)

    def _find_result(self, of: Expression, depth: int) -> Iterator[Definition]:
        """Find the types of what a call gives; a method that names no type may return its own."""
        called = self.find_definitions(of, depth)
        types = [t for definition in called for t in self._find_types_of(definition)]
        yield from types
        if not types and isinstance(of, Member):
            yield from self.find_types(of.of, depth)
        elif not called:
            yield from self.find_types(of, depth)

    def _find_types_of(self, definition: Definition) -> Iterator[Definition]:
        if definition.kind == "type":
            yield definition
        elif definition.kind != "module":
            named = [t for t in self._list_types(definition) if t.kind == "type"]
            yield from reversed(named)  # the result stands last
            value = None if named else _VALUE.search(definition.signature)
            if value is not None:
                for source in self.index.resolve_name(definition.path, value[1]):
                    yield from (source,) if source.kind == "type" else self._list_types(source)

    def _find_owner(self) -> Definitions:
        if not self.owner:
            return ()
        return tuple(
            d for d in self.index.resolve_name(self.path, self.owner) if d.kind == "type"
        ) or tuple(
            d
            for d in self.index.list_definitions(self.path)
            if d.kind == "type" and d.name == self.owner.rpartition(".")[2]
        )

    def _write_dotted(self, expression: Expression) -> str:
        """Write `a.b.c` for names that no local name begins, "" for anything else."""
        match expression:
            case Name(name):
                return "" if name in self.uses.locals else name
            case Member(of, name):
                before = self._write_dotted(of)
                return f"{before}.{name}" if before else ""
        return ""

    def _list_members(self, owner: Definition) -> dict[str, Definitions]:
        """List the members of a type by name, each where it stands nearest to the type."""
        key = (owner.path, owner.first_line, owner.name)
        if key not in self._members:
            by_name: dict[str, list[Definition]] = {}
            for member in self.index.list_members(owner):
                same = by_name.setdefault(member.name, [])
                if not same or (same[0].owner, same[0].path) == (member.owner, member.path):
                    same.append(member)
            self._members[key] = {name: tuple(same) for name, same in by_name.items()}
        return self._members[key]

    def _list_types(self, definition: Definition) -> Definitions:
        if definition not in self._listed:
            self._listed[definition] = tuple(dict.fromkeys(self._read_types(definition)))
        return self._listed[definition]

    def _read_types(self, definition: Definition) -> Iterator[Definition]:
        """Read the types that a signature names in their order, those with a prefix too."""
        signature = definition.signature
        named = [(signature.find(t.name), t) for t in self.index.list_types(definition)]
        for match in _DOTTED.finditer(signature):
            dotted = re.sub(r"::|->", ".", match[0])
            named += [(match.start(), t) for t in self.index.resolve_name(definition.path, dotted)]
        if len(re.findall(rf"\b{re.escape(definition.name)}\b", signature)) > 1:
            own = self.index.resolve_name(definition.path, definition.name)
            named += [(len(signature), t) for t in own]  # a field that is called as its type
        known = (t for _, t in sorted(named, key=lambda pair: pair[0]))
        return (t for t in known if t.kind == "type" and t != definition)

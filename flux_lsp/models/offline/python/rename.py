"""Rename a variable, parameter, function, class or import, scope by scope.

Never touches strings, attributes, or keyword names of calls to something else.
"""

import ast
import copy
import keyword
import re
from collections.abc import Collection, Iterator

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.proof import proves
from flux_lsp.models.offline.python.scopes import Occurrence, Scope
from flux_lsp.models.offline.python.unit import Unit
from flux_lsp.models.offline.values import Declined, Edited


def rename(unit: Unit, old: str, new: str) -> Edited | Declined:
    """Every occurrence of the bindings called `old` that the target uses, called `new`."""
    here = [one for one in unit.names.of(old) if _in_target(unit, one)]
    homes = {one.home for one in here if one.home is not None}
    found = [one for one in unit.names.of(old) if one.home in homes]
    reason = (
        _bad_name(old, new)
        or _unknown(unit, old, here, homes)
        or _taken(unit, new, homes)
        or _unsure(unit, old, found, homes)
    )
    if reason:
        return Declined(reason)
    changes = {_change(one.node, one.span, new) for one in found if one.span}
    became: dict[int, ast.AST | None] = {
        id(one.node): _renamed(one.node, old, new) for one in found
    }
    for node in _keywords(unit, old, found):
        start = unit.source.span(node).start
        changes.add(Change(Span(start, start + len(old)), new))
        became[id(node)] = _renamed(node, old, new)
    ordered = tuple(sorted(changes, key=lambda change: change.span))
    if not proves(unit.source, ordered, became):
        return Declined(f"`{old}` stands in a place where renaming it would change what is printed")
    return Edited(ordered, _note(old, new, found, homes))


def _in_target(unit: Unit, one: Occurrence) -> bool:
    return one.span is not None and unit.target.contains(one.span)


def _bad_name(old: str, new: str) -> str:
    for name in (old, new):
        if not name.isidentifier() or keyword.iskeyword(name):
            return f"`{name}` is no name Python allows"
        if name.startswith("__") and not name.endswith("__"):
            return f"`{name}` is mangled inside a class"
    return f"`{old}` has that name already" if old == new else ""


def _unknown(unit: Unit, old: str, here: list[Occurrence], homes: Collection[Scope]) -> str:
    if homes:
        return ""
    if here:
        return f"`{old}` is not defined in what is shown, so its other uses cannot be seen"
    if any(isinstance(n, ast.Attribute) and n.attr == old for n in ast.walk(unit.source.tree)):
        return f"`{old}` is an attribute; who else uses it cannot be seen from here"
    return f"there is no variable, parameter, function or class called `{old}` in the target"


def _taken(unit: Unit, new: str, homes: Collection[Scope]) -> str:
    used = [one for one in unit.names.of(new) if any(one.scope.within(home) for home in homes)]
    return f"`{new}` is a name there already" if used else ""


def _unsure(unit: Unit, old: str, found: list[Occurrence], homes: Collection[Scope]) -> str:
    kinds = {home.kind for home in homes}
    if "class" in kinds:
        return f"`{old}` is a member of a class; who else uses it cannot be seen from here"
    if "module" in kinds and not unit.whole:
        return f"`{old}` may be used in the part of the file that is not shown"
    if "module" in kinds and _named_in_text(unit, old):
        return f"`{old}` also stands in a string that names it, in `__all__` or an annotation"
    if any(one.span is None or _dotted(one.node) for one in found):
        return f"`{old}` stands in a place where it cannot be given another name"
    if any(map(unit.names.dynamic, homes)):
        return f"the code reaches names by their text, so `{old}` may be meant there too"
    return ""


def _named_in_text(unit: Unit, name: str) -> bool:
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(
        isinstance(text, ast.Constant) and isinstance(text.value, str) and word.search(text.value)
        for holder in _naming_places(unit.source.tree)
        for text in ast.walk(holder)
    )


def _naming_places(tree: ast.AST) -> Iterator[ast.AST]:
    """Where a string is a name: annotations and `__all__`."""
    for node in ast.walk(tree):
        for part in ("annotation", "returns"):
            annotation = getattr(node, part, None)
            if isinstance(annotation, ast.AST):
                yield annotation
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
        if any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets):
            yield node


def _dotted(node: ast.AST) -> bool:
    return isinstance(node, ast.alias) and not node.asname and "." in node.name


def _change(node: ast.AST, span: Span, new: str) -> Change:
    if isinstance(node, ast.alias) and not node.asname:
        return Change(Span(span.end, span.end), f" as {new}")
    return Change(span, new)


def _renamed(node: ast.AST, old: str, new: str) -> ast.AST:
    """A copy of `node` alone with the new name in it."""
    made = copy.copy(node)
    if isinstance(made, ast.alias):
        made.asname = new
        return made
    for name in ("id", "arg", "name", "rest"):
        if getattr(made, name, None) == old:
            setattr(made, name, new)
    if isinstance(made, ast.Global | ast.Nonlocal):
        made.names = [new if name == old else name for name in made.names]
    return made


def _keywords(unit: Unit, old: str, found: list[Occurrence]) -> Iterator[ast.keyword]:
    """The keywords that pass a renamed parameter, in calls of its own function by name."""
    owners = {one.home.node for one in found if one.use == "parameter" and one.home}
    callees = {
        id(one.node)
        for owner in owners
        if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef)
        for one in unit.names.of(owner.name)
        if one.use == "read" and _only_definition(unit, owner, one)
    }
    for node in ast.walk(unit.source.tree):
        if isinstance(node, ast.Call) and id(node.func) in callees:
            yield from (word for word in node.keywords if word.arg == old)


def _only_definition(
    unit: Unit, owner: ast.FunctionDef | ast.AsyncFunctionDef, call: Occurrence
) -> bool:
    """Whether what is called can only be `owner`."""
    bound = [
        one for one in unit.names.of(owner.name) if one.home is call.home and one.use != "read"
    ]
    return [one.node for one in bound] == [owner]


def _note(old: str, new: str, found: list[Occurrence], homes: Collection[Scope]) -> str:
    times = "once" if len(found) == 1 else f"{len(found)} times"
    note = f"Renamed `{old}` to `{new}`, {times}."
    if any(home.kind == "module" for home in homes):
        return f"{note} Other files that use `{old}` are not changed."
    if any(one.use == "parameter" for one in found):
        return f"{note} Calls elsewhere that pass `{old}=` by name are not changed."
    return note

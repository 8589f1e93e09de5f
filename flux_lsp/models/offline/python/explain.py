"""Explain Python code from its tree: what it takes, gives back, raises, calls, and how it goes.

Never supposes a purpose: where there is no docstring, the summary says what the name says.
"""

import ast
from collections.abc import Iterable

from flux_lsp.models.offline import words
from flux_lsp.models.offline.python.attributes import Attribute, attributes_of
from flux_lsp.models.offline.python.callable import (
    Parameter,
    calls,
    decorators,
    is_generator,
    own_parameters,
    quoted,
    returned,
    yielded,
)
from flux_lsp.models.offline.python.pitfalls import pitfalls
from flux_lsp.models.offline.python.raising import raised
from flux_lsp.models.offline.python.source import Definition, Function, Source
from flux_lsp.models.offline.python.steps import steps
from flux_lsp.models.offline.python.summary import (
    class_sentence,
    first_sentence,
    imperative,
)
from flux_lsp.models.offline.python.unit import Unit
from flux_lsp.models.offline.values import Said

_MOST_CALLS = 12


def explain(unit: Unit) -> Said:
    """Markdown on the target: one definition, or whatever statements it holds."""
    source = unit.source
    found = unit.statements
    node, around = found[0] if len(found) == 1 else (None, ())
    if isinstance(node, Definition):
        owner = around[-1] if around else None
        return Said("\n".join(_definition(source, node, owner)))
    return Said("\n".join(_statements(source, [node for node, _ in found], unit)))


def _definition(source: Source, node: Definition, owner: Definition | None) -> list[str]:
    if isinstance(node, ast.ClassDef):
        return _class(source, node)
    return _function(source, node, owner)


def _function(source: Source, node: Function, owner: Definition | None) -> list[str]:
    held = owner if isinstance(owner, ast.ClassDef) else None
    title = f"{held.name}.{node.name}" if held else node.name
    return [
        f"`{title}`{_says(node, imperative(node, held))}",
        *_takes(own_parameters(source, node, owner)),
        *_gives(source, node),
        *_raises(source, node),
        *_section("How it goes", steps(source, node.body)),
        *_called(node),
        *_section("Easy to get wrong", [f"- {said}" for said in pitfalls(source, node)]),
    ]


def _class(source: Source, node: ast.ClassDef) -> list[str]:
    bases = [f"`{source.of(base)}`" for base in node.bases]
    kind = "a dataclass" if "dataclass" in _last_parts(decorators(node)) else "a class"
    what = f"is {kind}" + (f" on top of {' and '.join(bases)}" if bases else "")
    own = first_sentence(node)
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = [one for one in node.body if isinstance(one, ast.ClassDef)]
    return [
        f"`{node.name}` {what}: {own}" if own else _bare_class(node, what),
        *_section("Attributes", [_attribute(one) for one in attributes_of(source, node)]),
        *_section("Methods", [_method(source, one, node) for one in methods]),
        *_section("Classes inside", [_listed(source, one) for one in inner]),
    ]


def _bare_class(node: ast.ClassDef, what: str) -> str:
    said = class_sentence(node)
    return f"`{node.name}` {what}; by its name, {said[:1].lower()}{said[1:]}"


def _statements(source: Source, nodes: list[ast.stmt], unit: Unit) -> list[str]:
    definitions = [node for node in nodes if isinstance(node, Definition)]
    others = [node for node in nodes if not isinstance(node, Definition) and not _is_text(node)]
    count = unit.last - unit.first + 1
    if not nodes:
        return [
            f"These {count} lines hold no whole statement; select all of one to have it explained."
        ]
    what = [
        words.counted(sum(not isinstance(n, ast.ClassDef) for n in definitions), "function"),
        words.counted(sum(isinstance(n, ast.ClassDef) for n in definitions), "class"),
        words.counted(len(others), "further statement" if definitions else "statement"),
    ]
    held = words.listed(what) or "only text"
    head = first_sentence(source.tree) if nodes[0] is source.body[0] else ""
    return [
        f"`{unit.path}`: {head}" if head else f"These {count} lines hold {held}.",
        *([f"It holds {held}."] if head else []),
        *_section("Definitions", [_listed(source, node) for node in definitions]),
        *_section("What happens, in order", steps(source, others)),
        *_called(ast.Module(body=others, type_ignores=[])),
    ]


def _says(node: Definition, otherwise: str) -> str:
    """What a function does, to stand behind its name."""
    own = first_sentence(node)
    if not own:
        return f" {words.third_person(otherwise)}." if otherwise else " is a function."
    return f" {words.third_person(own)}." if words.begins_with_verb(own) else f": {own}"


def _takes(parameters: list[Parameter]) -> list[str]:
    if not parameters:
        return ["", "**Takes** nothing."]
    return _section("Takes", [_parameter(one) for one in parameters])


def _parameter(one: Parameter) -> str:
    stars = {"rest": "*", "keywords": "**"}.get(one.kind, "")
    facts = [f"`{' '.join(one.annotation.split())}`"] if one.annotation else []
    if one.kind == "rest":
        facts.append("any number of further arguments")
    elif one.kind == "keywords":
        facts.append("any further arguments by name")
    elif one.kind == "keyword":
        facts.append("by name only")
    if one.default is not None:
        facts.append(f"`{' '.join(one.default.split())}` when not given")
    return f"- `{stars}{one.name}`" + (f": {', '.join(facts)}" if facts else "")


def _gives(source: Source, node: Function) -> list[str]:
    annotation = f" `{source.of(node.returns)}`" if node.returns else ""
    if is_generator(node):
        values = _quotes(source, yielded(node))
        return ["", f"**Yields**{annotation}{_among(values)}"]
    values = _quotes(source, returned(node))
    if not returned(node):
        return [
            "",
            "**Returns** nothing." if annotation in {"", " `None`"} else f"**Returns**{annotation}",
        ]
    return ["", f"**Returns**{annotation}{_among(values)}"]


def _among(values: list[str]) -> str:
    return f": {' or '.join(values)}" if values else ""


def _quotes(source: Source, nodes: Iterable[ast.expr]) -> list[str]:
    found = dict.fromkeys(f"`{text}`" for node in nodes if (text := quoted(source, node)))
    return list(found)[:5]


def _raises(source: Source, node: Function) -> list[str]:
    found = [one for one in raised(source, node) if one.name]
    return _section(
        "Raises", [f"- `{one.name}`" + (f" {one.when}" if one.when else "") for one in found]
    )


def _called(node: ast.AST) -> list[str]:
    found = calls(node)
    if not found:
        return []
    shown = ", ".join(f"`{name}`" for name in found[:_MOST_CALLS])
    more = len(found) - _MOST_CALLS
    return ["", f"**Calls** {shown}" + (f" and {more} more" if more > 0 else "")]


def _attribute(one: Attribute) -> str:
    facts = [f"`{one.annotation}`"] if one.annotation else []
    if one.value:
        facts.append(f"`{one.value}`" if one.of_class else f"set to `{one.value}`")
    return f"- `{one.name}`" + (f": {', '.join(facts)}" if facts else "")


def _method(source: Source, node: Function, owner: ast.ClassDef) -> str:
    return f"- `{_signature(source, node, owner)}`{_says(node, imperative(node, owner))}"


def _listed(source: Source, node: Definition) -> str:
    if isinstance(node, ast.ClassDef):
        return f"- `{node.name}`: {first_sentence(node) or class_sentence(node)}"
    return f"- `{_signature(source, node, None)}`{_says(node, imperative(node, None))}"


def _signature(source: Source, node: Function, owner: Definition | None) -> str:
    stars = {"rest": "*", "keywords": "**"}
    names = [stars.get(p.kind, "") + p.name for p in own_parameters(source, node, owner)]
    return f"{node.name}({', '.join(names)})"


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"**{title}**", "", *lines] if lines else []


def _last_parts(names: list[str]) -> list[str]:
    return [name.split(".")[-1] for name in names]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)

"""The words of a docstring, from a definition's signature and body.

Never invents: a line that the code gives nothing for is left out.
"""

import ast
import re

from flux_lsp.models.offline import words
from flux_lsp.models.offline.python.attributes import attributes_of
from flux_lsp.models.offline.python.callable import (
    LONGEST_QUOTE,
    Parameter,
    dotted,
    is_generator,
    own_nodes,
    own_parameters,
    returned,
    yielded,
)
from flux_lsp.models.offline.python.raising import raised
from flux_lsp.models.offline.python.results import of_values, whether
from flux_lsp.models.offline.python.source import Definition, Function, Source
from flux_lsp.models.offline.python.summary import class_sentence, imperative, is_property


def docstring_for(source: Source, node: Definition, owner: Definition | None) -> list[str]:
    """Lines of a docstring without quotes and indentation; a section's lines begin with a tab."""
    if isinstance(node, ast.ClassDef):
        return _class(source, node)
    held = owner if isinstance(owner, ast.ClassDef) else None
    first = imperative(node, held) or words.sentence(f"return {_result_in_words(node)}")
    if is_property(node) or (owner is not None and held is None):
        return [first]  # an attribute to its users; a helper inside a function
    return [first, *_arguments(source, node, owner), *_result(node), *_errors(source, node)]


def _class(source: Source, node: ast.ClassDef) -> list[str]:
    found = [
        f"{one.name}: {words.sentence(words.noun(one.name))}"
        for one in attributes_of(source, node)
        if not one.name.startswith("_")
    ]
    enum = any((dotted(base) or "").endswith(("Enum", "Flag")) for base in node.bases)
    return [class_sentence(node), *([] if enum else _section("Attributes", found))]


def _arguments(source: Source, node: Function, owner: Definition | None) -> list[str]:
    called = {
        inner.func.id
        for inner in own_nodes(node)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)
    }
    return _section("Args", [_argument(one, called) for one in own_parameters(source, node, owner)])


def _argument(one: Parameter, called: set[str]) -> str:
    stars = {"rest": "*", "keywords": "**"}.get(one.kind, "")
    said = _meaning(one, called)
    if one.default is not None and one.default != "None" and _quotable(one.default):
        said += f" Defaults to {one.default}."
    return f"{stars}{one.name}: {said}"


def _meaning(one: Parameter, called: set[str]) -> str:
    if one.kind == "rest":
        return "Any number of further arguments."
    if one.kind == "keywords":
        return "Any further arguments by name."
    if one.name in called:
        return "A callable, called here."
    if one.annotation == "bool" or one.default in {"True", "False"}:
        return whether(one.name)
    if words.noun(one.name).split(" ")[0] != "the" or len(one.name) == 1:
        return f"The value `{one.name}`."
    optional = " Optional." if one.default == "None" else ""
    return words.sentence(words.noun(one.name)) + optional


def _result(node: Function) -> list[str]:
    if is_generator(node):
        values = yielded(node)
        each = of_values(node, values) if values else ""
        return _section("Yields", [each]) if each else []
    return _section("Returns", [of_values(node, returned(node))]) if returned(node) else []


def _result_in_words(node: Function) -> str:
    said = of_values(node, returned(node)).rstrip(".")
    return said[:1].lower() + said[1:]


def _errors(source: Source, node: Function) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for one in raised(source, node):
        if one.name:
            reasons.setdefault(one.name, []).extend([one.when] if one.when else [])
    lines = [
        f"{name}: {words.sentence(' or '.join(when) or 'raised in the body')}"
        for name, when in reasons.items()
    ]
    return _section("Raises", lines)


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"{title}:", *(f"\t{line}" for line in lines)] if lines else []


def _quotable(code: str) -> bool:
    return len(code) <= LONGEST_QUOTE and not re.search(r"[\r\n\\]|\"\"\"", code)

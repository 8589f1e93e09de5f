"""One sentence on a function or class: its own docstring's first one, else what its name says."""

import ast
import inspect
import re

from flux_lsp.models.offline import words
from flux_lsp.models.offline.python.callable import (
    decorators,
    docstring_node,
    dotted,
    is_generator,
    returned,
    yielded,
)
from flux_lsp.models.offline.python.source import Definition, Function

_DUNDERS = {
    "__repr__": "Show the object for debugging.",
    "__str__": "Show the object as text.",
    "__len__": "Count the elements.",
    "__iter__": "Go through the elements.",
    "__next__": "Give the next element.",
    "__contains__": "Tell whether an element is in it.",
    "__getitem__": "Give the element under a key.",
    "__setitem__": "Put an element under a key.",
    "__delitem__": "Remove the element under a key.",
    "__eq__": "Tell whether both are equal.",
    "__ne__": "Tell whether both differ.",
    "__lt__": "Tell whether this one is less.",
    "__le__": "Tell whether this one is less or equal.",
    "__gt__": "Tell whether this one is greater.",
    "__ge__": "Tell whether this one is greater or equal.",
    "__hash__": "Give the hash, equal for equal objects.",
    "__bool__": "Tell whether it counts as true.",
    "__call__": "Do what calling the object does.",
    "__enter__": "Enter the context.",
    "__exit__": "Leave the context.",
    "__aenter__": "Enter the context.",
    "__aexit__": "Leave the context.",
    "__add__": "Give the sum of both.",
    "__sub__": "Give the difference of both.",
    "__mul__": "Give the product of both.",
    "__post_init__": "Complete the object once its fields are set.",
    "__getattr__": "Give an attribute that is not set.",
    "__del__": "Clean up before the object goes away.",
}


def first_sentence(node: Definition | ast.Module) -> str:
    """The first sentence of its docstring, "" without one."""
    found = docstring_node(node)
    if found is None:
        return ""
    text = inspect.cleandoc(str(found.value)).strip()
    paragraph = " ".join(text.split("\n\n")[0].split())
    ended = re.match(r".*?[.!?](?=\s|$)", paragraph)
    return ended[0] if ended else paragraph


def imperative(function: Function, owner: ast.ClassDef | None) -> str:
    """A docstring's first line for a function: "Parse the header."; "" when its name says none."""
    name = function.name
    if name == "__init__":
        return f"Set up {words.noun(owner.name) if owner else 'the object'}."
    if name in _DUNDERS:
        return _DUNDERS[name]
    if is_property(function):
        return words.sentence(words.noun(name))
    doing = words.action(name)
    if doing:
        taken = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        names = [one for one in taken if one not in {"self", "cls"}]
        return words.sentence(words.with_object(doing, names))
    if yielded(function) or is_generator(function):
        return words.sentence(f"yield {words.noun(name)}")
    if returned(function):
        return words.sentence(f"return {words.noun(name)}") if words.is_thing(name) else ""
    return "Run the program." if name == "main" else words.sentence(f"run {words.noun(name)}")


def class_sentence(node: ast.ClassDef) -> str:
    """A docstring's first line for a class."""
    bases = [dotted(base) or "" for base in node.bases]
    name = words.phrase(node.name)
    if any(base.endswith(("Error", "Exception", "Warning")) for base in bases):
        return _error_sentence(node.name)
    if any(base.endswith(("Enum", "Flag")) for base in bases):
        return words.sentence(f"the kinds of {name}")
    if any(base.split(".")[-1] == "Protocol" for base in bases):
        return words.sentence(f"what {words.with_article(name)} can do")
    if node.name.startswith("Test") and name != "test":
        return words.sentence(f"tests of {words.noun(node.name[4:].lstrip('_'))}")
    return words.sentence(words.with_article(name))


def _error_sentence(name: str) -> str:
    core = re.sub(r"(Error|Exception|Warning)$", "", name)
    return words.sentence(f"raised for {words.noun(core)}" if core else "something went wrong")


def is_property(function: Function) -> bool:
    """Whether its users see an attribute."""
    return any(
        name.split(".")[-1] in {"property", "cached_property"} for name in decorators(function)
    )

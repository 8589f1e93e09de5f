"""Reads what a definition's head says: its signature, the types it names, the bases of a type.

Never reads a body; works on text alone, so that every language gets the same rule.
"""

import re

_LONGEST = 600  # characters of a signature
_LINES_OF_VALUE = 3  # of a field's or a constant's declaration
_LONGEST_VALUE = 300
_WORD = re.compile(r"[^\W\d]\w*")
_DOTTED = re.compile(r"[^\W\d]\w*(?:(?:\.|::|\\)[^\W\d]\w*)*")
_NESTED = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}")
_BASE = re.compile(r"\\?[^\W\d][\w$]*(?:(?:\.|::|\\)[^\W\d][\w$]*)*")
_NO_BASE = frozenset(
    {
        "extends", "implements", "with", "by", "for", "where", "public", "private", "protected",
        "virtual", "internal", "class", "object", "new", "interface", "typename", "const", "dyn",
        "impl", "mut", "super",
    }
)  # fmt: skip
_STRINGS = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def cut_signature(text: str, *, is_value: bool) -> str:
    """Return the head as it is shown: indentation of its first line and an open brace taken off."""
    longest = _LONGEST_VALUE if is_value else _LONGEST
    lines = text[: longest * 2].split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    lines = [line[indent:] if not line[:indent].strip() else line.lstrip() for line in lines]
    if is_value:
        lines = lines[:_LINES_OF_VALUE]
    shown = "\n".join(line.rstrip() for line in lines)[:longest].rstrip()
    return shown.removesuffix("{").removesuffix("=>").rstrip()


def list_type_names(signature: str, name: str, *, any_case: bool) -> tuple[str, ...]:
    """List the names of a signature that may be types: capitalised ones, or with `any_case` all.

    With the modules that are written before them: `models.User`.
    """
    names = dict.fromkeys(_DOTTED.findall(_STRINGS.sub(" ", signature)))
    return tuple(
        written
        for written in names
        if written != name and len(written) > 1 and (any_case or _is_capitalised(written))
    )


def _is_capitalised(name: str) -> bool:
    last: str = _WORD.findall(name)[-1]
    return last.lstrip("_$")[:1].isupper()


def list_bases(text: str) -> tuple[str, ...]:
    """List the names that the text after a type's name gives as what it extends and implements."""
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    before = ""
    while before != text:  # generics, arguments and bodies, from the innermost
        before, text = text, _NESTED.sub("", text)
    items = (item for item in re.split(r"[,&+]|\bwith\b|\bimplements\b", text) if "=" not in item)
    words = ([w for w in _BASE.findall(item) if w not in _NO_BASE] for item in items)
    return tuple(dict.fromkeys(inner[-1].lstrip("\\") for inner in words if inner))


def clean_owner(text: str) -> str:
    """Return the type that a receiver, an `impl` or an object names: `*Foo[T]` is Foo."""
    text = text.removesuffix(".prototype")
    if text in {"exports", "module.exports"}:
        return ""
    words = _WORD.findall(re.split(r"[<\[]", text, maxsplit=1)[0])
    return words[-1] if words else ""


def find_parameter_type(signature: str, parameter: str) -> str:
    """Return the type that a function's signature writes after a parameter; "" for none."""
    match = re.search(rf"\b{re.escape(parameter)}\??\s*:\s*([^,=)]+)", signature)
    return match[1] if match else ""

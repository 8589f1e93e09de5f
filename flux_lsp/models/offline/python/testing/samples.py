"""Arguments to try a function with: code of plain values, by annotation, use and name.

Never decides what comes out; a sample that does not fit is simply of no use.
"""

import ast
from collections.abc import Iterator, Sequence

from flux_lsp.models.offline import words
from flux_lsp.models.offline.python.callable import dotted, own_nodes
from flux_lsp.models.offline.python.sandbox.machine import Machine
from flux_lsp.models.offline.python.sandbox.objects import ClassValue
from flux_lsp.models.offline.python.sandbox.signals import NATIVE, Thrown, UnknownError
from flux_lsp.models.offline.python.source import Function
from flux_lsp.models.offline.python.testing.mined import Mine
from flux_lsp.models.offline.python.unit import Unit

_MOST = 8
_DEEPEST = 3

_PLAIN = {
    "int": ["2", "0", "-1", "1", "10"],
    "float": ["1.5", "0.0", "-2.0"],
    "bool": ["True", "False"],
    "str": ['"abc"', '""', '"Hello World"'],
    "bytes": ['b"abc"', 'b""'],
    "None": ["None"],
    "object": ["1", '"abc"'],
    "Any": ["1", '"abc"'],
    "list": ["[3, 1, 2]", "[]"],
    "dict": ['{"a": 1}', "{}"],
    "tuple": ["(1, 2)", "()"],
    "set": ["{1, 2}", "set()"],
    "Number": ["2", "0", "-1"],
}
_NUMBERS = ["2", "3", "5", "7"]
_WORDS = ['"abc"', '"xyz"', '"klm"', '"uvw"']
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection", "MutableSequence"})
_SETS = frozenset({"set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"})
_DICTS = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})
_UNIONS = frozenset({"Optional", "Union"})

# What unannotated parameters are, by a word in their name or by a method that is called on them.
_BY_WORD = {
    "str": "text name string word line title path message label prefix suffix key s email url",
    "int": "n count number size index i x y a b width height amount price total age year limit",
    "list": "items values numbers xs nums list rows data sequence elements scores prices",
    "bool": "flag strict verbose enabled",
}
_BY_METHOD = {
    "str": "strip lower upper split startswith endswith replace title join lstrip rstrip isdigit "
    "isalpha splitlines encode format capitalize",
    "list": "append extend sort insert",
    "dict": "items keys values get setdefault",
}
_TEXTS = {
    "email": '"ann@example.com"',
    "url": '"https://example.com/a"',
    "date": '"2024-02-29"',
    "path": '"a/b.txt"',
    "filename": '"report.txt"',
}


class Samples:
    """Samples for the parameters of one function."""

    def __init__(self, unit: Unit, machine: Machine, function: Function) -> None:
        self._unit = unit
        self._machine = machine
        self._mine = Mine(machine, function)
        self._body = list(own_nodes(function))

    def of(self, arg: ast.arg, default: ast.expr | None) -> list[str]:
        """Code for a parameter, the most ordinary first; empty when nothing fits."""
        if arg.annotation is not None:
            usual = self.of_type(arg.annotation, arg.arg)
        else:
            usual = self._by_use(arg.arg, default)
        mined = [text for text in self._mine.of(arg.arg) if not usual or _alike(text, usual)]
        return list(dict.fromkeys([*usual[:1], *mined, *usual[1:]]))[:_MOST] if usual else []

    def of_type(self, node: ast.expr, name: str = "", depth: int = 0) -> list[str]:
        """Code for an annotation."""
        if depth > _DEEPEST:
            return []
        if isinstance(node, ast.Constant):
            return self._of_constant(node, name, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            parts = (self.of_type(one, name, depth) for one in (node.left, node.right))
            return [text for part in parts for text in part]
        if isinstance(node, ast.Subscript):
            return self._of_generic(node, name, depth)
        last = (dotted(node) or "").split(".")[-1]
        if last in _LISTS or last in _DICTS or last in _SETS:
            return _PLAIN["list" if last in _LISTS else "dict" if last in _DICTS else "set"]
        if last in _PLAIN:
            return _named(last, name)
        return self._of_class(node, depth) if isinstance(node, ast.Name) else []

    def _of_constant(self, node: ast.Constant, name: str, depth: int) -> list[str]:
        if node.value is None:
            return ["None"]
        if isinstance(node.value, str):
            try:
                return self.of_type(ast.parse(node.value, mode="eval").body, name, depth + 1)
            except SyntaxError:
                return []
        return []

    def _of_generic(self, node: ast.Subscript, name: str, depth: int) -> list[str]:
        kind = (dotted(node.value) or "").split(".")[-1]
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if kind == "Literal":
            return [ast.unparse(one) for one in inner]
        parts = [self.of_type(one, words_singular(name), depth + 1) for one in inner]
        if kind in _UNIONS:
            texts = [text for part in parts for text in part]
            return [*texts, "None"] if kind == "Optional" else texts
        if not all(parts):
            return ["[]"] if kind in _LISTS else []
        if kind in _LISTS:
            return [f"[{', '.join(parts[0][:3])}]", "[]", f"[{parts[0][0]}]"]
        if kind in _SETS:
            opening = "frozenset(" if kind.lower() == "frozenset" else ""
            shown = "{" + ", ".join(dict.fromkeys(parts[0][:2])) + "}"
            return [f"{opening}{shown}{')' if opening else ''}"]
        if kind in _DICTS and len(parts) == 2:
            pairs = zip(dict.fromkeys(parts[0][:2]), parts[1] * 2, strict=False)
            return ["{" + ", ".join(f"{key}: {one}" for key, one in pairs) + "}", "{}"]
        if kind in {"tuple", "Tuple"}:
            return _tuples(inner, parts)
        return []

    def _of_class(self, node: ast.Name, depth: int) -> list[str]:
        """Objects of one of the module's own classes."""
        self._machine.begin()
        try:
            value = self._machine.global_(node.id)
        except (UnknownError, Thrown, *NATIVE):
            return []
        if not isinstance(value, ClassValue) or value.error is not None:
            return []
        if value.cases is not None:
            return [f"{value.name}.{name}" for name in value.cases]
        return list(self.objects(node.id, depth + 1))

    def objects(self, name: str, depth: int = 0) -> Iterator[str]:
        """Code that makes objects of a class: ordinary ones first, then one with other values."""
        definition = next(
            (n for n in self._unit.source.body if isinstance(n, ast.ClassDef) and n.name == name),
            None,
        )
        taken = _constructor(definition) if definition is not None else None
        if taken is None:
            return
        full = [self._argument(one, index, depth) for index, one in enumerate(taken)]
        if any(required and not code for (_, _, required), code in zip(taken, full, strict=True)):
            return
        yield f"{name}({', '.join(filter(None, full))})"
        others = [
            self._argument(one, index + 2, depth) for index, one in enumerate(taken) if one[2]
        ]
        yield f"{name}({', '.join(others)})"

    def _argument(self, field: tuple[str, ast.expr | None, bool], index: int, depth: int) -> str:
        """An argument by name, with numbers and texts that differ from field to field."""
        name, annotation, _ = field
        found = self.of_type(annotation, name, depth) if annotation is not None else ["1"]
        if not found:
            return ""
        varied = {"2": _NUMBERS, '"abc"': _WORDS}.get(found[0], found[:1])
        return f"{name}={varied[index % len(varied)]}"

    def _by_use(self, name: str, default: ast.expr | None) -> list[str]:
        if isinstance(default, ast.Constant) and type(default.value).__name__ in _PLAIN:
            return _named(type(default.value).__name__, name)
        called = {
            n.attr
            for n in self._body
            if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == name
        }
        for kind, methods in _BY_METHOD.items():
            if called & set(methods.split()):
                return _named(kind, name)
        parts = words.parts(name)
        for kind, names in _BY_WORD.items():
            if name in names.split() or (parts and parts[-1] in names.split()):
                return _named(kind, name)
        return ["2", '"abc"', "[3, 1, 2]", "0"]


def words_singular(name: str) -> str:
    """`emails` → `email`: what one element may be called."""
    return name[:-1] if words.is_plural(name) else name


def _named(kind: str, name: str) -> list[str]:
    """The samples of a plain type, one that suits the name first."""
    known = _TEXTS.get((words.parts(name) or [""])[-1]) if kind == "str" else None
    return [known, *_PLAIN[kind]] if known else _PLAIN[kind]


def _tuples(inner: Sequence[ast.expr], parts: list[list[str]]) -> list[str]:
    if len(inner) == 2 and isinstance(inner[1], ast.Constant) and inner[1].value is ...:
        return [f"({', '.join(parts[0][:2])})"] if parts[0] else []
    joined = ", ".join(part[0] for part in parts)
    return [f"({joined}{',' if len(parts) == 1 else ''})"]


def _constructor(
    node: ast.ClassDef,
) -> list[tuple[str, ast.expr | None, bool]] | None:
    """What a class takes to be made: name, annotation, whether it is required."""
    init = next((n for n in node.body if getattr(n, "name", "") == "__init__"), None)
    if isinstance(init, ast.FunctionDef):
        given = init.args
        if given.posonlyargs or len(given.args) < 1:
            return None
        required = len(given.args) - len(given.defaults)
        plain = [(a.arg, a.annotation, i < required) for i, a in enumerate(given.args)][1:]
        named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        return [*plain, *((a.arg, a.annotation, d is None) for a, d in named)]
    return [
        (one.target.id, one.annotation, one.value is None)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]


def _alike(text: str, usual: list[str]) -> bool:
    """Whether mined code is of a type the parameter takes."""
    kinds = {type(_value(one)) for one in usual}
    return type(_value(text)) in kinds or (float in kinds and type(_value(text)) is int)


def _value(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except ValueError:
        return text

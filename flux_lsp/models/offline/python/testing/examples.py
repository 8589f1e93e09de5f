"""The examples of docstrings as tests: what a docstring shows is what its author promises.

Never takes an example that the code, as far as it can be computed, does not keep.
"""

import ast
import builtins
import doctest
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flux_lsp.models.offline.python.callable import docstring_node
from flux_lsp.models.offline.python.sandbox.frames import Frame
from flux_lsp.models.offline.python.sandbox.guards import same_everywhere
from flux_lsp.models.offline.python.sandbox.machine import Ended, Machine
from flux_lsp.models.offline.python.sandbox.objects import Instance
from flux_lsp.models.offline.python.sandbox.signals import NATIVE, Thrown, UnknownError
from flux_lsp.models.offline.python.sandbox.targets import assign, bound_names
from flux_lsp.models.offline.python.source import Definition
from flux_lsp.models.offline.python.testing.facts import Does, Equals, Line, Raises
from flux_lsp.models.offline.python.testing.literals import literal, quoted

_ERROR = re.compile(
    r"Traceback \(.*?\):\n.*?^([A-Za-z_][\w.]*)(?:: (.*))?\Z", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Promised:
    """What a docstring promises: `lines` for a test; `broken` is an example the code does not keep.

    `proven`: the sandbox came to the same for every line. `trees` are the examples' own.
    """

    lines: tuple[Line, ...] = ()
    broken: str = ""
    proven: bool = False
    trees: tuple[ast.Module, ...] = ()


class _NotATestError(Exception):
    """An example that cannot become a line of a test."""


def promised(machine: Machine, node: Definition | ast.Module, known: set[str]) -> Promised:
    """The examples in the docstring of `node`; `known` are the module's names.

    Empty when one of them cannot be taken over, since later ones may need it.
    """
    found = docstring_node(node)
    if found is None or ">>>" not in str(found.value):
        return Promised()
    try:
        examples = doctest.DocTestParser().get_examples(inspect.cleandoc(str(found.value)))
        trees = tuple(ast.parse(example.source) for example in examples)
        taken = list(_taken(machine, examples, trees, known))
    except (ValueError, SyntaxError, _NotATestError):
        return Promised()
    lines = tuple(one.line for one in taken)
    broken = next((one.broken for one in taken if one.broken), "")
    if broken or not any(isinstance(line, Equals | Raises) for line in lines):
        return Promised(broken=broken)
    return Promised(lines, proven=all(one.proven for one in taken), trees=trees)


@dataclass(frozen=True, slots=True)
class _Taken:
    """An example as a line; `broken` is its source where the code does not keep it."""

    line: Line
    broken: str
    proven: bool


def _taken(
    machine: Machine,
    examples: Sequence[doctest.Example],
    trees: Sequence[ast.Module],
    known: set[str],
) -> Iterator[_Taken]:
    bound = {name for tree in trees for name in _binds(tree)}
    if any(_reads(tree) - bound - known - set(dir(builtins)) for tree in trees):
        raise _NotATestError
    frame: Frame | None = Frame(machine, frozenset(bound))
    for example, tree in zip(examples, trees, strict=True):
        if example.options or len(tree.body) != 1 or "FLUX_SECRET" in example.source:
            raise _NotATestError
        line = _line(example, tree.body[0])
        ended = _run(machine, _as_value(tree.body[0]), frame) if frame else None
        if ended is None:  # what follows may depend on it
            frame = None
            yield _Taken(line, "", proven=False)
        else:
            kept = _kept(example, ended)
            yield _Taken(_nicer(line, ended), "" if kept else example.source.strip(), proven=True)


def _line(example: doctest.Example, node: ast.stmt) -> Line:
    code = example.source.strip()
    want = example.want.rstrip("\n")
    if not want:
        return Does(code)
    if not isinstance(node, ast.Expr):
        raise _NotATestError
    code = ast.get_source_segment(example.source, node.value) or code
    thrown = _ERROR.search(want)
    if thrown:
        return Raises(code, thrown[1].split(".")[-1], (thrown[2] or "").strip())
    if "..." in want or "<BLANKLINE>" in want or "\n" in want or want.startswith("Traceback"):
        raise _NotATestError
    printed = _printed(node.value)
    if printed is not None:
        return Equals(f"str({ast.get_source_segment(example.source, printed)})", quoted(want))
    return Equals(code, want) if _is_own_repr(want) else Equals(f"repr({code})", quoted(want))


def _printed(node: ast.expr) -> ast.expr | None:
    """What a `print` with one argument prints; other prints are no test."""
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "print":
        return None
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        raise _NotATestError
    return node.args[0]


def _as_value(node: ast.stmt) -> ast.stmt:
    """The text that a `print` prints, in place of the `print`."""
    printed = _printed(node.value) if isinstance(node, ast.Expr) else None
    if printed is None:
        return node
    return ast.Expr(ast.Call(ast.Name("str", ast.Load()), [printed], []))


def _is_own_repr(text: str) -> bool:
    """Whether `text` is a literal that is shown as it is written, so that it can be compared."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return repr(value) == text and value is not ...


def _nicer(line: Line, ended: Ended | None) -> Line:
    """An object is compared as an object where that says the same as its text."""
    if isinstance(line, Equals) and line.code.startswith("repr(") and ended is not None:
        spelled = literal(ended.value) if isinstance(ended.value, Instance) else None
        if spelled is not None:
            return Equals(line.code.removeprefix("repr(").removesuffix(")"), spelled)
    return line


def _run(machine: Machine, node: ast.stmt, frame: Frame) -> Ended | None:
    """How an example ends in the sandbox, None when that is not known."""
    if isinstance(node, ast.Expr):
        return machine.run(node.value, frame, drain=False)
    if isinstance(node, ast.Assign):
        ended = machine.run(node.value, frame, drain=False)
        if ended is None or ended.error is not None:
            return ended
        try:
            for target in node.targets:
                assign(target, ended.value, frame)
        except (UnknownError, Thrown, *NATIVE):
            return None
        return Ended(None, None, ended.trace)
    return None


def _kept(example: doctest.Example, ended: Ended) -> bool:
    """Whether the code gives what the example shows."""
    want = example.want.rstrip("\n")
    thrown = _ERROR.search(want)
    if ended.error is not None:
        kind: Any = ended.error.kind
        name = getattr(kind, "__name__", None) or getattr(kind, "name", "")
        return thrown is not None and thrown[1].split(".")[-1] == name
    if thrown:
        return False
    if example.source.lstrip().startswith("print("):
        return bool(ended.value == want)
    try:
        return (repr(same_everywhere(ended.value)) if ended.value is not None else "") == want
    except (UnknownError, Thrown, *NATIVE):
        return True


def _binds(tree: ast.Module) -> set[str]:
    found = set(bound_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def _reads(tree: ast.Module) -> set[str]:
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }

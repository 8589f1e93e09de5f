"""The definitions of a Python module, and tests from the `>>>` examples in their docstrings.

Never runs a line, and never keeps an example whose result is not fixed by what it prints.
"""

import ast
import builtins
import doctest
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_VAGUE = re.compile(r"\.\.\.|0x[0-9a-f]{4,}|<[\w.]+ object|#\s*doctest:|<BLANKLINE>")
_ATOMS = ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.ListComp
_BINDERS = ast.Import | ast.ImportFrom | _FUNCTION | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class at the top of a module, or a method of such a class (`owner`)."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    owner: ast.ClassDef | None

    @property
    def slug(self) -> str:
        """Return its name as a part of a test's name."""
        return "_".join(n.name.strip("_") for n in (self.owner, self.node) if n is not None).lower()


@dataclass(frozen=True, slots=True)
class GeneratedTest:
    """One test function; `names` are those that it takes from the module under test."""

    name: str
    body: str
    names: frozenset[str]


def convert_examples(definition: Definition, names: Collection[str]) -> GeneratedTest | None:
    """Make one test of a docstring's examples; None if it cannot keep them all with its `names`."""
    try:
        docstring = ast.get_docstring(definition.node) or ""
        examples = doctest.DocTestParser().get_examples(docstring)
        nodes = [node for e in examples for node in ast.walk(ast.parse(e.source))]
    except (ValueError, SyntaxError):
        return None
    uses = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in uses if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    needed = {node.id for node in uses} - own | {_error(e)[0] for e in examples if e.exc_msg}
    needed -= set(dir(builtins)) - set(names)
    lines = [line for example in examples if (line := _as_statement(example)) is not None]
    ids = {n.id for n in (*uses, *ast.walk(definition.node)) if isinstance(n, ast.Name)}
    is_odd = "print" in ids or any(isinstance(node, _BINDERS) for node in nodes)
    has_result = any(example.want for example in examples)
    if is_odd or not has_result or not needed <= set(names) or len(lines) < len(examples):
        return None
    name = f"test_{definition.slug}_does_what_its_examples_show"
    return GeneratedTest(name, "\n".join(lines), frozenset(needed))


def _error(example: doctest.Example) -> tuple[str, str]:
    error, _, message = (example.exc_msg or "").strip().partition(": ")
    return error.rpartition(".")[2], message


def _as_statement(example: doctest.Example) -> str | None:
    """Return the example with its result as an assertion; None if no assertion can say it."""
    source, want = example.source.rstrip(), example.want.rstrip("\n")
    error, message = _error(example)
    if _VAGUE.search(source + (message if error else want)):
        return None
    if error:
        match = f", match=re.escape({message!r})" if message else ""
        indented = source.replace("\n", "\n    ")
        return f"with pytest.raises({error}{match}):\n    {indented}"
    statement = ast.parse(source).body[0]
    if not want:
        return source
    if "\n" in want or not isinstance(statement, ast.Expr):
        return None
    code = ast.unparse(statement) if "\n" in source or "#" in source else source
    code = code if isinstance(statement.value, _ATOMS) else f"({code})"
    if want in {"True", "False", "None"}:
        return f"assert {code} is {want}"
    if re.match(r"[\w.]+\(.*\)$", want):  # an object as its class shows it
        return f"assert repr({code}) == {want!r}"
    try:
        is_exact = repr(ast.literal_eval(want)) == want and not re.search(r"\d\.", want)
    except (ValueError, SyntaxError):
        return None  # it is not a value
    return f"assert {code} == {want}" if is_exact else f"assert repr({code}) == {want!r}"


def count_names(module: ast.Module) -> Counter[str]:
    """Count how often each name is bound at the top of a module."""
    return Counter(name for node in module.body for name in _bound_names(node))


def list_defs(module: ast.Module, lines: range) -> Iterator[Definition]:
    """List the definitions in 1-based `lines`, and the function that holds all of them."""
    for node in module.body:
        if isinstance(node, _FUNCTION | ast.ClassDef) and _touches(node, lines):
            yield Definition(node, None)
        if isinstance(node, ast.ClassDef):
            methods = (n for n in node.body if isinstance(n, _FUNCTION) and _touches(n, lines))
            yield from (Definition(method, node) for method in methods)


def _touches(node: ast.stmt, lines: range) -> bool:
    first, last = node.lineno, node.end_lineno or node.lineno
    holds = first <= lines.start and lines.stop - 1 <= last
    return (lines.start <= first and last < lines.stop) or (holds and isinstance(node, _FUNCTION))


def _bound_names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, _FUNCTION | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
    elif not (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)):
        names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
        yield from (n.id for n in names if isinstance(n.ctx, ast.Store))

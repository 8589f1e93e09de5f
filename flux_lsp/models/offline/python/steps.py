"""What statements do, in order, as a nested Markdown list.

Never quotes long code: it says what is set, called or decided, and leaves the rest to the reader.
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import groupby

from flux_lsp.models.offline.python.callable import dotted, quoted
from flux_lsp.models.offline.python.source import Source

_DEEPEST = 3  # levels
_LONGEST = 24  # lines

_CHANGES = {
    ast.Add: "Adds {value} to {target}",
    ast.Sub: "Takes {value} off {target}",
    ast.Mult: "Multiplies {target} by {value}",
    ast.Div: "Divides {target} by {value}",
}


def steps(source: Source, body: Sequence[ast.stmt]) -> list[str]:
    """Lines of a Markdown list, at most `_LONGEST` of them; the last one says what was left out."""
    lines = list(_block(source, body, 0))
    if len(lines) <= _LONGEST:
        return lines
    return [*lines[: _LONGEST - 1], f"- and {len(lines) - _LONGEST + 1} steps more."]


def _block(source: Source, body: Sequence[ast.stmt], level: int) -> Iterator[str]:
    if level == _DEEPEST:
        yield f"{_bullet(level)}{len(body)} step{'s' * (len(body) != 1)} inside."
        return
    for imports, group in groupby(body, key=_is_import):
        if imports:
            names = [f"`{a.asname or a.name}`" for node in group for a in node.names]  # type: ignore[attr-defined]
            yield f"{_bullet(level)}Imports {', '.join(names)}."
        else:
            for node in group:
                yield from _statement(source, node, level)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _statement(source: Source, node: ast.stmt, level: int) -> Iterator[str]:
    if isinstance(node, ast.If):
        yield from _if(source, node, level, "If")
        return
    inner = list(_inner(source, node))
    if inner:
        for head, body in inner:
            yield f"{_bullet(level)}{head}:"
            yield from _block(source, body, level + 1)
        return
    said = _simple(source, node)
    if said:
        yield f"{_bullet(level)}{said}."


def _if(source: Source, node: ast.If, level: int, word: str) -> Iterator[str]:
    test = quoted(source, node.test)
    yield f"{_bullet(level)}{word} {f'`{test}`' if test else 'a condition holds'}:"
    yield from _block(source, node.body, level + 1)
    orelse = node.orelse
    if len(orelse) == 1 and isinstance(orelse[0], ast.If):
        yield from _if(source, orelse[0], level, "Otherwise, if")
    elif orelse:
        yield f"{_bullet(level)}Otherwise:"
        yield from _block(source, orelse, level + 1)


def _inner(source: Source, node: ast.stmt) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The blocks of a compound statement, each under its head."""
    if isinstance(node, ast.For | ast.AsyncFor):
        yield f"For each {_code(source, node.target)} in {_code(source, node.iter)}", node.body
    elif isinstance(node, ast.While):
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        head = "Again and again" if endless else f"As long as {_code(source, node.test)}"
        yield head, node.body
    elif isinstance(node, ast.With | ast.AsyncWith):
        held = " and ".join(_with_item(source, item) for item in node.items)
        yield f"Inside {held}", node.body
    elif isinstance(node, ast.Try):
        yield from _try(source, node)
    elif isinstance(node, ast.Match):
        for case in node.cases:
            yield f"If {_code(source, node.subject)} matches {_pattern(source, case)}", case.body
    if isinstance(node, ast.For | ast.AsyncFor | ast.While) and node.orelse:
        yield "When the loop was not left early", node.orelse


def _try(source: Source, node: ast.Try) -> Iterator[tuple[str, list[ast.stmt]]]:
    yield "Tries", node.body
    for handler in node.handlers:
        kind = _code(source, handler.type) if handler.type else "any exception"
        yield f"On {kind}", handler.body
    if node.orelse:
        yield "When nothing was raised", node.orelse
    if node.finalbody:
        yield "At the end, whatever happened", node.finalbody


def _simple(source: Source, node: ast.stmt) -> str:
    if isinstance(node, ast.Return):
        return f"Returns {_code(source, node.value)}" if node.value else "Returns"
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return _assignment(source, node)
    if isinstance(node, ast.AugAssign):
        form = _CHANGES.get(type(node.op), "Changes {target} by {value}")
        return form.format(target=_code(source, node.target), value=_code(source, node.value))
    if isinstance(node, ast.Raise):
        return f"Raises {_raised(source, node)}"
    if isinstance(node, ast.Expr):
        return _expression(source, node.value)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return f"Defines `{node.name}`"
    return _plain(source, node)


def _plain(source: Source, node: ast.stmt) -> str:
    if isinstance(node, ast.Assert):
        return f"Makes sure that {_code(source, node.test)}"
    if isinstance(node, ast.Delete):
        return f"Deletes {', '.join(_code(source, one) for one in node.targets)}"
    if isinstance(node, ast.Break):
        return "Leaves the loop"
    if isinstance(node, ast.Continue):
        return "Goes on with the next one"
    return ""


def _assignment(source: Source, node: ast.Assign | ast.AnnAssign) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = " and ".join(_code(source, one) for one in targets)
    if node.value is None:
        return f"Declares {names}"
    value = quoted(source, node.value)
    if value:
        return f"Sets {names} to `{value}`"
    called = dotted(node.value.func) if isinstance(node.value, ast.Call) else None
    return f"Sets {names} to what `{called}` gives" if called else f"Works out {names}"


def _expression(source: Source, node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return ""  # a docstring or `...`
    if isinstance(node, ast.Await):
        return f"Waits for {_code(source, node.value)}"
    if isinstance(node, ast.Yield | ast.YieldFrom):
        each = "each of " if isinstance(node, ast.YieldFrom) else ""
        return f"Yields {each}{_code(source, node.value)}" if node.value else "Yields"
    if isinstance(node, ast.Call):
        return f"Calls {_code(source, node)}"
    return f"Evaluates {_code(source, node)}"


def _raised(source: Source, node: ast.Raise) -> str:
    if node.exc is None:
        return "it again"
    kind = dotted(node.exc.func) if isinstance(node.exc, ast.Call) else None
    return f"`{kind}`" if kind else _code(source, node.exc)


def _with_item(source: Source, item: ast.withitem) -> str:
    held = _code(source, item.context_expr)
    return f"{held} as {_code(source, item.optional_vars)}" if item.optional_vars else held


def _pattern(source: Source, case: ast.match_case) -> str:
    text = _code(source, case.pattern)
    return f"{text} and {_code(source, case.guard)}" if case.guard else text


def _code(source: Source, node: ast.AST) -> str:
    """The code of `node` as it is, or a word for it where it is long."""
    text = quoted(source, node)
    if text:
        return f"`{text}`"
    if isinstance(node, ast.Await):
        return _code(source, node.value)
    called = dotted(node.func) if isinstance(node, ast.Call) else None
    if called:
        return f"`{called}(…)`"
    return _WORDS.get(type(node), "an expression")


_WORDS: dict[type[ast.AST], str] = {
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.Dict: "a dict",
    ast.DictComp: "a dict",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.Tuple: "a tuple",
    ast.GeneratorExp: "a generator",
    ast.JoinedStr: "a text",
    ast.Constant: "a text",
    ast.Lambda: "a function",
    ast.BoolOp: "several conditions",
    ast.Compare: "a comparison",
}


def _bullet(level: int) -> str:
    return f"{'  ' * level}- "

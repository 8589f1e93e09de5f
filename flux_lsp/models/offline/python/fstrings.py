"""Right positions for what stands inside f-strings, which Python before 3.12 does not give.

Never guesses: a field whose text does not parse to the very nodes of the tree is left alone.
"""

import ast
import io
import sys
import tokenize
from collections.abc import Generator, Iterable, Iterator

from flux_lsp.models.offline.python.places import Places

_OPENING, _CLOSING = "([{", ")]}"


def place_fields(body: Iterable[ast.stmt], places: Places) -> None:
    """Correct, in place, the positions of all nodes inside the f-strings of `body`."""
    if sys.version_info >= (3, 12):
        return
    for statement in body:
        for string in _outermost(statement):
            _place(string, places)


def _outermost(node: ast.AST) -> Iterator[ast.JoinedStr]:
    if isinstance(node, ast.JoinedStr):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _outermost(child)


def _place(string: ast.JoinedStr, places: Places) -> None:
    span = places.span(string)
    expressions = list(_expressions(span.of(places.text)))
    fields = list(_fields(string))
    if len(expressions) != len(fields):
        return
    for field, (start, text) in zip(fields, expressions, strict=True):
        _move(field, text, span.start + start, places)


def _fields(string: ast.JoinedStr) -> Iterator[ast.FormattedValue]:
    """The fields in the order of the text, those of a format after the value it formats."""
    for part in string.values:
        if isinstance(part, ast.FormattedValue):
            yield part
            if isinstance(part.format_spec, ast.JoinedStr):
                yield from _fields(part.format_spec)


def _move(field: ast.FormattedValue, text: str, start: int, places: Places) -> None:
    """Give the nodes of `field` the places they have when its text is parsed alone."""
    inner = Places(f"({text})")
    try:
        tree = ast.parse(inner.text, mode="eval").body
    except (SyntaxError, ValueError):
        return
    place_fields([ast.Expr(tree)], inner)
    pairs = list(zip(ast.walk(tree), ast.walk(field.value), strict=False))
    if any(type(mine) is not type(theirs) for mine, theirs in pairs):
        return
    for mine, theirs in pairs:
        if isinstance(mine, ast.expr | ast.arg | ast.keyword):
            at = inner.span(mine)
            ends = (places.position(start - 1 + offset) for offset in (at.start, at.end))
            (line, column), (end_line, end_column) = ends
            theirs.lineno, theirs.col_offset = line, column  # type: ignore[attr-defined]
            theirs.end_lineno, theirs.end_col_offset = end_line, end_column  # type: ignore[attr-defined]


def _expressions(segment: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each expression in the f-strings of `segment`, in order."""
    places = Places(f"({segment})")
    for token in tokenize.generate_tokens(io.StringIO(places.text).readline):
        prefix = token.string[: len(token.string) - len(token.string.lstrip("rRfFbBuU"))].lower()
        if token.type == tokenize.STRING and "f" in prefix:
            line, column = token.start
            start = places.starts[line - 1] + column - 1
            quotes = 3 if token.string[len(prefix) :][:3] in {'"""', "'''"} else 1
            inside = token.string[len(prefix) + quotes : -quotes]
            yield from _scan(inside, start + len(prefix) + quotes, raw="r" in prefix)


def _scan(text: str, base: int, raw: bool) -> Iterator[tuple[int, str]]:
    index = 0
    while index < len(text):
        if not raw and text.startswith("\\N{", index):
            index = text.index("}", index)
        elif text.startswith(("{{", "}}"), index):
            index += 1
        elif text[index] == "{":
            index = yield from _field(text, index + 1, base)
        index += 1


def _field(text: str, start: int, base: int) -> Generator[tuple[int, str], None, int]:
    """One field, from behind its brace; returns the offset of the closing one."""
    end = _end_of_expression(text, start)
    expression = text[start:end]
    shown = expression.rstrip()
    if shown.endswith("=") and shown[-2:-1] not in {"=", "!", "<", ">"}:
        expression = shown[:-1]  # {name=}
    yield base + start, expression
    index = end
    while text[index] != "}":
        if text[index] == "{":
            index = yield from _field(text, index + 1, base)
        index += 1
    return index


def _end_of_expression(text: str, start: int) -> int:
    """Where the expression stops: at its `}`, `!r` or `:`."""
    depth, index = 0, start
    while index < len(text):
        char = text[index]
        if char in "\"'":
            index = _end_of_string(text, index)
        elif char in _OPENING:
            depth += 1
        elif depth and char in _CLOSING:
            depth -= 1
        elif not depth and (char in "}:" or (char == "!" and text[index + 1 : index + 2] != "=")):
            return index
        index += 1
    return index


def _end_of_string(text: str, start: int) -> int:
    quote = text[start] * 3 if text.startswith(text[start] * 3, start) else text[start]
    found = text.find(quote, start + len(quote))
    return len(text) if found < 0 else found + len(quote) - 1

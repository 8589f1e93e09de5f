"""Repairs of form: blanks, commas, comparisons, prefixes.

Each is proven: the tree afterwards is the one before but for what was meant.
"""

import ast
import copy
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping

from flux_lsp.core.text import Change, Span
from flux_lsp.models.offline.python.proof import proves
from flux_lsp.models.offline.python.source import Source
from flux_lsp.models.offline.python.unit import Unit
from flux_lsp.models.offline.question import Complaint
from flux_lsp.models.offline.values import Edited


def without_trailing_blanks(unit: Unit, complaint: Complaint) -> Edited | None:
    """Without the blanks at the end of the line."""
    row = unit.source.places.row(complaint.line)
    text = row.of(unit.source.text).rstrip("\r\n")
    bare = len(text.rstrip(" \t\f"))
    change = Change(Span(row.start + bare, row.start + len(text)), "")
    return _same_tree(unit, (change,), "Removed blanks at the end of a line.")


def with_last_line_end(unit: Unit, _: Complaint) -> Edited | None:
    """With a line end at the end of the file."""
    text = unit.source.text
    if text.endswith(("\n", "\r")):
        return None
    change = Change(Span(len(text), len(text)), unit.source.line_end)
    return _same_tree(unit, (change,), "Ended the last line.")


def with_blanks_after_commas(unit: Unit, complaint: Complaint) -> Edited | None:
    """With a blank after each comma on the line that has none."""
    row = unit.source.places.row(complaint.line)
    text = row.of(unit.source.text)
    indent = len(text) - len(text.lstrip(" \t"))
    changes = []
    for token in _tokens(unit.source, complaint.line):
        end = row.start + indent + token.end[1]
        following = unit.source.text[end : end + 1]
        if token.string == "," and following not in {" ", "\t", ")", "]", "}", "\n", "\r", ""}:
            changes.append(Change(Span(end, end), " "))
    return _same_tree(unit, tuple(changes), "Put blanks after commas.")


def without_semicolon(unit: Unit, complaint: Complaint) -> Edited | None:
    """Without the semicolon that ends the line."""
    row = unit.source.places.row(complaint.line)
    found = re.search(r"[ \t]*;(?=[ \t]*(?:#.*)?[\r\n]*\Z)", row.of(unit.source.text))
    if found is None:
        return None
    change = Change(Span(row.start + found.start(), row.start + found.end()), "")
    return _same_tree(unit, (change,), "Removed a semicolon.")


def compared_by_identity(unit: Unit, complaint: Complaint) -> Edited | None:
    """`== None` as `is None`."""
    signs = {ast.Eq: ("is", ast.Is()), ast.NotEq: ("is not", ast.IsNot())}
    return _compared(unit, complaint, signs, lambda value: value is None)


def compared_by_value(unit: Unit, complaint: Complaint) -> Edited | None:
    """`is 5` as `== 5`."""
    signs = {ast.Is: ("==", ast.Eq()), ast.IsNot: ("!=", ast.NotEq())}
    return _compared(unit, complaint, signs, lambda value: isinstance(value, str | int | bytes))


def without_prefix(unit: Unit, complaint: Complaint) -> Edited | None:
    """An f-string without fields as a plain one."""
    source = unit.source
    changes: list[Change] = []
    became: dict[int, ast.AST | None] = {}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.JoinedStr) or not _begins_on(unit, node, complaint.line):
            continue
        text, start = source.of(node), source.span(node).start
        prefix = re.match(r"[a-zA-Z]*", text)
        if prefix is None or re.search(r"[{}]", text):
            continue
        plain = re.sub("[fF]", "", prefix[0])
        changes.append(Change(Span(start, start + len(prefix[0])), plain))
        value = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        became[id(node)] = ast.Constant(value)
    if not changes or not proves(source, changes, became):
        return None
    return Edited(tuple(changes), "Made a plain string of an f-string without fields.")


def _compared(
    unit: Unit,
    complaint: Complaint,
    signs: Mapping[type[ast.cmpop], tuple[str, ast.cmpop]],
    wanted: Callable[[object], bool],
) -> Edited | None:
    """Comparisons on the line with a constant that is `wanted`, by the other sign."""
    source = unit.source
    changes: list[Change] = []
    became: dict[int, ast.AST | None] = {}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Compare) or not _begins_on(unit, node, complaint.line):
            continue
        right = node.comparators[0]
        if len(node.ops) != 1 or type(node.ops[0]) not in signs:
            continue
        if not isinstance(right, ast.Constant) or not wanted(right.value):
            continue
        text, operation = signs[type(node.ops[0])]
        between = Span(source.span(node.left).end, source.span(right).start)
        found = re.search(r"==|!=|\bis\s+not\b|\bis\b", between.of(source.text))
        if found is None:
            continue
        start = between.start + found.start()
        changes.append(Change(Span(start, start + len(found[0])), text))
        after = copy.copy(node)
        after.ops = [operation]
        became[id(node)] = after
    if not changes or not proves(source, changes, became):
        return None
    return Edited(tuple(changes), f"Compared by `{changes[0].text}`.")


def _same_tree(unit: Unit, changes: tuple[Change, ...], note: str) -> Edited | None:
    """The changes, when they mean nothing to Python."""
    real = tuple(c for c in changes if c.span.of(unit.source.text) != c.text)
    return Edited(real, note) if real and proves(unit.source, real, {}) else None


def _tokens(source: Source, line: int) -> Iterator[tokenize.TokenInfo]:
    """The tokens of one line, none when it is not whole by itself."""
    row = source.places.row(line).of(source.text)
    try:
        yield from tokenize.generate_tokens(io.StringIO(row.lstrip(" \t")).readline)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return


def _begins_on(unit: Unit, node: ast.expr, line: int) -> bool:
    return _line(unit, unit.source.span(node).start) == line


def _line(unit: Unit, offset: int) -> int:
    return unit.source.places.line(offset)

"""Whether code has to do with the world outside: files, clocks, networks, other libraries.

Never follows a call into another module: one that is not known to be harmless is outside.
"""

import ast
from collections.abc import Iterator

from flux_lsp.models.offline.python.unit import Unit

_HARMLESS = frozenset(
    [
        *("__future__", "abc", "array", "ast", "base64", "binascii", "bisect", "calendar"),
        *("cmath", "collections", "colorsys", "contextlib", "copy", "csv", "dataclasses"),
        *("decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq"),
        *("hmac", "html", "ipaddress", "itertools", "json", "keyword", "math", "numbers"),
        *("operator", "posixpath", "pprint", "re", "reprlib", "shlex", "statistics", "string"),
        *("struct", "textwrap", "types", "typing", "unicodedata", "zlib"),
    ]
)
_OUTSIDE_BUILTINS = frozenset({"open", "input", "exec", "eval", "__import__", "id", "hash"})


def touches_outside(unit: Unit, node: ast.AST) -> bool:
    """Whether `node`, or what it names of its module, reaches beyond plain computing."""
    if not unit.whole or unit.last_star:
        return True
    definitions = _definitions(unit)
    waiting, seen = [node], {id(node)}
    while waiting:
        current = waiting.pop()
        for name in _names(current):
            if name not in definitions:
                if name in _OUTSIDE_BUILTINS:
                    return True
                continue
            for found in definitions[name]:
                if isinstance(found, ast.Import | ast.ImportFrom) and not _harmless(found):
                    return True
                if id(found) not in seen:
                    seen.add(id(found))
                    waiting.append(found)
    return False


def _definitions(unit: Unit) -> dict[str, list[ast.AST]]:
    """The outermost statements that bind each name."""
    spans = [(unit.source.span(statement), statement) for statement in unit.source.body]
    found: dict[str, list[ast.AST]] = {}
    for one in unit.names.all:
        if one.use != "read" and one.home is unit.names.module and one.span is not None:
            inside = (node for span, node in spans if span.contains(one.span))
            found.setdefault(one.name, []).extend(inside)
    return found


def _names(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Import | ast.ImportFrom) and not _harmless(inner):
            yield "__import__"


def _harmless(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Import):
        return all(alias.name.split(".")[0] in _HARMLESS for alias in node.names)
    return not node.level and (node.module or "").split(".")[0] in _HARMLESS

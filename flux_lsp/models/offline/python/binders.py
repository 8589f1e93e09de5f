"""Where a bound name stands when its node is larger than the name: after `def`, `as`, `import`.

Never answers with a place that does not hold exactly the name.
"""

import ast
import re

from flux_lsp.core.text import Span
from flux_lsp.models.offline.python.source import Definition, Source


def defined(source: Source, node: Definition) -> Span | None:
    """The name of a function or class."""
    span = source.span(node)
    found = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+").match(source.text, span.start)
    return _checked(source, found.end(), node.name) if found else None


def parameter(source: Source, node: ast.arg) -> Span | None:
    """The name of a parameter, without its annotation."""
    return _checked(source, source.span(node).start, node.arg)


def imported(source: Source, alias: ast.alias) -> Span | None:
    """The name an import binds; the first part of a dotted one."""
    span = source.span(alias)
    if alias.asname:
        return _checked(source, span.end - len(alias.asname), alias.asname)
    return _checked(source, span.start, alias.name.split(".")[0])


def caught(source: Source, node: ast.ExceptHandler) -> Span | None:
    """The name after `as` of an except clause."""
    if node.name is None or node.type is None:
        return None
    after = source.span(node.type).end
    found = re.compile(r"[\s\\)]*\bas[\s\\]+").match(source.text, after)
    return _checked(source, found.end(), node.name) if found else None


def last_word(source: Source, node: ast.AST, name: str) -> Span | None:
    """The last place inside `node` where `name` stands as a word."""
    span = source.span(node)
    words = list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", span.of(source.text)))
    return _checked(source, span.start + words[-1].start(), name) if words else None


def _checked(source: Source, start: int, name: str) -> Span | None:
    span = Span(start, start + len(name))
    return span if span.of(source.text) == name else None

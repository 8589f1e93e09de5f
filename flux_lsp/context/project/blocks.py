"""Which lines of a file show one definition: what tells how to use it, and what is worth adding.

Pure; works on the lines as they are now, so that nothing is shown that is no longer there.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flux_lsp.context.project.values import Definition

_LONGEST_HEAD = 12  # lines of a signature
_LONGEST_VALUE = 3  # lines of a constant, the rest is data
_WHOLE_FUNCTION, _WHOLE_TYPE = 5, 14  # lines that are shown without leaving any out
_MOST_FIELDS = 16  # a type with more shows only those that are used
_LONGEST_DOCS = 4  # lines of documentation
_LONGEST_LINE = 400  # code points; a longer one was written by a program
_CONSTRUCTORS = frozenset(
    {"__init__", "__new__", "constructor", "__construct", "initialize", "init"}
)
_COMMENT = re.compile(r"\s*(?://|/\*|\*|#(?!\[|include|define|if|endif)|--|;;|\(\*)")
_ATTRIBUTE = re.compile(r"\s*(?:@[\w.]|#\[|\[\w)")
_DOCSTRING = re.compile(r"""\s*[rRuU]?(\"""|''')""")
_CLOSES = (")", "}", "]", "{", ">", "*/")


@dataclass(frozen=True, slots=True)
class Block:
    """0-based lines of one definition: those that have to be shown, and those that help."""

    needed: tuple[int, ...]
    helpful: tuple[int, ...] = ()


def make_block(
    definition: Definition,
    lines: Sequence[str],
    list_members: Callable[[Definition], Iterable[Definition]] = lambda _: (),
) -> Block | None:
    """Choose the lines of `definition`; None where `lines` no longer hold it.

    `list_members` lists those of a type, so that its fields and its constructor are shown.
    """
    first, last = definition.first_line - 1, definition.last_line - 1
    if not 0 <= first <= last < len(lines) or not _is_there(definition, lines):
        return None
    head = _list_head(definition, lines)
    if any(len(lines[number]) > _LONGEST_LINE for number in head):
        return None
    needed = (*_find_owner_head(definition, lines), *head)
    count = last - first + 1
    whole = _WHOLE_TYPE if definition.kind == "type" else _WHOLE_FUNCTION
    if count <= whole and definition.kind in {"type", "function", "method"}:
        return Block(needed, (*_find_comment(first, lines), *range(first, last + 1)))
    helpful = [*_find_comment(first, lines), *_find_docstring(head[-1] + 1, last, lines)]
    if definition.kind == "type":
        helpful += _list_fields(definition, list_members(definition), lines)
    return Block(needed, tuple(helpful))


def is_constructor(definition: Definition) -> bool:
    """Whether it makes objects of its owner."""
    return definition.name in _CONSTRUCTORS or definition.name == definition.owner != ""


def _is_there(definition: Definition, lines: Sequence[str]) -> bool:
    name = definition.name
    rows = lines[definition.first_line - 1 : min(definition.last_line, definition.first_line + 11)]
    return any(name in row for row in rows)


def _list_head(definition: Definition, lines: Sequence[str]) -> tuple[int, ...]:
    first = definition.first_line - 1
    longest = _LONGEST_VALUE if definition.kind in {"value", "field"} else _LONGEST_HEAD
    count = min(definition.signature.count("\n") + 1, longest)
    return tuple(range(first, min(first + count, definition.last_line, len(lines))))


def _find_owner_head(definition: Definition, lines: Sequence[str]) -> tuple[int, ...]:
    """Find the first line of what a member stands in, by its indentation."""
    inner = _measure_indent(lines[definition.first_line - 1])
    if not definition.owner or not inner:
        return ()
    for number in range(definition.first_line - 2, -1, -1):
        line = lines[number]
        bare = line.strip()
        is_outer = bool(bare) and _measure_indent(line) < inner
        if is_outer and not bare.startswith(_CLOSES) and not _COMMENT.match(line):
            return (number,) if len(line) <= _LONGEST_LINE else ()
    return ()


def _find_comment(first: int, lines: Sequence[str]) -> tuple[int, ...]:
    """Find the comment right above, and the attributes between."""
    top = first
    while top > 0 and _ATTRIBUTE.match(lines[top - 1]):
        top -= 1
    begin = top
    while begin > 0 and _COMMENT.match(lines[begin - 1]) and lines[begin - 1].strip():
        begin -= 1
    shown = range(begin, first) if first - begin <= _LONGEST_DOCS else range(begin, begin + 2)
    return tuple(shown) if begin < top else ()


def _find_docstring(below: int, last: int, lines: Sequence[str]) -> tuple[int, ...]:
    """Find the documentation that stands right below the head: all of a short one, or its first line."""
    match = _DOCSTRING.match(lines[below]) if below <= last else None
    if match is None:
        return ()
    for number in range(below, min(below + _LONGEST_DOCS, last + 1)):
        text = lines[number][match.end() :] if number == below else lines[number]
        if match[1] in text:
            return tuple(range(below, number + 1))
    return (below,)


def _list_fields(
    definition: Definition, members: Iterable[Definition], lines: Sequence[str]
) -> tuple[int, ...]:
    own = [
        m
        for m in members
        if m.path == definition.path
        and definition.first_line <= m.first_line <= definition.last_line
    ]
    fields = [m for m in own if m.kind == "field"]
    makers = [m for m in own if is_constructor(m)]
    shown = [*(fields if len(fields) <= _MOST_FIELDS else ()), *makers]
    heads = (_list_head(m, lines) for m in shown if m.first_line <= len(lines))
    return tuple(n for head in heads for n in head if len(lines[n]) <= _LONGEST_LINE)


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip())

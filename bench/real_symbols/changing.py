"""One small change to a line of a symbol's body, by the tree where there is one."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bench.real_symbols.comments import is_comment
from bench.real_symbols.source import File
from flux_lsp.syntax.tree import Parsed, parse

_OTHER = {"==": "!=", "!=": "==", "<": "<=", ">": ">=", "<=": "<", ">=": ">", "+": "-", "-": "+",
          "&&": "||", "||": "&&", "and": "or", "or": "and"}  # fmt: skip
_BOOLEAN = {"true": "false", "false": "true", "True": "False", "False": "True"}
_NUMBER = re.compile(r"(?<![\w.#'\"-])[1-9]\d{0,5}(?![\w.'\"])")
_WORD = re.compile(r"(?<![\w.$@&'\":<-])[a-z]\w*[a-z](?=\()|(?<=\.)[a-z]\w{3,}\b")
_WORDS = re.compile(r"^[A-Za-z][\w ,.:-]*$")


@dataclass(frozen=True)
class Changed:
    """A line and its new text."""

    line: int
    text: str


def change_of(
    file: File, parsed: Parsed | None, first: int, last: int, rnd: random.Random
) -> Changed | None:
    """A change of one of the lines `first..last` after which the file parses as well as before."""
    found = _by_tree(file, parsed, first, last) if parsed else _by_words(file, first, last)
    changes = list(found)
    rnd.shuffle(changes)
    for change in changes[:6]:
        if change.text == file.lines[change.line]:
            continue
        if parsed is None or sound(file.put(change.line, change.line, [change.text]), parsed):
            return change
    return None


def sound(file: File, before: Parsed) -> bool:
    """Whether the file has no more faults than `before`."""
    after = parse(file.text, before.language, before)
    return after is not None and len(after.list_faults()) <= len(before.list_faults())


def _by_tree(file: File, parsed: Parsed, first: int, last: int) -> Iterator[Changed]:
    span = file.span(first, last)
    start, end = (
        parsed.offsets.convert_to_byte(span.start),
        parsed.offsets.convert_to_byte(span.end),
    )
    stack = [parsed.root]
    while stack:
        node = stack.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        if node.child_count and node.type not in {"integer", "number"}:
            if "comment" not in node.type:
                stack.extend(node.children)
            continue
        if (
            node.start_byte < start
            or node.end_byte > end
            or node.start_point[0] != node.end_point[0]
        ):
            continue
        old = parsed.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        new = _other(old, node.type, node.parent.type if node.parent else "")
        if new is not None:
            at = parsed.offsets.convert_to_point(node.start_byte)
            number = file.snapshot.get_line(at)
            column = at - file.snapshot.line_starts[number]
            line = file.lines[number]
            yield Changed(number, line[:column] + new + line[column + len(old) :])


def _other(old: str, kind: str, parent: str) -> str | None:
    """Another text for a leaf of the tree; None when it is better left alone."""
    if old in _BOOLEAN:
        return _BOOLEAN[old]
    if old in _OTHER:
        return _OTHER[old] if "binary" in parent or "boolean" in parent else None
    if old.isascii() and old.isdigit() and not old.startswith("0") and len(old) < 7:
        return str(int(old) + 1)
    if ("string_content" in kind or "string_fragment" in kind) and _WORDS.match(old):
        return f"{old}s"
    if kind == "identifier" and len(old) > 3 and ("call" in parent or "argument" in parent):
        return f"{old}2"
    return None


def _by_words(file: File, first: int, last: int) -> Iterator[Changed]:
    for number in range(first, last + 1):
        line = file.lines[number]
        if is_comment(line.strip(), file.language):
            continue
        for match in _NUMBER.finditer(line):
            yield Changed(number, _spliced(line, match, str(int(match[0]) + 1)))
        for match in _WORD.finditer(line):
            yield Changed(number, _spliced(line, match, f"{match[0]}2"))


def _spliced(line: str, match: re.Match[str], new: str) -> str:
    return line[: match.start()] + new + line[match.end() :]

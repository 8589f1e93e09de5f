"""What the statements of a function do, in order, as a nested Markdown list, for any language.

Never quotes long code: what has no short form is left out.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flux_lsp.models.offline.other.outline import Outline

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST, _LONGEST = 3, 24  # levels, lines
_BLOCKS = re.compile(
    r"^(statement_list|statements|block|statement_block|body_statement|compound_statement|"
    r"control_structure_body|function_body|do_block|then|do_group|block_body)$"
)
_WRAPPERS = frozenset({"expression_statement", "labeled_statement", "parenthesized_expression"})
_IF = re.compile(r"^(if|if_statement|if_expression|unless|guard_statement|elif_clause|elsif)$")
_LOOP = re.compile(
    r"^(c_style_)?(for|while|do|loop|until|repeat|enhanced_for|foreach)\b|^(for|while)_"
)
_CHOICE = re.compile(r"^(switch|match|when|case|select)(_|$)")
_TRY = re.compile(r"^(try|begin)")


def steps(outline: Outline) -> list[str]:
    """Lines of a Markdown list; the last one says what was left out."""
    body = outline.body
    if body is None or not _BLOCKS.match(body.type):
        return []
    lines = list(_block(outline, body, 0))
    if len(lines) <= _LONGEST:
        return lines
    return [*lines[: _LONGEST - 1], f"- and {len(lines) - _LONGEST + 1} steps more."]


def _block(outline: Outline, node: "Node", level: int) -> Iterator[str]:
    if level == _DEEPEST:
        return
    for child in node.named_children if _BLOCKS.match(node.type) else [node]:
        if _BLOCKS.match(child.type):
            yield from _block(outline, child, level)
        else:
            yield from _statement(outline, child, level)


def _statement(outline: Outline, node: "Node", level: int) -> Iterator[str]:
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    bullet = f"{'  ' * level}- "
    if "comment" in node.type or node.type == "else":
        return
    if _IF.match(node.type):
        yield from _if(outline, node, level)
    elif _LOOP.match(node.type):
        yield f"{bullet}Repeats{_head(outline, node)}:"
        yield from _inside(outline, node, level)
    elif _CHOICE.match(node.type):
        yield f"{bullet}Decides by cases{_head(outline, node)}."
    elif _TRY.match(node.type):
        yield f"{bullet}Tries:"
        yield from _inside(outline, node, level)
    else:
        said = _simple(outline, node)
        if said:
            yield f"{bullet}{said}."


def _if(outline: Outline, node: "Node", level: int) -> Iterator[str]:
    condition = node.child_by_field_name("condition")
    test = outline.quoted(condition).strip("()") if condition is not None else ""
    word = "Unless" if node.type in {"unless", "guard_statement"} else "If"
    yield f"{'  ' * level}- {word} {f'`{test}`' if test else 'a condition holds'}:"
    after = condition.end_byte if condition is not None else node.start_byte
    alternative = node.child_by_field_name("alternative")
    for child in node.named_children:
        if child.start_byte < after or (alternative is not None and child.id == alternative.id):
            continue
        yield from _block(outline, child, level + 1)
    if alternative is not None:
        yield f"{'  ' * level}- Otherwise:"
        for child in alternative.named_children or [alternative]:
            yield from _block(outline, child, level + 1)


def _inside(outline: Outline, node: "Node", level: int) -> Iterator[str]:
    body = node.child_by_field_name("body") or next(
        (child for child in node.named_children if _BLOCKS.match(child.type)), None
    )
    if body is not None:
        yield from _block(outline, body, level + 1)


def _head(outline: Outline, node: "Node") -> str:
    """What stands before the body of a compound statement, quoted."""
    text = outline.text(node)
    body = node.child_by_field_name("body") or next(
        (child for child in node.named_children if _BLOCKS.match(child.type)), None
    )
    if body is not None:
        text = outline.parsed.data[node.start_byte : body.start_byte].decode("utf-8", "replace")
    short = " ".join(text.split("{")[0].split()).rstrip(" :")
    return f" `{short}`" if 0 < len(short) <= 60 and "`" not in short else ""


def _simple(outline: Outline, node: "Node") -> str:
    kind = node.type
    code = outline.quoted(node).rstrip(";")
    if not code:
        return ""
    if kind.startswith("return") or code.startswith("return"):
        value = code.removeprefix("return").strip()
        return f"Returns `{value}`" if value else "Returns"
    if "throw" in kind:
        return f"Throws `{code.removeprefix('throw').strip()}`"
    if "break" in kind:
        return "Leaves the loop"
    if "continue" in kind:
        return "Goes on with the next one"
    if "assignment" in kind or "declaration" in kind or kind.startswith("let"):
        return f"Sets `{code}`"
    return f"Calls `{code}`" if "call" in kind or "invocation" in kind else f"`{code}`"

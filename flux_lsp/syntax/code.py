"""A text split into its code and its comments, as values that compare two texts.

Never holds a tree; `code_tokens.py` reads one, `code_lines.py` does without.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of code that a comment or a blank cannot stand in.

    `layout` is the line break and indentation before it where those are code; `line` is 0-based.
    """

    text: str
    layout: str
    line: int


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a comment, stripped. `at`: how many tokens stand before it.

    `doc`: it documents a symbol, in a form that the language or its people have for that; its words
    may change. `above`: it stands directly above a symbol. `trailing`: it shares its line with code.
    `whole`: the text of the comment, or of the run of comments, that it is a part of. `last`: it is
    the last line of that.
    """

    text: str
    at: int
    line: int
    doc: bool
    above: bool
    trailing: bool
    whole: str
    last: bool


@dataclass(slots=True)
class CodeParts:
    """All of a region, in document order. `docs` holds what stands in documentation strings."""

    tokens: list[Token] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    docs: list[str] = field(default_factory=list)
    module_doc: int | None = None  # last line of a documentation string of the whole file


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands: lines `first..last`, 0-based."""

    text: str
    at: int
    first: int
    last: int
    trailing: bool
    doc: bool
    above: bool


def group_runs(comments: list[Comment]) -> list[list[Comment]]:
    """Group comments that stand under each other, without code or a blank line between."""
    grouped: list[list[Comment]] = []
    for comment in comments:
        before = grouped[-1][-1] if grouped else None
        apart = before is None or comment.trailing or before.trailing
        if before is not None and not apart and comment.first == before.last + 1:
            grouped[-1].append(comment)
        else:
            grouped.append([comment])
    return grouped


def list_remarks(comments: list[Comment]) -> list[Remark]:
    """List every line of `comments` that is not empty."""
    return [remark for run in group_runs(comments) for remark in _split_run(run)]


def _split_run(run: list[Comment]) -> Iterator[Remark]:
    whole = "\n".join(comment.text for comment in run)
    for c in run:
        for number, line in enumerate(c.text.split("\n"), c.first):
            if line.strip():
                last = c is run[-1] and number == c.last
                yield Remark(line.strip(), c.at, number, c.doc, c.above, c.trailing, whole, last)

"""One answer to one request on one file, and what is right: the values that kinds make."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.real_symbols.source import File
from bench.real_symbols.subject import Subject

INSTRUCTION = "Do what we spoke of"


@dataclass(frozen=True)
class Scene:
    """What a person asked for: an action at a cursor, on a selection, or by a comment directive."""

    file: File
    action: str
    cursor: tuple[int, int] | None = None  # line and column
    selected: tuple[int, int] | None = None  # whole lines, first and last
    inside: tuple[int, int, int] | None = None  # a line, and columns of it
    directive: int | None = None  # its line
    instruction: str = INSTRUCTION
    problem: int | None = None  # the line of a diagnostic


@dataclass(frozen=True)
class Sample:
    """An answer and what is right.

    `right`: the buffers that may be written at once. `wanted`: those that a proposal should hold.
    Any other buffer that is written at once is WRONG. `text`: said as text and not by a tool.
    """

    scene: Scene
    code: str
    right: frozenset[str]
    wanted: frozenset[str]
    text: bool = False


Make = Callable[[Subject, random.Random], "Sample | None"]


@dataclass(frozen=True)
class Kind:
    """A way in which models answer. `group` is the row of totals it counts in."""

    name: str
    group: str
    make: Make


def sample(
    scene: Scene,
    code: str,
    *right: File,
    text: bool = False,
    wanted: Iterable[File] = (),
) -> Sample:
    """A sample whose right buffers are the files `right`; `wanted` are right as a proposal only."""
    buffers = frozenset(file.text for file in right)
    return Sample(scene, code, buffers, buffers | {file.text for file in wanted}, text)


def at_symbol(subject: Subject, action: str = "edit", instruction: str = INSTRUCTION) -> Scene:
    """The cursor on the name, or the symbol selected; for `fix`, a diagnostic on the changed line."""
    return Scene(
        subject.file,
        action,
        cursor=None if subject.selected else (subject.name_line, subject.name_column),
        selected=(subject.first, subject.last) if subject.selected else None,
        problem=subject.change.line if action == "fix" else None,
        instruction=instruction if action == "edit" else "",
    )


def on_lines(subject: Subject, first: int, last: int, instruction: str = INSTRUCTION) -> Scene:
    """Whole lines selected."""
    return Scene(subject.file, "edit", selected=(first, last), instruction=instruction)


def joined(lines: Sequence[str]) -> str:
    """Lines as a model writes them."""
    return "".join(f"{line}\n" for line in lines)


def fenced(lines: Sequence[str], label: str = "") -> str:
    """In a Markdown fence."""
    return f"```{label}\n{joined(lines)}```\n"


def margin(lines: Sequence[str]) -> tuple[str, ...] | None:
    """The lines moved to the margin; None when they stand there, or one stands left of the first."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return None
    indent = filled[0][: len(filled[0]) - len(filled[0].lstrip())]
    if not indent or not all(line.startswith(indent) for line in filled):
        return None
    return tuple(line[len(indent) :] if line.strip() else line for line in lines)


def first_at_margin(lines: Sequence[str]) -> tuple[str, ...] | None:
    """Only the first line moved to the margin; None when it stands there."""
    if lines[0] == lines[0].lstrip():
        return None
    return (lines[0].lstrip(), *lines[1:])

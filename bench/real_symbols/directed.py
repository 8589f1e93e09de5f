"""Answers to a comment directive that stands in the symbol or above it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from bench.real_symbols.comments import comment
from bench.real_symbols.sample import INSTRUCTION, Kind, Make, Sample, Scene, joined, sample
from bench.real_symbols.source import File
from bench.real_symbols.subject import Subject


@dataclass(frozen=True)
class _Directed:
    """The subject with a directive on a line of its own."""

    subject: Subject
    file: File  # with the directive
    line: int

    def result(self, *, kept: bool) -> tuple[str, ...]:
        """The symbol's lines after the change, with the directive or without it."""
        lines = self.subject.changed
        at = self.line - self.subject.first
        return (*lines[:at], self.file.lines[self.line], *lines[at:]) if kept else lines


def _placed(subject: Subject, line: int) -> _Directed:
    indent = subject.file.lines[line][: -len(subject.file.lines[line].lstrip())]
    text = indent + comment(subject.file.language, f"flux: {INSTRUCTION}")
    return _Directed(subject, subject.file.put(line, line - 1, [text]), line)


def _make(
    answer: Callable[[_Directed], str | None], *, above: bool = False, tree: bool | None = None
) -> Make:
    """`tree`: only where the language has a grammar, or only where it has none.

    Without one a directive is about the line below it, so that a symbol is more than was asked for.
    """

    def make(subject: Subject, _: random.Random) -> Sample | None:
        if tree is not None and tree is (subject.parsed is None):
            return None
        line = subject.first if above else subject.change.line
        if subject.first == 0 or not subject.file.lines[line].strip():
            return None
        directed = _placed(subject, line)
        code = answer(directed)
        if code is None:
            return None
        return sample(Scene(directed.file, "edit", directive=line), code, subject.after)

    return make


def _gone(directed: _Directed) -> str:
    return joined(directed.result(kept=False))


def _kept(directed: _Directed) -> str:
    return joined(directed.result(kept=True))


def _line(directed: _Directed) -> str:
    return joined([directed.subject.change.text])


def _line_and_directive(directed: _Directed) -> str:
    return joined([directed.file.lines[directed.line], directed.subject.change.text])


def _around(directed: _Directed) -> str:
    subject = directed.subject
    at = subject.change.line
    return joined(subject.after.part(max(at - 2, subject.first), min(at + 2, subject.last)))


KINDS = (
    Kind("directive inside: whole symbol", "ordinary", _make(_gone, tree=True)),
    Kind("directive inside, no grammar: whole symbol", "wide", _make(_gone, tree=False)),
    Kind("directive inside: whole symbol, directive kept", "form", _make(_kept)),
    Kind("directive inside: only the changed line", "narrow", _make(_line)),
    Kind("directive inside: it and the changed line", "narrow", _make(_line_and_directive)),
    Kind("directive inside: 2 lines around", "narrow", _make(_around)),
    Kind("directive above: whole symbol", "ordinary", _make(_gone, above=True, tree=True)),
    Kind(
        "directive above, no grammar: whole symbol",
        "wide",
        _make(_gone, above=True, tree=False),
    ),
    Kind("directive above: whole symbol, directive kept", "form", _make(_kept, above=True)),
    Kind("directive above: only the changed line", "narrow", _make(_line, above=True)),
)

"""Answers to selected lines: some lines of a symbol, or its body."""

import random
from collections.abc import Callable

from bench.real_symbols.changing import change_of
from bench.real_symbols.sample import (
    Kind,
    Make,
    Sample,
    first_at_margin,
    joined,
    margin,
    on_lines,
    sample,
)
from bench.real_symbols.subject import Subject
from bench.real_symbols.wide import LONGEST

Lines = tuple[int, int]
Answer = Callable[[Subject, Lines], "str | None"]


def _some(subject: Subject, rnd: random.Random) -> Lines:
    """One to four lines with the changed one, inside the body."""
    at = subject.change.line
    first = max(subject.parts.body, at - rnd.randrange(3))
    last = min(subject.parts.closing - 1, at + rnd.randrange(2))
    filled = [n for n in range(first, last + 1) if subject.file.lines[n].strip()]
    return filled[0], filled[-1]


def _body(subject: Subject, _: random.Random) -> Lines:
    return subject.parts.body, subject.parts.closing - 1


def _make(select: Callable[[Subject, random.Random], Lines], answer: Answer) -> Make:
    def make(subject: Subject, rnd: random.Random) -> Sample | None:
        lines = select(subject, rnd)
        code = answer(subject, lines)
        if code is None:
            return None
        return sample(on_lines(subject, *lines), code, subject.after)

    return make


def _part(up: int = 0, down: int = 0) -> Answer:
    """The selected lines, with lines of the file around them."""

    def answer(subject: Subject, lines: Lines) -> str | None:
        first, last = lines[0] - up, lines[1] + down
        if first < 0 or last >= len(subject.file.lines):
            return None
        return joined(subject.after.part(first, last))

    return answer


def _symbol(subject: Subject, _: Lines) -> str:
    return joined(subject.changed)


def _symbol_bare(subject: Subject, _: Lines) -> str | None:
    if subject.parts.head == subject.first:
        return None
    return joined(subject.after.part(subject.parts.head, subject.last))


def _to_the_end(subject: Subject, lines: Lines) -> str | None:
    if lines[1] >= subject.last - 1:
        return None
    return joined(subject.after.part(lines[0], subject.last))


def _line(subject: Subject, lines: Lines) -> str | None:
    return None if lines[0] == lines[1] else joined([subject.change.text])


def _margin(subject: Subject, lines: Lines) -> str | None:
    moved = margin(subject.after.part(*lines))
    return None if moved is None else joined(moved)


def _first_at_margin(subject: Subject, lines: Lines) -> str | None:
    if lines[0] == lines[1]:
        return None
    moved = first_at_margin(subject.after.part(*lines))
    return None if moved is None else joined(moved)


def _header_too(subject: Subject, lines: Lines) -> str:
    return joined(subject.after.part(subject.parts.head, lines[1]))


def _closing_too(subject: Subject, lines: Lines) -> str | None:
    if not subject.parts.has_closing:
        return None
    return joined(subject.after.part(lines[0], subject.last))


def _file(subject: Subject, _: Lines) -> str | None:
    if len(subject.file.lines) > LONGEST:
        return None
    return "\n".join(subject.after.lines)


def _two(subject: Subject, *, whole: bool) -> Sample | None:
    """The symbol and the next one are selected; only the first changes."""
    following = subject.following
    if following is None or following[0] <= subject.last or subject.selected:
        return None
    if following[1] - subject.first > LONGEST:
        return None
    lines = subject.after.part(subject.first, following[1]) if whole else subject.changed
    return sample(on_lines(subject, subject.first, following[1]), joined(lines), subject.after)


def _elsewhere_too(subject: Subject, rnd: random.Random) -> Sample | None:
    """The whole symbol, changed outside of the selected lines too: never written without a yes."""
    lines = _some(subject, rnd)
    spans = [(subject.parts.body, lines[0] - 1), (lines[1] + 1, subject.parts.closing - 1)]
    for first, last in spans:
        if first > last:
            continue
        other = change_of(subject.file, subject.parsed, first, last, rnd)
        if other is not None:
            both = subject.after.put(other.line, other.line, [other.text])
            code = joined(both.part(subject.first, subject.last))
            return sample(on_lines(subject, *lines), code, wanted=[both])
    return None


KINDS = (
    Kind("lines: the lines", "ordinary", _make(_some, _part())),
    Kind("lines: at the margin", "form", _make(_some, _margin)),
    Kind("lines: first at the margin", "form", _make(_some, _first_at_margin)),
    Kind("lines: only the changed line", "narrow", _make(_some, _line)),
    Kind("lines: line above too", "wide", _make(_some, _part(up=1))),
    Kind("lines: line below too", "wide", _make(_some, _part(down=1))),
    Kind("lines: lines above and below too", "wide", _make(_some, _part(up=2, down=2))),
    Kind("lines: to the end of the symbol", "wide", _make(_some, _to_the_end)),
    Kind("lines: whole symbol", "wide", _make(_some, _symbol)),
    Kind("lines: whole symbol without what is above", "wide", _make(_some, _symbol_bare)),
    Kind("lines: whole symbol, changed elsewhere too", "wide", _elsewhere_too),
    Kind("lines: whole file", "wide", _make(_some, _file)),
    Kind("two symbols: both", "ordinary", lambda s, _: _two(s, whole=True)),
    Kind("two symbols: only the changed one", "narrow", lambda s, _: _two(s, whole=False)),
    Kind("body: the body", "ordinary", _make(_body, _part())),
    Kind("body: at the margin", "form", _make(_body, _margin)),
    Kind("body: first line at the margin", "form", _make(_body, _first_at_margin)),
    Kind("body: only the changed line", "narrow", _make(_body, _line)),
    Kind("body: closing line too", "wide", _make(_body, _closing_too)),
    Kind("body: header too", "wide", _make(_body, _header_too)),
    Kind("body: whole symbol", "wide", _make(_body, _symbol)),
)

"""Answers that are more than the symbol."""

import random

from bench.real_symbols.changing import change_of
from bench.real_symbols.sample import Kind, Make, Sample, at_symbol, joined, sample
from bench.real_symbols.subject import SHORTEST, Subject

LONGEST = 400  # lines of an answer


def above(subject: Subject) -> int | None:
    """The nearest filled line above the symbol."""
    numbers = range(subject.first - 1, -1, -1)
    return next((n for n in numbers if subject.file.lines[n].strip()), None)


def below(subject: Subject) -> int | None:
    """The nearest filled line below the symbol."""
    numbers = range(subject.last + 1, len(subject.file.lines))
    return next((n for n in numbers if subject.file.lines[n].strip()), None)


def _grown(*, up: bool, down: bool) -> Make:
    """With the file's next filled line at one end or at both."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        first = above(subject) if up else subject.first
        last = below(subject) if down else subject.last
        if first is None or last is None:
            return None
        lines = subject.after.part(first, last)
        return sample(at_symbol(subject), joined(lines), subject.after)

    return make


def _enclosing(subject: Subject, _: random.Random) -> Sample | None:
    if subject.parent is None or subject.parent[1] - subject.parent[0] > LONGEST:
        return None
    lines = subject.after.part(*subject.parent)
    return sample(at_symbol(subject), joined(lines), subject.after)


def _file(subject: Subject, _: random.Random) -> Sample | None:
    lines = subject.after.lines
    if len(lines) > LONGEST or len(lines) < subject.last - subject.first + 4:
        return None
    return sample(at_symbol(subject), "\n".join(lines), subject.after)


def _next_symbol(subject: Subject, _: random.Random) -> Sample | None:
    if subject.following is None or subject.following[0] <= subject.last:
        return None
    if subject.following[1] - subject.first > LONGEST:
        return None
    lines = subject.after.part(subject.first, subject.following[1])
    return sample(at_symbol(subject), joined(lines), subject.after)


def _another(subject: Subject, rnd: random.Random) -> Sample | None:
    """The next symbol, changed: it is not what was asked about, so never without a yes."""
    if subject.following is None or subject.following[0] <= subject.last:
        return None
    first, last = subject.following
    if not SHORTEST <= last - first + 1 <= LONGEST:
        return None
    head, other = (subject.file.part(at, at)[0].strip() for at in (subject.first, first))
    if head == other:  # a namesake: nobody can tell that the other one was meant
        return None
    change = change_of(subject.file, subject.parsed, first + 1, last - 1, rnd)
    if change is None:
        return None
    after = subject.file.put(change.line, change.line, [change.text])
    return sample(at_symbol(subject), joined(after.part(first, last)), wanted=[after])


KINDS = (
    Kind("line above too", "wide", _grown(up=True, down=False)),
    Kind("line below too", "wide", _grown(up=False, down=True)),
    Kind("lines above and below too", "wide", _grown(up=True, down=True)),
    Kind("enclosing symbol", "wide", _enclosing),
    Kind("next symbol too", "wide", _next_symbol),
    Kind("another symbol", "wide", _another),
    Kind("whole file", "wide", _file),
)

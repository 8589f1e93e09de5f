"""Answers to a selection inside of one line: the line, or only what was selected of it."""

import random
import re
from dataclasses import dataclass

from bench.real_symbols.sample import Kind, Make, Sample, Scene, joined, sample
from bench.real_symbols.subject import Subject


@dataclass(frozen=True)
class _Part:
    """The columns `start..end` of the changed line, and the text they become."""

    start: int
    end: int
    new: str


def _word(subject: Subject) -> _Part | None:
    """The word or number that changes, or the operator."""
    old, new = subject.file.lines[subject.change.line], subject.change.text
    start = next(n for n, (a, b) in enumerate(zip(f"{old}\n", f"{new}\n", strict=False)) if a != b)
    behind = _shared_end(old[start:], new[start:])
    end = len(old) - behind
    while start > 0 and re.match(r"\w", old[start - 1]):
        start -= 1
    while end < len(old) and re.match(r"\w", old[end]):
        end += 1
    text = new[start : len(new) - (len(old) - end)]
    # one character is a cursor, and nothing selected is one too
    return _Part(start, end, text) if end - start > 1 and text.strip() else None


def _shared_end(one: str, other: str) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


def _tail(subject: Subject) -> _Part | None:
    """From the changed word to the end of the line."""
    part, old = _word(subject), subject.file.lines[subject.change.line].rstrip()
    if part is None or not old[: part.start].strip():
        return None
    return _Part(part.start, len(old), subject.change.text[part.start :].rstrip())


def _make(*, tail: bool, line: bool) -> Make:
    def make(subject: Subject, _: random.Random) -> Sample | None:
        part = _tail(subject) if tail else _word(subject)
        if part is None:
            return None
        at = subject.change.line
        scene = Scene(subject.file, "edit", inside=(at, part.start, part.end))
        return sample(scene, joined([subject.change.text if line else part.new]), subject.after)

    return make


KINDS = (
    Kind("word selected: the line", "ordinary", _make(tail=False, line=True)),
    Kind("word selected: only the new word", "narrow", _make(tail=False, line=False)),
    Kind("rest of a line selected: the line", "ordinary", _make(tail=True, line=True)),
    Kind("rest of a line selected: only the new rest", "narrow", _make(tail=True, line=False)),
)

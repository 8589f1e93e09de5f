"""Answers that are only a part of the symbol."""

import random
from collections.abc import Sequence

from bench.real_symbols.changing import change_of
from bench.real_symbols.comments import comment, holds_pragma, leading_comment
from bench.real_symbols.sample import (
    Kind,
    Make,
    Sample,
    Scene,
    at_symbol,
    fenced,
    joined,
    margin,
    sample,
)
from bench.real_symbols.subject import Subject
from bench.real_symbols.wide import LONGEST


def _around(by: int, *, action: str = "edit") -> Make:
    """The changed line with `by` lines of the symbol on each side."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        at = subject.change.line
        first, last = max(at - by, subject.first), min(at + by, subject.last)
        if last - first >= subject.last - subject.first:
            return None
        return sample(
            at_symbol(subject, action), joined(subject.after.part(first, last)), subject.after
        )

    return make


def _line_in_fence(subject: Subject, _: random.Random) -> Sample:
    return sample(at_symbol(subject), fenced([subject.change.text]), subject.after)


def _line_at_margin(subject: Subject, _: random.Random) -> Sample:
    return sample(at_symbol(subject), joined([subject.change.text.lstrip()]), subject.after)


def _line_as_text(subject: Subject, _: random.Random) -> Sample:
    said = f"Change this line:\n\n{fenced([subject.change.text], subject.file.language.fence)}"
    return sample(at_symbol(subject), said, subject.after, text=True)


def _line_crlf(subject: Subject, _: random.Random) -> Sample:
    moved = subject.with_ends("\r\n")
    return sample(at_symbol(moved), joined([moved.change.text]), moved.after)


def _body(subject: Subject) -> tuple[str, ...]:
    return subject.after.part(subject.parts.body, subject.parts.closing - 1)


def _body_only(subject: Subject, _: random.Random) -> Sample:
    return sample(at_symbol(subject), joined(_body(subject)), subject.after)


def _body_at_margin(subject: Subject, _: random.Random) -> Sample | None:
    lines = margin(_body(subject))
    if lines is None:
        return None
    return sample(at_symbol(subject), joined(lines), subject.after)


def _body_and_closing(subject: Subject, _: random.Random) -> Sample | None:
    if not subject.parts.has_closing:
        return None
    lines = subject.after.part(subject.parts.body, subject.last)
    return sample(at_symbol(subject), joined(lines), subject.after)


def _header_only(subject: Subject, _: random.Random) -> Sample:
    """The name changes, and only the header is answered."""
    at, column = subject.name_line, subject.name_column
    line, name = subject.file.lines[at], subject.name.replace(":", "_").replace("#", "_")
    new = f"{line[:column]}other_{name}{line[column + len(subject.name) :]}"
    after = subject.file.put(at, at, [new])
    lines = after.part(subject.parts.head, subject.parts.body - 1)
    return sample(at_symbol(subject), joined(lines), after)


def _half(*, second: bool) -> Make:
    """The half that holds the change, cut between two lines of the body."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        middle = (subject.parts.body + subject.parts.closing) // 2
        if second:
            middle = min(middle, subject.change.line)
            part = (middle, subject.last)
        else:
            middle = max(middle, subject.change.line + 1)
            part = (subject.first, middle - 1)
        left_out = subject.file.part(
            *((subject.first, middle - 1) if second else (middle, subject.last))
        )
        if not any(line.strip() for line in left_out):
            return None
        return sample(at_symbol(subject), joined(subject.after.part(*part)), subject.after)

    return make


def _ends_and_line(subject: Subject, _: random.Random) -> Sample | None:
    """Header, changed line and closing line: what stands between is silently gone."""
    parts, after = subject.parts, subject.after
    if not parts.has_closing or parts.closing - parts.body < 3:
        return None
    body = subject.file.part(parts.body, parts.closing - 1)
    if sum(1 for line in body if line.strip()) < 3:
        return None
    header = after.part(subject.first, parts.body - 1)
    lines = (*header, subject.change.text, after.lines[subject.last])
    return sample(at_symbol(subject), joined(lines), after)


def _gap(subject: Subject, rnd: random.Random) -> Sample | None:
    """Two changed lines, each with a line around, and silence between them."""
    parts, at = subject.parts, subject.change.line
    spans = [(parts.body, at - 4), (at + 4, parts.closing - 1)]
    for first, last in spans:
        other = change_of(subject.file, subject.parsed, first, last, rnd) if first <= last else None
        if other is None:
            continue
        both = subject.after.put(other.line, other.line, [other.text])
        one, two = sorted((at, other.line))
        if not any(line.strip() for line in both.part(one + 2, two - 2)):
            continue  # a blank line that is left out is no gap
        lines = (*both.part(one - 1, one + 1), *both.part(two - 1, two + 1))
        return sample(at_symbol(subject), joined(lines), both)
    return None


def _elided(subject: Subject, _: random.Random) -> Sample | None:
    """Header and changed line, and a comment in place of all the rest."""
    parts, language = subject.parts, subject.file.language
    at = subject.change.line
    if not parts.has_closing or at - parts.body < 1 or parts.closing - at < 3:
        return None
    indent = subject.change.text[: -len(subject.change.text.lstrip())]
    words = indent + comment(language, "... rest of the code ...")
    header = subject.after.part(subject.first, parts.body - 1)
    lines = (*header, words, subject.change.text, words, subject.file.lines[subject.last])
    return sample(at_symbol(subject), joined(lines), subject.after)


def _of_class(*, header: bool) -> Make:
    """The class is the target, and only the changed method is answered, maybe below its header."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        if subject.parent is None or subject.parent[1] - subject.parent[0] > LONGEST:
            return None
        first, last = subject.parent
        if subject.first - first < 3 or last - subject.last < 4:
            return None
        scene = Scene(subject.file, "edit", selected=(first, last))
        if not header:
            return sample(scene, joined(subject.changed), subject.after)
        opening = subject.file.lines[first]
        if leading_comment([opening], subject.file.language) or opening.lstrip()[:1] in "@#[":
            return None
        lines = (opening, *subject.changed, subject.file.lines[last])
        return sample(scene, joined(lines), subject.after)

    return make


def _without(first: str, behind: str) -> Make:
    """The symbol without a part of what stands above its declaration."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        start, end = getattr(subject.parts, first), getattr(subject.parts, behind)
        if start == end or _stands_below(subject):
            return None
        lines: Sequence[str] = subject.changed
        offset = subject.first
        kept = (*lines[: start - offset], *lines[end - offset :])
        return sample(at_symbol(subject), joined(kept), subject.after)

    return make


def _stands_below(subject: Subject) -> bool:
    """Whether comments above are not the symbol's own, which an answer may well leave alone."""
    return holds_pragma(subject.file.part(subject.first, subject.parts.attributes - 1))


KINDS = (
    Kind("only the changed line", "narrow", _around(0)),
    Kind("only the changed line, fix", "narrow", _around(0, action="fix")),
    Kind("only the changed line in a fence", "narrow", _line_in_fence),
    Kind("only the changed line at the margin", "narrow", _line_at_margin),
    Kind("only the changed line as text", "narrow", _line_as_text),
    Kind("only the changed line, CRLF file", "narrow", _line_crlf),
    Kind("changed line, 1 line around", "narrow", _around(1)),
    Kind("changed line, 3 lines around", "narrow", _around(3)),
    Kind("body only", "narrow", _body_only),
    Kind("body only at the margin", "narrow", _body_at_margin),
    Kind("body and closing line", "narrow", _body_and_closing),
    Kind("header only", "narrow", _header_only),
    Kind("first half", "narrow", _half(second=False)),
    Kind("second half", "narrow", _half(second=True)),
    Kind("two changed lines, a gap between", "narrow", _gap),
    Kind("the rest left out by a comment", "narrow", _elided),
    Kind("class: only the changed method", "narrow", _of_class(header=False)),
    Kind("class: first line, changed method, last line", "narrow", _of_class(header=True)),
    Kind("header, changed line, closing line", "narrow", _ends_and_line),
    Kind("doc comment left out", "narrow", _without("top", "attributes")),
    Kind("attributes left out", "narrow", _without("attributes", "head")),
    Kind("doc comment and attributes left out", "narrow", _without("top", "head")),
)

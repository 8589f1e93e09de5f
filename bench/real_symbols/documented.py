"""Answers to `document`: the symbol with its documentation, or only a part of that."""

import random
from collections import Counter
from collections.abc import Sequence

from bench.real_symbols.comments import (
    INSIDE,
    documentation,
    holds_pragma,
    is_comment,
    is_documentation,
)
from bench.real_symbols.sample import Kind, Sample, at_symbol, fenced, joined, margin, sample
from bench.real_symbols.source import File
from bench.real_symbols.subject import Subject

_STRINGS = frozenset({"elixir", "julia"})
_QUOTES = ('"""', "'''")


def _doc(subject: Subject) -> tuple[str, ...]:
    """The new documentation where it stands; () where the language has none."""
    lines = documentation(subject.file.language, subject.name)
    indent = subject.indent
    if subject.file.language.id in INSIDE:
        body = next(
            line
            for line in subject.file.part(subject.parts.body, subject.parts.closing - 1)
            if line.strip()
        )
        indent = body[: len(body) - len(body.lstrip())]
    return tuple(indent + line if line else line for line in lines)


def _results(subject: Subject, doc: Sequence[str]) -> list[File]:
    """The files in which `doc` stands where the language has it; the best first, maybe none."""
    if subject.file.language.id in INSIDE:
        return _inside(subject, doc)
    file, parts = subject.file, subject.parts
    if file.language.id in _STRINGS:
        return _as_string(subject, doc)
    old = file.part(parts.top, parts.attributes - 1)
    own = is_documentation(old, file.language) if old else False
    if old and own is not False and holds_pragma(old):
        return []
    replaced = file.put(parts.top, parts.attributes - 1, doc)
    above = file.put(parts.attributes, parts.attributes - 1, doc)
    if own:
        return [replaced]
    below = file.put(parts.head, parts.head - 1, doc)
    top = file.put(parts.top, parts.top - 1, doc)
    return [above, below, top, *([replaced] if own is None else [])]


def _as_string(subject: Subject, doc: Sequence[str]) -> list[File]:
    """Elixir's `@doc` among the attributes, or Julia's string above the symbol."""
    file, parts = subject.file, subject.parts
    if file.language.id == "julia":
        filled = parts.top > 0 and file.lines[parts.top - 1].strip()
        return [] if filled else [file.put(parts.top, parts.top - 1, doc)]
    old = next(
        (n for n in range(parts.attributes, parts.head) if "@doc" in file.lines[n]), parts.head
    )
    if old == parts.head:
        places = sorted({parts.top, parts.attributes, parts.head})
        return [file.put(at, at - 1, doc) for at in places]
    end = old
    if file.lines[old].rstrip().endswith('"""'):
        end = next(n for n in range(old + 1, len(file.lines)) if file.lines[n].strip() == '"""')
    return [file.put(old, end, doc)]


def _inside(subject: Subject, doc: Sequence[str]) -> list[File]:
    at, file = subject.parts.body, subject.file
    first = file.lines[at].strip()
    if file.language.id == "python":
        if not first.lstrip("rRbBuU").startswith((*_QUOTES, '"', "'")):
            return [file.put(at, at - 1, doc)]
        end = _string_end(file, at)
        return [] if end is None else [file.put(at, end, doc)]
    end = at
    while file.lines[end].strip().startswith("##"):
        end += 1
    return [file.put(at, end - 1, doc)]


def _string_end(file: File, at: int) -> int | None:
    """The last line of a docstring that begins at `at`; None for one that is hard to tell."""
    first = file.lines[at].strip()
    quote = next((q for q in _QUOTES if first.startswith(q)), None)
    if quote is None:
        return None
    if first.endswith(quote) and len(first) >= 6:
        return at
    ends = (n for n in range(at + 1, len(file.lines)) if quote in file.lines[n])
    end = next(ends, None)
    return end if end is not None and file.lines[end].rstrip().endswith(quote) else None


def _part(subject: Subject, result: File, first: int, last: int) -> tuple[str, ...]:
    """Lines `first..last` of the old file as they stand in `result`, with what came between."""
    return result.part(first, last + len(result.lines) - len(subject.file.lines))


def _ready(subject: Subject) -> tuple[tuple[str, ...], list[File]] | None:
    doc = _doc(subject)
    results = _results(subject, doc) if doc else []
    return (doc, results) if results else None


def _whole(subject: Subject, _: random.Random) -> Sample | None:
    """The symbol with documentation that it did not have."""
    return _answer_whole(subject, replaces=False)


def _replaced(subject: Subject, _: random.Random) -> Sample | None:
    """The symbol with other documentation than it had: lines that a person wrote are gone."""
    return _answer_whole(subject, replaces=True)


def _answer_whole(subject: Subject, *, replaces: bool) -> Sample | None:
    ready = _ready(subject)
    if ready is None:
        return None
    lost = Counter(subject.file.lines) - Counter(ready[1][0].lines)
    if any(line.strip() for line in lost) != replaces:
        return None
    code = joined(_part(subject, ready[1][0], subject.first, subject.last))
    return sample(at_symbol(subject, "document"), code, ready[1][0])


def _only(subject: Subject, _: random.Random) -> Sample | None:
    ready = _ready(subject)
    return ready and sample(at_symbol(subject, "document"), joined(ready[0]), *ready[1])


def _only_in_fence(subject: Subject, _: random.Random) -> Sample | None:
    ready = _ready(subject)
    return ready and sample(at_symbol(subject, "document"), fenced(ready[0]), *ready[1])


def _only_at_margin(subject: Subject, _: random.Random) -> Sample | None:
    ready = _ready(subject)
    lines = margin(ready[0]) if ready else None
    if ready is None or lines is None:
        return None
    return sample(at_symbol(subject, "document"), joined(lines), *ready[1])


def _header(subject: Subject, ready: tuple[tuple[str, ...], list[File]]) -> tuple[str, ...]:
    """Documentation and header as the answer holds them, whatever of both comes first."""
    header = subject.file.part(subject.parts.head, subject.parts.body - 1)
    inside = subject.file.language.id in INSIDE
    return (*header, *ready[0]) if inside else (*ready[0], *header)


def _with_header(subject: Subject, _: random.Random) -> Sample | None:
    ready = _ready(subject)
    if ready is None:
        return None
    return sample(at_symbol(subject, "document"), joined(_header(subject, ready)), *ready[1])


def _body_left_out(subject: Subject, _: random.Random) -> Sample | None:
    ready = _ready(subject)
    if ready is None or not subject.parts.has_closing:
        return None
    lines = (*_header(subject, ready), subject.file.lines[subject.last])
    return sample(at_symbol(subject, "document"), joined(lines), *ready[1])


def _code_changed(subject: Subject, _: random.Random) -> Sample | None:
    """Documented as asked, and a line of the code is another: that is never to be written."""
    ready = _ready(subject)
    if ready is None:
        return None
    result, change = ready[1][0], subject.change
    at = change.line + len(result.lines) - len(subject.file.lines)
    if result.lines[at] != subject.file.lines[change.line]:
        return None
    both = result.put(at, at, [change.text])
    code = joined(_part(subject, both, subject.first, subject.last))
    return sample(at_symbol(subject, "document"), code, wanted=[result])


def _statement_dropped(subject: Subject, rnd: random.Random) -> Sample | None:
    """Documented as asked, and a statement of the code is gone."""
    ready, groups = _ready(subject), subject.statements()
    if ready is None or len(groups) < 3 or subject.file.language.id in INSIDE:
        return None
    numbers = [n for n in range(1, len(groups) - 1) if _holds_code(groups[n], subject)]
    if not numbers:
        return None
    gone = rnd.choice(numbers)
    body = [line for n, group in enumerate(groups) if n != gone for line in group]
    ends = subject.file.lines[subject.parts.closing : subject.last + 1]
    lines = (*_header(subject, ready), *body, *ends)
    return sample(at_symbol(subject, "document"), joined(lines), wanted=ready[1])


def _holds_code(lines: Sequence[str], subject: Subject) -> bool:
    return any(
        line.strip() and not is_comment(line.strip(), subject.file.language) for line in lines
    )


KINDS = (
    Kind("document: whole symbol", "ordinary", _whole),
    Kind("document: whole symbol, other documentation", "meant", _replaced),
    Kind("document: only the doc comment", "narrow", _only),
    Kind("document: only the doc comment in a fence", "narrow", _only_in_fence),
    Kind("document: only the doc comment at the margin", "narrow", _only_at_margin),
    Kind("document: doc comment and header", "narrow", _with_header),
    Kind("document: body left out", "narrow", _body_left_out),
    Kind("document: a line of code changed too", "forbidden", _code_changed),
    Kind("document: a statement dropped", "forbidden", _statement_dropped),
)

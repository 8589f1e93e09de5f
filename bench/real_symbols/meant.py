"""Answers that are another shape of the symbol on purpose: shorter, longer, rewritten, renamed."""

import random
import re

from bench.real_symbols.changing import sound
from bench.real_symbols.sample import (
    Kind,
    Make,
    Sample,
    at_symbol,
    joined,
    on_lines,
    sample,
)
from bench.real_symbols.source import File
from bench.real_symbols.subject import Subject

_IMPORTS = {
    "python": "import functools", "javascript": "import fs from 'fs'",
    "typescript": "import fs from 'fs'", "go": 'import "slices"', "rust": "use std::mem;",
    "java": "import java.util.Deque;", "c": "#include <stdlib.h>", "cpp": "#include <cstdlib>",
    "ruby": "require 'set'", "kotlin": "import kotlin.math.max",
}  # fmt: skip


def _renamed(subject: Subject, _: random.Random) -> Sample:
    at, column = subject.name_line, subject.name_column
    line = subject.file.lines[at]
    new = f"{line[:column]}other_{subject.name.replace(':', '_').replace('#', '_')}"
    after = subject.file.put(at, at, [new + line[column + len(subject.name) :]])
    return sample(at_symbol(subject), joined(after.part(subject.first, subject.last)), after)


def _rewritten(subject: Subject, rnd: random.Random) -> Sample | None:
    """Another body: the statements of this one in another order, each with other words."""
    parts, file = subject.parts, subject.file
    groups = subject.statements()
    if len(groups) < 2 or subject.parsed is None:
        return None
    rnd.shuffle(groups)
    words = {word: f"{word}_{len(word)}" for word in _own_words(subject)}
    body = [_reworded(line, words) for group in groups for line in group if line.strip()]
    after = file.put(parts.body, parts.closing - 1, body)
    if after.text == file.text or not sound(after, subject.parsed):
        return None
    last = subject.last + len(after.lines) - len(file.lines)
    return sample(at_symbol(subject), joined(after.part(subject.first, last)), after)


def _own_words(subject: Subject) -> set[str]:
    """Words of the body that are called or have a dot or a bracket behind them."""
    body = "\n".join(subject.file.part(subject.parts.body, subject.parts.closing - 1))
    words = set(re.findall(r"(?<![\w.$@#'\"-])([a-z]\w{2,})(?=[.\[]|\()", body))
    return words - {"self", "this", "super", "func", "function", "return", "catch", "while", "for",
                    "switch", "match", "when", "using", "lock", "not", "and", "sizeof", "assert",
                    "fun", "fn", "guard", "elseif", "await", "yield", "typeof"}  # fmt: skip


def _reworded(line: str, words: dict[str, str]) -> str:
    return re.sub(r"\b[a-z]\w{2,}\b", lambda match: words.get(match[0], match[0]), line)


def _shortened(subject: Subject, _: random.Random) -> Sample | None:
    """As asked: the first half of the statements is gone."""
    groups = subject.statements()
    if len(groups) < 2:
        return None
    kept = [line for group in groups[len(groups) // 2 :] for line in group]
    parts = subject.parts
    after = subject.file.put(parts.body, parts.closing - 1, kept)
    if subject.parsed is not None and not sound(after, subject.parsed):
        return None
    last = subject.last - (parts.closing - parts.body) + len(kept)
    words = f"Delete the first half of `{subject.name}`, it is not needed any more"
    scene = at_symbol(subject, instruction=words)
    return sample(scene, joined(after.part(subject.first, last)), after)


def _helper(subject: Subject, *, above: bool) -> Sample | None:
    """A helper beside the symbol: what `split this in two` brings."""
    parts, column = subject.parts, subject.name_column
    own = subject.file.part(parts.head, subject.last)
    at = subject.name_line - parts.head
    line = own[at]
    named = f"{line[:column]}helped_{subject.name.replace(':', '_').replace('#', '_')}"
    helper = (*own[:at], named + line[column + len(subject.name) :], *own[at + 1 :])
    lines = (*helper, "", *subject.changed) if above else (*subject.changed, "", *helper)
    after = subject.file.put(subject.first, subject.last, lines)
    if subject.parsed is not None and not sound(after, subject.parsed):
        return None
    words = f"Split `{subject.name}` in two"
    return sample(at_symbol(subject, instruction=words), joined(lines), after)


def _import(subject: Subject, _: random.Random) -> Sample | None:
    """An import that the change needs, above the symbol: there at once only where that is usual."""
    new = _IMPORTS.get(subject.file.language.id)
    if new is None or new in subject.file.lines or subject.indent:
        return None
    code = joined((new, "", *subject.changed))
    near = [subject.after.put(at, at - 1, [new]) for at in range(subject.first)]
    here = subject.after.put(subject.first, subject.first - 1, [new, ""])
    legal = subject.parsed is None or sound(here, subject.parsed)
    return sample(at_symbol(subject), code, *([here] if legal else []), *near)


def _parses(subject: Subject, after: File) -> bool:
    return subject.parsed is None or sound(after, subject.parsed)


def _one_statement_left(subject: Subject, _: random.Random) -> Sample | None:
    """As asked: only the last statement stays."""
    groups = subject.statements()
    if len(groups) < 3:
        return None
    parts = subject.parts
    after = subject.file.put(parts.body, parts.closing - 1, groups[-1])
    if not _parses(subject, after):
        return None
    last = subject.last + len(after.lines) - len(subject.file.lines)
    words = f"Simplify `{subject.name}`: keep only its last statement"
    return sample(
        at_symbol(subject, instruction=words), joined(after.part(subject.first, last)), after
    )


def _line_more(*, selected: bool) -> Make:
    """A new line below the one that would change, which stays."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        at = subject.change.line
        after = subject.file.put(at + 1, at, [subject.change.text])
        if not _parses(subject, after):
            return None
        words = f"Add what is missing below line {at + 1}"
        return _shown(subject, after, words, selected=selected)

    return make


def _line_less(*, selected: bool) -> Make:
    """As asked: the line that would change is gone."""

    def make(subject: Subject, _: random.Random) -> Sample | None:
        at = subject.change.line
        if selected and not (subject.parts.body < at < subject.parts.closing - 1):
            return None
        after = subject.file.put(at, at, [])
        if not _parses(subject, after):
            return None
        words = f"Delete line {at + 1}"
        return _shown(subject, after, words, selected=selected)

    return make


def _shown(subject: Subject, after: File, words: str, *, selected: bool) -> Sample:
    """The symbol, or the selected lines around the change, as they are in `after`."""
    first, last = subject.first, subject.last
    scene = at_symbol(subject, instruction=words)
    if selected:
        at = subject.change.line
        first, last = max(subject.parts.body, at - 1), min(subject.parts.closing - 1, at + 1)
        scene = on_lines(subject, first, last, words)
    last += len(after.lines) - len(subject.file.lines)
    return sample(scene, joined(after.part(first, last)), after)


KINDS = (
    Kind("whole symbol, renamed", "meant", _renamed),
    Kind("whole symbol, another body", "meant", _rewritten),
    Kind("whole symbol, shortened as asked", "meant", _shortened),
    Kind("whole symbol, helper below", "meant", lambda s, _: _helper(s, above=False)),
    Kind("whole symbol, helper above", "meant", lambda s, _: _helper(s, above=True)),
    Kind("whole symbol, import above", "meant", _import),
    Kind("whole symbol, one statement left as asked", "meant", _one_statement_left),
    Kind("whole symbol, a line added", "meant", _line_more(selected=False)),
    Kind("whole symbol, a line deleted as asked", "meant", _line_less(selected=False)),
    Kind("lines: a line added", "meant", _line_more(selected=True)),
    Kind("lines: a line deleted as asked", "meant", _line_less(selected=True)),
)

"""Symbols of real files as subjects: the lines a run targets, their parts, and one change."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.real_symbols.by_lines import DEFINITIONS, own_lines
from bench.real_symbols.changing import Changed, change_of
from bench.real_symbols.parts import Parts, parts_of
from bench.real_symbols.source import BOM, File
from flux_lsp.context.target import find_target
from flux_lsp.core.text import Span
from flux_lsp.syntax.tree import Parsed, parse

# A line at the margin of a body that belongs to the statement above it.
_CONTINUES = re.compile(
    r"\s*(?:[})\].|&?:+*/-]|(?:end|else|elsif|elif|elseif|fi|done|esac|rescue|ensure|catch|except|"
    r"finally|case|default|when|then|do|in|where|of|and|or|with)\b)"
)
SHORTEST, LONGEST = 4, 120  # lines of a symbol
_NAMED = frozenset({"function", "method"})
WITH_GRAMMAR = frozenset(
    {"python", "javascript", "typescript", "typescriptreact", "go", "rust", "java", "c", "cpp",
     "csharp", "ruby", "php", "shellscript", "lua", "kotlin", "swift", "scala"}
)  # fmt: skip
LANGUAGES = WITH_GRAMMAR | frozenset(DEFINITIONS)


@dataclass(frozen=True)
class Subject:
    """A symbol at lines `first..last`, what a run on its name targets, and a change in its body."""

    file: File
    first: int
    last: int
    name: str
    name_line: int
    name_column: int
    parts: Parts
    change: Changed
    parent: tuple[int, int] | None  # the lines of the class or module around it
    following: tuple[int, int] | None  # the next symbol's
    parsed: Parsed | None
    selected: bool = False  # a cursor on its name means other lines, so a person selects it

    @property
    def lines(self) -> tuple[str, ...]:
        """As they are."""
        return self.file.part(self.first, self.last)

    @property
    def after(self) -> File:
        """The file with the change."""
        return self.file.put(self.change.line, self.change.line, [self.change.text])

    @property
    def changed(self) -> tuple[str, ...]:
        """The symbol's lines with the change."""
        return self.after.part(self.first, self.last)

    @property
    def indent(self) -> str:
        """Of the symbol's declaration."""
        line = self.file.lines[self.parts.head]
        return line[: len(line) - len(line.lstrip())]

    def with_ends(self, end: str) -> "Subject":
        """The same in a file with other line ends."""
        return replace(self, file=replace(self.file, end=end), parsed=None)

    def with_mark(self) -> "Subject":
        """The same in a file that begins with a byte order mark."""
        return replace(self, file=replace(self.file, bom=BOM), parsed=None)

    def on_top(self, head: tuple[str, ...]) -> "Subject | None":
        """The same in a file that begins with `head` and the symbol right below it.

        None where the symbol needs what stands above it.
        """
        if self.indent or self.file.language.id in {"php", "vue", "svelte"}:
            return None
        file = replace(self.file, lines=(*head, *self.file.lines[self.first :]))
        if self.parsed is not None:
            parsed = parse(file.text, file.language)
            if parsed is None or parsed.list_faults():
                return None
        return self.moved(file, len(head) - self.first)

    def statements(self) -> list[tuple[str, ...]]:
        """The body as groups of lines: each begins at the body's own indentation."""
        groups: list[list[str]] = []
        body = self.file.part(self.parts.body, self.parts.closing - 1)
        margin = min((_indent(line) for line in body if line.strip()), default=0)
        for line in body:
            begins = line.strip() and _indent(line) == margin and not _CONTINUES.match(line)
            if begins or not groups:
                groups.append([line])
            else:
                groups[-1].append(line)
        return [tuple(group) for group in groups]

    def moved(self, file: File, by: int) -> "Subject":
        """The same symbol in a file where it stands `by` lines further down."""
        spots = {k: getattr(self.parts, k) + by for k in Parts.__dataclass_fields__}
        return replace(
            self,
            file=file,
            first=self.first + by,
            last=self.last + by,
            name_line=self.name_line + by,
            parts=Parts(**spots),
            change=Changed(self.change.line + by, self.change.text),
            parent=None,
            following=None,
            parsed=None,
        )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def subjects(file: File, rnd: random.Random, most: int) -> Iterator[Subject]:
    """Up to `most` symbols of a file, drawn by chance."""
    parsed = parse(file.text, file.language)
    places = list(_by_tree(file, parsed) if parsed else _by_lines(file))
    order = list(range(len(places)))
    rnd.shuffle(order)
    count = 0
    for number in order:
        subject = _subject(file, parsed, places[number], rnd)
        if subject is not None:
            yield subject
            count += 1
            if count == most:
                return


@dataclass(frozen=True)
class _Place:
    name: str
    name_span: Span
    parent: tuple[int, int] | None
    following: tuple[int, int] | None
    own: tuple[int, int] | None = None  # where no tree says it


def _by_tree(file: File, parsed: Parsed) -> Iterator[_Place]:
    symbols = parsed.list_symbols()
    for symbol in symbols:
        if symbol.kind not in _NAMED or not symbol.name.isidentifier():
            continue
        holders = [s for s in symbols if s is not symbol and s.span.contains(symbol.span)]
        parent = min(holders, key=lambda s: len(s.span), default=None)
        below = next((s for s in symbols if s.span.start >= symbol.span.end), None)
        yield _Place(
            symbol.name,
            symbol.name_span,
            _numbers(file, parent.span) if parent else None,
            _numbers(file, below.span) if below else None,
        )


def _by_lines(file: File) -> Iterator[_Place]:
    for own in own_lines(file):
        start = file.offset(own.line, own.column)
        yield _Place(
            own.name, Span(start, start + len(own.name)), None, None, (own.first, own.last)
        )


def _numbers(file: File, span: Span) -> tuple[int, int]:
    lines = file.snapshot.get_lines(span)
    return lines.first - 1, lines.last - 1


def _subject(
    file: File, parsed: Parsed | None, place: _Place, rnd: random.Random
) -> Subject | None:
    at = place.name_span.start
    name_line = file.snapshot.get_line(at)
    target = _numbers(file, find_target(file.snapshot, Span(at, at), parsed))
    first, last = place.own or target
    if not (first <= name_line <= last and SHORTEST <= last - first + 1 <= LONGEST):
        return None
    parts = parts_of(file.lines, first, last, name_line, file.language)
    if parts is None:
        return None
    body = file.part(parts.body, parts.closing - 1)
    if sum(1 for line in body if line.strip()) < 2:
        return None
    change = change_of(file, parsed, parts.body, parts.closing - 1, rnd)
    if change is None:
        return None
    return Subject(
        file=file,
        first=first,
        last=last,
        name=place.name,
        name_line=name_line,
        name_column=at - file.snapshot.line_starts[name_line],
        parts=parts,
        change=change,
        parent=place.parent,
        following=place.following,
        parsed=parsed,
        selected=target != (first, last),
    )

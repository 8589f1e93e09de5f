"""Answers that are the whole symbol: ordinary, and in another form."""

import random

from bench.real_symbols.comments import comment
from bench.real_symbols.sample import (
    Kind,
    Sample,
    at_symbol,
    fenced,
    first_at_margin,
    joined,
    margin,
    sample,
)
from bench.real_symbols.source import BOM
from bench.real_symbols.subject import Subject


def _whole(subject: Subject, _: random.Random) -> Sample:
    return sample(at_symbol(subject), joined(subject.changed), subject.after)


def _fix(subject: Subject, _: random.Random) -> Sample:
    return sample(at_symbol(subject, "fix"), joined(subject.changed), subject.after)


def _in_fence(subject: Subject, _: random.Random) -> Sample:
    code = fenced(subject.changed, subject.file.language.fence)
    return sample(at_symbol(subject), code, subject.after)


def _no_line_end(subject: Subject, _: random.Random) -> Sample:
    return sample(at_symbol(subject), joined(subject.changed).rstrip("\n"), subject.after)


def _numbered(subject: Subject, _: random.Random) -> Sample:
    lines = [f"{n:4} | {line}" for n, line in enumerate(subject.changed, subject.first + 1)]
    return sample(at_symbol(subject), joined(lines), subject.after)


def _tagged(subject: Subject, _: random.Random) -> Sample:
    path, lines = subject.file.path, joined(subject.changed)
    first, last = subject.first + 1, subject.last + 1
    code = f'<target path="{path}" first_line="{first}" last_line="{last}">\n{lines}</target>\n'
    return sample(at_symbol(subject), code, subject.after)


def _with_words(subject: Subject, _: random.Random) -> Sample:
    said = f"Here is the new version:\n\n{fenced(subject.changed, subject.file.language.fence)}"
    return sample(at_symbol(subject), f"{said}\nI changed one line.\n", subject.after)


def _blank_lines_around(subject: Subject, _: random.Random) -> Sample:
    code = joined(("", *subject.changed, "", ""))
    return sample(at_symbol(subject), code, subject.after)


def _blanks_for_tabs(subject: Subject, _: random.Random) -> Sample | None:
    """Four blanks for each tab, or the other way round, in the whole answer."""
    lines = [_swapped(line) for line in subject.changed]
    if None in lines or tuple(lines) == subject.changed:
        return None
    return sample(at_symbol(subject), joined([line or "" for line in lines]), subject.after)


def _swapped(line: str) -> str | None:
    rest = line.lstrip()
    indent = line[: len(line) - len(rest)]
    if indent.strip("\t") == "":
        return "    " * len(indent) + rest
    if indent.strip(" ") == "" and len(indent) % 4 == 0:
        return "\t" * (len(indent) // 4) + rest
    return None


def _at_margin(subject: Subject, _: random.Random) -> Sample | None:
    lines = margin(subject.changed)
    if lines is None:
        return None
    return sample(at_symbol(subject), joined(lines), subject.after)


def _first_at_margin(subject: Subject, _: random.Random) -> Sample | None:
    lines = first_at_margin(subject.changed)
    if lines is None:
        return None
    return sample(at_symbol(subject), joined(lines), subject.after)


def _carriage_returns(subject: Subject, _: random.Random) -> Sample:
    moved = subject.with_ends("\r\n")
    return sample(at_symbol(moved), joined(moved.changed), moved.after)


def _as_text(subject: Subject, _: random.Random) -> Sample:
    said = f"Here is the new version.\n\n{fenced(subject.changed, subject.file.language.fence)}"
    return sample(at_symbol(subject), said, subject.after, text=True)


def _blocks(subject: Subject, _: random.Random) -> Sample | None:
    at, path = subject.change.line, subject.file.path
    old = subject.file.part(max(at - 2, subject.first), min(at + 2, subject.last))
    new = subject.after.part(max(at - 2, subject.first), min(at + 2, subject.last))
    search = joined(old)
    if f"\n{subject.file.text}".count(f"\n{search}") != 1:
        return None
    said = f"{path}\n<<<<<<< SEARCH\n{search}=======\n{joined(new)}>>>>>>> REPLACE\n"
    return sample(at_symbol(subject), said, subject.after, text=True)


def _byte_order_mark(subject: Subject, _: random.Random) -> Sample | None:
    top = subject.on_top(())
    if top is None:
        return None
    top = top.with_mark()
    return sample(at_symbol(top), BOM + joined(top.changed), top.after)


def _header_text_left_out(subject: Subject, _: random.Random) -> Sample | None:
    language = subject.file.language
    head = tuple(comment(language, text) for text in ("Copyright 2020 the authors", "Licence: MIT"))
    if language.id in {"shellscript", "ruby", "python", "lua"}:
        start = "--" if language.id == "lua" else "#"
        head = (f"#!/usr/bin/env {language.id}", f"{start} -*- coding: utf-8 -*-", *head)
    top = subject.on_top(head)
    if top is None:
        return None
    answer = top.changed if top.first == len(head) else top.changed[len(head) :]
    return sample(at_symbol(top), joined(answer), top.after)


KINDS = (
    Kind("whole symbol", "ordinary", _whole),
    Kind("whole symbol, fix", "ordinary", _fix),
    Kind("whole symbol in a fence", "ordinary", _in_fence),
    Kind("whole symbol, no line end", "ordinary", _no_line_end),
    Kind("whole symbol, CRLF file", "ordinary", _carriage_returns),
    Kind("whole symbol as text in a fence", "ordinary", _as_text),
    Kind("search and replace as text", "ordinary", _blocks),
    Kind("whole symbol at the margin", "form", _at_margin),
    Kind("whole symbol, first line at the margin", "form", _first_at_margin),
    Kind("whole symbol, line numbers", "form", _numbered),
    Kind("whole symbol in target tags", "form", _tagged),
    Kind("whole symbol in a fence, words around", "form", _with_words),
    Kind("whole symbol, blank lines around", "form", _blank_lines_around),
    Kind("whole symbol, blanks for tabs", "form", _blanks_for_tabs),
    Kind("whole symbol, copied BOM", "form", _byte_order_mark),
    Kind("whole symbol, header text left out", "form", _header_text_left_out),
)

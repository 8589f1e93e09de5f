"""Reads a text without a grammar as lines of code and comments, by its language's markers.

Never claims more than the markers say: in doubt a text is code, and code must stay.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import cache

from flux_lsp.core.text import find_line_starts
from flux_lsp.syntax.code import CodeParts, Comment, Token, group_runs, list_remarks
from flux_lsp.syntax.doc_forms import find_doc_forms
from flux_lsp.syntax.languages import Language

_TAKEN = "\x01"  # stands for a comment while the code is read
_RUN = re.compile(r"[ \t]*\x01+[ \t]*")
_CHARACTER = r"'(?:\\[^'\n]+|[^'\\\n])'"
_DOUBLE = r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"'
_SINGLE = r"'''[\s\S]*?'''|'(?:\\.|[^'\\\n])*'"


def read_code_lines(text: str, language: Language) -> CodeParts:
    """Read all of `text`; each line of code is one token."""
    text = text.replace("\r\n", "\n")
    parts, spans = CodeParts(), []
    kept, done = [], 0
    for match in _compile_scanner(language).finditer(text):
        kind = match.lastgroup
        if kind in {"comment", "doc"}:
            start, end = match.span(kind)
            kept += [text[done:start], _TAKEN + "\n" * text.count("\n", start, end)]
            done = end
            (spans.append((start, end)) if kind == "comment" else parts.docs.append(match[kind]))
    left = "".join([*kept, text[done:]])
    for number, line in enumerate(left.split("\n")):
        code = _RUN.sub(" ", line).rstrip()
        if code.strip():
            parts.tokens.append(Token(code.strip(), "\n" + line[: _measure_indent(line)], number))
    parts.remarks = list_remarks(_collect_comments(text, spans, parts, language))
    return parts


def blank_comments(text: str, language: Language) -> str:
    """Return `text` on the same lines, without comments, and with every string empty."""

    def keep_lines(match: re.Match[str]) -> str:
        lines = "\n" * match[0].count("\n")
        return lines if match.lastgroup in {"comment", "doc"} else '""' + lines

    return _compile_scanner(language).sub(keep_lines, text.replace("\r\n", "\n"))


def _collect_comments(
    text: str, spans: list[tuple[int, int]], parts: CodeParts, language: Language
) -> list[Comment]:
    starts = find_line_starts(text)
    lines = [token.line for token in parts.tokens]
    forms = find_doc_forms(language)
    comments: list[Comment] = []
    for start, end in spans:
        row = bisect_right(starts, start) - 1
        trailing = bool(text[starts[row] : start].strip())
        at = bisect_left(lines, row) + trailing
        last = row + text.count("\n", start, end)
        comments.append(Comment(text[start:end], at, row, last, trailing, doc=False, above=False))
    placed: list[Comment] = []
    for run in group_runs(comments):
        below = run[-1].at < len(lines) and lines[run[-1].at] == run[-1].last + 1
        token = parts.tokens[run[-1].at] if below else None
        outer = token is not None and token.layout == "\n" and not run[0].trailing
        for comment in run:
            documents = forms.has_form(comment.text) or (outer and forms.plain)
            doc = documents and not comment.trailing
            placed.append(replace(comment, doc=doc, above=below and not comment.trailing))
    return placed


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


@cache
def _compile_scanner(language: Language) -> re.Pattern[str]:
    """Compile a pattern for strings, comments (group `comment`) and documentation strings (`doc`)."""
    usual = (language.block_comment,) if language.block_comment else ()
    blocks = (*usual, *language.comments.extra)
    parts = [rf"{re.escape(a)}[\s\S]*?(?:{re.escape(b)}|\Z)" for a, b in blocks]
    if language.line_comment:
        parts.append(_match_line_comment(language.line_comment))
    if language.scripts:
        parts.append(r"(?<=\n)[ \t]*//[^\n]*")
    comment = f"(?P<comment>{'|'.join(parts)})" if parts else "(?!)"
    docs = language.docs.strings or "(?!)"
    literals = language.literals or "(?!)"
    single = _CHARACTER if language.characters else _SINGLE
    return re.compile(f"{docs}|{comment}|{literals}|{_DOUBLE}|{single}", re.MULTILINE)


def _match_line_comment(marker: str) -> str:
    if marker in {'"', "REM", ".."}:  # which mean something else behind code
        return rf"(?im:^)[ \t]*{re.escape(marker)}(?=[ \t\n]|\Z|\w)[^\n]*"
    # `$#`, `\\%` and URLs are no comments
    return rf"(?<![\w$\\:{{]){re.escape(marker)}[^\n]*"

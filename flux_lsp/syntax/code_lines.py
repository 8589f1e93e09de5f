"""Reads a text without a grammar as lines of code and comments, by its language's markers.

Never claims more than markers tell: what is in doubt is code, and code must stay.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import cache

from flux_lsp.core.text import line_starts
from flux_lsp.syntax.code import Code, Comment, Token, remarks_of, runs
from flux_lsp.syntax.doc_forms import doc_forms
from flux_lsp.syntax.languages import Language

_TAKEN = "\x01"  # stands for a comment while the code is read
_RUN = re.compile(r"[ \t]*\x01+[ \t]*")
# Pages with scripts: their own comments and the scripts'.
_PAGES = frozenset({"vue", "svelte", "astro", "html", "markdown"})
_EXTRA_BLOCKS = {"powershell": (("<#", "#>"),), "julia": (("#=", "=#"),), "nim": (("#[", "]#"),),
                 "pascal": (("(*", "*)"),), "perl": (), "d": (("/+", "+/"),)}  # fmt: skip
# Documentation that is a string of the language, as the group `doc`.
_LONG = r'"""[\s\S]*?"""'
_SHORT = r'"(?:\\.|[^"\\])*"'
_LISP_NAME = r"[^\s\"()\[\]]+"
_STRINGS = {
    "elixir": rf"^[ \t]*(?P<doc>@(?:module|type)?doc\s+(?:~[sS])?(?:{_LONG}|{_SHORT}))",
    "julia": rf"^[ \t]*(?P<doc>{_LONG}|{_SHORT})[ \t]*\n"
    r"(?=[ \t]*(?:function|macro|struct|mutable|abstract|primitive|const|module|@|[\w.!]+[({]))",
    "graphql": rf"^[ \t]*(?P<doc>{_LONG}|{_SHORT})[ \t]*$",
    "starlark": rf"^[ \t]*def\b[^\n]*:[ \t]*\n[ \t]*(?P<doc>{_LONG})[ \t]*$",
    "clojure": rf"\((?:defn-?|defmacro|defmulti|defprotocol|ns)\s+{_LISP_NAME}\s+(?P<doc>{_SHORT})",
    "lisp": r"\((?:cl-)?(?:defun|defmacro|defsubst|defmethod)\s+"
    rf"{_LISP_NAME}\s+\([^()]*(?:\([^()]*\)[^()]*)*\)\s+(?P<doc>{_SHORT})",
    "perl": r"^(?P<doc>=[a-z]\w*\b[\s\S]*?(?:^=cut[^\n]*$|\Z))",
}
# Where a quote before a name is no string: a type variable, a transposed matrix, a quoted list.
_CHARACTERS = frozenset(
    {"fsharp", "ocaml", "haskell", "elm", "purescript", "nim", "ada", "vhdl", "zig", "verilog",
     "julia", "matlab", "lisp", "scheme", "clojure", "fennel"}
)  # fmt: skip
_CHARACTER = r"'(?:\\[^'\n]+|[^'\\\n])'"
_DOUBLE = r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"'
_SINGLE = r"'''[\s\S]*?'''|'(?:\\.|[^'\\\n])*'"
_CODE_POINT = {"elixir": r"(?<![\w)\]])\?\\?\S|"}  # `?(` is a number


def code_lines(text: str, language: Language) -> Code:
    """All of `text`; each line of code is one token."""
    text = text.replace("\r\n", "\n")
    made, spans = Code(), []
    kept, done = [], 0
    for match in _scanner(language).finditer(text):
        kind = match.lastgroup
        if kind in {"comment", "doc"}:
            start, end = match.span(kind)
            kept += [text[done:start], _TAKEN + "\n" * text.count("\n", start, end)]
            done = end
            (spans.append((start, end)) if kind == "comment" else made.docs.append(match[kind]))
    left = "".join([*kept, text[done:]])
    for number, line in enumerate(left.split("\n")):
        code = _RUN.sub(" ", line).rstrip()
        if code.strip():
            made.tokens.append(Token(code.strip(), "\n" + line[: _indent(line)], number))
    made.remarks = remarks_of(_comments(text, spans, made, language))
    return made


def code_without_comments(text: str, language: Language) -> str:
    """`text` on the same lines, without comments, and with every string empty."""

    def left(match: re.Match[str]) -> str:
        lines = "\n" * match[0].count("\n")
        return lines if match.lastgroup in {"comment", "doc"} else '""' + lines

    return _scanner(language).sub(left, text.replace("\r\n", "\n"))


def _comments(
    text: str, spans: list[tuple[int, int]], made: Code, language: Language
) -> list[Comment]:
    starts = line_starts(text)
    lines = [token.line for token in made.tokens]
    forms = doc_forms(language)
    found: list[Comment] = []
    for start, end in spans:
        row = bisect_right(starts, start) - 1
        trailing = bool(text[starts[row] : start].strip())
        at = bisect_left(lines, row) + trailing
        last = row + text.count("\n", start, end)
        found.append(Comment(text[start:end], at, row, last, trailing, doc=False, above=False))
    judged: list[Comment] = []
    for run in runs(found):
        below = run[-1].at < len(lines) and lines[run[-1].at] == run[-1].last + 1
        token = made.tokens[run[-1].at] if below else None
        outer = token is not None and token.layout == "\n" and not run[0].trailing
        for comment in run:
            marked = forms.marked is not None and forms.marked.match(comment.text) is not None
            doc = not comment.trailing and (marked or (outer and forms.plain))
            judged.append(replace(comment, doc=doc, above=below and not comment.trailing))
    return judged


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


@cache
def _scanner(language: Language) -> re.Pattern[str]:
    """Matches strings, comments (group `comment`) and documentation strings (group `doc`)."""
    blocks = [*((language.block_comment,) if language.block_comment else ())]
    blocks += _EXTRA_BLOCKS.get(language.id, ())
    page = language.id in _PAGES
    blocks += [("/*", "*/")] if page else []
    parts = [rf"{re.escape(a)}[\s\S]*?(?:{re.escape(b)}|\Z)" for a, b in blocks]
    if language.line_comment:
        parts.append(_line_comment(language.line_comment))
    if page:
        parts.append(r"(?<=\n)[ \t]*//[^\n]*")
    comment = f"(?P<comment>{'|'.join(parts)})" if parts else "(?!)"
    documented = _STRINGS.get(language.id, "(?!)")
    single = _CHARACTER if language.id in _CHARACTERS else _SINGLE
    quoted = f"{_CODE_POINT.get(language.id, '')}{_DOUBLE}|{single}"
    return re.compile(f"{documented}|{comment}|{quoted}", re.MULTILINE)


def _line_comment(marker: str) -> str:
    if marker in {'"', "REM", ".."}:  # which mean something else behind code
        return rf"(?im:^)[ \t]*{re.escape(marker)}(?=[ \t\n]|\Z|\w)[^\n]*"
    # `$#`, `\\%` and URLs are no comments
    return rf"(?<![\w$\\:{{]){re.escape(marker)}[^\n]*"

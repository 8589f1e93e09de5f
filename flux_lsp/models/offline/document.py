"""Write documentation that says what the syntax tree shows for sure: failures and results.

Never writes what the name or the signature says already; with nothing else to say it refuses.
"""

import re
import textwrap
from collections.abc import Iterator
from html import escape

from flux_lsp.core.text import Change, Span, split_lines
from flux_lsp.models.offline.answers import CannotAnswer, TextChanges
from flux_lsp.models.offline.explain import describe_exit
from flux_lsp.models.offline.facts import FUNCTIONS, FunctionExit, FunctionFacts, keep_outermost
from flux_lsp.models.offline.request import OfflineRequest
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

_WIDTH = 79
_COMMENTS = ("/*", "//", "#!", "# ", "#:", "#\n", "--")
# What opens a doc comment, each failure in it, what closes it, and how it quotes code.
_JAVADOC = ("/**", " * @throws {code} {when}", " */", r"`\1`")
_FORMS = {
    **dict.fromkeys(("php", "kotlin", "scala", "cpp"), _JAVADOC),
    "java": (*_JAVADOC[:3], r"{@code \1}"),
    **dict.fromkeys(
        ("javascript", "javascriptreact", "typescript", "typescriptreact"),
        ("/**", " * @throws {{{code}}} {when}", " */", r"`\1`"),
    ),
    "csharp": ("", '/// <exception cref="{code}">{when}</exception>', "", r"<c>\1</c>"),
    "ruby": ("", "# @raise [{code}] {when}", "", r"`\1`"),
    "go": ("", "// {name} returns an error {when}.", "", r"\1"),
    "rust": ("/// # Errors\n///", "/// Returns `Err({code})` {when}.", "", r"`\1`"),
}


def document(request: OfflineRequest, parsed: Parsed) -> TextChanges | CannotAnswer:
    """Document each function in the target that has no documentation and for which there is a fact."""
    symbols = [s for s in parsed.list_symbols() if s.kind in FUNCTIONS]
    inside = [s for s in symbols if request.target.contains(s.span)]
    inside = inside or [s for s in parsed.list_holders(request.target) if s.kind in FUNCTIONS][:1]
    bare = [s for s in keep_outermost(inside) if not _is_documented(parsed, s)]
    if inside and not bare:
        return CannotAnswer("the target is documented already, and the rules add nothing to that")
    changes = {s: change for s in bare if (change := _document_symbol(parsed, s)) is not None}
    if not changes:
        return CannotAnswer(
            "the tree shows nothing here but names: no exception, no special result"
        )
    note = f"Documented {', '.join(f'`{s.qualified}`' for s in changes)}."
    return TextChanges(request.path, request.text, tuple(changes.values()), note)


def _document_symbol(parsed: Parsed, symbol: Symbol) -> Change | None:
    facts, language = FunctionFacts(parsed, symbol), parsed.language.id
    words_of = {(f.code, describe_exit(f)): f for f in facts.failures if "…" not in f.code}
    failures = [failure for (_, words), failure in words_of.items() if words]
    start = symbol.span.start
    if language == "python":
        rows = parsed.find_docstring_lines(symbol.span)
        if rows is None:
            return None  # the body stands behind the colon
        start = [*parsed.line_starts, len(parsed.text)][rows[0]]
    line = next(filter(str.strip, split_lines(parsed.text[start:])), "")
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    if language == "python":
        lines = _write_docstring(facts, failures, parsed.text, _WIDTH - len(indent))
    else:
        lines = _comment_on(language, symbol.name, failures, _WIDTH - len(indent))
    end = "\r\n" if "\r\n" in symbol.span.extract(parsed.text) else "\n"
    text = "".join(f"{indent if line else ''}{line}{end}" for line in lines)
    return Change(Span(start, start), text) if text else None


def _is_documented(parsed: Parsed, symbol: Symbol) -> bool:
    if parsed.language.id == "python":
        rows = parsed.find_docstring_lines(symbol.span)
        return rows is not None and rows[0] < rows[1]
    return symbol.span.extract(parsed.text).lstrip().startswith(_COMMENTS)


def _write_docstring(
    facts: FunctionFacts, failures: list[FunctionExit], text: str, width: int
) -> Iterator[str]:
    values = [value for value in facts.returns if value.is_clear]
    results = [f"Return `{v.code or None}` if `{v.condition}`." for v in values if v.condition]
    if len(failures) + len(results) == 1:
        verb = "Raise" if results or failures[0].condition or failures[0].caught else "May raise"
        only = results or [f"{verb} `{failures[0].code}` {describe_exit(failures[0])}."]
        *lines, last = _wrap(f'"""{_escape(only[0])}', width)
        yield from [*lines, *([last, '"""'] if lines else [f'{last}"""'])]
    if len(failures) + len(results) < 2:
        return
    plain = [v for v in facts.returns if v.code and not v.condition]
    declared = " ".join(facts.signature.split()).rpartition("->")[2].strip()
    declared = "" if re.search(r"\)|^(?:\w+\.)?Any$|^None$", declared) else declared
    code = plain[0].code if len(plain) == 1 and plain[0].is_clear else declared
    first = f"Return `{code}`." if code else results.pop(0) if results else ""
    errors = " or ".join(dict.fromkeys(f"`{failure.code}`" for failure in failures))
    yield from _wrap(f'"""{_escape(first or f"May raise {errors}.")}', width)
    for result in results:
        yield from ("", *_wrap(_escape(result), width))
    if failures:
        is_sphinx = re.search(r"^\s*:(?:param|raises?|returns?)\b", text, re.MULTILINE)
        yield from [""] if is_sphinx else ["", "Raises:"]
        head, following = (":raises {}: ", "    ") if is_sphinx else ("    {}: ", "        ")
        for failure in failures:
            entry = head.format(failure.code) + _sentence(failure)
            yield from _wrap(_escape(entry), width, following)
    yield '"""'


def _comment_on(
    language: str, name: str, failures: list[FunctionExit], width: int
) -> Iterator[str]:
    opening, form, closing, quoted = _FORMS.get(language, ("", "", "", ""))
    if not form or not failures:
        return
    yield from filter(None, opening.split("\n"))
    for failure in failures:
        when = describe_exit(failure) if "eturn" in form else _sentence(failure)
        when = escape(when, quote=False) if "cref" in form else when.replace("*/", "* /")
        line = form.format(name=name, code=failure.code, when=re.sub("`([^`]*)`", quoted, when))
        line = line if failure.condition else line.replace(" returns", " may return")
        marker = re.match(r"\W*\s", line)
        yield from _wrap(line, width, marker[0] if marker else "")
    yield from filter(None, [closing])


def _sentence(failure: FunctionExit) -> str:
    words = describe_exit(failure)
    return f"{words[:1].upper()}{words[1:]}."


def _escape(text: str) -> str:
    """Escape a text for a docstring, so that no quote in it ends the string."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _wrap(text: str, width: int, following: str = "") -> list[str]:
    wrapper = textwrap.TextWrapper(max(40, width), subsequent_indent=following)
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return wrapper.wrap(text.replace("“", '"').replace("”", '"'))

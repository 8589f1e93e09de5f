"""Explain a target by what its syntax tree shows, in Markdown.

Never says what code is for: a tree does not show that, and the text says so.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator

from flux_lsp.core.text import Span, split_lines
from flux_lsp.models.offline.answers import Explanation
from flux_lsp.models.offline.facts import FUNCTIONS, FunctionExit, FunctionFacts, keep_outermost
from flux_lsp.models.offline.request import OfflineRequest
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

_CLOSING = (
    "This is what the syntax tree shows. What the code is for, it does not show: "
    "set `ANTHROPIC_API_KEY` for an explanation by Claude."
)
# Where a method calls another one of its class by the bare name.
_IMPLICIT = frozenset({"java", "kotlin", "csharp", "cpp", "scala", "swift", "ruby"})


def explain(request: OfflineRequest, parsed: Parsed) -> Explanation:
    """Explain the facts of the target: a function, a class or a part of a file."""
    parts = _Explainer(request, parsed).paragraphs()
    return Explanation("\n\n".join((*filter(None, parts), _CLOSING)))


def describe_exit(failure: FunctionExit) -> str:
    """Say when a function fails, and with what: if `x < 1` (“the message”)."""
    when = f"if `{failure.condition}`" if failure.condition else ""
    when = when or (f"on `{failure.caught}`" if failure.caught else "")
    if not failure.text:
        return when
    return f"{when} (“{failure.text}”)" if when else f"with the message “{failure.text}”"


class _Explainer:
    """One explanation: the request, its tree, and the symbols of the tree."""

    def __init__(self, request: OfflineRequest, parsed: Parsed) -> None:
        self._request = request
        self._parsed = parsed
        self._symbols = parsed.list_symbols()

    def paragraphs(self) -> Iterator[str]:
        target = self._request.target
        outer = keep_outermost(s for s in self._symbols if target.contains(s.span))
        is_single = len(outer) == 1 and len(outer[0].span) * 2 > len(target)
        holders = [] if outer else self._parsed.list_holders(target)
        symbol = outer[0] if is_single else next(iter(holders), None)
        if symbol is None:
            yield f"{self._lines(target).capitalize()} of `{self._request.path}`."
            yield _render_list("They define", map(self._entry, outer), 40)
            return
        selected = "" if outer else f" You selected {self._lines(target)}."
        place = f"`{self._request.path}`, {self._lines(symbol.span)}"
        yield f"`{symbol.qualified}`: {symbol.kind} in {place}.{selected}"
        facts = FunctionFacts(self._parsed, symbol)
        yield f"```{self._parsed.language.fence}\n{facts.signature}\n```"
        yield self._quote_docs(symbol)
        if symbol.kind in FUNCTIONS:
            yield from self._function(symbol, facts)
        else:
            members = [s for s in self._symbols if s.parent == symbol.qualified]
            yield _render_list("Holds", map(self._entry, members), 40)
        callers = [s for s in self._symbols if s != symbol and self._calls(s, symbol)]
        yield _render_list("Is called in this file by", map(self._entry, callers))

    def _function(self, symbol: Symbol, facts: FunctionFacts) -> Iterator[str]:
        first = self._request.first_line
        fails = [f"`{f.code}` {describe_exit(f)} (line {f.row + first})" for f in facts.failures]
        yield _render_list("Fails with", (line.replace("  ", " ") for line in fails))
        results: dict[str, list[str]] = {}
        for value in facts.returns:
            when = f" if `{value.condition}`" if value.condition else ""
            results.setdefault(f"`{value.code}`{when}", []).append(str(value.row + first))
        returns = (f"{code} (line {', '.join(rows)})" for code, rows in results.items())
        yield _render_list("Returns", (line for line in returns if not line.startswith("``")))
        callees = ((call, self._callee(call, symbol)) for call in facts.calls)
        own = (f"`{c}`" + (f" ({self._lines(s.name_span)})" if s else "") for c, s in callees)
        yield _render_list("Calls", own)

    def _calls(self, caller: Symbol, callee: Symbol) -> bool:
        if caller.kind not in FUNCTIONS or callee.name not in caller.span.extract(
            self._parsed.text
        ):
            return False
        return callee in {
            self._callee(c, caller) for c in FunctionFacts(self._parsed, caller).calls
        }

    def _callee(self, call: str, caller: Symbol) -> Symbol | None:
        """Find what of this file is called, if the call names it."""
        owner, _, name = re.sub("::|->", ".", call.lstrip("$\\")).rpartition(".")
        owners = {owner or None}
        if owner in {"self", "this", "Self", "cls"}:
            owners = {caller.parent}
        elif not owner and self._parsed.language.id in _IMPLICIT:
            owners.add(caller.parent)
        return next((s for s in self._symbols if s.name == name and s.parent in owners), None)

    def _quote_docs(self, symbol: Symbol) -> str:
        text, starts = self._parsed.text, [*self._parsed.line_starts, len(self._parsed.text)]
        rows = self._parsed.find_docstring_lines(symbol.span)
        shown = text[symbol.span.start : starts[symbol.signature_line]]
        if rows and rows[0] < rows[1]:
            shown = text[starts[rows[0]] : starts[rows[1]]].strip().lstrip("rRuU")
        elif not re.match(r"\s*(?:/|\*|#(?!\[)|--)", shown):
            return ""
        lines = [line.strip().strip("/*#-!;\"'").strip() for line in shown.strip().splitlines()]
        words = re.split(r"\n\n|\n(?:>>>|@|\[|:\w+ )", "\n".join(lines).strip())[0]
        words = textwrap.shorten(words, 300, placeholder=" …")
        return f"Its documentation says: “{words}”" if words else ""

    def _entry(self, symbol: Symbol) -> str:
        return f"`{symbol.qualified}`, {symbol.kind}, {self._lines(symbol.span)}"

    def _lines(self, span: Span) -> str:
        """Return the 1-based lines of a span, as the person's file counts them."""
        first = len(split_lines(self._parsed.text[: span.start])) + self._request.first_line
        first -= span.start not in self._parsed.line_starts
        last = first + (len(split_lines(span.extract(self._parsed.text))) or 1) - 1
        return f"line {first}" if first == last else f"lines {first} to {last}"


def _render_list(title: str, entries: Iterable[str], most: int = 12) -> str:
    lines = list(dict.fromkeys(entries))
    more = [f"- and {len(lines) - most} more"] if len(lines) > most else []
    shown = [f"**{title}**", "", *(f"- {entry}" for entry in lines[:most]), *more]
    return "\n".join(shown) if lines else ""

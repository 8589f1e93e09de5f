"""Explain code of any language that has a grammar: what is declared, taken, returned and called.

Never supposes a purpose: where there is no comment, the summary says what the name says.
"""

from collections import Counter

from flux_lsp.core.text import Span
from flux_lsp.models.offline import words
from flux_lsp.models.offline.other.comments import doing, first_sentence
from flux_lsp.models.offline.other.outline import CALLABLE, Outline, outline
from flux_lsp.models.offline.other.steps import steps
from flux_lsp.models.offline.values import Declined, Said
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

_MOST = 12


def explain(parsed: Parsed, target: Span) -> Said | Declined:
    """Markdown on the symbol that the target is, or on those it holds."""
    inside = [s for s in parsed.symbols() if _within(parsed, s.span, target)]
    outer = [s for s in inside if not any(_holds(other, s) for other in inside)]
    if len(outer) == 1:
        return Said("\n".join(_symbol(outline(parsed, outer[0]), inside)))
    if outer:
        return Said("\n".join(_many(parsed, outer, target)))
    around = parsed.enclosing(target)
    if around is None:
        return Declined("there is no function, class or other named part in the target")
    lines = _symbol(outline(parsed, around), [])
    return Said("\n".join([f"The target is a part of this. {lines[0]}", *lines[1:]]))


def _within(parsed: Parsed, span: Span, target: Span) -> bool:
    """Whether `target` holds the symbol, blanks at its own ends aside."""
    bare = span.of(parsed.text).rstrip()
    return target.start <= span.start and span.start + len(bare) <= target.end


def _holds(other: Symbol, one: Symbol) -> bool:
    return other is not one and other.qualified == one.parent and other.span.contains(one.span)


def _symbol(found: Outline, inside: list[Symbol]) -> list[str]:
    symbol = found.symbol
    said = first_sentence(found.parsed, symbol)
    if symbol.kind in CALLABLE:
        return [f"`{symbol.qualified}` {_does(found, said)}", *_function(found)]
    members = [s for s in inside if s.parent == symbol.qualified]
    name = words.with_article(symbol.kind)
    return [
        f"`{symbol.qualified}` is {name}{f': {said}' if said else _by_name(symbol)}",
        *_section("Inside", [_member(found.parsed, one) for one in members]),
    ]


def _does(found: Outline, said: str) -> str:
    kind = found.symbol.kind
    if said:
        return f"is a {kind}: {said}"
    does = doing(found)
    return f"is a {kind}; by its name, it is there to {does}." if does else f"is a {kind}."


def _by_name(symbol: Symbol) -> str:
    if symbol.kind not in {"class", "struct", "interface", "enum", "trait", "type"}:
        return "."
    return f"; by its name, {words.with_article(words.phrase(symbol.name))}."


def _function(found: Outline) -> list[str]:
    taken = [f"- `{' '.join(one.text.split())}`" for one in found.parameters()]
    returns = [f"`{text}`" for text in found.returns()[:5]]
    result = f" `{found.result()}`" if found.result() else ""
    gives = f"**Returns**{result}" + (f": {' or '.join(returns)}" if returns else "")
    calls = found.calls()
    return [
        *(_section("Takes", taken) or ["", "**Takes** nothing by name."]),
        *(["", gives] if result or returns else []),
        *_section("Throws", [f"- `{text}`" for text in found.raises()]),
        *_section("How it goes", steps(found)),
        *(["", f"**Calls** {', '.join(f'`{c}`' for c in calls[:_MOST])}"] if calls else []),
    ]


def _many(parsed: Parsed, outer: list[Symbol], target: Span) -> list[str]:
    kinds = Counter(symbol.kind for symbol in outer)
    counts = [words.counted(number, kind) for kind, number in kinds.items()]
    count = target.of(parsed.text).count("\n") + 1
    members = [_member(parsed, symbol) for symbol in outer]
    more = len(members) - 2 * _MOST
    return [
        f"These {count} lines of {parsed.language.name} hold {words.listed(counts)}.",
        *_section("In order", members[: 2 * _MOST]),
        *([f"- and {more} more"] if more > 0 else []),
    ]


def _member(parsed: Parsed, symbol: Symbol) -> str:
    said = first_sentence(parsed, symbol)
    return f"- `{symbol.name}` ({symbol.kind})" + (f": {said}" if said else "")


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"**{title}**", "", *lines] if lines else []

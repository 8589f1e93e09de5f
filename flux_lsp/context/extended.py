"""Proves that an answer only added to a test file: no test is changed, split or repeated.

Pure; compares texts and symbols, never runs anything.
"""

import re
from collections import Counter
from collections.abc import Iterator

from flux_lsp.core.text import Span, split_lines
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed, parse

# What must stay byte for byte; suites, classes and modules may grow by what is added to them.
_UNITS = frozenset({"function", "method", "test", "macro", "property"})
_NAMED_ONCE = frozenset({"function", "method", "test", "class", "struct"})
_WORD = re.compile(r"\w+")


def check_extension(before: str, after: str, language: Language) -> str | None:
    """Say what is wrong with `after` as an extension of the test file `before`, or None.

    A sentence without a capital and full stop, for the person and for the model.
    """
    if not before.strip():
        return None
    old, new = parse(before, language), parse(after, language)
    if old is None or new is None:
        return _find_changed_line(before, after, 0)
    header, new_header = old.find_header() or Span(0, 0), new.find_header() or Span(0, 0)
    return (
        _find_touched(old, new)
        or _find_changed_line(before, after, header.end)
        or _find_lost_import(header.extract(before), new_header.extract(after))
        or _find_repeated(old.list_symbols(), new.list_symbols())
    )


def list_names(parsed: Parsed) -> list[str]:
    """List the names in a test file that a new test must not take, in order, each once."""
    return list(dict.fromkeys(s.name for s in parsed.list_symbols() if s.kind in _NAMED_ONCE))


def _find_touched(old: Parsed, new: Parsed) -> str | None:
    """Find the first old test, helper or suite's head that `new` lacks or changes, in its order."""
    following = iter(_list_outer(new.list_symbols()))
    for symbol in _list_outer(old.list_symbols()):
        # Searching on from where the last one was found keeps the order.
        if not any(_is_same(symbol, other, old, new) for other in following):
            return f"`{symbol.qualified}` was there before and must stay exactly as it was"
    return None


def _list_outer(symbols: tuple[Symbol, ...]) -> Iterator[Symbol]:
    """List the symbols that don't stand inside of a unit."""
    end = 0
    for symbol in symbols:
        if symbol.span.start >= end:
            yield symbol
            end = symbol.span.end if symbol.kind in _UNITS else end


def _is_same(symbol: Symbol, other: Symbol, old: Parsed, new: Parsed) -> bool:
    """Whether `other` is `symbol` byte for byte; comments may have been put above it."""
    if symbol.qualified != other.qualified:
        return False
    before, after = _read_kept(symbol, old), _read_kept(other, new)
    comment = new.language.line_comment
    above = after.removesuffix(before).splitlines() if after.endswith(before) else [after]
    return all(comment is not None and line.strip().startswith(comment) for line in above)


def _read_kept(symbol: Symbol, parsed: Parsed) -> str:
    """Return the part of a symbol that may not change: all of a unit, else the part down to its name."""
    if symbol.kind in _UNITS:
        return symbol.span.extract(parsed.text).rstrip()
    return parsed.text[symbol.span.start : symbol.name_span.end]


def _find_changed_line(before: str, after: str, start: int) -> str | None:
    """Find the first line of `before` behind `start` that `after` lacks in this order."""
    following = iter([line.rstrip() for line in split_lines(after)])
    for line in split_lines(before[start:]):
        if line.strip() and line.rstrip() not in following:
            return f"the line `{line.strip()[:80]}` was there before and must stay"
    return None


def _find_lost_import(before: str, after: str) -> str | None:
    """Find an import that got lost; an import may get longer, but old tests use its names."""
    present = set(_WORD.findall(after))
    lost = next((word for word in _WORD.findall(before) if word not in present), None)
    return f"`{lost}` stood at the head of the file and must stay there" if lost else None


def _find_repeated(old: tuple[Symbol, ...], new: tuple[Symbol, ...]) -> str | None:
    had, has = (
        Counter(s.qualified for s in symbols if s.kind in _NAMED_ONCE) for symbols in (old, new)
    )
    twice = next((name for name, count in has.items() if count > max(1, had[name])), None)
    return f"the name `{twice}` is taken; give the new test another one" if twice else None

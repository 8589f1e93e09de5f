"""Reads the characteristics of a request from what is known before a call.

Pure. Never looks further than some thousand characters, so that no text can make it slow.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

from flux_lsp.core.characteristics import Characteristic
from flux_lsp.models.catalogue import DATA

_LONGEST_TEXT = 4_000  # characters that are looked at, of the instruction and of each diagnostic
_LONGEST_TARGET = 20_000
_MANY_PROBLEMS = 5
_LONG_TARGET = 150  # lines that a task has to be thought through for
_SHORT = 240  # characters; a longer instruction is a description of a problem


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What is known of a request before its call.

    `instruction`: the person's own words, "" where the action needs none. `paths`: of the document
    and the files shown. `target`: the text that the action is about. `diagnostics`: what checkers say,
    with source and code. `always`: characteristics that each request of the action has.
    `keeps_code`: a check holds the code as it is, so that nothing can become less secure.
    """

    instruction: str = ""
    paths: Sequence[str] = ()
    target: str = ""
    diagnostics: Sequence[str] = ()
    always: Sequence[Characteristic] = ()
    keeps_code: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """What speaks for one characteristic; None where nothing does."""

    instruction: re.Pattern[str] | None
    diagnostics: re.Pattern[str] | None
    paths: re.Pattern[str] | None
    target: re.Pattern[str] | None


def read_characteristics(facts: RoutingFacts) -> frozenset[Characteristic]:
    """Read the characteristics of a request."""
    return frozenset((*facts.always, *_find_by_words(facts), *_find_by_shape(facts)))


def _find_by_words(facts: RoutingFacts) -> Iterator[Characteristic]:
    instruction = facts.instruction[:_LONGEST_TEXT]
    diagnostics = "\n".join(text[:_LONGEST_TEXT] for text in facts.diagnostics[:50])
    for name, words in _load_words().items():
        if (
            _matches(words.instruction, instruction)
            or _matches(words.diagnostics, diagnostics)
            or (not facts.keeps_code and _is_guarded_place(facts, words))
        ):
            yield name


def _find_by_shape(facts: RoutingFacts) -> Iterator[Characteristic]:
    instruction = facts.instruction[:_LONGEST_TEXT]
    if _is_well_defined(instruction):
        yield "well_defined_spec"
    if _needs_thought(facts, instruction):
        yield "complex_reasoning"


def _is_guarded_place(facts: RoutingFacts, words: _Words) -> bool:
    """Whether the place itself speaks for the characteristic: its path, or what the target does."""
    target = _CAMEL.sub(" ", facts.target[:_LONGEST_TARGET])
    return _matches(words.target, target) or any(
        _matches(words.paths, _CAMEL.sub(" ", path)) for path in facts.paths
    )


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _is_well_defined(instruction: str) -> bool:
    """Whether the words name what is to be done: they are few, and quote code, a value or a type."""
    return 0 < len(instruction) <= _SHORT and _NAMED.search(instruction) is not None


_NAMED = re.compile(
    r"`[^`\n]+`"  # code
    r"|\"[^\"\n]+\"|'[^'\n]{2,}'"
    r"|\b\w+_\w+\b|\b[a-z]+[A-Z]\w*\b|\b\w+\(\)"  # snake_case, camelCase, a call
    r"|\b(?:from|to|with|by|as|into|=)\s+-?\d[\w.%]*"  # a value
    r"|\b(?:renam|replac|remov|delet|swap|sort|convert)\w*\b.{1,80}\b(?:to|with|by|into|from|in)\b",
)


def _needs_thought(facts: RoutingFacts, instruction: str) -> bool:
    """Whether there is much to keep in mind at once: many problems, or own words on long code."""
    if len(facts.diagnostics) >= _MANY_PROBLEMS:
        return True
    lines = facts.target.count("\n", 0, _LONGEST_TARGET)
    return bool(instruction) and lines > _LONG_TARGET and not _is_well_defined(instruction)


def _matches(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and bool(text) and pattern.search(text) is not None


@cache
def _load_words() -> Mapping[Characteristic, _Words]:
    table = tomllib.loads((DATA / "characteristics.toml").read_text(encoding="utf-8"))
    return {
        name: _Words(**{kind: _compile(table[name].get(kind, ())) for kind in _Words.__slots__})
        for name in get_args(Characteristic)
        if name in table
    }


def _compile(words: Sequence[str]) -> re.Pattern[str] | None:
    """Compile phrases into one pattern: `*` ends a word in any way, `#` is a digit, a blank any space."""
    if not words:
        return None
    signs = {r"\*": r"\w*", r"\#": r"\d", r"\ ": r"\s+"}
    parts = [re.sub(r"\\[*# ]", lambda m: signs[m[0]], re.escape(word)) for word in words]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])", re.IGNORECASE)

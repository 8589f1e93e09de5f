"""The few instructions the rules understand, out of the words people use for them.

Never half understands: an instruction that says more than one of these is none of them.
"""

import re
from dataclasses import dataclass

_NAME = r"[`'\"]?([^\W\d]\w*)(?:\(\))?[`'\"]?"
_KINDS = (
    r"(?:(?:local|global)\s+)?"
    r"(?:variable|name|function|method|class|parameter|argument|constant|import)\s+"
)
_RENAME = re.compile(
    rf"rename\s+(?:the\s+)?(?:{_KINDS})?{_NAME}\s+(?:to|as|into|->|→|=>)\s+{_NAME}", re.IGNORECASE
)
_SUBJECT = r"(?:this|the|that|these|those|all|each|every|it|everything|my|here)(?:\s+\w+)?"
_DOCUMENT = re.compile(
    r"(?:(?:add|write|generate|create|put|complete)\s+)?(?:the\s+|a\s+|missing\s+|all\s+)*"
    r"(?:docstrings?|doc\s*comments?|documentation|docs)"
    rf"(?:\s+(?:to|for|of|in|on)\s+(?:{_SUBJECT}|{_NAME})|\s+(?:where\s+)?missing)?"
    rf"|document\s+(?:{_SUBJECT}|{_NAME})",
    re.IGNORECASE,
)
_SORT = re.compile(
    r"(?:sort|order|organi[sz]e|arrange)\s+(?:the\s+|my\s+|all\s+|these\s+)*imports?", re.IGNORECASE
)
_UNUSED = re.compile(
    r"(?:remove|delete|drop|clean\s+up)\s+(?:the\s+|all\s+|any\s+)*unused\s+imports?", re.IGNORECASE
)
_LITERAL = re.compile(
    r"(?:name|extract|replace|turn)\s+(?:the\s+)?(?:(?:magic\s+)?(?:literal|number|string|value|"
    rf"constant)\s+)?(.+?)\s+(?:as|by|with|into|to)\s+(?:a\s+|the\s+)?(?:(?:named\s+)?constant\s+)?"
    rf"(?:(?:called|named)\s+)?{_NAME}",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Rename:
    """`rename X to Y`."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NameLiteral:
    """`name the literal 3600 as SECONDS_PER_HOUR`."""

    literal: str
    name: str


@dataclass(frozen=True, slots=True)
class AddDocstrings:
    """`add docstrings`."""


@dataclass(frozen=True, slots=True)
class SortImports:
    """`sort imports`."""


@dataclass(frozen=True, slots=True)
class RemoveUnusedImports:
    """`remove unused imports`."""


Instruction = Rename | NameLiteral | AddDocstrings | SortImports | RemoveUnusedImports


def understand(text: str) -> Instruction | None:
    """The instruction in `text`, None when it is not one of these."""
    words = re.sub(r"^\s*(?:please|can you|could you)\s+", "", text.strip(), flags=re.IGNORECASE)
    words = re.sub(r"[\s.!?]+$|,?\s+please[\s.!?]*$", "", words, flags=re.IGNORECASE)
    if found := _RENAME.fullmatch(words):
        return Rename(found[1], found[2])
    if _SORT.fullmatch(words):
        return SortImports()
    if _UNUSED.fullmatch(words):
        return RemoveUnusedImports()
    if found := _LITERAL.fullmatch(words):
        return NameLiteral(found[1].strip("`"), found[2])
    if _DOCUMENT.fullmatch(words):
        return AddDocstrings()
    return None

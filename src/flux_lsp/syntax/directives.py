"""Finds `flux: INSTRUCTION` in comments, on the hot path: from raw lines, without a tree.

Never needs to know the language; a marker that begins a comment in any language counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CLOSERS = {"/*": "*/", "<!--": "-->", "(*": "*)", "{-": "-}", "{#": "#}", "<%": "%>", "#|": "|#",
            "@*": "*@", "{{!": "}}", "{/*": "*/}", "*": "*/"}  # fmt: skip
# Behind code or alone. What stands alone only: a continued block comment's star, and the quote
# that begins a comment in Vim script and Visual Basic but a string everywhere else.
_ANYWHERE = (
    r"\{/\*+|/\*+!?|<!--+|\(\*+|\{-|\{#-?|<%(?:--|#)|#\||@\*|\{\{!(?:--)?|#+|/{2,}!?|--+|;+|%+|!"
)
_ALONE = r"\*|\"|'|(?i:rem)(?=\s)|\.\.(?=\s)|dnl(?=\s)"
_DIRECTIVE = re.compile(
    rf"(?:^\s*(?P<alone>{_ALONE})|(?P<anywhere>{_ANYWHERE}))\s*[Ff]lux:\s*(?P<said>\S.*?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment directive on 0-based `line`.

    `alone`: nothing else stands on the line. Otherwise the code points `column..end` of the line
    hold the comment with the blanks before it: what goes away with the edit.
    """

    line: int
    instruction: str
    alone: bool = True
    column: int = 0
    end: int = 0


def find_directives(lines: Sequence[str], first: int, last: int) -> list[Directive]:
    """The directives on the 0-based lines `first..last`; lines may carry their line ends."""
    first = max(0, first)
    # "Flux:" and "flux:"; nearly every line ends here.
    near = [(n, line) for n, line in enumerate(lines[first : last + 1], first) if "lux:" in line]
    found = (_directive(number, line) for number, line in near)
    return [directive for directive in found if directive is not None]


def _directive(number: int, line: str) -> Directive | None:
    line = line.rstrip("\r\n")
    match = _DIRECTIVE.search(line)
    if match is None:
        return None
    marker = match["alone"] or match["anywhere"]
    before = line[: match.start()]
    said = _without_closer(match["said"], marker)
    if not said or _in_string(before, marker, match["said"]):
        return None
    column = len(before.rstrip())
    return Directive(number, said, not before.strip(), column, len(line.rstrip()))


def _without_closer(said: str, marker: str) -> str:
    for opener, closer in _CLOSERS.items():
        if marker.startswith(opener) and said.endswith(closer):
            return said.removesuffix(closer).rstrip("-* \t")
    return said


def _in_string(before: str, marker: str, said: str) -> bool:
    """Whether the marker stands in a string: a quote is open before it and closed after it."""
    if marker in {'"', "'"}:
        return said.rstrip(",;:)]} ").endswith(marker)
    return any(before.count(quote) % 2 and quote in said for quote in "\"'`")

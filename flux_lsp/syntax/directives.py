"""Finds `flux: INSTRUCTION` in comments, on the hot path: from raw lines, without a tree.

Only takes comments of the document's language, never a heading, an address or a selector.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flux_lsp.syntax.languages import Language

_TALLEST = 20  # lines of a comment around its directive that are looked at
_INSTRUCTION = r"[Ff]lux:\s*(?P<instruction>\S.*?)\s*$"
_INSIDE = re.compile(rf"^\s*\**\s*{_INSTRUCTION}")
_STARS = ("/*", "*/")
_QUOTES = frozenset({'"', "'"})
# A line comment begins at a blank or behind what ends a statement: `http://` and `a#b` are none.
_BEFORE_LINE = r"(?:^|(?<=[\s;,){}\]>]))"
_PORT = re.compile(r"\d{1,5}(?:/\S*)?")


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment directive on 0-based `line`.

    `alone`: nothing but its comment stands on the comment's lines `line - above..line + below`.
    Otherwise the code points `column..end` of the line hold the comment with the blanks around it.
    That is what goes away with the edit.
    """

    line: int
    instruction: str
    alone: bool = True
    column: int = 0
    end: int = 0
    above: int = 0
    below: int = 0


def find_directives(
    lines: Sequence[str], first: int, last: int, language: Language
) -> list[Directive]:
    """Find the directives on the 0-based lines `first..last`; lines may carry their line ends."""
    first = max(0, first)
    # "Flux:" and "flux:"; nearly every line ends here.
    near = [n for n, line in enumerate(lines[first : last + 1], first) if "lux:" in line]
    directives = (_read_directive(lines, number, language) for number in near)
    return [directive for directive in directives if directive is not None]


def _read_directive(lines: Sequence[str], number: int, language: Language) -> Directive | None:
    line = lines[number].rstrip("\r\n")
    pattern = _compile_pattern(language)
    match = pattern.search(line) if pattern else None
    if match is None:
        return _read_inside_of_block(lines, number, language)
    if match["star"]:
        return _read_inside_of_block(lines, number, language) or _read_plain(
            number, line, match["instruction"]
        )
    opener = match["block"]
    if opener:
        return _read_block(lines, number, language, match)
    if _is_in_string(line[: match.start("mark")], match["mark"], match["instruction"]):
        return None
    before = line[: match.start("mark")].rstrip()
    return _keep_instruction(
        Directive(number, match["instruction"], not before, len(before), len(line.rstrip()))
    )


def _read_plain(number: int, line: str, instruction: str) -> Directive | None:
    """Read a line of a block comment whose begin is out of sight."""
    instruction = instruction.removesuffix("*/").rstrip("* \t")
    return _keep_instruction(Directive(number, instruction, True, 0, len(line.rstrip())))


def _read_block(
    lines: Sequence[str], number: int, language: Language, match: re.Match[str]
) -> Directive | None:
    """Read a block comment that begins on the directive's own line."""
    line = lines[number].rstrip("\r\n")
    start = match.start("block")
    if _is_in_string(line[:start], match["block"], match["instruction"]):
        return None
    closer = _find_closer(match["block"], language)
    before = line[:start].rstrip()
    instruction, closed, after = line[match.start("instruction") :].partition(closer)
    if not closed:
        return _read_over_lines(lines, number, instruction, before, closer)
    instruction = instruction.rstrip("-*#! \t")
    if after.strip():
        return _keep_instruction(
            Directive(number, instruction, False, start, len(line) - len(after.lstrip()))
        )
    return _keep_instruction(
        Directive(number, instruction, not before, len(before), len(line.rstrip()))
    )


def _read_over_lines(
    lines: Sequence[str], number: int, instruction: str, before: str, closer: str
) -> Directive | None:
    """Read a block comment that ends on a later line; its text there belongs to the instruction."""
    words = [instruction.strip()]
    for below, text in enumerate(lines[number + 1 : number + 1 + _TALLEST], 1):
        part, closed, after = text.partition(closer)
        words.append(part.strip().lstrip("*").strip())
        if closed:
            if before or after.strip():
                return None  # code on its lines: what to cut could not be told
            whole = " ".join(word for word in words if word).rstrip("-*#! \t")
            return _keep_instruction(Directive(number, whole, True, 0, 0, below=below))
    return None


def _read_inside_of_block(
    lines: Sequence[str], number: int, language: Language
) -> Directive | None:
    """Read a line without its own marker in a block comment that began above."""
    match = _INSIDE.match(lines[number].rstrip("\r\n"))
    if match is None:
        return None
    for above in range(1, min(number, _TALLEST) + 1):
        text = lines[number - above].strip()
        for opening, closer in language.block_comments:
            if text.startswith(opening) and closer not in text[len(opening) :]:
                bare = not text.removeprefix(opening).strip("*-!#=[] \t")
                return _read_framed(
                    lines, number, match["instruction"], closer, above if bare else 0
                )
        if any(closer in text for _, closer in language.block_comments):
            return None
    return None


def _read_framed(
    lines: Sequence[str], number: int, instruction: str, closer: str, above: int
) -> Directive | None:
    """Read a directive in a comment; it includes the frame if that holds nothing else."""
    line = lines[number].rstrip("\r\n")
    inner, closed, after = instruction.partition(closer)
    if closed:
        if after.strip():
            return None
        if above == 1:
            return _keep_instruction(
                Directive(number, inner.rstrip("-*#! \t"), True, 0, len(line), above=1)
            )
        # what stands before it in the comment stays, and needs its end
        column = len(line[: line.index("lux:") - 1].rstrip(" \t*"))
        end = line.rindex(closer)
        return _keep_instruction(Directive(number, inner.rstrip("-*#! \t"), False, column, end))
    below = lines[number + 1].strip().strip("*-#!= \t") if number + 1 < len(lines) else ""
    ends = above == 1 and number + 1 < len(lines) and _is_closer(lines[number + 1], closer, below)
    frame = (1, 1) if ends else (0, 0)
    return _keep_instruction(Directive(number, instruction, True, 0, len(line.rstrip()), *frame))


def _is_closer(text: str, closer: str, bare: str) -> bool:
    return text.strip().endswith(closer) and not bare.strip(closer).strip("*-#!= \t")


def _keep_instruction(directive: Directive) -> Directive | None:
    instruction = directive.instruction.strip()
    if not instruction or _PORT.fullmatch(instruction):
        return None
    return directive


def _find_closer(opener: str, language: Language) -> str:
    """Find what ends the block that `opener`, perhaps with more stars or dashes, begins."""
    fitting = [pair for pair in language.block_comments if opener.startswith(pair[0])]
    return max(fitting, key=lambda pair: len(pair[0]))[1]


def _is_in_string(before: str, marker: str, instruction: str) -> bool:
    """Whether the marker stands in a string: a quote is open before it and closed after it."""
    if marker in _QUOTES:
        return instruction.rstrip(",;:)]} ").endswith(marker)
    return any(before.count(quote) % 2 and quote in instruction for quote in "\"'`")


@cache
def _compile_pattern(language: Language) -> re.Pattern[str] | None:
    """Compile a pattern for the begin of a comment in this language, and the word behind it."""
    broad = language.id == "plaintext"
    markers = (*language.line_comments, *language.comments.inner)
    lines = [_match_line_marker(marker, broad) for marker in markers]
    blocks = sorted((opening for opening, _ in language.block_comments), key=len, reverse=True)
    parts = []
    if blocks:
        parts.append(f"(?P<block>(?:{'|'.join(map(re.escape, blocks))})[*!#-]*)")
    if lines:
        parts.append(f"(?P<mark>{'|'.join(lines)})")
    if not parts:
        return None
    stars = r"^\s*(?P<star>\*)" if _STARS in language.block_comments else r"(?P<star>(?!))"
    rest = "" if lines else "|(?P<mark>(?!))"
    rest += "" if blocks else "|(?P<block>(?!))"
    return re.compile(rf"(?:{stars}|{'|'.join(parts)}{rest})\s*{_INSTRUCTION}")


def _match_line_marker(marker: str, broad: bool) -> str:
    """Return a pattern for a line marker: symbols may be repeated; words and dots stand alone on their line."""
    if marker[-1].isalpha() or marker in {"..", "::"}:
        return rf"^\s*(?i:{re.escape(marker)})(?=\s)"
    if marker in _QUOTES:
        return rf"^\s*{marker}+" if broad else rf"{_BEFORE_LINE}{marker}+"
    return rf"{_BEFORE_LINE}{re.escape(marker)}{re.escape(marker[-1])}*!?(?:\s*[|^])?"

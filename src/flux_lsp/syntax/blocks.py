"""The block of lines around a line, by indentation, brackets and closing words: without a tree.

Never cuts a block in half: whatever is taken begins at a head or the margin and holds its closers.
Pure on lines; cost is bounded by what it looks at, not by the document.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.syntax.heading import is_header_comment
from flux_lsp.syntax.heads import field_at, flat_head_at, has_flat_heads, head_at, unclosed
from flux_lsp.syntax.languages import Language

LOOK_BACK, LOOK_AHEAD = 400, 120  # lines around a place that a guess of its head looks at
_LONGEST = 400  # lines; beyond it a block without a name is no unit of thought
_LONGEST_NAMED = 5_000
_NEAR = 25

# What closes a block, and what goes on with one at the same indentation.
_ENDS = (
    "if|for|while|function|fun|def|case|class|macro|module|try|loop|do|task|package|generate|program"
    "|subroutine|switch|parfor|foreach|wh|fo|fu|f|w|select|sub|type|interface|struct|record|block"
    "|augroup|un|proc|procedure|method|property|enum|namespace|unless|begin|snippet|local"
)
_CLOSER = re.compile(
    rf"[}})\]]|</|\|[}})\]]|(?i:end(?:{_ENDS})?|fi|done|esac|od|until)\b|(?:Wend|Next|Loop)\b"
    r"|#>|--\]\]|\*/|=#"
)
_GOES_ON = re.compile(
    r"(?i:else|elif|elsif|elseif|except|finally|catch|rescue|ensure|then|begin|where|deriving)\b"
    r"|\{(?![{%#])|\||>>"
)
_REOPENS = re.compile(r"(?:[{(\[:,=]|=>|->|\b(?:do|then|begin|is|else|of|where)|\|[\w, ]*\|)\s*$")
_CONTAINER = re.compile(
    r"\b(?:class|module|defmodule|defimpl|defprotocol|struct|interface|trait|namespace|object|enum"
    r"|extension|protocol|impl|contract|library|package|service|message|group|describe|context"
    r"|suite|record|mixin|actor|template|unit|@?implementation)\b|^\s*(?:type|<|@interface)"
)
_ABOVE = re.compile(
    r"template\s*<|\[(?:<|[A-Z])|#\[|#!\[|\{-#|#:|-spec\b|-doc\b|///|--[|^]|\(\*\*|\"\"\"|'''"
)
_FENCE = re.compile(r"\s*(?:```|~~~)")


# Where the indentation says nothing of what stands in what.
_UNINDENTED = frozenset({"html", "markdown", "sql"})
# Where `@` begins an attribute or a decorator; elsewhere it is a variable, a switch or a rule.
_DECORATED = frozenset(
    {"python", "java", "kotlin", "scala", "groovy", "dart", "swift", "javascript", "typescript",
     "typescriptreact", "vue", "svelte", "astro", "elixir", "julia", "gdscript", "crystal"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """Where the symbol around a line begins: the 0-based line and the name there, "" without one."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Block:
    """0-based lines `first..last`; `name` is the symbol's, None where there is none to name."""

    first: int
    last: int
    name: str | None


def head_around(lines: Sequence[str], line: int, language: Language) -> Head | None:
    """The head of the innermost symbol that holds `line`, looked for upwards; None without one.

    A comment or attribute right above a head, and a blank line between two, belong to it.
    """
    gap = _gap(lines, line)
    line = _meant(lines, line, language)
    if line is None:
        return None
    if has_flat_heads(language):
        head = _flat_head(lines, line, language)
        if head is not None or language.id != "latex":
            return head
    if not has_flat_heads(language) and _is_comment_alone(lines, line, language):
        return None
    head = _nested_head(lines, line, language, gap)
    if head is None or _end(lines, head, language, until=line) < line:
        return None
    return head


def block_around(lines: Sequence[str], line: int, language: Language) -> Block:
    """The lines meant by a cursor on `line`; an empty text is the one line 0."""
    if not lines:
        return Block(0, 0, None)
    head = head_around(lines, line, language)
    here = nearest_filled(lines, line)
    if head is not None:
        first = _first_above(lines, head.line, language)
        last = _end(lines, head, language)
        if first <= here <= last and last - first < _LONGEST_NAMED:
            return Block(first, last, head.name)
    first, last = _paragraph(lines, here, language)
    return Block(first, last, None)


def nearest_filled(lines: Sequence[str], line: int) -> int:
    """`line`, or the next one with text, or the one before; 0 when there is none."""
    below = (n for n in range(line, len(lines)) if lines[n].strip())
    above = (n for n in range(min(line, len(lines)) - 1, -1, -1) if lines[n].strip())
    return next(below, next(above, 0))


def indent(text: str) -> int:
    """Width of the blanks a line begins with; a tab counts to the next multiple of eight."""
    bare = text.lstrip(" \t")
    blanks = text[: len(text) - len(bare)]
    return len(blanks.expandtabs(8)) if "\t" in blanks else len(blanks)


def is_swallowed(
    lines: Sequence[str], head: int, first: int, signature: int, language: Language
) -> bool:
    """Whether the symbol that begins at line `head` was taken into one that it does not stand in.

    That one, beside a fault, begins at `first`, with its name on line `signature`.
    """
    if language.id in _UNINDENTED or head <= max(first, signature):
        return False
    return indent(lines[head]) <= indent(lines[signature])


def _meant(lines: Sequence[str], line: int, language: Language) -> int | None:
    """The line that is looked at for `line`: below a comment or attribute is what it belongs to."""
    if line >= len(lines):
        line = len(lines) - 1
    number = nearest_filled(lines, line)
    if not lines or not lines[number].strip():
        return None
    first = number
    while (
        number < len(lines)
        and number - first < LOOK_AHEAD
        and _stands_above(lines[number], language)
    ):
        number += 1
    whole = number < len(lines) and lines[number].strip()
    starred = (
        lines[first].lstrip().startswith("*")
    )  # a block comment's later lines stand one further in
    apart = indent(lines[first]) - indent(lines[number]) if whole else -1
    if number == first or not (apart == 0 or (starred and 0 <= apart <= 3)):
        return first
    begins = head_at(lines, number, language), flat_head_at(lines, number, language)
    return number if begins != (None, None) else first


def _is_comment_alone(lines: Sequence[str], line: int, language: Language) -> bool:
    """A comment at the margin that no symbol follows: it belongs to none."""
    return indent(lines[line]) == 0 and _is_comment(lines[line].strip(), language)


def _is_comment(bare: str, language: Language) -> bool:
    return bare.startswith(language.line_comments) or any(
        bare.startswith(opening) for opening, _ in language.block_comments
    )


def _stands_above(text: str, language: Language) -> bool:
    """Whether a line may belong to the symbol below it: a comment, an attribute, a decorator."""
    bare = text.strip()
    if not bare:
        return False
    if language.id in {"c", "cpp", "objective-c", "csharp"} and bare.startswith("#"):
        return False
    if _is_comment(bare, language):
        return True
    if bare.startswith("@"):
        return language.id in _DECORATED
    starred = bare.startswith("*") and any(o == "/*" for o, _ in language.block_comments)
    return starred or _ABOVE.match(bare) is not None


def _flat_head(lines: Sequence[str], line: int, language: Language) -> Head | None:
    above = range(max(0, line - LOOK_BACK), line)
    fences = language.id == "markdown" and sum(bool(_FENCE.match(lines[n])) for n in above)
    fenced = fences % 2 == 1
    for number in range(line, max(-1, line - LOOK_BACK), -1):
        if language.id == "markdown" and _FENCE.match(lines[number]):
            fenced = not fenced
        name = None if fenced else flat_head_at(lines, number, language)
        if name is not None:
            return Head(number, name)
    return None


def _gap(lines: Sequence[str], line: int) -> bool:
    """Whether `line` is blank and lies inside of something: then what follows is a neighbour."""
    if line >= len(lines) or lines[line].strip():
        return False
    below = nearest_filled(lines, line)
    return below > line and indent(lines[below]) > 0


def _nested_head(
    lines: Sequence[str], line: int, language: Language, gap: bool = False
) -> Head | None:
    small: Head | None = None
    field: Head | None = None
    for number in _ancestors(lines, line, language):
        if gap and number == line:
            continue
        name = head_at(lines, number, language)
        head = Head(number, name) if name is not None else _decorated(lines, number, language)
        if head is None:
            value = field_at(lines, number, language) if small is None and field is None else None
            field = field if value is None else Head(number, value)
            continue
        head = _first_of_selectors(lines, head, language)
        if number == line and small is None and _is_small(lines, number, language):
            small = head
            continue
        inner = (
            small or field
        )  # of a class it is meant, in a function it is only a line or a variable
        if inner is not None and _CONTAINER.search(lines[number]):
            return inner
        return _first_of_clauses(lines, head, language)
    return _first_of_clauses(lines, small, language) if small else None


def _decorated(lines: Sequence[str], number: int, language: Language) -> Head | None:
    """The symbol below a decorator over several lines."""
    if not lines[number].lstrip().startswith(("@", "#[")):
        return None
    here = indent(lines[number])
    for below in range(number + 1, min(len(lines), number + LOOK_AHEAD)):
        text = lines[below]
        if not text.strip() or indent(text) < here:
            return None
        if indent(text) > here or _CLOSER.match(text.strip()) or _stands_above(text, language):
            continue
        name = head_at(lines, below, language)
        return Head(below, name) if name is not None else None
    return None


def _is_small(lines: Sequence[str], number: int, language: Language) -> bool:
    """A one-line symbol inside of another: what is around it is meant, but for a container."""
    here = indent(lines[number])
    if here == 0 or lines[number].rstrip().endswith(("{", "(", ",")):
        return False
    below = next(
        (n for n in range(number + 1, min(number + 4, len(lines))) if lines[n].strip()), None
    )
    if below is None or language.id in {"html", "vue", "svelte", "astro", "xml"}:
        return True
    return indent(lines[below]) <= here and not lines[below].lstrip().startswith("{")


def _first_of_selectors(lines: Sequence[str], head: Head, language: Language) -> Head:
    """The first of the selectors that stand below each other before one block, as in CSS."""
    if language.id not in {"css", "scss", "less"}:
        return head
    line = head.line
    while line > 0 and lines[line - 1].rstrip().endswith(","):
        if indent(lines[line - 1]) != indent(lines[head.line]):
            break
        line -= 1
    first = lines[line].strip()
    return Head(line, first.rstrip(", ")) if first.endswith(",") else head


def _first_of_clauses(lines: Sequence[str], head: Head, language: Language) -> Head:
    """The first of equations that follow each other with the same name, as in Haskell."""
    if language.id not in {"haskell", "elm", "purescript", "erlang"} or not head.name:
        return head
    line = head.line
    for number in range(head.line - 1, max(-1, head.line - LOOK_BACK), -1):
        text = lines[number]
        if not text.strip() or indent(text) > 0:
            continue
        if head_at(lines, number, language) != head.name:
            break
        line = number
    return Head(line, head.name)


def _ancestors(lines: Sequence[str], line: int, language: Language):  # type: ignore[no-untyped-def]
    """`line`, then each line above that is indented less than all between: innermost first."""
    limit = indent(lines[line]) + (1 if _continues(lines[line], language) else 0)
    if _is_margin_mark(lines[line], language):
        following = nearest_filled(lines, min(line + 1, len(lines) - 1))
        limit = indent(lines[following])
    yield line
    for number in range(line - 1, max(-1, line - LOOK_BACK), -1):
        if limit <= 0:
            return
        text = lines[number]
        if not text.strip() or _is_margin_mark(text, language):
            continue
        here = indent(text)
        if here >= limit or _is_comment(text.strip(), language):
            continue
        if _continues(text, language):
            # `) -> int:` and `} else {` lead on to their opener; `}` alone ends a neighbour
            opens = _REOPENS.search(text.rstrip()) is not None or limit == here + 1
            limit = here + 1 if opens else here
            continue
        yield number
        limit = here


def _continues(text: str, language: Language) -> bool:
    bare = text.strip()
    if _CLOSER.match(bare):
        return True
    if language.id in {"haskell", "makefile", "yaml", "elm"}:
        return False
    return _GOES_ON.match(bare) is not None


def _is_margin_mark(text: str, language: Language) -> bool:
    """Preprocessor lines, access labels and jump labels stand outside of the indentation."""
    if language.id in {"c", "cpp", "objective-c", "objective-cpp", "csharp", "glsl"}:
        bare = text.lstrip()
        if bare.startswith("#") and not re.match(r"#\s*define\s+\w+\(", bare):
            return True
        return (
            re.match(r"(?:public|private|protected|signals|\w+)\s*(?:\w+\s*)?:\s*$", bare)
            is not None
        )
    if language.id == "haskell":
        return text.startswith("#")
    return False


def _end(lines: Sequence[str], head: Head, language: Language, until: int | None = None) -> int:
    """The last line of the block that begins at `head`, closers included, blank lines behind not.

    `until`: no line below that one matters.
    """
    if has_flat_heads(language) and flat_head_at(lines, head.line, language) is not None:
        return _end_of_flat(lines, head, language)
    here, last = indent(lines[head.line]), head.line
    depth = max(0, unclosed(lines[head.line]))
    number, stop = head.line + 1, len(lines) if until is None else min(len(lines), until + 1)
    while number < stop:
        text = lines[number]
        if text.strip():
            inside = indent(text) > here or depth > 0 or _is_margin_mark(text, language)
            if not inside and not _belongs(lines, number, head, here, language):
                if not _is_comment(text.strip(), language):
                    break
                number += 1  # code may follow that still is inside
                continue
            last = number
            depth = max(0, depth + unclosed(text)) if depth else max(0, unclosed(text))
            if (
                not inside
                and depth == 0
                and _is_final(text)
                and not _resumes(lines, number, here, language)
            ):
                break
        number += 1
        if number - head.line > _LONGEST_NAMED:
            break
    return last


def _belongs(lines: Sequence[str], number: int, head: Head, here: int, language: Language) -> bool:
    """Whether a line that is not indented below the head still is part of its block."""
    text = lines[number]
    if indent(text) < here:
        return False
    bare = text.strip()
    if bare.startswith("</"):
        return lines[head.line].lstrip().startswith("<")
    if _continues(text, language) or lines[number - 1].rstrip().endswith(","):
        return True
    if language.id in {"haskell", "elm", "purescript", "erlang"}:
        return head_at(lines, number, language) == head.name and head.name != ""
    return False


def _is_final(text: str) -> bool:
    return _CLOSER.match(text.strip()) is not None and not _REOPENS.search(text.rstrip())


def _resumes(lines: Sequence[str], number: int, here: int, language: Language) -> bool:
    """Whether the block goes on behind a closer: an `else`, another bracket of the same head."""
    below = next(
        (n for n in range(number + 1, min(number + 3, len(lines))) if lines[n].strip()), None
    )
    if below is None or indent(lines[below]) != here or below > number + 1:
        return False
    return _continues(lines[below], language)


def _end_of_flat(lines: Sequence[str], head: Head, language: Language) -> int:
    level = len(lines[head.line]) - len(lines[head.line].lstrip("#"))
    last, fenced = head.line, False
    for number in range(head.line + 1, min(len(lines), head.line + _LONGEST_NAMED)):
        text = lines[number]
        if language.id == "markdown" and _FENCE.match(text):
            fenced = not fenced
        if not fenced and flat_head_at(lines, number, language) is not None:
            deeper = level and len(text) - len(text.lstrip("#")) > level
            if not deeper:
                break
        if text.strip():
            last = number
    return last


def _first_above(lines: Sequence[str], line: int, language: Language) -> int:
    """The first line of the comments, attributes and decorators right above `line`."""
    first, here = line, indent(lines[line])
    number = line - 1
    while number >= 0 and lines[number].strip() and line - number < LOOK_BACK:
        opener = _opener_of_comment(lines, number, language)
        if opener is None or indent(lines[opener]) != here:
            break
        if is_header_comment(lines[opener].strip()) and not any(t.strip() for t in lines[:opener]):
            break
        first, number = opener, opener - 1
    return first


def _opener_of_comment(lines: Sequence[str], number: int, language: Language) -> int | None:
    """Where the comment or attribute that ends on `number` begins; None when there is none."""
    bare = lines[number].strip()
    for opening, closing in (*language.block_comments, ('"""', '"""')):
        if not bare.endswith(closing):
            continue
        if bare.startswith(opening) and len(bare) > len(closing):
            return number
        for above in range(number - 1, max(-1, number - LOOK_BACK), -1):
            if opening in lines[above]:
                begins = lines[above].lstrip().startswith(opening)
                return above if begins or _stands_above(lines[above], language) else None
    return number if _stands_above(lines[number], language) else None


def _paragraph(lines: Sequence[str], here: int, language: Language) -> tuple[int, int]:
    """Lines without a name: from the outermost line that holds them to its closers, gaps excluded."""
    chain = list(_ancestors(lines, here, language))
    first = chain[-1]
    if indent(lines[first]) > 0 and _continues(lines[first], language) is False and len(chain) == 1:
        first = here
    base = indent(lines[first])
    while first > 0 and lines[first - 1].strip() and _is_neighbour(lines[first - 1], base):
        first -= 1
    last = here
    while last + 1 < len(lines) and (following := _goes_on(lines, last, base)):
        last = following
    if last - first < _LONGEST:
        return first, last
    for outer in (number for number in reversed(chain) if number != here):
        end = _end(lines, Head(outer, ""), language)
        if outer <= here <= end and end - outer < _LONGEST:
            return outer, end
    first, last = max(first, here - _NEAR), min(last, here + _NEAR)
    while last > here and not lines[last].strip():
        last -= 1
    return first, last


def _is_neighbour(text: str, base: int) -> bool:
    """Whether a line above is of the same paragraph: no frame around it, nor another symbol."""
    bare = text.strip()
    return indent(text) >= base and not re.match(r"</?(?:script|style|template)\b", bare)


def _goes_on(lines: Sequence[str], line: int, base: int) -> int:
    """The next line of the same paragraph, 0 when it ends at `line`."""
    following = line + 1
    if lines[following].strip():
        closes = _CLOSER.match(lines[following].strip()) is not None
        near = _is_neighbour(lines[following], base)
        return (
            following
            if near and (lines[line].strip() or closes or indent(lines[following]) > base)
            else 0
        )
    while following < len(lines) - 1 and not lines[following].strip():
        following += 1
    text = lines[following]
    belongs = text.strip() and (
        indent(text) > base
        or (indent(text) == base and _CLOSER.match(text.strip()) and _is_neighbour(text, base))
    )
    return following if belongs else 0

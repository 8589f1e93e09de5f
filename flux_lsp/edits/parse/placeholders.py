"""Lines that stand for code an answer left out ("... rest of the code ...").

Looks at one line at a time with bounded patterns; never at what the code means.
"""

import re
from collections.abc import Iterable, Sequence

_LONGEST = 160  # a placeholder is short; longer lines are not looked at
_LEADERS = ("{/*", "/*", "<!--", "{#", "(*", "//", "--", "#", ";", "%", "REM ", "rem ", "*")
_TRAILERS = ("*/}", "*/", "-->", "#}", "*)")
_BRACKETS = {"(": ")", "[": "]", "<": ">", "{": "}"}
_DOTS = re.compile(r"\.\.+|\u2026")
_CODE = re.compile(r"[=;(){}\[\]\"'`<>\\@$+*]")

_THING = (
    r"(?:code|content|contents|methods?|functions?|implementations?|logic|lines?|file|class|"
    r"classes|body|module|program|script|imports?|fields?|properties|tests?|cases?|"
    r"entries|definitions?|declarations?|routes?|rules?|styles?|config(?:uration)?|"
    r"component|jsx|html|markup|setup|statements?|parts?|section|document)"
)
_OLD = r"(?:rest|remainder|existing|previous|remaining|other|original|current|same|unchanged)"
_STAYS = (
    r"(?:unchanged|unmodified|untouched|omitted|elided|truncated|skipped|as before|as is|"
    r"as above|same|stays?|remains?|continues?|(?:goes |is |are )?here)"
)
# What is said beside dots ...
_BESIDE_DOTS = re.compile(
    rf"\b(?:rest|remainder|existing|unchanged|remaining|remains?|previous|omitted|elided|snip(?:ped)?|"
    rf"truncated|skipped|same as|as before|as above|and so on|etc|keep|(?:other|more|original|same)"
    rf"(?: \w+)? {_THING})\b",
    re.IGNORECASE,
)
# ... and without any: whole sentences only, as people write such words in comments too.
_SENTENCES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:the )?(?:rest|remainder) of (?:\w+ ){{0,3}}{_THING}(?: .{{0,40}}\b{_STAYS}\b.{{0,20}})?\W*$",
        rf"^(?:the |all )?{_OLD}\b (?:of )?(?:\w+ ){{0,3}}{_THING} (?:\w+ ){{0,3}}{_STAYS}\b"
        rf"(?: (?:the same|unchanged|here|as before|as is))?\W*$",
        r"^(?:existing|previous|remaining|original|other|unchanged) code\W*$",
        rf"^(?:the )?{_THING} (?:remains?|stays?|is|are|left) (?:unchanged|the same|as is|as before)\W*$",
        rf"^{_THING} (?:unchanged|unmodified|omitted|elided|truncated|skipped)\W*$",
        r"^lines? \d+ ?(?:-|\u2013|to|through) ?\d+ (?:\w+ ){0,2}"
        r"(?:unchanged|the same|same|omitted|skipped|truncated|elided|here)\W*$",
        rf"^keep (?:\w+ ){{0,4}}(?:{_THING}|rest) (?:\w+ ){{0,4}}"
        r"(?:unchanged|as is|the same|as before|untouched)\W*$",
        rf"^(?:your|add your|insert|put) (?:\w+ ){{0,2}}{_THING} (?:goes )?here\W*$",
        r"^(?:unchanged|omitted|as before|same as before|unchanged here)\W*$",
    )
)


def is_placeholder(line: str) -> bool:
    """Whether `line` is a comment, or words in brackets or beside dots, that says "left out here"."""
    bare = line.strip()
    if not bare or len(bare) > _LONGEST:
        return False
    body, comment = _read_words(bare)
    if comment and is_dots(body):
        return True
    if not comment and not _is_prose(body):
        return False
    return _has_left_out_beside_dots(body) or (comment and _has_left_out_in_words(body))


def is_dots(line: str) -> bool:
    """Whether `line` is dots and nothing else."""
    return line.strip().rstrip(",;") in {"...", "....", "\u2026"}


def find_left_out(new: Iterable[str], known: Iterable[str]) -> str | None:
    """Find the first line of `new` that stands for left-out code and is not one of the `known` lines."""
    suspects = [line for line in new if is_placeholder(line)]
    if not suspects:
        return None
    before = {line.strip() for line in known}
    return next((line for line in suspects if line.strip() not in before), None)


def find_left_out_by_dots(new: Sequence[str], known: Iterable[str]) -> str | None:
    """Find the first line of bare dots in `new` that replaces what a known header had below it.

    A new stub (`def f(): ...` over two lines) is legal code; dots below a header that the old text
    has too, or anywhere else, are not.
    """
    if not any(is_dots(line) for line in new):
        return None
    before = {line.strip() for line in known}
    if "..." in before or "\u2026" in before:
        return None
    for number, line in enumerate(new):
        if is_dots(line) and not _is_stub(new[:number], before):
            return line
    return None


def _is_stub(above: Sequence[str], before: set[str]) -> bool:
    """Whether dots below `above` are all that a new header has, or belong to an example."""
    solid = [line.strip() for line in above if line.strip()]
    if solid and solid[-1].startswith((">>>", "...")):
        return True
    header = _skip_docstring(solid)
    return header.endswith(":") and header not in before


def _skip_docstring(solid: Sequence[str]) -> str:
    """The last line, or the one before the docstring that ends there; "" when there is none."""
    if not solid or not solid[-1].endswith(('"""', "'''")):
        return solid[-1] if solid else ""
    quotes = solid[-1][-3:]
    if solid[-1].count(quotes) > 1:
        return solid[-2] if len(solid) > 1 else ""
    start = next((i for i in range(len(solid) - 2, -1, -1) if quotes in solid[i]), 0)
    return solid[start - 1] if start else ""


def _read_words(bare: str) -> tuple[str, bool]:
    """Read the words of a line, and whether they stand in a comment or in brackets."""
    leader = next((mark for mark in _LEADERS if bare.startswith(mark)), "")
    body = bare.removeprefix(leader).lstrip("#/-;%*! ")
    trailer = next((mark for mark in _TRAILERS if body.endswith(mark)), "")
    body = body.removesuffix(trailer).strip()
    if body[:1] in _BRACKETS and body.endswith(_BRACKETS[body[0]]):
        return body[1:-1].strip(), True
    return body, bool(leader)


def _is_prose(body: str) -> bool:
    """Whether plain words stand beside dots, or a comment: neither a statement nor `...rest`."""
    words = _DOTS.sub(" ", body).split("#")[0].split("//")[0]
    return not _CODE.search(words) and len(body.split()) > 1


def _has_left_out_beside_dots(body: str) -> bool:
    begins, ends = _DOTS.match(body), body.endswith(("..", "\u2026"))
    return bool(begins or ends) and bool(_BESIDE_DOTS.search(body))


def _has_left_out_in_words(body: str) -> bool:
    words = _DOTS.sub(" ", body).strip()
    return any(sentence.search(words) for sentence in _SENTENCES)

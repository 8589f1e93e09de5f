"""Right answers to real edits, damaged in one way each: what models do to the text they hand in.

A fault is made from the right edits of a file and says what must become of it: `ok`, the right result;
`either`, the right result or a refusal; `fail`, a refusal; `noop`, nothing may be applied twice.
"""

import html
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from bench.edit_cases import Case
from bench.simulated_model import (
    Edit,
    Task,
    broken,
    first_dedented,
    own_line,
    right_edits,
    shifted,
    solid_ended,
)

Make = Callable[["Sample", random.Random], "Damaged | None"]


@dataclass(frozen=True)
class Sample:
    """One edit of one file, as the blocks that make `after` of `before`."""

    name: str
    path: str
    before: str
    after: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Damaged:
    """Edits as a model hands them in, and how it writes them down."""

    edits: tuple[Edit, ...]
    path: str = ""
    head: str = "<<<<<<< SEARCH"
    middle: str = "======="
    tail: str = ">>>>>>> REPLACE"
    fence: str = "```"
    last_tail: bool = True
    cut: int = 0  # characters off the end
    files: str = ""  # the text of the file, when it is another


def sample(name: str, path: str, before: str, after: str) -> Sample | None:
    """The edit as blocks; None when they are the whole file, which is no search."""
    edits = right_edits(Task(name, before, after, ""))
    whole = len(edits) == 1 and edits[0][0] == before
    marks = re.compile(r"^ *(<{5,}|={5,}|>{5,})", re.MULTILINE)
    if whole or not edits or marks.search(before) or marks.search(after):
        return None
    return Sample(name, path, before, after, tuple(edits))


def cases_of(one: Sample, rnd: random.Random, *, tools: bool = False) -> Iterator[Case]:
    """A case for every fault that can be made of `one`; `tools`: as arguments instead of text."""
    for kind, (make, expect) in FAULTS.items():
        made = make(one, rnd)
        if made is not None and not (tools and _about_text(made)):
            yield _case(one, kind, made, expect, tools=tools)


def _about_text(made: Damaged) -> bool:
    """Whether the damage is to what only a text has."""
    return made != Damaged(made.edits, made.path, files=made.files)


def _case(one: Sample, kind: str, made: Damaged, expect: str, *, tools: bool = False) -> Case:
    before = made.files or one.before
    expected = one.after
    if kind == "CRLF file":
        expected = one.after.replace("\n", "\r\n")
    if expect == "noop":
        expected = before
    return Case(
        id=f"{one.name} {kind}",
        kind=kind,
        files={one.path: before},
        text=None if tools else _text(one, made),
        edits=tuple(_arguments(one, made)) if tools else (),
        expect=expect,
        expected=None if expect == "fail" else {one.path: expected},
        cut_off=made.cut > 0,
    )


def _arguments(one: Sample, made: Damaged) -> Iterator[dict[str, str]]:
    """As models write them: the last line end is left off both texts where both have one."""
    for old, new in made.edits:
        both = old.endswith("\n") and new.endswith("\n")
        texts = [part[:-1] if both else part for part in (old, new)]
        yield {"path": made.path or one.path, "search": texts[0], "replace": texts[1]}


def _text(one: Sample, made: Damaged) -> str:
    path = made.path or one.path
    opening, closing = (f"{made.fence}\n", f"{made.fence}\n") if made.fence else ("", "")
    blocks = [
        f"{path}\n{opening}{made.head}\n{solid_ended(old)}{made.middle}\n{solid_ended(new)}"
        f"{made.tail}\n{closing}"
        for old, new in made.edits
    ]
    text = "Here is the change.\n\n" + "\n".join(blocks)
    if not made.last_tail:
        text = text[: text.rindex(made.tail)]
    return text[: len(text) - made.cut] if made.cut else text


def _clean(one: Sample, _: random.Random) -> Damaged:
    return Damaged(one.edits)


def _each(change: Callable[[str], str], *, both: bool) -> Make:
    """Damage to every search text, and to the new text when it is copied alike."""

    def make(one: Sample, _: random.Random) -> Damaged | None:
        made = tuple((change(old), change(new) if both else new) for old, new in one.edits)
        changed = any(old != was for (old, _), (was, _) in zip(made, one.edits, strict=True))
        return Damaged(made) if changed else None

    return make


def _by_lines(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(
        change(line.rstrip("\n")) + ("\n" if line.endswith("\n") else "")
        for line in text.splitlines(True)
    )


def _dedented(edit: Edit) -> Edit:
    lines = [line for part in edit for line in part.splitlines() if line.strip()]
    by = min(len(line) - len(line.lstrip(" ")) for line in lines)
    take = _by_lines(lambda line: line[by:])
    return take(edit[0]), take(edit[1])


def _mapped(change: Callable[[Edit], Edit]) -> Make:
    def make(one: Sample, _: random.Random) -> Damaged | None:
        made = tuple(change(edit) for edit in one.edits)
        return Damaged(made) if made != one.edits else None

    return make


def _one(change: Callable[[Edit, random.Random], Edit]) -> Make:
    """Damage to one of the edits."""

    def make(one: Sample, rnd: random.Random) -> Damaged | None:
        at = rnd.randrange(len(one.edits))
        made = change(one.edits[at], rnd)
        if made == one.edits[at]:
            return None
        return Damaged((*one.edits[:at], made, *one.edits[at + 1 :]))

    return make


def _tabs(text: str) -> str:
    def line(one: str) -> str:
        blanks = len(one) - len(one.lstrip(" "))
        return "\t" * (blanks // 4) + " " * (blanks % 4) + one[blanks:] if one.strip() else one

    return _by_lines(line)(text)


def _without_blank(edit: Edit, rnd: random.Random) -> Edit:
    lines = edit[0].splitlines(True)
    solid = [i for i, line in enumerate(lines) if line.strip()]
    blank = [i for i in range(solid[0], solid[-1]) if not lines[i].strip()] if solid else []
    if not blank:
        return edit
    at = rnd.choice(blank)
    old = "".join(lines[:at] + lines[at + 1 :])
    return edit if old == edit[1] else (old, edit[1])


def _curly(text: str) -> str:
    text = re.sub(r'"([^"\n]*)"', "\u201c\\1\u201d", text)
    return re.sub(r"'([^'\n]*)'", "\u2018\\1\u2019", text)


def _other_quotes(text: str) -> str:
    return re.sub(r"'([^'\"\n\\]*)'", r'"\1"', text)


def _elided(dots: str) -> Make:
    """The blocks grown over more of the file, whose unchanged middle is left out of both texts."""

    def make(one: Sample, rnd: random.Random) -> Damaged | None:
        made = []
        for old, new in one.edits:
            at = one.before.index(old)
            above = one.before[:at].splitlines(True)[-rnd.randrange(5, 9) :]
            if len(above) < 5 or one.before.count(above[0]) != 1 or not above[0].strip():
                return None
            made.append((above[0] + dots + "\n" + old, above[0] + dots + "\n" + new))
        overlap = any(old.splitlines()[0] in other for old, _ in made for other, _ in one.edits)
        return None if overlap else Damaged(tuple(made))

    return make


def _context(edit: Edit) -> list[str]:
    """Lines inside that the edit leaves alone, each once in both texts."""
    old, new = (part.splitlines(True) for part in edit)
    return [x for x in old[1:-1] if old.count(x) == new.count(x) == 1 and x.strip()]


def _typo(edit: Edit, rnd: random.Random) -> Edit:
    """A character is lost from a line of context, in both texts."""
    same = [line for line in _context(edit) if len(line.strip()) > 8]
    if not same:
        return edit
    line = rnd.choice(same)
    at = rnd.randrange(len(line) - len(line.lstrip()) + 1, len(line.rstrip()) - 1)
    bad = line[:at] + line[at + 1 :]
    return edit[0].replace(line, bad, 1), edit[1].replace(line, bad, 1)


def _omitted(edit: Edit, rnd: random.Random) -> Edit:
    """A line of context is missing from both texts."""
    same = _context(edit)
    if not same:
        return edit
    line = rnd.choice(same)
    return edit[0].replace(line, "", 1), edit[1].replace(line, "", 1)


def _numbered(style: str) -> Make:
    """Line numbers before every line of both texts, as files are shown with them."""

    def make(one: Sample, _: random.Random) -> Damaged:
        def number(text: str, first: int) -> str:
            lines = text.splitlines(True)
            return "".join(style.format(n) + line for n, line in enumerate(lines, first))

        firsts = [one.before[: one.before.index(old)].count("\n") + 1 for old, _ in one.edits]
        made = [(number(o, n), number(w, n)) for (o, w), n in zip(one.edits, firsts, strict=True)]
        return Damaged(tuple(made))

    return make


def _ambiguous(one: Sample, rnd: random.Random) -> Damaged | None:
    lines = one.before.splitlines(True)
    many = [x for x in lines if lines.count(x) > 1 and len(x.strip()) > 6]
    if not many:
        return None
    line = rnd.choice(many)
    return Damaged(((line, line + "# edited\n"),))


def _applied(one: Sample, _: random.Random) -> Damaged | None:
    if any(not new.strip() or one.after.count(new) != 1 for _, new in one.edits):
        return None
    return Damaged(one.edits, files=one.after)


def _placeholder(edit: Edit, _: random.Random) -> Edit:
    lines = edit[1].splitlines(True)
    if len(lines) < 4:
        return edit
    return edit[0], "".join(lines[:-2]) + "    # ... rest of the code remains the same ...\n"


def _syntax(one: Sample, _: random.Random) -> Damaged | None:
    """Of Python alone, whose own compiler says that it broke."""
    old, new = one.edits[-1][0], broken(one.edits[-1][1])
    made = (*one.edits[:-1], (old, new))
    text = reduce(lambda done, edit: done.replace(*edit), made, one.before)
    return Damaged(made) if one.path.endswith(".py") and not _compiles(text) else None


def _compiles(text: str) -> bool:
    try:
        compile(text, "a.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _cut(one: Sample, rnd: random.Random) -> Damaged | None:
    new = one.edits[-1][1]
    if new.count("\n") < 3:
        return None
    text = _text(one, Damaged(one.edits))
    inside = len(text) - text.rindex(solid_ended(new)) - len(new) // 2
    return Damaged(one.edits, cut=inside - rnd.randrange(len(new) // 4))


def _entities(text: str) -> str:
    return html.escape(text, quote=False)


def _crlf(one: Sample, _: random.Random) -> Damaged:
    return Damaged(one.edits, files=one.before.replace("\n", "\r\n"))


def _written(**how: object) -> Make:
    return lambda one, _: replace(Damaged(one.edits), **how)  # type: ignore[arg-type]


def _reversed(one: Sample, _: random.Random) -> Damaged | None:
    return Damaged(one.edits[::-1]) if len(one.edits) > 1 else None


_HALLUCINATED = "def never_there(alpha, beta):\n    gamma = alpha @ beta\n    return gamma ** 2\n"

FAULTS: dict[str, tuple[Make, str]] = {
    "clean": (_clean, "ok"),
    "blanks at line ends": (_each(_by_lines(lambda x: x + "  "), both=False), "ok"),
    "uniform dedent": (_mapped(_dedented), "ok"),
    "indented by 2": (_mapped(lambda edit: shifted(edit, "  ")), "ok"),
    "indented by 4": (_mapped(lambda edit: shifted(edit, "    ")), "ok"),
    "indented by a tab": (_mapped(lambda edit: shifted(edit, "\t")), "ok"),
    "first line dedented": (_mapped(first_dedented), "ok"),
    "tabs for spaces": (_each(_tabs, both=True), "ok"),
    "blank line dropped": (_one(_without_blank), "ok"),
    "extra leading blank line": (_each(lambda x: "\n" + x, both=True), "ok"),
    "smart quotes": (_each(_curly, both=False), "ok"),
    "no-break spaces": (_each(lambda x: re.sub(r"(?<=\S) (?=\S)", "\u00a0", x), both=False), "ok"),
    "elided by dots": (_elided("..."), "ok"),
    "elided by a comment": (_elided("    # ... existing code ..."), "ok"),
    "typo in the context": (_one(_typo), "either"),
    "context line left out": (_one(_omitted), "either"),
    "own new line": (_one(lambda edit, _: own_line(edit)), "either"),
    "quote style": (_each(_other_quotes, both=False), "either"),
    "CRLF file": (_crlf, "ok"),
    "no final marker": (_written(last_tail=False), "either"),
    "divider as terminator": (_written(tail="======="), "ok"),
    "doubled divider": (_written(tail="=======\n>>>>>>> REPLACE"), "ok"),
    "SEARCH>": (_written(head="<<<<<<< SEARCH>"), "ok"),
    "markers of 5": (_written(head="<<<<< SEARCH", middle="=====", tail=">>>>> REPLACE"), "ok"),
    "markers of 9": (
        _written(head="<" * 9 + " SEARCH", middle="=" * 9, tail=">" * 9 + " REPLACE"), "ok"),
    "indented markers": (
        _written(head="  <<<<<<< SEARCH", middle="  =======", tail="  >>>>>>> REPLACE"), "ok"),
    "line numbers": (_numbered("{:4} | "), "ok"),
    "line numbers and tabs": (_numbered("{:6}\t"), "ok"),
    "wrong folder": (lambda one, _: Damaged(one.edits, path=f"./src/{one.path}"), "ok"),
    "cut off": (_cut, "fail"),
    "hallucinated": (lambda one, _: Damaged(((_HALLUCINATED, one.edits[0][1]),)), "fail"),
    "ambiguous": (_ambiguous, "fail"),
    "already applied": (_applied, "noop"),
    "placeholder in the new text": (_one(_placeholder), "fail"),
    "HTML-escaped": (_each(_entities, both=True), "ok"),
    "blocks reversed": (_reversed, "ok"),
    "block twice": (lambda one, _: Damaged((*one.edits, one.edits[-1])), "either"),
    "no fence": (_written(fence=""), "ok"),
    "breaks the syntax": (_syntax, "fail"),
}  # fmt: skip

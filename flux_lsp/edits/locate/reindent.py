"""The new text of an edit brought to the place that was found for its search text.

The new text goes through the same map as the search text did: indentation, typography, line ends.
Where no single map explains the difference there is no result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flux_lsp.edits.change.merge import Sides, Spot, merged
from flux_lsp.edits.document import Document, View, keys_of
from flux_lsp.edits.indentation import Rule, indent_of, scaling, uniform, unit_of
from flux_lsp.edits.locate.places import Place
from flux_lsp.edits.normalize import graft, learned

_OPENERS = (":", "{", "(", "[", "->", "=>", "do", "then")

# (indentation, number of the new line, where it goes) → the file's indentation, None if unknown
Indents = Callable[[str, int, Spot], str | None]


@dataclass(frozen=True, slots=True)
class Level:
    """One way to compare lines. `indents`: indentation may differ. `blanks`: inner ones too."""

    name: str
    view: View
    find: Callable[[Document, list[str], View], list[Place]]
    indents: bool = False
    blanks: bool = False


@dataclass(frozen=True)
class Lines:
    """The lines of an edit, without ends."""

    search: list[str]
    new: list[str]


def fits(doc: Document, place: Place, lines: Lines, level: Level) -> bool:
    """Whether one rule explains how the search text and the lines at `place` are indented."""
    return _indents(doc, place, lines, level) is not None


def fitted(doc: Document, place: Place, lines: Lines, level: Level) -> str | None:
    """The text of the file's lines `place` after the edit, None when it cannot be said."""
    rule = _indents(doc, place, lines, level)
    if rule is None:
        return None
    part = slice(place.first, place.last)
    real = list(zip(doc.lines[part], doc.ends[part], strict=True))
    at = {i: number - place.first for i, number in place.at.items()}
    sides = Sides(*_keys(lines, level), real, at, skipping=_skipping(doc, place, lines.search))
    writer = _Writer(lines, [content for content, _ in real], at, rule, level.blanks)
    return merged(sides, writer.shown(), writer.write, doc.end_of_line, writer.settle)


def _indents(doc: Document, place: Place, lines: Lines, level: Level) -> Indents | None:
    if not level.indents:
        return _same
    at = {i: number - place.first for i, number in place.at.items()}
    return _rule(doc, doc.lines[place.first : place.last], at, lines)


def _skipping(doc: Document, place: Place, search: list[str]) -> tuple[bool, bool]:
    """Whether the search text seems to skip a line of the file right above or below the place.

    It does when it ends with more blank lines than the file has there. One more at its start is
    also what models add for no reason; then only a blank line one further up tells of a skip.
    """
    solid = [i for i, line in enumerate(search) if line.strip()]
    top = [i in place.at for i in range(solid[0])]
    bottom = [i in place.at for i in range(solid[-1] + 1, len(search))]
    above = doc.lines[max(0, place.first - 2) : place.first]
    one_further = len(above) == 2 and bool(above[1].strip()) and not above[0].strip()
    more_below = place.last < len(doc.lines)
    return not all(top) and (len(top) > 1 or one_further), not all(bottom) and more_below


def _keys(lines: Lines, level: Level) -> tuple[list[str], list[str]]:
    search, new = keys_of(lines.search, level.view), keys_of(lines.new, level.view)
    if not level.indents:
        return search, new
    return _with_indents(lines.search, search), _with_indents(lines.new, new)


def _with_indents(lines: list[str], keys: list[str]) -> list[str]:
    """Where the view hides it, indentation still tells a moved line from one left alone."""
    return [
        f"{indent_of(line)}\0{key}" if key else "" for line, key in zip(lines, keys, strict=True)
    ]


def _same(indent: str, number: int, spot: Spot) -> str | None:  # noqa: ARG001 (an `Indents`)
    return indent


def _always(rule: Rule) -> Indents:
    return lambda indent, number, spot: rule(indent)  # noqa: ARG005 (an `Indents`)


def _rule(doc: Document, real: list[str], at: dict[int, int], lines: Lines) -> Indents | None:
    """How the answer's indentation becomes the file's at this place."""
    solid = [i for i in sorted(at) if lines.search[i].strip()]
    pairs = [(indent_of(lines.search[i]), indent_of(real[at[i]])) for i in solid]
    coordinates = _coordinates(lines, solid, pairs)
    if coordinates is None or coordinates == "file":
        return _same if coordinates else None
    if len(solid) == 1:
        return _from_one_line(doc, pairs[0], lines.new)
    rule = uniform(pairs)
    if rule is not None:
        return _always(rule)
    off = _first_line_off(pairs, lines)
    if off is not None:
        return off
    scaled = scaling(pairs)
    return _always(scaled) if scaled else _from_neighbours(solid, pairs)


def _coordinates(lines: Lines, solid: list[int], pairs: list[tuple[str, str]]) -> str | None:
    """Whether the new text is indented as the search text is ("answer") or as the file ("file")."""
    known: dict[str, set[tuple[str, str]]] = {}
    for i, pair in zip(solid, pairs, strict=True):
        known.setdefault(lines.search[i].strip(), set()).add(pair)
    telling = {text: its.pop() for text, its in known.items() if len(its) == 1}  # unlike most `}`
    shared = [
        (indent_of(line), *telling[line.strip()]) for line in lines.new if line.strip() in telling
    ]
    votes = [
        "answer" if new == mine else "file"
        for new, mine, real in shared
        if mine != real and new in {mine, real}
    ]
    if votes:
        return None if votes[0] == "file" and "answer" in votes else votes[0]
    first = next((indent_of(line) for line in lines.new if line.strip()), None)
    if shared or first is None or first == pairs[0][0]:
        return "answer"
    return "file" if first == pairs[0][1] else "answer"


def _from_one_line(doc: Document, pair: tuple[str, str], new: list[str]) -> Indents | None:
    """One search line shows a shift, but not whether the lines after it share it."""
    whole = uniform([pair])
    solid = [line for line in new if line.strip()]
    if whole is None or len(solid) < 2:
        return _always(whole) if whole else None
    if pair[0] != pair[1] and not new[new.index(solid[0]) + 1].strip():
        return None  # what follows a blank line may well be meant to stand at the margin
    jump_shifted = _jump(whole(indent_of(solid[0])), whole(indent_of(solid[1])))
    jump_alone = _jump(whole(indent_of(solid[0])), indent_of(solid[1]))
    unit = unit_of([indent_of(line) for line in doc.lines])
    expected = unit if solid[0].rstrip().endswith(_OPENERS) else ""
    if (jump_shifted == expected) == (jump_alone == expected):
        return _always(whole) if jump_shifted == jump_alone else None
    if jump_shifted == expected:
        return _always(whole)
    first = next(number for number, line in enumerate(new) if line.strip())
    return lambda indent, number, spot: (  # noqa: ARG005 (an `Indents`)
        whole(indent) if number == first else indent
    )


def _jump(before: str | None, after: str | None) -> str | None:
    """What `after` is indented more than `before`; None when it is not."""
    if before is None or after is None or not after.startswith(before):
        return None
    return after[len(before) :]


def _first_line_off(pairs: list[tuple[str, str]], lines: Lines) -> Indents | None:
    """The first line lost its indentation, as when it was copied from its first letter on."""
    rest = uniform(pairs[1:])
    (mine, real), first = pairs[0], next((n for n, x in enumerate(lines.new) if x.strip()), -1)
    if rest is None or mine:
        return None

    def indents(indent: str, number: int, spot: Spot) -> str | None:  # noqa: ARG001
        return real if number == first and indent == mine else rest(indent)

    return indents


def _from_neighbours(solid: Sequence[int], pairs: list[tuple[str, str]]) -> Indents | None:
    """Only some lines are off: a line that replaces another is indented as that one is.

    Lines that are more than another's new form have no sure place: their block is in doubt.
    """
    single = dict(zip(solid, pairs, strict=True))
    if len(solid) < 3 or len({_shift(pair) for pair in pairs}) > 2:
        return None

    def indents(indent: str, number: int, spot: Spot) -> str | None:  # noqa: ARG001
        mine, real = single.get(spot.partner if spot.partner is not None else -1, ("", None))
        return real if indent == mine else None

    return indents


def _shift(pair: tuple[str, str]) -> int:
    return len(pair[1].expandtabs(4)) - len(pair[0].expandtabs(4))


class _Writer:
    """Writes new lines as the file would have them."""

    def __init__(
        self, lines: Lines, real: list[str], at: dict[int, int], indents: Indents, blanks: bool
    ) -> None:
        self.lines, self.real, self.at = lines, real, at
        self.indents, self.blanks = indents, blanks
        pairs = [(lines.search[i], real[j]) for i, j in at.items()]
        self.table = learned(pairs, lines.new)
        self.tail = _added_tail(pairs, lines.new)

    def shown(self) -> list[str]:
        """The new lines, the blank ones as the file would have them."""
        nowhere = Spot(None, ())
        return [
            line if line.strip() else self.write(number, nowhere) or ""
            for number, line in enumerate(self.lines.new)
        ]

    def write(self, number: int, spot: Spot) -> str | None:
        """The new line `number` for the file."""
        line = self.lines.new[number]
        line = line.removesuffix(self.tail) if self.tail else line
        indent = indent_of(line)
        body, margin = line[len(indent) :], self.indents(indent, number, spot)
        if not body:
            return line if "" in self.lines.search else _blank(line, margin)
        return None if margin is None else margin + self._body(body, spot)

    def settle(self, search: int, number: int) -> str | None:
        """A line that the view calls the same: what the answer made of it, or None."""
        mine, new = self.lines.search[search], self.lines.new[number]
        if mine == new:
            return None
        return self.write(number, Spot(search, (search,)))

    def _body(self, body: str, spot: Spot) -> str:
        if spot.partner in self.at:
            mine = self.lines.search[spot.partner].strip()
            real = self.real[self.at[spot.partner]].strip()
            if mine != real:
                body = graft(mine, real, body, blanks=self.blanks)
        return body.translate(self.table) if self.table else body


def _blank(line: str, margin: str | None) -> str:
    """A new blank line: as it stands, unless its blanks are plainly damage.

    Not asked where the search text has an empty line: then whatever moved the others spared those.
    """
    return margin or "" if margin == "" or "\t" in line else line


def _added_tail(pairs: list[tuple[str, str]], new: list[str]) -> str:
    """Blanks that the answer put behind every line, to be taken off its new lines again."""
    solid = [(mine, real) for mine, real in pairs if mine.strip()]
    tails = {mine[len(mine.rstrip()) :] for mine, _ in solid}
    clean = all(real == real.rstrip() for _, real in solid)
    tail = tails.pop() if len(tails) == 1 and clean else ""
    return tail if tail and all(line.endswith(tail) for line in new if line.strip()) else ""

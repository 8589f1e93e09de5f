"""The last step: finds a search text that is nearly, but not quite, a text of the file.

Strictly bounded: its first and last line stand in the file, nearly all others do too, and nowhere
else does it fit nearly as well. Never loses a line of the file and never writes what the answer only
imagined: the result is a three-way merge.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.edits.change.blank_runs import FileLine, MergedLine
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.linediff import Gap, find_blocks, find_gaps, is_similar
from flux_lsp.edits.change.merge import MergeSides, join_lines, merge_lines
from flux_lsp.edits.document import TextLines, fold_line, strip_indent, view_lines
from flux_lsp.edits.indentation import Rule, get_indent, infer_rule
from flux_lsp.edits.locate.places import add_blanks_at_ends, is_skipping
from flux_lsp.edits.location import Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import EditLines

_LEAST_LINES = 3
_MOST_LINES = 200
_MOST_PLACES = 20
_EQUAL = 0.8  # of the lines on the longer side
_SHARED = 0.6  # of the search lines, wherever they stand: less is not looked at
_AHEAD = 0.1  # how much better the place must be than any other
_IMAGINED = "The answer adds a line that it takes for a line of the file"
_ALIKE = 0.9  # characters of two lines that count as one line with a slip


@dataclass(frozen=True)
class _Overlay:
    """A search text, without the lines that it only anticipates, laid over lines of a file.

    `imagined`: those lines may be ones that the model only imagined, since it changes others too.
    `at[i]` is the place among those lines of search line `i`; `loose` ones differ by a slip;
    `score` is the share of equal lines on the longer side.
    """

    rule: Rule
    search: list[str]
    at: dict[int, int]
    loose: frozenset[int]
    score: float
    imagined: bool

    @cached_property
    def slips(self) -> frozenset[str]:
        """The search lines that the file has otherwise."""
        return frozenset(self.search[i].strip() for i in self.loose)


@dataclass(frozen=True)
class _Fit:
    """The search text over some lines of the file, whose numbers are `numbers`."""

    numbers: list[int]
    over: _Overlay

    @property
    def lines(self) -> tuple[int, int]:
        return self.numbers[0], self.numbers[-1] + 1


def align_fuzzy(doc: TextLines, lines: EditLines) -> Location:
    """Return the one place that the search text nearly fits, merged; None when in any doubt."""
    solid = sum(1 for line in lines.search if line.strip())
    if not _LEAST_LINES <= solid <= _MOST_LINES:
        return None
    fits = sorted(_find_fits(doc, lines), key=lambda fit: -fit.over.score)
    if not fits or fits[0].over.score < _EQUAL:
        return None
    rivals = [fit for fit in fits[1:] if fits[0].over.score - fit.over.score < _AHEAD]
    if rivals:
        return ManyPlaces(
            "nearly", tuple(doc.get_span(*fit.lines) for fit in [fits[0], *rivals[:5]])
        )
    return _merge(doc, lines.new, fits[0])


def _find_fits(doc: TextLines, lines: EditLines) -> Iterator[_Fit]:
    """Find the best fit from each line that is the first of the search text."""
    search = [key for key in view_lines(lines.search, strip_indent) if key]
    if any(f"\n{search[i]}\n" not in doc.join_keys(strip_indent) for i in (0, -1)):
        return
    numbers, joined = doc.get_solid(strip_indent)
    keys = joined.split("\n")[1:-1]
    starts = [i for i, key in enumerate(keys) if key == search[0]]
    if len(starts) > _MOST_PLACES:
        return
    in_file = frozenset(keys)
    for start in starts:
        stops = list(_find_stops(search, keys, start))
        overlays = (
            _lay_over(lines, [doc.lines[n] for n in numbers[start:stop]], in_file) for stop in stops
        )
        fits = [_Fit(numbers[start:stop], o) for stop, o in zip(stops, overlays, strict=True) if o]
        if fits:
            yield max(fits, key=lambda fit: fit.over.score)


def _find_stops(search: list[str], keys: list[str], start: int) -> Iterator[int]:
    """Find where the region may end: at the search text's last line, with most lines in common."""
    size, slack = len(search), max(2, len(search) // 5)
    wanted = Counter(search)
    last = min(start + size + slack, len(keys))
    for stop in range(start + max(2, size - slack), last + 1):
        if keys[stop - 1] == search[-1]:
            shared = sum((wanted & Counter(keys[start:stop])).values())
            if shared >= _SHARED * size:
                yield stop


def _merge(doc: TextLines, new: list[str], fit: _Fit) -> UniquePlace | None:
    first, last = fit.lines
    over, rule = fit.over, fit.over.rule
    search_keys, new_keys = _write_keys(over.search, rule), _write_keys(new, rule)
    if search_keys is None or new_keys is None:
        return None
    real = list(zip(doc.lines[first:last], doc.ends[first:last], strict=True))
    at = {i: fit.numbers[j] - first for i, j in over.at.items()}
    numbers = {i: fit.numbers[j] for i, j in over.at.items()}
    place = add_blanks_at_ends(doc, len(over.search), numbers)
    skipping = is_skipping(doc, place, over.search)
    merged = merge_lines(MergeSides(search_keys, new_keys, real, at, over.loose, skipping))
    if merged is None:
        return None
    contents = [text for line in merged if (text := _write(line, new, over, real)) is not None]
    if len(contents) < len(merged):
        return None
    text = join_lines(contents, merged, real, doc.end_of_line)
    span = doc.get_span(first, last)
    if not text:
        return None
    doubt = _IMAGINED if over.imagined else ""
    return UniquePlace(
        "nearly", span, find_changes(span.extract(doc.text), text, span.start), doubt
    )


def _write(
    line: MergedLine, new: list[str], over: _Overlay, real: Sequence[tuple[str, str]]
) -> str | None:
    """Write the content of a line; None for a new line that the search text has as a slip."""
    if not isinstance(line, FileLine):
        content = new[line.number]
        if line.is_blank:
            return content
        return None if content.strip() in over.slips else _indent(content, over.rule)
    content = real[line.number][0]
    if not line.is_shared or line.search in over.loose or over.search[line.search] == new[line.new]:
        return content
    return content if new[line.new].strip() in over.slips else _indent(new[line.new], over.rule)


def _indent(line: str, rule: Rule) -> str:
    return f"{rule(get_indent(line))}{line.lstrip()}" if line.strip() else line


def _lay_over(lines: EditLines, real: Sequence[str], in_file: frozenset[str]) -> _Overlay | None:
    """Lay the search text over the lines `real`; the first and last lines of both are the same."""
    solid = [i for i, line in enumerate(lines.search) if line.strip()]
    search = [lines.search[i] for i in solid]
    rule = infer_rule([(get_indent(search[k]), get_indent(real[k])) for k in (0, -1)])
    keys = _write_keys(search, rule) if rule else None
    if rule is None or keys is None:
        return None
    own = view_lines(list(real), fold_line)
    extra = _find_anticipated(search, find_gaps(keys, own), lines.new, in_file)
    if extra is None:
        return None
    pairs = _pair_lines([key for k, key in enumerate(keys) if k not in extra], own)
    if pairs is None:
        return None
    at, loose = pairs
    equal, longer = len(at) - len(loose), max(len(keys) - len(extra), len(own))
    gone = {solid[k] for k in extra}
    kept = [i for i in range(len(lines.search)) if i not in gone]
    back = [kept.index(i) for i in solid if i not in gone]
    return _Overlay(
        rule,
        [lines.search[i] for i in kept],
        {back[k]: j for k, j in at.items()},
        frozenset(back[k] for k in loose),
        equal / longer if equal > 1 else 0.0,
        bool(extra) and _strip_lines(search) != _strip_lines(lines.new),
    )


def _write_keys(lines: Sequence[str], rule: Rule) -> list[str] | None:
    """Return the lines as the file would have them, normalized; None when one cannot be indented."""
    margins = [rule(get_indent(line)) if line.strip() else "" for line in lines]
    if None in margins:
        return None
    indented = [f"{margin}{line.lstrip()}" for margin, line in zip(margins, lines, strict=True)]
    return view_lines(indented, fold_line)


def _find_anticipated(
    search: list[str], all_gaps: list[Gap], new: list[str], in_file: frozenset[str]
) -> set[int] | None:
    """Find search lines that the file lacks because the answer wants to add them.

    They stand in the new text and nowhere in the file, and with them the answer changes one
    place only: then the result is the new text as it was given. None when that is not so.
    """
    only = {
        i for gap in all_gaps if gap.b_start == gap.b_end for i in range(gap.a_start, gap.a_end)
    }
    wanted = {line.strip() for line in new}
    if any(search[i].strip() not in wanted or search[i].strip() in in_file for i in only):
        return None
    rest = _strip_lines(line for i, line in enumerate(search) if i not in only)
    changes = find_gaps(rest, _strip_lines(new))
    return only if not only or len(changes) == 1 else None


def _strip_lines(lines: Iterable[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _pair_lines(search: list[str], own: list[str]) -> tuple[dict[int, int], frozenset[int]] | None:
    """Pair each search line with a line of the file; None if one is neither equal nor alike."""
    at = {b.a_start + k: b.b_start + k for b in find_blocks(search, own) for k in range(b.size)}
    loose: dict[int, int] = {}
    for gap in find_gaps(search, own):
        ours, theirs = range(gap.a_start, gap.a_end), range(gap.b_start, gap.b_end)
        if not ours:
            continue  # lines that the search text skips: the file keeps them
        if len(ours) != len(theirs):
            return None
        loose |= dict(zip(ours, theirs, strict=True))
    if not all(_is_slip(search[i], own[j]) for i, j in loose.items()):
        return None
    return at | loose, frozenset(loose)


def _is_slip(line: str, other: str) -> bool:
    return get_indent(line) == get_indent(other) and is_similar(line, other, _ALIKE)

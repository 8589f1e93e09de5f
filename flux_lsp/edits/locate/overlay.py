"""How a search text that is not quite the file's lies over lines of it, and how well.

Says nothing unless every line of the search text is accounted for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.edits.change.linediff import Gap, blocks, gaps
from flux_lsp.edits.change.similarity import alike
from flux_lsp.edits.document import folded, keys_of
from flux_lsp.edits.indentation import Rule, indent_of, uniform
from flux_lsp.edits.locate.reindent import Lines

_ALIKE = 0.9  # characters of two lines that count as one line with a slip


@dataclass(frozen=True)
class Overlay:
    """A search text without the lines it only anticipates, over solid lines of a file.

    `at[i]` is the place among those lines of search line `i`; `loose` ones differ by a slip;
    `score` is the share of equal lines on the longer side.
    """

    rule: Rule
    search: list[str]
    at: dict[int, int]
    loose: frozenset[int]
    score: float


def overlay(lines: Lines, real: Sequence[str], in_file: frozenset[str]) -> Overlay | None:
    """`lines.search` over the solid lines `real`; the first and last of both are the same."""
    solid = [i for i, line in enumerate(lines.search) if line.strip()]
    search = [lines.search[i] for i in solid]
    rule = uniform([(indent_of(search[k]), indent_of(real[k])) for k in (0, -1)])
    keys = written(search, rule) if rule else None
    if rule is None or keys is None:
        return None
    own = keys_of(list(real), folded)
    extra = _anticipated(search, gaps(keys, own), lines.new, in_file)
    if extra is None:
        return None
    pairs = _paired([key for k, key in enumerate(keys) if k not in extra], own)
    if pairs is None:
        return None
    at, loose = pairs
    equal, longer = len(at) - len(loose), max(len(keys) - len(extra), len(own))
    gone = {solid[k] for k in extra}
    kept = [i for i in range(len(lines.search)) if i not in gone]
    back = [kept.index(i) for i in solid if i not in gone]
    return Overlay(
        rule,
        [lines.search[i] for i in kept],
        {back[k]: j for k, j in at.items()},
        frozenset(back[k] for k in loose),
        equal / longer if equal > 1 else 0.0,
    )


def written(lines: Sequence[str], rule: Rule) -> list[str] | None:
    """Lines as the file would have them, folded; None when one cannot be indented."""
    margins = [rule(indent_of(line)) if line.strip() else "" for line in lines]
    if None in margins:
        return None
    made = [f"{margin}{line.lstrip()}" for margin, line in zip(margins, lines, strict=True)]
    return keys_of(made, folded)


def _anticipated(
    search: list[str], found: list[Gap], new: list[str], in_file: frozenset[str]
) -> set[int] | None:
    """Search lines that the file has not because they are what the answer wants to add.

    They stand in the new text and nowhere in the file, and with them the answer changes one
    place only: then the result is the new text as it was given. None when that is not so.
    """
    only = {i for gap in found if gap.b_start == gap.b_end for i in range(gap.a_start, gap.a_end)}
    wanted = {line.strip() for line in new}
    if any(search[i].strip() not in wanted or search[i].strip() in in_file for i in only):
        return None
    rest = [line.strip() for i, line in enumerate(search) if i not in only]
    changes = gaps(rest, [line.strip() for line in new if line.strip()])
    return only if not only or len(changes) == 1 else None


def _paired(search: list[str], own: list[str]) -> tuple[dict[int, int], frozenset[int]] | None:
    """Which line of the file each search line is; None when one is neither equal nor alike."""
    at = {b.a_start + k: b.b_start + k for b in blocks(search, own) for k in range(b.size)}
    loose: dict[int, int] = {}
    for gap in gaps(search, own):
        mine, theirs = range(gap.a_start, gap.a_end), range(gap.b_start, gap.b_end)
        if not mine:
            continue  # lines that the search text skips: the file keeps them
        if len(mine) != len(theirs):
            return None
        loose |= dict(zip(mine, theirs, strict=True))
    if not all(_alike(search[i], own[j]) for i, j in loose.items()):
        return None
    return at | loose, frozenset(loose)


def _alike(one: str, other: str) -> bool:
    return indent_of(one) == indent_of(other) and alike(one, other, _ALIKE)

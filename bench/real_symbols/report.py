"""The tables: by kind, by group of kinds and by language; as text or as Markdown."""

import difflib
from collections.abc import Iterable, Mapping

from bench.real_symbols.judge import PROPOSED, REFUSED, RIGHT, WRONG, Counts
from bench.real_symbols.kinds import GROUPS, KINDS
from bench.real_symbols.play import Played
from bench.real_symbols.sample import Sample

_COLUMNS = ("right at once", "proposed", "as wanted", "refused", "WRONG", "n")
_YARDSTICK = ("naive right", "naive WRONG")
Table = Mapping[tuple[str, str], Counts]  # by kind and language


def print_tables(table: Table, *, markdown: bool) -> None:
    """Everything that was counted."""
    kinds = [kind.name for kind in KINDS if any(name == kind.name for name, _ in table)]
    groups = {kind.name: kind.group for kind in KINDS}
    languages = sorted({language for _, language in table})
    rows = [
        (kind, Counts.sum(c for (name, _), c in table.items() if name == kind)) for kind in kinds
    ]
    _print("kind", rows, markdown=markdown)
    totals = [
        (group, Counts.sum(c for (name, _), c in table.items() if groups[name] == group))
        for group in GROUPS
    ]
    totals.append(("total", Counts.sum(table.values())))
    _print("group", [row for row in totals if row[1].total], markdown=markdown)
    _print(
        "language",
        [(one, Counts.sum(c for (_, x), c in table.items() if x == one)) for one in languages],
        markdown=markdown,
    )


def _print(title: str, rows: Iterable[tuple[str, Counts]], *, markdown: bool) -> None:
    columns = (*_COLUMNS, *_YARDSTICK)
    print()
    if markdown:
        print(f"| {title} | " + " | ".join(columns) + " |")
        print("| --- |" + " ---: |" * len(columns))
    else:
        print(f"{title:46}" + "".join(f"{column:>15}" for column in columns))
    for name, counts in rows:
        numbers = _numbers(counts)
        if markdown:
            print(f"| {name} | " + " | ".join(numbers) + " |")
        else:
            print(f"{name:46}" + "".join(f"{number:>15}" for number in numbers))


def _numbers(counts: Counts) -> list[str]:
    verdicts, total = counts.verdicts, max(counts.total, 1)
    return [
        f"{verdicts[RIGHT]} ({verdicts[RIGHT] / total:.1%})",
        str(verdicts[PROPOSED]),
        str(counts.as_wanted),
        str(verdicts[REFUSED]),
        str(verdicts[WRONG]),
        str(counts.total),
        str(counts.naive_right),
        str(counts.naive_wrong),
    ]


def print_example(kind: str, verdict: str, sample: Sample, played: Played) -> None:
    """One sample in full: request, target, answer, and what came against what is right."""
    scene = sample.scene
    place = scene.cursor or scene.selected or scene.inside or (scene.directive,)
    print(f"\n=== {kind}: {verdict}")
    print(f"--- {scene.file.path} ({scene.file.language.id}), {scene.action} at {place}")
    print(f"--- target\n{played.target}--- answer\n{sample.code}")
    if played.reason:
        print(f"--- {played.reason}")
    if played.buffer is None:
        return
    nearest = min(
        sorted(sample.wanted) or [scene.file.text],
        key=lambda right: sum(1 for _ in _diff(right, played.buffer or "", "", "")),
    )
    print("\n".join(_diff(scene.file.text, played.buffer, "before", "came")))
    print("\n".join(_diff(nearest, played.buffer, "right", "came")))


def _diff(old: str, new: str, one: str, other: str) -> Iterable[str]:
    return difflib.unified_diff(old.split("\n"), new.split("\n"), one, other, n=2, lineterm="")

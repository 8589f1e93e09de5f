"""How well answers are read: right, refused rightly, refused though recoverable, WRONG.

    python -m bench.edits CORPORA [--only 06] [--show 3] [--aider-python PATH]

CORPORA is the folder with faults.jsonl.gz and the other corpora. Beside this project runs a search
that is exact and unique, and, with the Python of a virtual environment that has aider-chat, aider's
own applier on the same cases.
"""

import argparse
import difflib
import statistics
import time
from collections import Counter, defaultdict
from pathlib import Path

from bench.aider import Aider
from bench.edit_cases import (
    RIGHT,
    SCORES,
    THOUGH,
    WRONG,
    Applier,
    Case,
    cases,
    exact_and_unique,
    ours,
    outcome_of,
    rows,
    score,
)
from bench.edit_policies import policy_of
from flux_lsp.edits.parse.placeholders import find_left_out
from flux_lsp.edits.values import Reject

Table = dict[str, Counter[str]]


def main() -> None:
    """Run what is asked for and print it."""
    arguments = _arguments()
    appliers: dict[str, Applier] = {"flux": ours, "exact and unique": exact_and_unique}
    if arguments.aider_python:
        appliers["aider"] = Aider(arguments.aider_python).apply
    chosen = [c for c in cases(arguments.corpora, "faults") if c.kind.startswith(arguments.only)]
    tables(chosen, appliers, arguments.show)
    if not arguments.only:
        for name in ("str_replace", "search_replace_text"):
            _mismatches(name, cases(arguments.corpora, name))
        _placeholders(arguments.corpora)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--only", default="", help="only classes whose name begins so")
    parser.add_argument("--show", type=int, default=0, help="show so many misses of each class")
    parser.add_argument("--aider-python", help="a Python that can import aider")
    return parser.parse_args()


def tables(chosen: list[Case], appliers: dict[str, Applier], show: int) -> None:
    """What each of `appliers` makes of the cases, by class; `show` misses of each of ours."""
    for name, applier in appliers.items():
        table: Table = defaultdict(Counter)
        missed: list[tuple[Case, str]] = []
        spent: list[float] = []
        for case in chosen:
            started = time.perf_counter()
            scored = score(case, applier(case))
            spent.append(time.perf_counter() - started)
            table[case.kind][scored] += 1
            if scored in {WRONG, THOUGH}:
                missed.append((case, scored))
        _print_table(name, table, chosen, statistics.median(spent or [0.0]))
        if name == "flux" and show:
            _show(missed, show)


def _print_table(name: str, table: Table, chosen: list[Case], median: float) -> None:
    print(f"\n{name}: {len(chosen)} cases, median {median * 1000:.2f} ms a case")
    print(f"{'class':32}" + "".join(f"{title:>29}" for title in SCORES))
    total: Counter[str] = Counter()
    for kind in sorted(table):
        total.update(table[kind])
        print(f"{kind:32}" + "".join(f"{table[kind][title] or '.':>29}" for title in SCORES))
    print(f"{'total':32}" + "".join(f"{total[title]:>29}" for title in SCORES))
    recoverable = [case for case in chosen if case.expect.startswith("ok")]
    right = sum(table[kind][RIGHT] for kind in {case.kind for case in recoverable})
    if recoverable:
        print(f"right of the recoverable: {right / len(recoverable):.2%}")


def _show(missed: list[tuple[Case, str]], most: int) -> None:
    shown: Counter[str] = Counter()
    for case, scored in missed:
        shown[case.kind] += 1
        if shown[case.kind] <= most:
            print(f"\n--- {case.id}: {scored}, expected {case.expect}")
            _explain(case)


def _explain(case: Case) -> None:
    outcome = outcome_of(case)
    if isinstance(outcome, Reject):
        print(outcome.feedback)
        return
    print("steps:", [file.steps for file in outcome.files])
    after, expected = ours(case) or {}, case.expected or case.files
    for path, text in after.items():
        old, new = expected.get(path, "").split("\n"), text.split("\n")
        print("\n".join(difflib.unified_diff(old, new, "expected", "got", n=1, lineterm="")))


def _mismatches(name: str, chosen: list[Case]) -> None:
    """Cases of other projects whose result is not theirs, each with the reason."""
    scored = [(case, score(case, ours(case))) for case in chosen]
    counts = Counter(one for _, one in scored)
    print(f"\n{name}: {len(chosen)} cases: " + ", ".join(f"{counts[s]} {s}" for s in SCORES))
    for case, one in scored:
        if one in {WRONG, THOUGH}:
            print(f"  {one:28}{case.id:52}{policy_of(case)}")


def _placeholders(folder: Path) -> None:
    found = list(rows(folder, "elision"))
    misses = []
    for row in found:
        lines = str(row["text"]).split("\n")
        known = lines if "already in the original" in str(row.get("note")) else []
        if (find_left_out(lines, known) is not None) != row["has_elision"]:
            misses.append(row)
    print(f"\nelision: {len(found) - len(misses)} of {len(found)} right")
    for row in misses:
        print(f"  {row['id']}: {str(row['text'])!r}: a template that is filled in elsewhere")


if __name__ == "__main__":
    main()

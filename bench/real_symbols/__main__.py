"""The answers that models really give, on the symbols of real repositories, through the engine.

    python -m bench.real_symbols FOLDER… [--symbols 1000] [--seconds 600] [--seed 1] [--examples 2] [--kind NAME]

Each symbol is played with every kind of answer that it allows. `right at once`: the buffer is what
was wanted and was written without a question. `proposed`: a diff waits for a yes (`as wanted`: it
holds what was wanted). `refused`: nothing was changed. WRONG: anything else was written. `naive` is
the yardstick of the same run: the answer put in the target's place as it is.
"""

import argparse
import math
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bench.real_symbols.judge import (
    PROPOSED,
    VERDICTS,
    WRONG,
    Counts,
    holds_wanted,
    naive_verdict,
    verdict_of,
)
from bench.real_symbols.kinds import KINDS
from bench.real_symbols.play import Engine
from bench.real_symbols.report import Table, print_example, print_tables
from bench.real_symbols.sample import Kind
from bench.real_symbols.source import File, files
from bench.real_symbols.subject import LANGUAGES, Subject, subjects

OTHERWISE = "otherwise"
_OF_ONE_FILE = 3  # symbols


def main() -> int:
    """Play, print; 1 when something WRONG was written."""
    arguments = _arguments()
    languages = LANGUAGES.intersection(arguments.language) if arguments.language else LANGUAGES
    exact = [kind for kind in KINDS if kind.name == arguments.kind]
    kinds = exact or [kind for kind in KINDS if arguments.kind in kind.name]
    started = time.perf_counter()
    rnd = random.Random(arguments.seed)
    chosen = choose(arguments.folders, languages, arguments.symbols, rnd)
    table, counted = play(chosen, kinds, arguments)
    if not counted:
        print("There is no symbol to play in these folders", file=sys.stderr)
        return 2
    seconds = time.perf_counter() - started
    print_tables(table, markdown=arguments.markdown)
    by_language = ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
    print(f"\n{counted.total()} symbols in {len(counted)} languages ({by_language})")
    total = Counts.sum(table.values())
    print(f"{total.total} answers in {seconds:.0f} s, {total.verdicts[WRONG]} WRONG")
    return 1 if total.verdicts[WRONG] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.real_symbols",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--symbols", type=int, default=1000, help="how many, drawn by chance")
    parser.add_argument(
        "--seconds", type=float, default=math.inf, help="begin no further symbol after so many"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=0, help="show so many of each kind")
    parser.add_argument(
        "--show",
        default=WRONG,
        choices=(*VERDICTS, OTHERWISE),
        help="which examples; `otherwise`: proposals that don't hold what was wanted",
    )
    parser.add_argument("--kind", default="", help="only kinds whose name holds this")
    parser.add_argument("--language", action="append", help="only this language; may be repeated")
    parser.add_argument("--markdown", action="store_true", help="tables in Markdown")
    return parser.parse_args()


def choose(
    folders: Sequence[Path], languages: frozenset[str], most: int, rnd: random.Random
) -> Iterator[Subject]:
    """Up to `most` symbols, as many of each language as there are."""
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        sys.exit(f"{missing[0]} is no folder")
    seed = rnd.random()
    waiting = {
        name: _drawn(found, random.Random(f"{seed} {name}"))
        for name, found in files(folders, languages, rnd).items()
    }
    count = 0
    while waiting and count < most:
        for name in list(waiting):
            subject = next(waiting[name], None)
            if subject is None:
                del waiting[name]
            elif count < most:
                yield subject
                count += 1


def _drawn(found: Iterator[File], rnd: random.Random) -> Iterator[Subject]:
    """The symbols of one language."""
    for file in found:
        yield from subjects(file, rnd, _OF_ONE_FILE)


def play(
    chosen: Iterable[Subject], kinds: Sequence[Kind], arguments: argparse.Namespace
) -> tuple[Table, Counter[str]]:
    """Every kind on every symbol, as long as there is time; and how many symbols of each language."""
    table: dict[tuple[str, str], Counts] = defaultdict(Counts)
    counted: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    ends = time.perf_counter() + arguments.seconds
    with closing(Engine()) as engine:
        for subject in chosen:
            if time.perf_counter() > ends:
                break
            counted[subject.file.language.id] += 1
            place = f"{arguments.seed} {subject.file.path} {subject.first}"
            for kind in kinds:
                sample = kind.make(subject, random.Random(f"{place} {kind.name}"))
                played = engine.play(sample) if sample is not None else None
                if sample is None or played is None:
                    continue
                verdict, as_wanted = verdict_of(sample, played), holds_wanted(sample, played)
                naive = naive_verdict(sample, engine.naive(sample))
                row = table[kind.name, subject.file.language.id]
                row.add(verdict, as_wanted=as_wanted, naive=naive)
                label = OTHERWISE if verdict == PROPOSED and not as_wanted else verdict
                if arguments.show in {verdict, label} and shown[kind.name] < arguments.examples:
                    shown[kind.name] += 1
                    print_example(kind.name, verdict, sample, played)
    return table, counted


if __name__ == "__main__":
    sys.exit(main())

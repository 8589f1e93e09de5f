"""The edit engine on the real edits of a git repository, each damaged in every way that is known.

    python -m bench.history [REPOSITORY | EDITS.jsonl] [--most 200] [--seed 1] [--show 2] [--tools]

Every commit's change to a text file is an edit; what it should give is what was committed. Without a
repository the edits of `bench/corpora` are taken. The table is that of `bench.edits`, whose cases are
the ones somebody chose; these are the ones a project had.
"""

import argparse
import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.edit_cases import exact_and_unique, ours
from bench.edits import tables
from bench.faults import Sample, cases_of, sample

LONGEST = 60_000  # characters of a file
OWN_EDITS = Path(__file__).parent / "corpora" / "edits.jsonl"


def main() -> None:
    """Make the cases and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", nargs="?", type=Path, default=OWN_EDITS)
    parser.add_argument("--most", type=int, default=200, help="how many edits, drawn by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only faults whose name begins so")
    parser.add_argument("--show", type=int, default=0, help="show so many misses of each fault")
    parser.add_argument("--tools", action="store_true", help="edits as tool calls, not as text")
    arguments = parser.parse_args()
    rnd = random.Random(arguments.seed)
    read = samples if arguments.source.is_dir() else corpus_samples
    edits = list(read(arguments.source))
    chosen = rnd.sample(edits, min(arguments.most, len(edits)))
    cases = [case for one in chosen for case in cases_of(one, rnd, tools=arguments.tools)]
    print(f"{len(chosen)} of {len(edits)} edits")
    tables(
        [case for case in cases if case.kind.startswith(arguments.only)],
        {"flux": ours, "exact and unique": exact_and_unique},
        arguments.show,
    )


def samples(repository: Path) -> Iterator[Sample]:
    """Every modified text file of every commit that can be told as search and replace."""
    log = _git(
        repository, "log", "--no-merges", "--diff-filter=M", "--raw", "--no-abbrev", "--format="
    )
    for line in log.splitlines():
        about, path = line.split("\t", 1)
        _, _, old, new, _ = about.split(" ")
        before, after = (_git(repository, "cat-file", "blob", blob) for blob in (old, new))
        if (
            before
            and after
            and max(len(before), len(after)) < LONGEST
            and "\0" not in before + after
        ):
            one = sample(f"{new[:10]} {path}", path, before, after)
            if one is not None:
                yield one


def corpus_samples(file: Path) -> Iterator[Sample]:
    """The edits of a file of JSON lines with name, before and after."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        edit = sample(row["name"], f"{row['name']}.py", row["before"], row["after"])
        if edit is not None:
            yield edit


def _git(repository: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", repository, *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    main()

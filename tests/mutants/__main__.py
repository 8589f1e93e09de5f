"""Runs the concerned tests on each mutant, in copies of the project; exit 1 when one survives.

The same tests run on the whole code first: a test that fails there would catch every mutant.

`python -m tests.mutants [WORD …]`: only mutants whose area or fault holds one of the words. Never
touches the project itself.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from tests.mutants.rows import MUTANTS, TESTS, Mutant

ROOT = Path(__file__).parents[2]
_COPIES = 2
_SECONDS = 600
_TESTS_RAN = (0, 1)  # what pytest ends with when tests ran: all passed, or one failed


def main(words: list[str]) -> int:
    """Check every mutant; a line for each."""
    chosen = [m for m in MUTANTS if not words or any(w in f"{m.area} {m.fault}" for w in words)]
    if not chosen:
        print(f"No mutant's area or fault holds {' or '.join(words)}")
        return 2
    misplaced = [mutant for mutant in chosen if len(_homes(ROOT, mutant)) != 1]
    for mutant in misplaced:
        print(f"NOT THERE  {mutant.area}: {mutant.fault}: {mutant.old!r} must stand exactly once")
    good = [mutant for mutant in chosen if mutant not in misplaced]
    with _copies() as copies, ThreadPoolExecutor(_COPIES) as pool:
        tests = dict.fromkeys(path for mutant in good for path in TESTS[mutant.area])
        if tests and _tests_fail(copies.queue[0], tests):
            print("The tests fail on the code as it is, so they tell nothing about its mutants")
            return 1
        verdicts = list(pool.map(lambda mutant: _check(mutant, copies), good))
    caught = sum(verdicts)
    print(
        f"{caught} of {len(chosen)} caught, {len(good) - caught} survived, {len(misplaced)} not there"
    )
    return int(caught != len(chosen))


def _check(mutant: Mutant, copies: "Queue[Path]") -> bool:
    copy = copies.get()
    [home] = _homes(copy, mutant)
    text = home.read_text(encoding="utf-8")
    try:
        home.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        caught = _tests_fail(copy, TESTS[mutant.area])
    finally:
        home.write_text(text, encoding="utf-8")
        copies.put(copy)
    print(f"{'caught   ' if caught else 'SURVIVED '}  {mutant.area}: {mutant.fault}", flush=True)
    return caught


def _tests_fail(copy: Path, tests: Iterable[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", *tests]
    env = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("UPDATE_CASES", None)
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=env,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True  # it never ends: the suite's own time-out says so
    if done.returncode not in _TESTS_RAN and "error" not in done.stdout.lower():
        raise RuntimeError(f"the tests could not run:\n{done.stdout}\n{done.stderr}")
    return done.returncode != 0


def _homes(root: Path, mutant: Mutant) -> list[Path]:
    """The file that holds the text, once for each time it stands there."""
    files = (root / "flux_lsp").rglob("*.py")
    return [file for file in files for _ in range(file.read_text("utf-8").count(mutant.old))]


@contextmanager
def _copies() -> Iterator["Queue[Path]"]:
    """Copies of the project to break, one for each process."""
    skipped = shutil.ignore_patterns("__pycache__", ".*")
    copies: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_COPIES):
            copy = Path(folder) / str(number)
            for part in ("flux_lsp", "tests", "bench"):
                ignore = skipped if part == "flux_lsp" else shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / part, copy / part, ignore=ignore)
            shutil.copy(ROOT / "pyproject.toml", copy)
            copies.put(copy)
        yield copies


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

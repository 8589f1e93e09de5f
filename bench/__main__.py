"""Every figure of docs/figures.md in one command, each beside its yardstick in the same run.

    python -m bench [CORPORA] [--repositories FOLDER]

CORPORA is a folder of further cases for the edit engine (faults.jsonl.gz, tasks.jsonl.gz, …); without
it the edit engine and the simulated model are measured on the edits of `bench/corpora`.
FOLDER holds checked-out repositories; with it, what becomes of answers on their symbols is measured.
"""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run each part in turn; the first that fails ends it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("corpora", nargs="?", type=Path, help="folder of cases for the edit engine")
    parser.add_argument("--repositories", type=Path, help="folder of checked-out repositories")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, to see that it works")
    args = parser.parse_args()
    parts = [
        ["bench.startup", *(["--rounds", "3"] if args.quick else [])],
        ["bench.documents", *(["--rounds", "10"] if args.quick else [])],
        ["bench.runs", *(["--rounds", "3", "--runs", "20"] if args.quick else [])],
        ["bench.project_index", *(["--files", "300"] if args.quick else [])],
        ["bench.locate_speed"],
        ["bench.several", *(["--tasks", "20", "--interleavings", "100"] if args.quick else [])],
        ["bench.learning", *(["--streams", "5", "--rounds", "20"] if args.quick else [])],
        ["bench.history"],
        ["bench.history", "--tools"],
        ["bench.findings", *(["--answers", "40"] if args.quick else [])],
    ]
    tasks = []
    if args.corpora:
        parts.append(["bench.edits", str(args.corpora)])
        tasks = [str(args.corpora / "tasks.jsonl.gz")]
    parts.append(["bench.simulated", *tasks, *(["--rounds", "1"] if args.quick else [])])
    parts.append(["bench.policy", *(["--sets", "3"] if args.quick else [])])
    parts.append(["bench.policy_server", *(["--runs", "20"] if args.quick else [])])
    if args.repositories:
        folder = str(args.repositories)
        if (args.repositories / "flask").is_dir():
            parts.append(["bench.pipelines", str(args.repositories / "flask")])
        parts.append(["bench.real_symbols", folder, *(["--symbols", "50"] if args.quick else [])])
    for module, *options in parts:
        print(f"\n== {module}", flush=True)
        code = subprocess.run([sys.executable, "-m", module, *options], check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())

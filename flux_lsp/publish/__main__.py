"""`python -m flux_lsp.publish [--check]`: writes what is generated, or says what is out of date.

Works on a clone only, since that is where the files are.
"""

import argparse
import sys
from pathlib import Path

from flux_lsp.actions.registry import load_registry
from flux_lsp.publish.outputs import generate_outputs

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Write the files, or with `--check` compare them. 1 when one is out of date."""
    parser = argparse.ArgumentParser(prog="python -m flux_lsp.publish")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args().check
    if not (ROOT / "pyproject.toml").is_file():
        parser.error("this works in a clone of the repository only")
    stale = {
        path: text
        for path, text in generate_outputs(ROOT, load_registry()).items()
        if _read(path) != text
    }
    for path, text in stale.items():
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is out of date: run `python -m flux_lsp.publish`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {name}")
    return 1 if check and stale else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())

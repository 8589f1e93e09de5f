"""Small projects for the tests of batches, and a git that commits in them."""

import subprocess
from pathlib import Path

from flux_lsp.runs.batch.values import BatchOrder

SHAPES = '''\
"""Shapes."""


class Circle:
    """A circle."""

    sides = 0

    def area(self, radius):
        return 3 * radius * radius

    def name(self):
        """The name."""

        def inner():
            return "circle"

        return inner()


def double(number):
    return number * 2
'''


def make_project(root: Path, **files: str) -> Path:
    """A project with `src/shapes.py`, and `files` by names in which `__` is a slash."""
    texts = {"src/shapes.py": SHAPES}
    texts |= {name.replace("__", "/").replace("_py", ".py"): t for name, t in files.items()}
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def run_git(root: Path, *command: str) -> None:
    """Run git as somebody."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *command], cwd=root, check=True, capture_output=True)


def commit_all(root: Path) -> None:
    """Commit everything as it is."""
    if not (root / ".git").exists():
        run_git(root, "init", "-q", "-b", "main")
    run_git(root, "add", "-A")
    run_git(root, "commit", "-q", "-m", "x", "--allow-empty", "--no-verify")


def order_of(root: Path, *paths: str, **options: object) -> BatchOrder:
    """An order in the project's root."""
    return BatchOrder(
        "document",
        root,
        root,
        paths or ("src",),
        **options,  # type: ignore[arg-type]
    )

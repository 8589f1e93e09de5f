"""Writes a change as a patch file, to look at and for clients that take no workspace edits.

Never writes into the workspace.
"""

from pathlib import Path

from flux_lsp.core.text import apply_changes
from flux_lsp.edits.change.diff import format_patch
from flux_lsp.engine.values import Proposed
from flux_lsp.runs.private_files import write_private


def format_plan_patch(proposed: Proposed) -> str:
    """Format a plan so that `git apply` and `patch -p1` take it in the workspace's root."""
    parts = []
    for file in proposed.plan.files:
        before = proposed.base[file.path].text
        parts.append(format_file_patch(file.path, before, apply_changes(before, file.changes)))
    parts += [format_file_patch(new.path, None, new.content) for new in proposed.plan.new_files]
    return "".join(parts)


def format_file_patch(path: str, before: str | None, after: str) -> str:
    """Format the patch of one file; without a text before, `git apply` makes the file."""
    patch = format_patch(path, before or "", after)
    if before is not None or not patch:
        return patch
    _, rest = patch.split("\n", 1)  # the line of the old side
    return f"--- /dev/null\n{rest}"


def write_patch(folder: Path, run: str, patch: str) -> Path:
    """Write the patch of a run, for its owner only; returns its path. Blocks."""
    file = folder / f"{run}.patch"
    write_private(file, patch.encode("utf-8"))
    return file

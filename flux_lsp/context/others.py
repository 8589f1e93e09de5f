"""Reads the other files of which the model sees a part, so that an answer may change them.

Never lets a file change whose shown lines are not what the file holds.
"""

from collections.abc import Callable
from dataclasses import replace

from flux_lsp.context.values import Context, Excerpt, OtherFile
from flux_lsp.core.text import Snapshot


def read_others(
    context: Context, read_other: Callable[[str], OtherFile | None]
) -> dict[str, OtherFile]:
    """Read every file, but the target's, of which `context` shows a part, by its path. Blocks.

    A file that cannot be read is left out.
    """
    shown: dict[str, list[Excerpt]] = {}
    for file in context.project:
        shown.setdefault(file.path, []).extend(file.excerpts)
    shown.pop(context.target.path, None)
    others: dict[str, OtherFile] = {}
    names: dict[str, str] = {}  # uri -> the path by which it was shown first
    for path, excerpts in shown.items():
        other = read_other(path)
        if other is None:
            continue
        name = names.setdefault(other.snapshot.uri, path)
        locked = other.locked
        if not all(_is_in(excerpt, other.snapshot) for excerpt in excerpts):
            locked = locked or "it changed while it was read"
        if name != path:
            locked = locked or f"it is {name} by another name"
        others[path] = replace(other, locked=locked)
    return others


def _is_in(excerpt: Excerpt, snapshot: Snapshot) -> bool:
    """Whether the lines that are shown are the file's, number by number."""
    if excerpt.lines.last > snapshot.line_count:
        return False
    span = snapshot.get_line_span(excerpt.lines.first - 1, excerpt.lines.last - 1)
    return span.extract(snapshot.text) == excerpt.text

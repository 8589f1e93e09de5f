"""Loads the guidance that a project keeps for assistants, between the root and the document.

Never reads outside of the workspace. It cuts text over the cap at a line, and a mark says so.
"""

from itertools import accumulate
from os.path import realpath
from pathlib import Path, PurePosixPath

from flux_lsp.context.values import Excerpt
from flux_lsp.core.text import LineRange, split_lines
from flux_lsp.files import read_text

NAMES = ("CLAUDE.md", "AGENTS.md")
LONGEST = 24_000  # characters of one file
ALTOGETHER = 48_000


def load_guidance(root: Path, path: str) -> tuple[Excerpt, ...]:
    """Load the guidance for the document at `path` (posix, below `root`), the root's first. Blocks.

    Leaves out a file that cannot be read and one that repeats the text of another.
    """
    texts: dict[str, str] = {}
    for name in list_guidance_paths(path):
        text = _read(root, name)
        if text.strip() and text not in texts.values():
            texts[name] = text
    return make_excerpts(texts)


def list_guidance_paths(path: str) -> list[str]:
    """List where guidance for `path` may lie, relative to the root, the root's own first."""
    parts = PurePosixPath(path).parts[:-1]
    if ".." in parts or PurePosixPath(path).is_absolute():
        parts = ()  # a document outside of the workspace
    folders = [PurePosixPath(), *accumulate(map(PurePosixPath, parts), PurePosixPath.joinpath)]
    return [str(folder / name) for folder in folders for name in NAMES]


def make_excerpts(texts: dict[str, str]) -> tuple[Excerpt, ...]:
    """Make excerpts within the caps from texts by path. It keeps the deeper, more specific file."""
    room = ALTOGETHER
    shown: list[Excerpt] = []
    for path, text in reversed(texts.items()):
        shown.append(_make_excerpt(path, text, max(0, min(LONGEST, room))))
        room -= len(text)
    return tuple(reversed(shown))


def _make_excerpt(path: str, text: str, most: int) -> Excerpt:
    lines = split_lines(text)
    kept = [
        line for line, end in zip(lines, accumulate(map(len, lines)), strict=True) if end <= most
    ]
    shown = "".join(kept)
    if len(kept) < len(lines):
        shown += f"[left out: everything from line {len(kept) + 1} of {path} on]\n"
    return Excerpt(path, LineRange(1, max(1, len(kept))), shown, "guidance", len(lines))


def _read(root: Path, name: str) -> str:
    """Read the file's text, at most a little over the cap; "" when there is none in the workspace."""
    file = root / name
    try:
        if not Path(realpath(file)).is_relative_to(realpath(root)):
            return ""
        return read_text(file, 4 * LONGEST, cut=True, errors="replace")
    except OSError:
        return ""

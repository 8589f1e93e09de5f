"""Reads which branch of a repository is checked out, to tell a person's change from git's.

Never runs git, and never follows a repository to another machine. Blocks.
"""

from pathlib import Path

from flux_lsp.files import read_bytes
from flux_lsp.runs.uris import parse_file_uri

_MOST = 1_000  # bytes; such a file holds one line


def find_repository(uri: str) -> Path | None:
    """Find the folder that holds the state of the document's repository."""
    path = parse_file_uri(uri)
    for folder in path.parents if path is not None else ():
        git = folder / ".git"
        if git.is_dir():
            return git
        if git.is_file():  # of a worktree or a submodule
            return _follow_link(git)
    return None


def read_branch(repository: Path | None) -> bytes | None:
    """Read what is checked out; None where nobody can tell."""
    if repository is None:
        return None
    try:
        return read_bytes(repository / "HEAD", _MOST)
    except OSError:
        return None


def _follow_link(file: Path) -> Path | None:
    try:
        line = read_bytes(file, _MOST).decode("utf-8", "replace").strip()
    except OSError:
        return None
    target = line.removeprefix("gitdir:").strip()
    if not target or target.startswith(("//", "\\\\")) or "\0" in target:
        return None
    return file.parent / target

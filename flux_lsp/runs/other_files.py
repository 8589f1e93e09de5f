"""Reads the other files of a workspace that an answer may change, and says which of them it may not.

Never leaves the workspace, and never reads what may not be sent.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from flux_lsp.context.values import OtherFile
from flux_lsp.core.text import Snapshot
from flux_lsp.engine.added_tests import explain_tool_place
from flux_lsp.runs.disk_files import is_read_only
from flux_lsp.runs.uris import identify_file, parse_file_uri


def read_other_file(
    path: str,
    root: Path,
    document: Snapshot,
    text_of: Callable[[str], Snapshot | None],
    explain_exclusion: Callable[[str], str | None],
) -> OtherFile | None:
    """Read the file at `path` (posix, below `root`), None where it may not be read or is no text.

    It is the open document where it is open by any name. `document` is the run's own: the same file
    by another name is locked. Blocks.
    """
    if not _is_below(path) or explain_exclusion(path) is not None:
        return None
    snapshot = text_of(_find_uri(root, path))
    if snapshot is None:
        return None
    file = parse_file_uri(snapshot.uri)
    locked = explain_tool_place(path) or _explain_file(file, document) or ""
    return OtherFile(replace(snapshot, path=path), locked)


def _is_below(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


def _find_uri(root: Path, path: str) -> str:
    """Return the uri of the file behind any link, in the words by which the root is known."""
    real, real_root = Path(os.path.realpath(root / path)), Path(os.path.realpath(root))
    return (root / real.relative_to(real_root)).as_uri()


def _explain_file(file: Path | None, document: Snapshot) -> str | None:
    """Say why this very file may not change."""
    same = identify_file(file)
    if same is None:
        return "it is no file on disk yet"
    if same == identify_file(parse_file_uri(document.uri)):
        return f"it is {document.path} by another name"
    return "it is read-only" if file is None or is_read_only(file) else None

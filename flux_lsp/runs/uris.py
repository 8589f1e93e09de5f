"""Finds the file that a document's uri names.

Never opens it; only `identify_file` asks the disk at all.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit


def parse_file_uri(uri: str) -> Path | None:
    """Return the file behind a `file:` uri, None for any other scheme."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"}:
        return Path(f"//{parts.netloc}{path}")  # a Windows share
    drive = len(path) > 2 and path[0] == "/" and path[2] == ":"
    return Path(path[1:] if drive else path)


def find_named_file(uri: str) -> Path | None:
    """Return the file that any uri names: the notebook of a cell, the file that a view shows."""
    path = parse_file_uri(uri)
    if path is not None:
        return path
    name = unquote(urlsplit(uri).path)
    return Path(name) if name.startswith("/") else None


def name_untitled(uri: str) -> str:
    """Return a name for a document that is not a file."""
    return unquote(urlsplit(uri).path).rsplit("/", 1)[-1] or "untitled"


def identify_file(path: Path | None) -> tuple[int, int] | None:
    """Return what is the same for every name of one file; None when there is no file. Blocks."""
    try:
        status = os.stat(path) if path else None  # noqa: PTH116 - follows links, as an editor does
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if status else None

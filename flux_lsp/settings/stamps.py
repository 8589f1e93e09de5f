"""Finds out whether one of the files with settings has changed since Flux read them.

Never reads a file: it compares time, size and number. Blocks, so call it in a thread.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from flux_lsp.settings import paths

# Of the person's config folder, and of each workspace folder.
_OWN = ("config.toml", "prices.toml", "catalogue.toml")
_WORKSPACE = (".env", "flux.toml", "pyproject.toml")

Stamps = tuple[tuple[int, int, int] | None, ...]


def take_stamps(roots: Iterable[Path], data: Path) -> Stamps:
    """Take stamps of the files as they are now; compare two results to see whether one changed."""
    own = [paths.get_config_dir() / name for name in _OWN]
    theirs = [root / name for root in roots for name in _WORKSPACE]
    return tuple(map(_stamp, (*own, paths.get_trust_store(data), *theirs)))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)  # noqa: PTH116 - follows a link, as reading does
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino

"""Which files of a workspace the person trusts by their content, and the file that holds it.

A file that changed is another file: it is not trusted until the person says so again.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from flux_lsp.files import CONFIG_BYTES, parse_json, read_text
from flux_lsp.settings.trust_store import write_store


def read_trusted_digests(root: Path, store: Path) -> frozenset[str]:
    """Read the digests that are trusted in the workspace `root`; none without a readable store."""
    return frozenset(_read(store).get(_name_root(root), ()))


def record_digests(root: Path, digests: Iterable[str], store: Path) -> None:
    """Trust these contents in `root`, and no others. Raises FluxError when that cannot be written."""
    table = _read(store)
    table.pop(_name_root(root), None)
    listed = sorted(set(digests))
    content = {**table, _name_root(root): listed} if listed else table
    write_store(store, content, "trusted files")


def _name_root(root: Path) -> str:
    return os.path.realpath(root)


def _read(store: Path) -> dict[str, list[str]]:
    try:
        table = parse_json(read_text(store, CONFIG_BYTES))
    except (OSError, ValueError):
        return {}
    if not isinstance(table, dict):
        return {}
    return {
        folder: [digest for digest in digests if isinstance(digest, str)]
        for folder, digests in table.items()
        if isinstance(digests, list)
    }

"""Which workspaces the person trusts, and the file that `flux-lsp trust` writes.

Never asks the workspace itself: nothing in it can make it trusted.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.files import CONFIG_BYTES, parse_json, read_text
from flux_lsp.settings.trust_store import write_store


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a workspace's own settings may do what the person's may, and who says so."""

    trusted: bool
    why: str
    refused: bool = False  # the editor itself says no, which only the editor can change


def decide_trust(root: Path, configured: Iterable[str], store: Path, editor: bool | None) -> Trust:
    """Decide on the trust of `root`: the editor's own answer first, then the user file, then the store.

    A trusted folder covers everything below it.
    """
    if editor is False:
        return Trust(False, "the editor has not trusted it", refused=True)
    if editor:
        return Trust(True, "the editor trusts it")
    for folder in configured:
        if _is_within(Path(folder), root):
            return Trust(True, f"`trusted_workspaces` names {folder}")
    for path in read_trusted_folders(store):
        if _is_within(path, root):
            return Trust(True, f"`flux-lsp trust {path}`")
    return Trust(False, "nobody has trusted it")


def read_trusted_folders(store: Path) -> tuple[Path, ...]:
    """Read the folders in the store; none when there is no readable store."""
    try:
        listed = parse_json(read_text(store, CONFIG_BYTES))
    except (OSError, ValueError):
        return ()
    if not isinstance(listed, list):
        return ()
    return tuple(Path(item) for item in listed if isinstance(item, str))


def record_trust(folder: Path, store: Path) -> None:
    """Write `folder` down as trusted. Raises FluxError when the store cannot be written."""
    _write(store, {*read_trusted_folders(store), _resolve_path(folder)})


def withdraw_trust(folder: Path, store: Path) -> bool:
    """Take `folder` out; False when it was not in. Raises FluxError like `record_trust`."""
    folders = set(read_trusted_folders(store))
    if _resolve_path(folder) not in folders:
        return False
    _write(store, folders - {_resolve_path(folder)})
    return True


def _is_within(folder: Path, root: Path) -> bool:
    return _resolve_path(root).is_relative_to(_resolve_path(folder))


def _resolve_path(path: Path) -> Path:
    expanded = Path(os.path.expanduser(path))  # noqa: PTH111 - stays as it is without a home folder
    # A relative entry would mean another folder in each editor window, so it covers nothing.
    return Path(os.path.realpath(expanded)) if expanded.is_absolute() else expanded


def _write(store: Path, folders: set[Path]) -> None:
    write_store(store, sorted(map(str, folders)), "trusted folders")

"""Finds what belongs to the place of a command: its workspace, its settings and its ledger.

Never changes anything.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.settings import paths

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

    from flux_lsp.ledger.store import Ledger
    from flux_lsp.settings.load import LoadedSettings


@dataclass(frozen=True)
class CommandContext:
    """The settings in effect in a folder, and where Flux keeps its files."""

    loaded: "LoadedSettings"
    data: Path


def add_workspace_option(parser: "ArgumentParser") -> None:
    """Let a command look at another workspace than the one around the current folder."""
    parser.add_argument(
        "--workspace",
        metavar="DIR",
        type=Path,
        help="look at this workspace (default: the one you are in)",
    )


def load_command_context(
    root: Path | None = None, editor: "Mapping[str, object] | None" = None
) -> CommandContext:
    """Load the context of the workspace `root`, by default the one around the current folder.

    `editor`: what an editor sends a server at its start, for a person who works in one.
    """
    from flux_lsp.actions.registry import load_registry
    from flux_lsp.settings.load import load_settings

    handed = editor or {}
    trusted = handed.get("workspaceTrusted")
    loaded = load_settings(
        os.environ,
        root=root or find_workspace(get_current_folder()),
        editor=handed.get("settings"),
        editor_user=handed.get("userSettings"),
        workspace_trusted=trusted if isinstance(trusted, bool) else None,
        actions=load_registry().ids,
    )
    return CommandContext(loaded, paths.get_data_dir(os.environ))


def get_current_folder() -> Path:
    """Return the folder in which the command runs. Raises FluxError if it was deleted."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise FluxError(
            ErrorCode.BAD_REQUEST, "The current folder is not there any more", "Go to another one"
        ) from error


def find_workspace(folder: Path) -> Path:
    """Find the project of `folder`: the nearest folder under version control, or `folder` itself."""
    folder = folder.resolve()
    return next((f for f in (folder, *folder.parents) if os.path.exists(f / ".git")), folder)  # noqa: PTH110 - says no where it may not look


def open_ledger(data: Path) -> "Ledger":
    """Return the ledger of this machine, which opens and makes nothing yet."""
    from flux_lsp.ledger.store import Ledger
    from flux_lsp.runs.clock import SystemClock

    return Ledger(paths.get_ledger_path(data), SystemClock())

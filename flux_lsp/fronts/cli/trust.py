"""`flux-lsp trust [DIR]`: writes down that a workspace's own settings and agents may do what yours may.

Of the workspace it reads only the agents' files, to know them again as they are now.
"""

import argparse
import os
import sys
from pathlib import Path

from flux_lsp.fronts.cli.exit_codes import FAILED
from flux_lsp.fronts.cli.workspace import find_workspace, get_current_folder
from flux_lsp.settings import paths
from flux_lsp.settings.trust import read_trusted_folders, record_trust, withdraw_trust
from flux_lsp.settings.trusted_files import record_digests


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="the workspace (default: the one you are in)",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--remove", action="store_true", help="stop trusting the workspace")
    either.add_argument("--list", action="store_true", help="show the workspaces that you trust")


def run(options: argparse.Namespace) -> int:
    """Change or show the list. Raises FluxError when it cannot be written."""
    data = paths.get_data_dir(os.environ)
    store = paths.get_trust_store(data)
    if options.list:
        for path in read_trusted_folders(store):
            print(path)
        return 0
    folder = _choose_folder(options.folder)
    if options.remove:
        return _remove(folder, data)
    if not folder.is_dir():
        return _fail(f"{folder} is no folder")
    record_trust(folder, store)
    count = _trust_agents(folder, data)
    print(f"{folder} is trusted, with everything below it.")
    print("Its pyproject.toml, flux.toml and .env may now raise budgets, choose servers and name")
    print("commands; a running server takes that up when its settings change or it restarts.")
    if count:
        print(
            f"So {'is its agent' if count == 1 else f'are its {count} agents and pipelines'}, "
            "as the files are now;"
        )
        print("a file that changes is not trusted until you say so again.")
    print(f"`flux-lsp trust --remove {folder}` takes it back.")
    return 0


def _trust_agents(folder: Path, data: Path) -> int:
    from flux_lsp.actions.agents.sources import AgentFiles
    from flux_lsp.models.catalogue import load_catalogue
    from flux_lsp.runs.agents import trust_agents
    from flux_lsp.runs.clock import SystemClock

    files = AgentFiles(load_catalogue())
    return trust_agents(files, folder, data, SystemClock().now().date())


def _choose_folder(named: Path | None) -> Path:
    return find_workspace(get_current_folder()) if named is None else named.expanduser().resolve()


def _remove(folder: Path, data: Path) -> int:
    record_digests(folder, (), paths.get_trusted_files_store(data))
    if withdraw_trust(folder, paths.get_trust_store(data)):
        print(f"{folder} is not trusted any more.")
        return 0
    return _fail(f"{folder} is not in the list; `flux-lsp trust --list` shows it")


def _fail(sentence: str) -> int:
    print(f"flux-lsp trust: {sentence}", file=sys.stderr)
    return FAILED

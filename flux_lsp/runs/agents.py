"""Lists the agents that a person and a workspace have, with what the person trusts of them.

Blocks while it reads. Never runs one.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from flux_lsp.actions.agents.sources import (
    AgentFiles,
    ListedAgent,
    StoredFile,
    list_agents,
    list_user_folders,
    list_workspace_folders,
)
from flux_lsp.runs.pipelines.known import list_workspace_digests
from flux_lsp.settings import paths
from flux_lsp.settings.trusted_files import read_trusted_digests, record_digests

Edit = Callable[[list[StoredFile]], Sequence[StoredFile]]


def list_known_agents(
    files: AgentFiles, root: Path, data: Path, today: date, edit: Edit = list
) -> list[ListedAgent]:
    """List the person's agents, then those of the workspace `root`.

    `edit` replaces what an editor has otherwise than the disk.
    """
    folders = [
        *list_user_folders(paths.get_config_dir(), paths.find_home()),
        *list_workspace_folders(root),
    ]
    stored = edit(files.read_folders(folders, today))
    return list_agents(stored, read_trusted_digests(root, paths.get_trusted_files_store(data)))


def trust_agents(files: AgentFiles, root: Path, data: Path, today: date) -> int:
    """Trust the agents and pipelines of `root` as their files are now, and return how many there are.

    Raises FluxError when that cannot be written down.
    """
    stored = files.read_folders(list_workspace_folders(root), today)
    digests = {each.digest for each in stored if each.digest} | list_workspace_digests(root)
    record_digests(root, digests, paths.get_trusted_files_store(data))
    return len(digests)

"""Lists the pipelines that there are for a workspace, with what the person trusts of them.

Blocks while it reads. Never runs one.
"""

from collections.abc import Collection
from pathlib import Path

from flux_lsp.actions.agents.sources import list_user_folders, list_workspace_folders
from flux_lsp.actions.pipelines.sources import (
    ListedPipeline,
    list_pipeline_folders,
    list_pipelines,
    read_pipelines,
)
from flux_lsp.settings import paths
from flux_lsp.settings.trusted_files import read_trusted_digests


def list_known_pipelines(
    root: Path | None, data: Path, agents: Collection[str]
) -> list[ListedPipeline]:
    """List Flux's pipelines, the person's, then those of the workspace `root`, if there is one.

    `agents`: the ids of the agents that there are.
    """
    user = list_user_folders(paths.get_config_dir(), paths.find_home())
    own = list_workspace_folders(root) if root else []
    store = paths.get_trusted_files_store(data)
    trusted = read_trusted_digests(root, store) if root else frozenset()
    folders = list_pipeline_folders([*user, *own])
    return list_pipelines(read_pipelines(folders), trusted, agents)


def list_workspace_digests(root: Path) -> set[str]:
    """List what names the content of each pipeline's file of the workspace, for trust."""
    own = list_pipeline_folders(list_workspace_folders(root))
    read = read_pipelines([folder for folder in own if folder.source == "workspace"])
    return {each.digest for each in read if each.digest}

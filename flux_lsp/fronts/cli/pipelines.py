"""What `flux-lsp agents` says of pipelines: the list, and what is wrong in their files.

Never runs a pipeline and never changes a file.
"""

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flux_lsp.settings import paths

if TYPE_CHECKING:
    from flux_lsp.actions.pipelines.sources import ListedPipeline


def list_all_pipelines(root: Path, agents: Collection[str]) -> "list[ListedPipeline]":
    """List every pipeline for the workspace `root`. `agents`: the ids of the agents there are."""
    from flux_lsp.runs.pipelines.known import list_known_pipelines

    return list_known_pipelines(root, paths.get_data_dir(os.environ), agents)


def check_pipelines(
    root: Path, named: Sequence[Path], agents: Collection[str]
) -> "list[ListedPipeline]":
    """Check the pipelines in files and folders that a person `named`, else those of the workspace."""
    from flux_lsp.actions.agents.sources import AgentFolder, list_workspace_folders
    from flux_lsp.actions.pipelines.sources import (
        is_pipeline_path,
        list_pipeline_folders,
        list_pipelines,
        read_pipelines,
    )

    folders = [AgentFolder("workspace", path, path) for path in named]
    if not named:
        listed = list_pipeline_folders(list_workspace_folders(root))
        folders = [folder for folder in listed if folder.source == "workspace"]
    read = [each for each in read_pipelines(folders) if is_pipeline_path(each.path)]
    return list_pipelines(read, frozenset(), agents)


def describe_pipeline(listed: "ListedPipeline") -> dict[str, object]:
    """Describe a pipeline as JSON, without its problems."""
    pipeline = listed.file.pipeline
    steps = pipeline.steps if pipeline else ()
    return {
        "id": listed.id,
        "title": pipeline.title if pipeline else listed.id,
        "source": listed.source,
        "path": str(listed.path),
        "steps": [
            {
                "agent": step.agent,
                "task": step.task,
                "back_to": None if step.back_to is None else steps[step.back_to].agent,
            }
            for step in steps
        ],
        "trusted": listed.is_trusted,
        "hidden": listed.is_hidden,
    }


def format_pipeline(listed: "ListedPipeline") -> str:
    """Format a pipeline for a person, in two lines."""
    pipeline = listed.file.pipeline
    notes = [f"{listed.source} pipeline"]
    notes += [" → ".join(step.agent for step in pipeline.steps)] if pipeline else []
    notes += [] if listed.is_trusted else ["not trusted: `flux-lsp trust`"]
    notes += ["another one of this name counts"] if listed.is_hidden else []
    notes += ["has errors: `flux-lsp agents check`"] if listed.has_errors else []
    return f"{listed.id:<28} {pipeline.title if pipeline else ''}\n    {' · '.join(notes)}"


def print_steps(steps: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each step of a pipeline that ended, on stderr."""
    from flux_lsp.runs.words import describe_step

    for number, step in enumerate(steps, 1):
        print(describe_step(number, len(steps), step), file=sys.stderr)

"""Finds the pipeline that an id names, as an action whose steps are the actions of its agents.

Never lets a pipeline run that is not trusted, or one of whose agents may not run.
"""

import asyncio
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.actions.action import Action, ActionStep
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.runs.agents import AgentDirectory

if TYPE_CHECKING:
    from flux_lsp.actions.pipelines.sources import ListedPipeline
    from flux_lsp.actions.pipelines.values import Pipeline

PREFIX = "pipeline:"


async def find_pipeline_action(
    pipeline_id: str, agents: AgentDirectory, data: Path, root: Path | None
) -> Action | Problem:
    """Find the action `pipeline:ID` for a document in the workspace `root`; else say why there is none."""
    from flux_lsp.runs.pipelines.known import list_known_pipelines

    ids = {each.id for each in await agents.list_agents(root)}
    listed = await asyncio.to_thread(list_known_pipelines, root, data, ids)
    pipeline = _choose_pipeline(pipeline_id, listed)
    if isinstance(pipeline, Problem):
        return pipeline
    steps: list[ActionStep] = []
    for step in pipeline.steps:
        action = await agents.find_action(step.agent, root)
        if isinstance(action, Problem):
            return action
        steps.append(ActionStep(action, step.task, step.back_to))
    return _make_action(pipeline, tuple(steps))


def _choose_pipeline(pipeline_id: str, listed: "Sequence[ListedPipeline]") -> "Pipeline | Problem":
    from flux_lsp.actions.pipelines.sources import find_pipeline

    entry = find_pipeline(listed, pipeline_id)
    if entry is None:
        close = get_close_matches(pipeline_id, [each.id for each in listed], n=1)
        question = f"; did you mean `{close[0]}`?" if close else ""
        message = f"There is no pipeline `{pipeline_id}`{question}"
        return Problem(ErrorCode.NOT_CONFIGURED, message, "See `flux-lsp agents`")
    if not entry.is_trusted:
        return Problem(
            ErrorCode.UNTRUSTED_WORKSPACE,
            f"The pipeline `{pipeline_id}` comes with the workspace, and you have not trusted "
            f"{entry.path} as it is",
            "Read the file, then run `flux-lsp trust`",
        )
    error = next((each for each in entry.problems if each.severity == "error"), None)
    if error is not None or entry.file.pipeline is None:
        why = error.message if error else "its file cannot be read"
        message = f"The pipeline `{pipeline_id}` cannot run: {why}"
        return Problem(ErrorCode.NOT_CONFIGURED, message, f"Mend {entry.path}")
    return entry.file.pipeline


def _make_action(pipeline: "Pipeline", steps: tuple[ActionStep, ...]) -> Action:
    first = steps[0].action
    return Action(
        id=f"{PREFIX}{pipeline.id}",
        title=pipeline.title,
        menu=pipeline.title,
        summary=pipeline.description,
        returns="edit",
        task="",
        tier=first.tier,
        reason=first.reason,
        rights=("leave_target", "create_files"),
        group="agent",
        steps=steps,
    )

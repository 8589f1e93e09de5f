"""What is known of a pipeline's file: the steps, and what is wrong with the file.

Only values; nothing here reads a file.
"""

from dataclasses import dataclass

from flux_lsp.actions.agents.frontmatter import Place
from flux_lsp.actions.agents.values import FileProblem


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """One step: the agent's id, and what it is to do beside its brief.

    `back_to`: the index of an earlier step. A step that has one may reject, and the work goes back
    there once. `place`: where the step stands in the file.
    """

    agent: str
    task: str
    back_to: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Agents in a fixed order."""

    id: str
    title: str
    description: str
    steps: tuple[PipelineStep, ...]


@dataclass(frozen=True, slots=True)
class PipelineFile:
    """What a file holds. `pipeline` is None if nothing can be run: an error says why.

    `is_pipeline` is False for a page without frontmatter, such as a README.
    """

    pipeline: Pipeline | None
    problems: tuple[FileProblem, ...] = ()
    is_pipeline: bool = True

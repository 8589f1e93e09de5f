"""The pipelines of Flux, of the person and of the workspace, and which of them count.

Reads Markdown files in bounds and never follows a link out of a source's folder. Never runs one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flux_lsp.actions.agents.frontmatter import Place
from flux_lsp.actions.agents.sources import AgentFolder, digest_content, list_markdown
from flux_lsp.actions.agents.values import FileProblem, Source
from flux_lsp.actions.pipelines.read import read_pipeline
from flux_lsp.actions.pipelines.values import PipelineFile, PipelineStep
from flux_lsp.files import CONFIG_BYTES, read_bytes

BUILTIN = Path(__file__).parent / "builtin"
_TOP = Place(0, 0, 0, 3)


@dataclass(frozen=True, slots=True)
class ListedPipeline:
    """One pipeline's file in the list. `digest` names its content, "" if nobody could read it.

    `is_trusted`: it may run. `is_hidden`: another pipeline of the same id counts instead. `problems`
    are those of the file and those that only the whole list shows.
    """

    id: str
    source: Source
    path: Path
    digest: str
    file: PipelineFile
    is_trusted: bool = True
    is_hidden: bool = False
    problems: tuple[FileProblem, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether something in the file keeps the pipeline from running."""
        return any(problem.severity == "error" for problem in self.problems)


def list_pipeline_folders(agent_folders: Sequence[AgentFolder]) -> list[AgentFolder]:
    """List Flux's own folder, and `pipelines/` beside each folder of agents."""
    beside = (
        AgentFolder(
            folder.source,
            folder.path.with_name("pipelines"),
            folder.root.with_name("pipelines") if folder.root == folder.path else folder.root,
        )
        for folder in agent_folders
    )
    return [AgentFolder("builtin", BUILTIN, BUILTIN), *beside]


def is_pipeline_path(path: Path) -> bool:
    """Whether a file among others, some of agents, is a pipeline's."""
    return "pipelines" in path.parts


def read_pipelines(folders: Sequence[AgentFolder]) -> list[ListedPipeline]:
    """Read every pipeline's file in `folders`. Blocks; a folder that is not there holds none."""
    listed = (_read(folder, path) for folder in folders for path in list_markdown(folder))
    return [each for each in listed if each.file.is_pipeline]


def list_pipelines(
    read: Sequence[ListedPipeline], trusted: frozenset[str], agents: Collection[str]
) -> list[ListedPipeline]:
    """Decide for each file whether it may run and whether it counts.

    `trusted`: digests of the workspace's files that the person trusts. `agents`: the ids there are.
    A workspace's file that is not trusted hides nothing.
    """
    marked = [
        replace(each, is_trusted=each.source != "workspace" or each.digest in trusted)
        for each in read
    ]
    winners = {each.id: each for each in sorted(marked, key=_rank)}
    return [
        replace(
            each,
            is_hidden=winners[each.id] is not each,
            problems=(*each.problems, *_explain_doubled(each, marked), *_check(each, agents)),
        )
        for each in marked
    ]


def find_pipeline(listed: Sequence[ListedPipeline], pipeline_id: str) -> ListedPipeline | None:
    """Find the pipeline that counts under an id; None if there is none."""
    return next((each for each in listed if each.id == pipeline_id and not each.is_hidden), None)


def _read(folder: AgentFolder, path: Path) -> ListedPipeline:
    try:
        content = read_bytes(path, CONFIG_BYTES)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        problem = FileProblem("error", "unreadable", f"The file cannot be read: {reason}", _TOP)
        file = PipelineFile(None, (problem,))
        return ListedPipeline(path.stem, folder.source, path, "", file, problems=file.problems)
    file = read_pipeline(path.as_posix(), text)
    name = file.pipeline.id if file.pipeline else path.stem
    digest = digest_content(content)
    return ListedPipeline(name, folder.source, path, digest, file, problems=file.problems)


def _rank(listed: ListedPipeline) -> int:
    """Who counts: the highest. Without trust a workspace comes last, and what cannot run before it."""
    if listed.file.pipeline is None:
        return -2
    if not listed.is_trusted:
        return -1
    return ("builtin", "user", "workspace").index(listed.source)


def _explain_doubled(
    listed: ListedPipeline, others: Sequence[ListedPipeline]
) -> Iterator[FileProblem]:
    for other in others:
        if other.path != listed.path and (other.source, other.id) == (listed.source, listed.id):
            sentence = f"{other.path} is called `{listed.id}` too, so neither runs; rename one"
            yield FileProblem("error", "two-pipelines", sentence, _TOP)
            return


def _check(listed: ListedPipeline, agents: Collection[str]) -> Iterator[FileProblem]:
    steps: tuple[PipelineStep, ...] = listed.file.pipeline.steps if listed.file.pipeline else ()
    for step in steps:
        if step.agent not in agents:
            sentence = f"There is no agent `{step.agent[:60]}`"
            yield FileProblem("error", "unknown-agent", sentence, step.place)

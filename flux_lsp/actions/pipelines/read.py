"""A Markdown file becomes a `Pipeline`, and what is wrong with the file is listed.

Never guesses at a step: a step that cannot be read is an error of the whole file.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath

from flux_lsp.actions.agents.frontmatter import Frontmatter, Place, Value, read_frontmatter
from flux_lsp.actions.agents.read import make_id, shorten
from flux_lsp.actions.agents.values import FileProblem
from flux_lsp.actions.pipelines.values import Pipeline, PipelineFile, PipelineStep

_KEYS = ("name", "description", "steps")
_STEP_KEYS = ("agent", "task", "back_to")
_MOST_STEPS = 12
_LONGEST_TASK = 4_000  # characters
_TOP = Place(0, 0, 0, 3)


def read_pipeline(path: str, text: str) -> PipelineFile:
    """Read the file at `path` (posix). Text below the frontmatter is for people and is never sent."""
    front = read_frontmatter(text, _KEYS)
    if not front.is_there:
        return PipelineFile(None, is_pipeline=False)
    pipeline_id = make_id(_get_text(front, "name") or PurePosixPath(path).stem)
    steps = front.get("steps")
    items = steps.items if steps else ()
    problems = [
        *_check_file(front, pipeline_id),
        *_check_steps(steps.place if steps else _TOP, items),
    ]
    if any(problem.severity == "error" for problem in problems):
        return PipelineFile(None, tuple(problems))
    description = " ".join(_get_text(front, "description").split())
    title = shorten(description) or pipeline_id
    pipeline = Pipeline(pipeline_id, title, description, tuple(_make_steps(items)))
    return PipelineFile(pipeline, tuple(problems))


def _check_file(front: Frontmatter, pipeline_id: str) -> Iterator[FileProblem]:
    if front.fault is not None:
        sentence = f"The frontmatter cannot be read: {front.fault.message}"
        yield FileProblem("error", "unreadable", sentence, front.fault.place)
    if not pipeline_id:
        yield FileProblem("error", "no-name", "The pipeline has no name", _TOP)
    for entry in front.entries:
        if entry.key not in _KEYS:
            yield _explain_key(entry.key, entry.place, _KEYS)


def _check_steps(place: Place, items: Sequence[Value]) -> Iterator[FileProblem]:
    if not items:
        sentence = "There are no steps: write `steps:` with `- agent: NAME` for each"
        yield FileProblem("error", "no-steps", sentence, place)
    if len(items) > _MOST_STEPS:
        sentence = f"There are {len(items)} steps; a pipeline has {_MOST_STEPS} at most"
        yield FileProblem("error", "many-steps", sentence, items[_MOST_STEPS].place)
    backs = [item for item in items if item.get("back_to")]
    if len(backs) > 1:
        sentence = "Two steps have `back_to`; a pipeline goes back at most once, so keep one"
        yield FileProblem("error", "two-back-to", sentence, backs[1].place)
    for index, item in enumerate(items):
        yield from _check_step(index, item, items)


def _check_step(index: int, item: Value, items: Sequence[Value]) -> Iterator[FileProblem]:
    for entry in item.entries:
        if entry.key not in _STEP_KEYS:
            yield _explain_key(entry.key, entry.place, _STEP_KEYS)
    if not _name_agent(item):
        sentence = f"Step {index + 1} names no agent"
        yield FileProblem("error", "no-agent", sentence, item.place)
    task = item.get("task")
    if task and len(task.text) > _LONGEST_TASK:
        sentence = f"The task has {len(task.text):,} characters; {_LONGEST_TASK:,} are sent at most"
        yield FileProblem("error", "long-task", sentence, task.place)
    back_to = item.get("back_to")
    if back_to and _find_step(back_to.text, index, items) is None:
        sentence = (
            f"`back_to` is `{back_to.text[:60]}`; name the agent or the number (from 1) of one step "
            "above this one"
        )
        yield FileProblem("error", "back-to-nowhere", sentence, back_to.place)


def _explain_key(key: str, place: Place, known: Sequence[str]) -> FileProblem:
    close = get_close_matches(key, known, n=1)
    question = f"; did you mean `{close[0]}`?" if close else ""
    sentence = f"A pipeline has no key `{key[:60]}`{question}"
    return FileProblem("warning", "unknown-key", sentence, place)


def _make_steps(items: Sequence[Value]) -> Iterator[PipelineStep]:
    for index, item in enumerate(items):
        task, back_to = item.get("task"), item.get("back_to")
        target = _find_step(back_to.text, index, items) if back_to else None
        words = task.text.strip() if task else ""
        yield PipelineStep(make_id(_name_agent(item)), words, target, item.place)


def _find_step(words: str, index: int, items: Sequence[Value]) -> int | None:
    """Find the one step above `index` that has this number or this agent."""
    number = words.strip()
    if number.isascii() and number.isdecimal():
        return int(number) - 1 if 1 <= int(number) <= index else None
    name = make_id(number)
    named = [n for n, item in enumerate(items[:index]) if make_id(_name_agent(item)) == name]
    return named[0] if len(named) == 1 else None


def _name_agent(item: Value) -> str:
    """The agent of a step; `- NAME` alone is short for `- agent: NAME`."""
    agent = item.get("agent")
    return (agent.text if agent else item.text).strip()


def _get_text(front: Frontmatter, key: str) -> str:
    value = front.get(key)
    return value.text.strip() if value else ""

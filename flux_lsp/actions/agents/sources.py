"""Where agents come from: the folders of the person and of the workspace, and who counts where.

Reads Markdown files in bounds and never follows a link out of a source's folder. Never runs one.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flux_lsp.actions.agents.frontmatter import Place
from flux_lsp.actions.agents.read import make_id, read_agent
from flux_lsp.actions.agents.values import AgentFile, FileProblem, Source
from flux_lsp.files import CONFIG_BYTES, read_bytes
from flux_lsp.models.catalogue import Catalogue

WORKSPACE_FOLDERS = (".flux/agents", ".claude/agents", ".github/agents")
_MOST_FILES, _MOST_DEPTH = 2_000, 8  # of one folder of agents
_OTHER_FILES = ("SKILL.md", ".prompt.md", ".instructions.md")  # that tools read for something else
_TOP = Place(0, 0, 0, 3)


@dataclass(frozen=True, slots=True)
class AgentFolder:
    """A folder that may hold agents. Nothing outside of `root` is read for it."""

    source: Source
    path: Path
    root: Path


_BUILTIN = Path(__file__).parent / "builtin"
BUILTIN_FOLDER = AgentFolder("builtin", _BUILTIN, _BUILTIN)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An agent's file as it is on disk. `digest` names its content; `stamp` tells that it is as before."""

    source: Source
    path: Path
    stamp: tuple[int, int]
    digest: str
    file: AgentFile


@dataclass(frozen=True, slots=True)
class ListedAgent:
    """One agent in the list.

    `is_trusted`: it may run. `is_hidden`: another agent of the same id counts instead. `problems` are
    those of the file and those that only the whole list shows.
    """

    id: str
    stored: StoredFile
    is_trusted: bool
    is_hidden: bool
    problems: tuple[FileProblem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether something in the file keeps the agent from running."""
        return any(problem.severity == "error" for problem in self.problems)


class AgentFiles:
    """Reads folders of agents; a file that is as before is not read again."""

    def __init__(self, catalogue: Catalogue) -> None:
        """`catalogue`: the models that a file can name."""
        self._catalogue = catalogue
        self._stored: dict[Path, StoredFile] = {}

    def read_folders(self, folders: Sequence[AgentFolder], today: date) -> list[StoredFile]:
        """Read every agent's file in `folders`. Blocks; a folder that is not there holds none."""
        stored = [
            self._read(folder, path, today) for folder in folders for path in list_markdown(folder)
        ]
        self._stored = {each.path: each for each in stored}
        return [each for each in stored if each.file.is_agent]

    def replace_text(
        self, stored: Sequence[StoredFile], path: Path, text: str, today: date
    ) -> list[StoredFile]:
        """Return `stored` with the file at `path` as an editor has it, saved or not."""
        file = read_agent(path.as_posix(), text, self._catalogue, today)
        digest = digest_content(text.encode())
        before = next((each for each in stored if each.path == path), None)
        source: Source = before.source if before else "workspace"
        edited = StoredFile(source, path, (0, 0), digest, file)
        others = [each for each in stored if each.path != path]
        return [*others, edited] if file.is_agent else others

    def _read(self, folder: AgentFolder, path: Path, today: date) -> StoredFile:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            before = self._stored.get(path)
            if before is not None and before.stamp == stamp:
                return before
            content = read_bytes(path, CONFIG_BYTES)
            text = content.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no UTF-8"
            problem = FileProblem("error", "unreadable", f"The file cannot be read: {reason}", _TOP)
            return StoredFile(folder.source, path, (0, 0), "", AgentFile(None, (problem,)))
        file = read_agent(path.as_posix(), text, self._catalogue, today)
        return StoredFile(folder.source, path, stamp, digest_content(content), file)


def list_workspace_folders(root: Path) -> list[AgentFolder]:
    """List the folders in which a workspace keeps agents, the nearest first."""
    return [AgentFolder("workspace", root / name, root) for name in WORKSPACE_FOLDERS]


def list_user_folders(config: Path, home: Path) -> list[AgentFolder]:
    """List the folders in which a person keeps agents."""
    own, other = config / "agents", home / ".claude" / "agents"
    return [AgentFolder("user", own, own), AgentFolder("user", other, other)]


def digest_content(content: bytes) -> str:
    """Name a file's content; any change of it gives another name."""
    return hashlib.sha256(content).hexdigest()


def list_agents(stored: Sequence[StoredFile], trusted: frozenset[str]) -> list[ListedAgent]:
    """Decide for each file whether it may run and whether it counts.

    `trusted`: digests of the workspace's files that the person trusts. A workspace's file that is not
    trusted hides nothing.
    """
    listed = [_list_file(each, trusted) for each in stored]
    doubled = _find_doubled(listed)
    listed = [
        replace(each, problems=(*each.problems, _explain_doubled(each, doubled[key])))
        if (key := (each.stored.source, each.id)) in doubled
        else each
        for each in listed
    ]
    ids = {each.id for each in listed}
    winners = {each.id: each for each in sorted(listed, key=_rank)}
    return [
        replace(
            each,
            is_hidden=winners[each.id] is not each,
            problems=(*each.problems, *_check_next(each, ids)),
        )
        for each in listed
    ]


def find_agent(listed: Sequence[ListedAgent], agent_id: str) -> ListedAgent | None:
    """Find the agent that counts under an id; None if there is none."""
    return next((each for each in listed if each.id == agent_id and not each.is_hidden), None)


def _list_file(stored: StoredFile, trusted: frozenset[str]) -> ListedAgent:
    agent = stored.file.agent
    is_trusted = stored.source != "workspace" or stored.digest in trusted
    name = agent.id if agent else stored.path.stem
    return ListedAgent(name, stored, is_trusted, is_hidden=False, problems=stored.file.problems)


def _rank(listed: ListedAgent) -> int:
    """Who counts: the highest. Without trust a workspace comes last, and what cannot run before it."""
    if listed.stored.file.agent is None:
        return -2
    if not listed.is_trusted:
        return -1
    return ("builtin", "user", "workspace").index(listed.stored.source)


def _find_doubled(listed: Sequence[ListedAgent]) -> dict[tuple[Source, str], list[Path]]:
    paths: dict[tuple[Source, str], list[Path]] = {}
    for each in listed:
        if each.stored.file.agent is not None:
            paths.setdefault((each.stored.source, each.id), []).append(each.stored.path)
    return {key: files for key, files in paths.items() if len(files) > 1}


def _explain_doubled(listed: ListedAgent, paths: Sequence[Path]) -> FileProblem:
    other = next(path for path in paths if path != listed.stored.path)
    sentence = f"{other} is called `{listed.id}` too, so neither runs; rename one"
    return FileProblem("error", "two-agents", sentence, _TOP)


def _check_next(listed: ListedAgent, ids: set[str]) -> Iterator[FileProblem]:
    agent = listed.stored.file.agent
    for name in agent.next if agent else ():
        if make_id(name) not in ids:
            sentence = f"There is no agent `{name[:60]}` to hand over to"
            yield FileProblem("warning", "nobody", sentence, _TOP)


def list_markdown(folder: AgentFolder) -> Iterator[Path]:
    """List the Markdown files below a folder, in the order of their names, links out of `root` aside."""
    if folder.path.is_file():
        yield folder.path
        return
    root = os.path.realpath(folder.root)
    count = 0
    for parent, names, files in os.walk(folder.path):
        depth = len(Path(parent).relative_to(folder.path).parts)
        names[:] = sorted(names) if depth < _MOST_DEPTH else []
        for name in sorted(files):
            path = Path(parent, name)
            if not _is_agent_name(name) or not _is_within(path, root):
                continue
            count += 1
            if count > _MOST_FILES:
                return
            yield path


def _is_agent_name(name: str) -> bool:
    return name.endswith(".md") and not name.endswith(_OTHER_FILES)


def _is_within(path: Path, root: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(root)

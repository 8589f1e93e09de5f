"""Lists the agents that a person and a workspace have, with what the person trusts of them.

Reads in threads, and again only what changed. Never runs an agent.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.files import CONFIG_BYTES, read_bytes
from flux_lsp.settings import paths

if TYPE_CHECKING:
    from flux_lsp.actions.action import Action
    from flux_lsp.actions.agents.rank import MenuAgent
    from flux_lsp.actions.agents.sources import AgentFiles, ListedAgent, StoredFile
    from flux_lsp.actions.agents.values import Agent

    Edit = Callable[[list[StoredFile]], Sequence[StoredFile]]

_MOMENT = 2.0  # seconds within which files are not looked at again for a menu


class AgentDirectory:
    """The agents of a session, for each of its workspace folders; used on the loop."""

    def __init__(self, data: Path, get_today: Callable[[], date]) -> None:
        """Nothing is read yet. `data` holds what is trusted."""
        self._data, self._get_today = data, get_today
        self._files: dict[Path | None, AgentFiles] = {}
        self._menus: dict[Path | None, tuple[MenuAgent, ...]] = {}
        self._looked: dict[Path | None, float] = {}
        self._turn = asyncio.Lock()

    async def list_agents(self, root: Path | None) -> "list[ListedAgent]":
        """List the built-in agents, the person's, and those of the workspace `root`, if there is one."""
        async with self._turn:
            return await asyncio.to_thread(self._read, root)

    def get_menu(self, root: Path | None) -> "tuple[MenuAgent, ...]":
        """Return the agents that menus show, as they were read last; none before that. Reads nothing."""
        return self._menus.get(root, ())

    async def refresh_menu(self, root: Path | None) -> None:
        """Read what menus show, unless that was a moment ago."""
        now = monotonic()
        if now - self._looked.get(root, -_MOMENT) < _MOMENT:
            return
        self._looked[root] = now
        from flux_lsp.actions.agents.rank import list_menu_agents

        listed = await self.list_agents(root)
        self._menus[root] = await asyncio.to_thread(list_menu_agents, listed)

    async def find_action(self, agent_id: str, root: Path | None) -> "Action | Problem":
        """Find the action of an agent that may run on a document in `root`; else say why it may not."""
        from flux_lsp.actions.agents.action import make_action

        listed = await self.list_agents(root)
        agent = _choose_agent(agent_id, listed)
        return agent if isinstance(agent, Problem) else make_action(agent)

    def _read(self, root: Path | None) -> "list[ListedAgent]":
        if root not in self._files:
            self._files[root] = make_agent_files()
        return list_known_agents(self._files[root], root, self._data, self._get_today())


def make_agent_files() -> "AgentFiles":
    """Make a reader of agents' files that knows the models that they can name. Blocks."""
    from flux_lsp.actions.agents.sources import AgentFiles
    from flux_lsp.models.catalogue import load_catalogue

    return AgentFiles(load_catalogue(paths.get_config_dir() / "catalogue.toml"))


def list_known_agents(
    files: "AgentFiles", root: Path | None, data: Path, today: date, edit: "Edit" = list
) -> "list[ListedAgent]":
    """List the built-in agents, the person's, then those of the workspace `root`. Blocks.

    `edit` replaces what an editor has otherwise than the disk.
    """
    from flux_lsp.actions.agents import sources
    from flux_lsp.settings.trusted_files import read_trusted_digests

    folders = [
        sources.BUILTIN_FOLDER,
        *sources.list_user_folders(paths.get_config_dir(), paths.find_home()),
        *(sources.list_workspace_folders(root) if root else ()),
    ]
    stored = edit(files.read_folders(folders, today))
    store = paths.get_trusted_files_store(data)
    return sources.list_agents(stored, read_trusted_digests(root, store) if root else frozenset())


def trust_agents(files: "AgentFiles", root: Path, data: Path, today: date) -> int:
    """Trust the agents and pipelines of `root` as they are, and return how many there are. Blocks.

    Raises FluxError when that cannot be written down.
    """
    from flux_lsp.actions.agents.sources import list_workspace_folders
    from flux_lsp.runs.pipelines.known import list_workspace_digests
    from flux_lsp.settings.trusted_files import record_digests

    stored = files.read_folders(list_workspace_folders(root), today)
    digests = {each.digest for each in stored if each.digest} | list_workspace_digests(root)
    record_digests(root, digests, paths.get_trusted_files_store(data))
    return len(digests)


def trust_file(root: Path, path: Path, text: str, data: Path) -> None:
    """Trust one file of the workspace, as the person sees it: with `text`. Blocks.

    Raises FluxError when the disk holds another text, or the trust cannot be written down.
    """
    from flux_lsp.actions.agents.sources import digest_content
    from flux_lsp.settings.trusted_files import read_trusted_digests, record_digests

    try:
        content = read_bytes(path, CONFIG_BYTES)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise FluxError(ErrorCode.BAD_REQUEST, message, "Save it, then try again") from error
    if content.decode("utf-8", "replace").removeprefix("\ufeff") != text.removeprefix("\ufeff"):
        message = f"{path.name} is not on disk as you see it"
        raise FluxError(ErrorCode.BAD_REQUEST, message, "Save it, then trust it")
    store = paths.get_trusted_files_store(data)
    record_digests(root, {*read_trusted_digests(root, store), digest_content(content)}, store)


def _choose_agent(agent_id: str, listed: "Sequence[ListedAgent]") -> "Agent | Problem":
    from flux_lsp.actions.agents.sources import find_agent

    entry = find_agent(listed, agent_id)
    if entry is None:
        ids = [each.id for each in listed]
        close = get_close_matches(agent_id, ids, n=1)
        question = f"; did you mean `{close[0]}`?" if close else ""
        return _refuse(f"There is no agent `{agent_id}`{question}", "See `flux-lsp agents`")
    path = entry.stored.path
    if not entry.is_trusted:
        return Problem(
            ErrorCode.UNTRUSTED_WORKSPACE,
            f"The agent `{agent_id}` comes with the workspace, and you have not trusted {path} as it is",
            "Read the file, then run `flux-lsp trust`, or take “Flux: trust this agent” in it",
        )
    error = next((each for each in entry.problems if each.severity == "error"), None)
    agent = entry.stored.file.agent
    if error is not None or agent is None:
        why = error.message if error else "its file cannot be read"
        return _refuse(f"The agent `{agent_id}` cannot run: {why}", f"Mend {path}")
    if not agent.is_enabled:
        return _refuse(f"The agent `{agent_id}` is disabled", f"Take `disable` out of {path}")
    return agent


def _refuse(message: str, hint: str) -> Problem:
    return Problem(ErrorCode.NOT_CONFIGURED, message, hint)

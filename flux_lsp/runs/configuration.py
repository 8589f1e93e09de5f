"""The settings of a session, read again when they change, and the environment made from them.

Loads in threads, off the start-up path. Never shows a key.
"""

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flux_lsp.actions.registry import Registry
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.ports import Front
from flux_lsp.runs.session_settings import SessionSettings
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.settings import paths
from flux_lsp.settings.stamps import Stamps, take_stamps

if TYPE_CHECKING:
    from flux_lsp.engine.services import Services
    from flux_lsp.ledger.run_log import RunLog
    from flux_lsp.models.client import Route
    from flux_lsp.runs.environment import Environment
    from flux_lsp.runs.learned_routing import LearnedRouting

log = logging.getLogger(__name__)

_PATIENCE = 0.3  # seconds that a run waits for the index of its project, if it is new
_LOOK_SECONDS = 1.0  # to see whether a file changed


@dataclass(frozen=True)
class SettingsInput:
    """The settings that a front passes on; Flux also reads files and the process environment.

    `editor` may come from a workspace, `personal` is the person's own. `workspace_trusted` is the
    editor's own word on the workspace, None where it says nothing.
    """

    editor: object = None
    personal: object = None
    workspace_trusted: bool | None = None
    command_line: Mapping[str, object] = field(default_factory=dict)


class Configuration:
    """The settings of each workspace folder, and the environment made from them."""

    def __init__(
        self,
        front: Front,
        documents: WorkspaceDocuments,
        settings_input: SettingsInput,
        registry: Registry,
    ) -> None:
        """Nothing is read yet."""
        self.data_dir = paths.get_data_dir()
        self.settings_input = settings_input
        self._registry = registry
        self._front = front
        self._documents = documents
        self._reading: asyncio.Task[SessionSettings] | None = None
        self._making: asyncio.Task[Environment] | None = None
        self._started = asyncio.Event()
        self._warned: set[str] = set()
        self._learned: LearnedRouting | None = None  # once a run begins
        self._stamps: Stamps | None = None  # of the files as they were when they were last read

    async def start(self) -> None:
        """First load."""
        self.reload()
        self._started.set()

    def reload(self) -> None:
        """Read everything again; runs under way keep what they started with."""
        self._reading = asyncio.ensure_future(self._read())
        if self._making is not None:
            self._making = asyncio.ensure_future(self._make(self._reading, self._making))

    async def refresh(self) -> None:
        """Read everything again if a file that settings come from changed since."""
        await self._started.wait()
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                now = await asyncio.to_thread(self._take_stamps)
        except TimeoutError:  # a folder that does not answer keeps nobody from working
            return
        if self._stamps is not None and now != self._stamps:
            self.reload()

    async def get_services(self, uri: str, patience: float = _PATIENCE) -> "Services":
        """Return the services for a run on this document.

        `patience`: seconds to wait for the index of its project, if it is new.
        """
        environment = await self._get_environment()
        services = environment.make_services(uri, patience)
        if self._learned is None:
            from flux_lsp.ledger.run_log import RunLog
            from flux_lsp.runs.learned_routing import LearnedRouting

            log_of_runs = RunLog(environment.ledger)
            self._learned = LearnedRouting(log_of_runs, environment.clock, self._warn)
        return await self._learned.add_to(services)

    async def get_run_log(self) -> "RunLog":
        """Return the table of runs in the ledger."""
        from flux_lsp.ledger.run_log import RunLog

        return RunLog((await self._get_environment()).ledger)

    async def get_environment(self) -> "Environment":
        """Return what follows from the settings, for work that needs the ledger and the prices themselves."""
        return await self._get_environment()

    async def report_status(self) -> dict[str, Any]:
        """Report spending, budgets and the models in effect, for `flux.status`."""
        return await (await self._get_environment()).report_status()

    async def find_price_at_most(
        self, route: "Route", tokens: int, max_tokens: int
    ) -> float | None:
        """Return the highest price that a call on `route` can have, in US dollars."""
        return (await self._get_environment()).find_price_at_most(route, tokens, max_tokens)

    async def warm(self) -> None:
        """Load what the first run would otherwise have to wait for."""
        await (await self._get_environment()).warm()

    def note_file_change(self, uri: str) -> None:
        """Note that a file was saved or changed on disk, for the index of its project."""
        file = parse_file_uri(uri)
        making = self._making
        if file is None or making is None:
            return
        if not making.done():  # other settings have just come
            making.add_done_callback(lambda _: self.note_file_change(uri))
        elif not making.cancelled() and making.exception() is None:
            making.result().projects.note_change(file)

    async def close(self) -> None:
        """Close the connections and the ledger."""
        if self._making is not None and self._making.done() and not self._making.cancelled():
            await self._making.result().close()

    async def get_settings(self) -> SessionSettings:
        """Return the settings as they are now."""
        await self._started.wait()
        while True:  # a reload meanwhile makes this one old
            reading = self._get_reading()
            settings = await asyncio.shield(reading)
            if reading is self._reading:
                return settings

    async def _get_environment(self) -> "Environment":
        await self.get_settings()
        if self._making is None:
            self._making = asyncio.ensure_future(self._make(self._get_reading(), None))
        while True:
            making = self._making
            environment = await asyncio.shield(making)
            if making is self._making:
                return environment

    def _get_reading(self) -> "asyncio.Task[SessionSettings]":
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read())
        return self._reading

    async def _read(self) -> SessionSettings:
        settings = await asyncio.to_thread(self._read_files)
        level = settings.first.values.get("log_level")
        if isinstance(level, str):
            logging.getLogger().setLevel(level.upper())
        for warning in settings.warnings:
            log.warning("settings: %s", warning)
            self._warn(warning)
        withheld = settings.credentials.kind == "withheld"  # the warnings say so already
        if settings.why_not_ready and not withheld and not self._front.can.shows_outcomes:
            self._warn(settings.why_not_ready)  # some editors hide disabled actions
        return settings

    async def _make(
        self, reading: "asyncio.Task[SessionSettings]", before: "asyncio.Task[Environment] | None"
    ) -> "Environment":
        settings = await asyncio.shield(reading)
        old = await asyncio.shield(before) if before is not None else None
        from flux_lsp.runs.environment import make_environment
        from flux_lsp.settings.show import list_set_lines

        for line in list_set_lines(settings.first):
            log.info("setting: %s", line)
        environment = await asyncio.to_thread(
            make_environment, settings, self.data_dir, self._documents, self._warn, old
        )
        for warning in environment.warnings:
            self._warn(warning)
        return environment

    def _read_files(self) -> SessionSettings:
        """Read the settings of each workspace folder and the credentials. Blocks."""
        from flux_lsp.settings.credentials import choose_credentials
        from flux_lsp.settings.load import load_settings

        self._stamps = self._take_stamps()  # first: what changes meanwhile is seen next time
        handed = self.settings_input
        folders = tuple(
            load_settings(
                os.environ,
                root=root,
                editor=handed.editor,
                editor_user=handed.personal,
                workspace_trusted=handed.workspace_trusted,
                cli=handed.command_line,
                actions=self._registry.ids,
            )
            for root in (self._documents.roots or (None,))
        )
        leading = next((folder for folder in folders if folder.unread), folders[0])
        return SessionSettings(folders, choose_credentials(leading))

    def _take_stamps(self) -> Stamps:
        return take_stamps(self._documents.roots, self.data_dir)

    def _warn(self, text: str) -> None:
        """Tell the person each warning once."""
        if text not in self._warned:
            self._warned.add(text)
            self._front.tell("warning", f"Flux: {text}")

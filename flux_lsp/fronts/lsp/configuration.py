"""Settings of a session; what the menu needs at once, what runs need when the first one comes.

Loads in threads, off the start-up path. Never shows a key.
"""

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flux_lsp.actions.registry import Registry
from flux_lsp.fronts.lsp.documents import Documents
from flux_lsp.fronts.lsp.editor import ClientError, Editor
from flux_lsp.fronts.lsp.offer import Menu
from flux_lsp.fronts.lsp.stamps import Stamps, take_stamps
from flux_lsp.settings import paths

if TYPE_CHECKING:
    from flux_lsp.engine.services import Services
    from flux_lsp.fronts.lsp.world import World
    from flux_lsp.models.client import Route
    from flux_lsp.settings.credentials import Credentials
    from flux_lsp.settings.load import Loaded

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0  # to see whether a file changed


@dataclass(frozen=True)
class Read:
    """What was read: settings per workspace folder, the first one leads; and where the key is."""

    loaded: "tuple[Loaded, ...]"
    credentials: "Credentials"

    @property
    def disabled(self) -> str:
        """Why nothing can run, and what to do; "" when it can."""
        credentials = self.credentials
        return "" if credentials.found else f"{credentials.problem}. {credentials.hint}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong in any of the places, once each."""
        told = {one.warning: one.told for loaded in self.loaded for one in loaded.unread}
        every = (w for loaded in self.loaded for w in loaded.warnings)
        return tuple(dict.fromkeys(told.get(warning, warning) for warning in every))


class Configuration:
    """What is set, per workspace folder, and what follows from it."""

    def __init__(
        self,
        editor: Editor,
        documents: Documents,
        options: Mapping[str, Any],
        command_line: Mapping[str, object],
        registry: Registry,
    ) -> None:
        """`options` are the client's initializationOptions; nothing is read yet."""
        self.data_dir = paths.data_dir()
        self._editor = editor
        self._documents = documents
        self._options = options
        self._command_line = command_line
        self._registry = registry
        self._pushed: object = options.get("settings", options)
        self._personal: object = options.get("userSettings")
        self._pulled: object = None
        self._reading: asyncio.Task[Read] | None = None
        self._making: asyncio.Task[World] | None = None
        self._started = asyncio.Event()
        self._said: set[str] = set()
        self._stamps: Stamps | None = None  # of the files as they were when they were last read

    async def start(self) -> None:
        """First load, after `initialized`."""
        self.reload()
        self._started.set()
        if self._editor.can.has("workspace.configuration"):
            await self._pull()

    async def update(self, pushed: object, personal: object = None) -> None:
        """New settings were pushed, or are to be pulled when the push is empty.

        `personal`: those of the person's own level, from an editor that tells them apart.
        """
        if pushed or personal is not None:
            self._pushed = pushed or self._pushed
            self._personal = self._personal if personal is None else personal
            self.reload()
        if self._editor.can.has("workspace.configuration"):
            await self._pull()

    def reload(self) -> None:
        """Read everything again; runs that go on keep what they started with."""
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

    async def menu(self) -> Menu:
        """What the code-action menu depends on."""
        read = await self._current()
        action = "textDocument.codeAction"
        tags = self._editor.can.get(f"{action}.tagSupport.valueSet")
        return Menu(
            actions=tuple(a for a in self._registry.actions if read.loaded[0].enabled(a.id)),
            disabled=read.disabled,
            show_disabled=self._editor.can.has(f"{action}.disabledSupport"),
            tag=isinstance(tags, list) and 1 in tags,
        )

    async def services(self, uri: str) -> "Services":
        """What a run on this document needs."""
        return (await self._world()).services(uri)

    async def status(self) -> dict[str, Any]:
        """Spending, budgets and models in effect, for `flux.status`."""
        return await (await self._world()).status()

    async def price_at_most(self, route: "Route", tokens: int, max_tokens: int) -> float | None:
        """The highest price a call on `route` can have, in US dollars."""
        return (await self._world()).price_at_most(route, tokens, max_tokens)

    async def warm(self) -> None:
        """Load what the first run would otherwise wait for."""
        await (await self._world()).warm()

    async def close(self) -> None:
        """Give connections and the ledger back."""
        if self._making is not None and self._making.done() and not self._making.cancelled():
            await self._making.result().close()

    async def _current(self) -> Read:
        await self._started.wait()
        while True:  # a reload meanwhile makes this one old
            reading = self._reading
            assert reading is not None
            read = await asyncio.shield(reading)
            if reading is self._reading:
                return read

    async def _world(self) -> "World":
        await self._current()
        assert self._reading is not None
        if self._making is None:
            self._making = asyncio.ensure_future(self._make(self._reading, None))
        while True:
            making = self._making
            world = await asyncio.shield(making)
            if making is self._making:
                return world

    async def _read(self) -> Read:
        read = await asyncio.to_thread(self._read_files)
        level = read.loaded[0].given.get("log_level")
        if isinstance(level, str):
            logging.getLogger().setLevel(level.upper())
        for warning in read.warnings:
            log.warning("settings: %s", warning)
            self._warn(warning)
        withheld = read.credentials.kind == "withheld"  # the warnings say so already
        if read.disabled and not withheld and not self._editor.can.outcome:
            self._warn(read.disabled)  # some editors hide disabled actions
        return read

    async def _make(
        self, reading: "asyncio.Task[Read]", before: "asyncio.Task[World] | None"
    ) -> "World":
        read = await asyncio.shield(reading)
        old = await asyncio.shield(before) if before is not None else None
        from flux_lsp.fronts.lsp.world import make_world
        from flux_lsp.settings.show import set_lines

        for line in set_lines(read.loaded[0]):
            log.info("setting: %s", line)
        world = await asyncio.to_thread(
            make_world, read, self.data_dir, self._documents, self._warn, old
        )
        for warning in world.warnings:
            self._warn(warning)
        return world

    def _read_files(self) -> Read:
        """The settings of each workspace folder and the credentials. Blocks."""
        from flux_lsp.settings.credentials import credentials_of
        from flux_lsp.settings.load import load

        self._stamps = self._take_stamps()  # first: what changes meanwhile is seen next time
        trusted = self._options.get("workspaceTrusted")
        loaded = tuple(
            load(
                os.environ,
                root=root,
                editor=self._pulled or self._pushed,
                editor_user=self._personal,
                workspace_trusted=trusted if isinstance(trusted, bool) else None,
                cli=self._command_line,
                actions=self._registry.ids,
            )
            for root in (self._documents.roots or (None,))
        )
        leading = next((one for one in loaded if one.unread), loaded[0])
        return Read(loaded, credentials_of(leading))

    def _take_stamps(self) -> Stamps:
        return take_stamps(self._documents.roots, self.data_dir)

    async def _pull(self) -> None:
        try:
            answer = await self._editor.ask(
                "workspace/configuration", {"items": [{"section": "flux"}]}, within=5
            )
        except ClientError:
            return
        first = answer[0] if isinstance(answer, list) and answer else None
        pulled = first if isinstance(first, Mapping) else None
        if pulled != self._pulled and (pulled or self._pulled):  # taken back counts, unset does not
            self._pulled = pulled
            self.reload()

    def _warn(self, text: str) -> None:
        """Tell the person, each thing once."""
        if text not in self._said:
            self._said.add(text)
            self._editor.message("warning", f"Flux: {text}")

"""Settings of a session and the services made from them; loaded in threads, off the start-up path.

Never reads a setting by the client's name, and never shows a key.
"""

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flux_lsp.server.documents import Documents
from flux_lsp.server.editor import ClientError, Editor
from flux_lsp.server.offer import Menu
from flux_lsp.settings import paths

if TYPE_CHECKING:
    from flux_lsp.engine.services import Services
    from flux_lsp.models.client import Route
    from flux_lsp.server.world import World
    from flux_lsp.settings.load import Loaded

log = logging.getLogger(__name__)


class Configuration:
    """What is set, per workspace folder, and what follows from it."""

    def __init__(
        self,
        editor: Editor,
        documents: Documents,
        options: Mapping[str, Any],
    ) -> None:
        """`options` are the client's initializationOptions; nothing is read yet."""
        self.data_dir = paths.data_dir()
        self._editor = editor
        self._documents = documents
        self._options = options
        self._pushed: object = options.get("settings", options)
        self._pulled: object = None
        self._loading: asyncio.Future[World] | None = None
        self._started = asyncio.Event()

    async def start(self) -> None:
        """First load, after `initialized`."""
        self._reload()
        self._started.set()
        if self._editor.can.has("workspace.configuration"):
            await self._pull()

    async def update(self, pushed: object) -> None:
        """New settings were pushed, or are to be pulled when the push is empty."""
        if pushed:
            self._pushed = pushed
        if self._editor.can.has("workspace.configuration"):
            await self._pull()
        else:
            self._reload()

    def reload(self) -> None:
        """Read everything again: the workspace's folders changed."""
        self._reload()

    async def world(self) -> "World":
        """Everything made from the settings in effect."""
        await self._started.wait()
        while True:  # a reload meanwhile makes this one old
            loading = self._loading
            assert loading is not None
            world = await asyncio.shield(loading)
            if loading is self._loading:
                return world

    async def menu(self) -> Menu:
        """What the code-action menu depends on."""
        return (await self.world()).menu(self._editor.can)

    async def services(self, uri: str) -> "Services":
        """What a run on this document needs."""
        return (await self.world()).services(uri)

    async def status(self) -> dict[str, Any]:
        """Spending, budgets and models in effect, for `flux.status`."""
        return await (await self.world()).status()

    def price_at_most(self, route: "Route", tokens: int, max_tokens: int) -> float | None:
        """The highest price a call on `route` can have, in US dollars."""
        assert self._loading is not None
        return self._loading.result().price_at_most(route, tokens, max_tokens)

    async def warm(self) -> None:
        """Load what the first run would otherwise wait for."""
        await (await self.world()).warm()

    async def close(self) -> None:
        """Give connections and the ledger back."""
        if self._loading is not None and self._loading.done() and not self._loading.cancelled():
            await self._loading.result().close()

    def _reload(self) -> None:
        before = self._loading
        self._loading = asyncio.ensure_future(self._load(before))

    async def _load(self, before: "asyncio.Future[World] | None") -> "World":
        loaded = await asyncio.to_thread(self._read)
        for warning in loaded[0].warnings:
            log.warning("settings: %s", warning)
        old = await before if before is not None else None
        from flux_lsp.server.world import make_world

        world = await asyncio.to_thread(make_world, loaded, self.data_dir, self._documents, self._warn, old)
        self._tell(world, old)
        return world

    def _read(self) -> "tuple[Loaded, ...]":
        """The settings of each workspace folder, the first one's first. Blocks."""
        from flux_lsp.server.capabilities import action_ids
        from flux_lsp.settings.load import load

        trusted = self._options.get("workspaceTrusted")
        editor = self._pulled or self._pushed
        return tuple(
            load(
                os.environ,
                root=root,
                editor=editor,
                workspace_trusted=trusted if isinstance(trusted, bool) else None,
                actions=action_ids(),
            )
            for root in (self._documents.roots or (None,))
        )

    async def _pull(self) -> None:
        try:
            answer = await self._editor.ask(
                "workspace/configuration", {"items": [{"section": "flux"}]}, within=5
            )
        except ClientError:
            return
        pulled = answer[0] if isinstance(answer, list) and answer else None
        if pulled and pulled != self._pulled:
            self._pulled = pulled
            self._reload()

    def _warn(self, text: str) -> None:
        self._editor.message("warning", f"Flux: {text}")

    def _tell(self, world: "World", old: "World | None") -> None:
        """Warnings once each, and once that there is no key: some editors hide disabled actions."""
        for warning in world.warnings:
            if old is None or warning not in old.warnings:
                self._warn(warning)
        if world.disabled and (old is None or not old.disabled) and not self._editor.can.outcome:
            self._warn(world.disabled)

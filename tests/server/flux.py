"""A real Flux server process with a fake editor before it and a fake Messages API behind it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import RecordedCall
from flux_lsp.runs.clock import SystemClock
from flux_lsp.settings.paths import get_ledger_path
from tests.fakes.lsp import LspClient, session
from tests.fakes.messages_api import Answer, MessagesApi

KEY = "sk-ant-test-0123456789-not-a-real-key"


@dataclass
class Flux:
    """Both ends of one server."""

    client: LspClient
    api: MessagesApi
    root: Path
    home: Path

    def ledger(self) -> list[RecordedCall]:
        """Every call that was written down so far."""
        ledger = Ledger(get_ledger_path(self.home / "flux-data"), SystemClock())
        try:
            return ledger.list_calls()
        finally:
            ledger.close()

    def start_over(self, *script: Any) -> None:
        """The next fact on a server that several share: nothing open, nothing seen, a new script."""
        for uri in list(self.client.editor.buffers):
            self.client.close(uri)
        self.client.received.clear()
        self.api.start_over(*script)

    async def configure(self, **settings: Any) -> None:
        """Other editor settings, pulled by the server as the person changes them."""
        self.client.configuration = {"flux": settings}
        asked = len(self.client.seen("workspace/configuration"))
        self.client.notify("workspace/didChangeConfiguration", {"settings": None})
        await self.client.wait_for(lambda: len(self.client.seen("workspace/configuration")) > asked)
        await self.client.execute("flux.status", {})  # behind the editor's answer

    def file(self, name: str, text: str | bytes) -> Path:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def open(self, name: str, text: str, language: str = "python") -> str:
        """A file of the workspace, opened."""
        return self.client.open(self.file(name, text), text, language)

    async def run(self, uri: str, action: str, part: str, **more: Any) -> dict[str, Any]:
        """`flux.run` with a cursor at `part`, waited for; the Outcome."""
        outcome: dict[str, Any] = await self.client.execute(
            "flux.run", self.argument(uri, action, part, wait=True, **more)
        )
        return outcome

    async def start(self, uri: str, action: str, part: str, **more: Any) -> str:
        """`flux.run` with a cursor at `part`, not waited for; the run's id."""
        answer = await self.client.execute("flux.run", self.argument(uri, action, part, **more))
        run: str = answer["run"]
        return run

    async def outcome(self, run: str) -> dict[str, Any]:
        """The outcome that the server tells of a run, as soon as it has ended."""
        told: dict[str, Any] = await self.client.wait_notification(
            "flux/outcome", lambda params: params["run"] == run
        )
        return told

    def said(self, number: int = 0) -> str:
        """What request `number` says to the model in its user turns, as one text."""
        turns = [t for t in self.api.calls[number].json["messages"] if t["role"] == "user"]
        blocks = [block for turn in turns for block in turn["content"]]
        return "\n".join(str(b.get("text") or b.get("content")) for b in blocks)

    def cursor(self, uri: str, part: str) -> dict[str, Any]:
        """A bare cursor at the only occurrence of `part`."""
        start = self.client.range_of(uri, part)["start"]
        return {"start": start, "end": start}

    def argument(self, uri: str, action: str, part: str, **more: Any) -> dict[str, Any]:
        """The argument of `flux.run` with a cursor at `part`."""
        return {
            "action": action,
            "uri": uri,
            "range": self.cursor(uri, part),
            "version": self.client.version(uri),
            **more,
        }


@asynccontextmanager
async def flux(
    tmp_path: Path,
    *script: Any,
    settings: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
    key: str | None = KEY,
    api: MessagesApi | None = None,
    **params: Any,
) -> AsyncIterator[Flux]:
    """A server in a fresh workspace; `script` is what the API answers, in order.

    `params` replaces parameters of `initialize`; `initializationOptions` stands for all `settings`.
    """
    root = tmp_path / "work"
    root.mkdir(exist_ok=True)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    async with api or MessagesApi(*script) as fake:
        # without a key not even the address is known: one on this machine would be asked without
        full = {"ANTHROPIC_BASE_URL": fake.url, "ANTHROPIC_API_KEY": key} if key else {}
        options = {"settings": {"flux": dict(settings or {})}, "workspaceTrusted": True}
        params.setdefault("initializationOptions", options)
        async with session(home, env={**full, **(env or {})}, root=root, **params) as client:
            yield Flux(client, fake, root, home)


__all__ = ["KEY", "Answer", "Flux", "flux"]

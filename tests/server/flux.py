"""A real Flux server process with a fake editor before it and a fake Messages API behind it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.lsp import LspClient, session
from tests.fakes.messages_api import Answer, MessagesApi

KEY = "sk-ant-test-0123456789-not-a-real-key"


@dataclass
class Flux:
    """Both ends of one server."""

    client: LspClient
    api: MessagesApi
    root: Path

    def file(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
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
    """A server in a fresh workspace; `script` is what the API answers, in order."""
    root = tmp_path / "work"
    root.mkdir(exist_ok=True)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    async with api or MessagesApi(*script) as fake:
        # without a key not even the address is known: one on this machine would be asked without
        full = {"ANTHROPIC_BASE_URL": fake.url, "ANTHROPIC_API_KEY": key} if key else {}
        options = {"settings": {"flux": dict(settings or {})}, "workspaceTrusted": True}
        async with session(
            home,
            env={**full, **(env or {})},
            root=root,
            initializationOptions=options,
            **params,
        ) as client:
            yield Flux(client, fake, root)


__all__ = ["KEY", "Answer", "Flux", "flux"]

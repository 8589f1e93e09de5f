"""The editor as the server's own parts see it: what it can do, and what can be asked of it.

Every request to the editor is bounded in time; an editor that never answers blocks nothing.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

ANSWER_WITHIN = 30.0  # seconds; showing a dialog may take a person this long
_SHOWN_WITHIN = 3.0  # nobody has to be asked for that

Level = Literal["error", "warning", "info"]
_LEVELS = {"error": 1, "warning": 2, "info": 3}


class ClientConnection(Protocol):
    """Requests and notifications to the client as plain JSON values."""

    async def request(self, method: str, params: object) -> object:
        """The client's result; raises `ClientError` when it answers with an error."""
        ...

    def notify(self, method: str, params: object) -> None:
        """Send and forget."""
        ...

    def progress(
        self, title: str, on_cancel: Callable[[], object], token: str | int | None
    ) -> "Progress":
        """Show a piece of work, begun at once; nothing where the client cannot."""
        ...


class Progress(Protocol):
    """Work-done progress of one run."""

    def report(self, message: str) -> None:
        """Say how far it is."""
        ...

    def end(self, message: str) -> None:
        """Say that it is over."""
        ...


class ClientError(Exception):
    """The client answered a request of ours with an error, or not in time."""


@dataclass(frozen=True)
class Capabilities:
    """What the client declared, read once; names of clients play no part."""

    raw: Mapping[str, object]
    options: Mapping[str, object]

    def has(self, path: str) -> bool:
        """Whether the value at a dotted path of the client's capabilities is there and not false."""
        return bool(self.get(path))

    def get(self, path: str) -> object:
        """The value at a dotted path, None when absent."""
        value: object = self.raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    @property
    def apply_edit(self) -> bool:
        """`workspace/applyEdit` may be sent."""
        return self.has("workspace.applyEdit")

    @property
    def document_changes(self) -> bool:
        """Versioned edits may be sent: declared, or implied by resource operations, which only they hold."""
        edit = "workspace.workspaceEdit"
        return self.has(f"{edit}.documentChanges") or self.has(f"{edit}.resourceOperations")

    def can_change_files(self, operation: Literal["create", "rename", "delete"]) -> bool:
        """A file may be created, renamed or deleted by a workspace edit."""
        kinds = self.get("workspace.workspaceEdit.resourceOperations")
        return isinstance(kinds, list) and operation in kinds

    @property
    def preview(self) -> bool:
        """`needsConfirmation` opens a preview of the client's own, in which a no leaves everything.

        Change annotations alone don't promise that: there is a client that asks for each file apart,
        makes new files without asking, and takes the answer from what is being typed. One that
        applies an edit whole or not at all says so by how it handles failures.
        """
        edit = "workspace.workspaceEdit"
        whole = self.get(f"{edit}.failureHandling") in {"transactional", "textOnlyTransactional"}
        return whole and self.has(f"{edit}.changeAnnotationSupport")

    @property
    def outcome(self) -> bool:
        """The client wants `flux/outcome`."""
        return self.has("experimental.flux.outcome")

    @property
    def delta(self) -> bool:
        """The client wants `flux/delta`."""
        return self.has("experimental.flux.delta")


class Editor:
    """Asks the client; degrades by what it declared."""

    def __init__(self, wire: ClientConnection, capabilities: Capabilities) -> None:
        """One editor for one connection."""
        self.wire = wire
        self.can = capabilities

    async def ask(self, method: str, params: object, within: float = ANSWER_WITHIN) -> object:
        """A request to the client, bounded in time."""
        try:
            return await asyncio.wait_for(self.wire.request(method, params), within)
        except TimeoutError as error:
            raise ClientError(f"no answer to {method} within {within:.0f} s") from error

    def show_message(self, level: Level, text: str) -> None:
        """Show a line to the person."""
        self.wire.notify("window/showMessage", {"type": _LEVELS[level], "message": text})

    async def show(self, uri: str, *, focus: bool = False) -> bool:
        """Open a document beside the code; False when the client cannot."""
        if not self.can.has("window.showDocument.support"):
            return False
        try:
            answer = await self.ask(
                "window/showDocument", {"uri": uri, "takeFocus": focus}, within=_SHOWN_WITHIN
            )
        except ClientError:
            return False
        return isinstance(answer, Mapping) and bool(answer.get("success"))

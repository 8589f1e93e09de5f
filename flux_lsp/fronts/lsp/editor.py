"""The editor as the server's parts see it: what it can do, and what they can ask it.

Bounds every request in time: an editor that never answers blocks nothing.
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
        """Send a request and return its result; raises `ClientError` if the client answers with an error."""
        ...

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        ...

    def progress(
        self, title: str, on_cancel: Callable[[], object], token: str | int | None
    ) -> "Progress":
        """Show progress of some work from now on; does nothing if the client cannot show it."""
        ...


class Progress(Protocol):
    """Work-done progress of one run."""

    def report(self, message: str) -> None:
        """Report how far the work is."""
        ...

    def end(self, message: str) -> None:
        """Report that the work is over."""
        ...


class ClientError(Exception):
    """The client answered our request with an error, or too late."""


@dataclass(frozen=True)
class Capabilities:
    """What the client declared, read once; `client_name` is empty if it gave none."""

    raw: Mapping[str, object]
    options: Mapping[str, object]
    client_name: str = ""

    def has(self, path: str) -> bool:
        """Whether the client's capabilities have a value at this dotted path that is not false."""
        return bool(self.get(path))

    def get(self, path: str) -> object:
        """Return the value at a dotted path, None if absent."""
        value: object = self.raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    @property
    def apply_edit(self) -> bool:
        """Whether the client takes `workspace/applyEdit`."""
        return self.has("workspace.applyEdit")

    @property
    def document_changes(self) -> bool:
        """Whether the client takes versioned edits; resource operations imply them."""
        edit = "workspace.workspaceEdit"
        return self.has(f"{edit}.documentChanges") or self.has(f"{edit}.resourceOperations")

    def can_change_files(self, operation: Literal["create", "rename", "delete"]) -> bool:
        """Whether a workspace edit may create, rename or delete a file."""
        kinds = self.get("workspace.workspaceEdit.resourceOperations")
        return isinstance(kinds, list) and operation in kinds

    @property
    def preview(self) -> bool:
        """Whether `needsConfirmation` opens the client's own preview, in which a no changes nothing.

        Change annotations alone don't promise that: there is a client that asks for each file apart,
        makes new files without asking, and takes the answer from what is being typed. One that
        applies an edit whole or not at all says so by how it handles failures.
        """
        edit = "workspace.workspaceEdit"
        whole = self.get(f"{edit}.failureHandling") in {"transactional", "textOnlyTransactional"}
        return whole and self.has(f"{edit}.changeAnnotationSupport")

    @property
    def loses_messages(self) -> bool:
        """Whether it is the client that loses what it reads together with a reply: lsp-mode.

        It calls itself "emacs", as no other client does.
        """
        return self.client_name == "emacs"

    @property
    def outcome(self) -> bool:
        """Whether the client wants `flux/outcome`."""
        return self.has("experimental.flux.outcome")

    @property
    def key_command(self) -> str:
        """The client's own command that asks the person for the key, "" when it has none."""
        command = self.get("experimental.flux.setKey")
        return command if isinstance(command, str) else ""

    @property
    def agent_command(self) -> str:
        """The client's own command that lets the person pick an agent, "" when it has none."""
        command = self.get("experimental.flux.pickAgent")
        return command if isinstance(command, str) else ""

    @property
    def delta(self) -> bool:
        """Whether the client wants `flux/delta`."""
        return self.has("experimental.flux.delta")


class Editor:
    """Asks the client; does with less if it declared less."""

    def __init__(self, wire: ClientConnection, capabilities: Capabilities) -> None:
        """One editor for one connection."""
        self.wire = wire
        self.can = capabilities

    async def ask(self, method: str, params: object, within: float = ANSWER_WITHIN) -> object:
        """Ask the client something, bounded in time."""
        try:
            return await asyncio.wait_for(self.wire.request(method, params), within)
        except TimeoutError as error:
            raise ClientError(f"no answer to {method} within {within:.0f} s") from error

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self.wire.notify(method, params)

    def show_message(self, level: Level, text: str) -> None:
        """Show a line to the person."""
        self.wire.notify("window/showMessage", {"type": _LEVELS[level], "message": text})

    async def show(self, uri: str, *, focus: bool = False) -> bool:
        """Open a document beside the code; False if the client cannot."""
        if not self.can.has("window.showDocument.support"):
            return False
        try:
            answer = await self.ask(
                "window/showDocument", {"uri": uri, "takeFocus": focus}, within=_SHOWN_WITHIN
            )
        except ClientError:
            return False
        return isinstance(answer, Mapping) and bool(answer.get("success"))

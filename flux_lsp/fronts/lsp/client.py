"""The editor as pygls reaches it: what the editor's parts ask of it goes out by the server.

Never structures what comes back: the parts that ask read JSON.
"""

from collections.abc import Callable

from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.editor import ClientError
from flux_lsp.fronts.lsp.protocol.progress import WorkDone
from flux_lsp.fronts.lsp.protocol.server import MendedServer


class PyglsClient:
    """Requests, notifications and progress by the server's connection."""

    def __init__(self, server: MendedServer) -> None:
        """The client of `server`."""
        self._server = server

    async def request(self, method: str, params: object) -> object:
        """The client's result; raises `ClientError` when it answers with an error."""
        try:
            return await self._server.ask(method, params)
        except JsonRpcException as error:
            raise ClientError(str(error)) from error

    def notify(self, method: str, params: object) -> None:
        """Send and forget."""
        self._server.notify(method, params)

    def progress(
        self, title: str, on_cancel: Callable[[], object], token: str | int | None
    ) -> WorkDone:
        """Show a piece of work, begun at once; nothing where the client cannot."""
        return self._server.begin_work(title, on_cancel=on_cancel, client_token=token)

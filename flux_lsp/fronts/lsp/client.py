"""The connection to the editor through pygls: sends what the server's parts ask of the editor.

Never structures the answers: the parts that ask read JSON.
"""

from collections.abc import Callable

from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.editor import ClientError
from flux_lsp.fronts.lsp.protocol.progress import WorkDone
from flux_lsp.fronts.lsp.protocol.server import MendedServer


class PyglsClient:
    """Sends requests, notifications and progress over the server's connection."""

    def __init__(self, server: MendedServer) -> None:
        """The client of `server`."""
        self._server = server

    async def request(self, method: str, params: object) -> object:
        """Send a request and return its result; raises `ClientError` if the client answers with an error."""
        try:
            return await self._server.ask(method, params)
        except JsonRpcException as error:
            raise ClientError(str(error)) from error

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._server.notify(method, params)

    def progress(
        self, title: str, on_cancel: Callable[[], object], token: str | int | None
    ) -> WorkDone:
        """Show progress of some work from now on; does nothing if the client cannot show it."""
        return self._server.begin_work(title, on_cancel=on_cancel, client_token=token)

"""The `flux.*` commands of `workspace/executeCommand`: plain JSON in, plain JSON out.

Never runs one itself: see `flux_lsp.fronts.lsp.commands`, which is loaded with the first command.
"""

from collections.abc import Sequence
from typing import Any

from pygls.exceptions import JsonRpcException

from flux_lsp.core.errors import FluxError
from flux_lsp.fronts.lsp.arguments import BadArgumentsError
from flux_lsp.fronts.lsp.capabilities import COMMANDS
from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.protocol.params import BadParamsError
from flux_lsp.fronts.lsp.session import EditorSession

_REQUEST_FAILED = -32803  # LSP's code for a request that was right and yet could not be done


def register(server: FluxServer) -> None:
    """Handle every command that the server offers."""
    for name in COMMANDS:
        _register_command(server, name)


def _register_command(server: FluxServer, name: str) -> None:
    @server.command(name)
    async def execute(*arguments: Any) -> object:
        from flux_lsp.fronts.lsp.commands import HANDLERS

        session = server.session
        token = server.protocol.work_done_token if _waits(arguments) else None
        try:
            return await HANDLERS[name](session, arguments, token)
        except BadArgumentsError as error:
            raise BadParamsError(str(error)) from error
        except FluxError as error:
            raise refuse_command(session, error) from error


def _waits(arguments: Sequence[Any]) -> bool:
    """Whether the answer waits for the run's end; the client's token is valid until the answer."""
    return any(isinstance(each, dict) and each.get("wait") is True for each in arguments)


def refuse_command(session: EditorSession, error: FluxError) -> JsonRpcException:
    """Return the error RequestFailed for a refused command, and show it to people without a plugin."""
    problem = error.problem
    if not session.editor.can.outcome:
        session.editor.show_message("warning", f"Flux: {problem}")
    data = {"code": str(problem.code), "hint": problem.hint}
    return JsonRpcException(str(problem), _REQUEST_FAILED, data)

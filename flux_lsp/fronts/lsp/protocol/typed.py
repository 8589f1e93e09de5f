"""Calls handlers written for pygls with parameters as lsprotocol's classes, in a thread if marked so.

Never sees what a builtin method does with the same parameters: that takes them as JSON has them.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from cattrs import transform_error
from lsprotocol.types import ExecuteCommandParams
from pygls.feature_manager import is_thread_function
from pygls.protocol import JsonRPCRequestMessage, default_converter
from pygls.protocol.language_server import _prepare_command_arguments

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.params import BadParamsError
from flux_lsp.fronts.lsp.protocol.quick_params import READERS

if TYPE_CHECKING:
    from cattrs import Converter
    from pygls.protocol import LanguageServerProtocol

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

# whatever cattrs and lsprotocol's hooks raise for data of the wrong shape
UNSTRUCTURABLE = (ExceptionGroup, AttributeError, KeyError, TypeError, ValueError)


class LazyConverter:
    """lsprotocol's converter, made when it is first needed: that takes as long as 500 messages."""

    def __init__(self) -> None:
        self._converter: Converter | None = None

    def __getattr__(self, name: str) -> Any:
        if self._converter is None:
            self._converter = default_converter()  # type: ignore[no-untyped-call]
        return getattr(self._converter, name)


def skip_structuring(handler: F) -> F:
    """Mark a handler that takes its parameters as JSON has them; stands below `@server.feature`.

    For what comes with every key press, and for what editors say in more ways than LSP knows.
    """
    handler.takes_json = True  # type: ignore[attr-defined]
    return handler


def call_feature(
    protocol: LanguageServerProtocol, method: str, feature: Callable[[Any], Any], params: Any
) -> Any:
    """Call a handler registered by `@server.feature`."""
    if not getattr(getattr(feature, "func", feature), "takes_json", False):
        params = structure_params(protocol, method, params)
    return call_handler(protocol, feature, params)


def call_command(
    protocol: LanguageServerProtocol, name: str, command: Callable[..., Any], arguments: list[Any]
) -> Any:
    """Call a handler registered by `@server.command`; what it does not annotate stays JSON."""
    params = ExecuteCommandParams(command=name, arguments=arguments)
    try:
        args, _ = _prepare_command_arguments(command, params, protocol._converter)
    except UNSTRUCTURABLE as error:
        raise BadParamsError(f"arguments of {name}: {_explain(error)}") from error
    return call_handler(protocol, command, *args)


def call_handler(protocol: LanguageServerProtocol, handler: Callable[..., Any], *args: Any) -> Any:
    """Call `handler` where it wants to run: here, or in a thread if it is marked so."""
    if not is_thread_function(handler):  # type: ignore[no-untyped-call]
        return handler(*args)
    pool, context = protocol._server.thread_pool, contextvars.copy_context()
    return asyncio.get_running_loop().run_in_executor(pool, context.run, handler, *args)


def structure_params(protocol: LanguageServerProtocol, method: str, params: Any) -> Any:
    """Structure parameters as lsprotocol's class for this method, or as an object if it has none."""
    if (read := READERS.get(method)) is not None:
        return read(params)
    message = {"jsonrpc": "2.0", "id": 0, "method": method}
    if params is not None:
        message["params"] = params
    kind = protocol.get_message_type(method) or JsonRPCRequestMessage
    if kind is JsonRPCRequestMessage:
        message.setdefault("params", None)
    try:
        return protocol._converter.structure(message, kind).params
    except UNSTRUCTURABLE as error:
        raise BadParamsError(f"{method}: {_explain(error)}") from error


def structure_result(protocol: LanguageServerProtocol, kind: Any, result: Any) -> Any:
    """Structure the result in a reply of the client as lsprotocol's class for such replies."""
    if kind is None:  # no method of the protocol's
        return result
    try:
        return protocol._converter.structure(messages.make_result(0, result), kind).result
    except UNSTRUCTURABLE as error:
        raise BadParamsError("not what was asked for") from error


def structure_capabilities(protocol: LanguageServerProtocol, data: Any, kind: type[T]) -> T:
    """Structure capabilities as lsprotocol's class; those that it cannot read count as none."""
    try:
        return protocol._converter.structure(data, kind)
    except UNSTRUCTURABLE:
        return kind()


def build_capabilities(protocol: LanguageServerProtocol) -> dict[str, Any]:
    """Build the server's capabilities as pygls derives them from the registered features."""
    from pygls.capabilities import ServerCapabilitiesBuilder

    features, server = protocol.fm, protocol._server
    builder = ServerCapabilitiesBuilder(
        protocol.client_capabilities,
        {*features.features, *features.builtin_features},
        features.feature_options,
        list(features.commands),
        server._text_document_sync_kind,
        server._notebook_document_sync,
    )
    server_capabilities = builder.build()  # type: ignore[no-untyped-call]
    capabilities: dict[str, Any] = protocol._converter.unstructure(server_capabilities)
    del capabilities["positionEncoding"]  # negotiated where the reply is made
    return capabilities


def _explain(error: BaseException) -> str:
    """Explain in words what is wrong with the data, and where."""
    if isinstance(error, ExceptionGroup):
        return "; ".join(transform_error(error, path="message"))
    return str(error) or type(error).__name__

"""Starts the server on stdio, TCP or WebSocket; standard library only until `initialize` is answered.

Never prints to stdout: it belongs to the protocol.
"""

import os
import sys
from typing import Any, NoReturn

from flux_lsp.actions.registry import load_registry


def serve(args: Any) -> NoReturn:
    """Serve until the client leaves, then end this process with the exit code.

    `args` has `tcp` and `ws` (host and port, or None), `log_file`, `log_level`, and for `tcp` and
    `ws` the `token` that a client has to send, or None.
    """
    registry = load_registry()
    from flux_lsp.fronts.lsp.capabilities import describe_server
    from flux_lsp.fronts.lsp.protocol.greeting import defer_collection, greet

    description = describe_server(registry)
    on_network = args.tcp or args.ws
    greeting = None if on_network else greet(description)
    with defer_collection():
        from flux_lsp.fronts.lsp.protocol.lean_types import load_types

        load_types()  # first: before anything else imports them
        from flux_lsp.fronts.lsp.app import build_server
        from flux_lsp.fronts.lsp.protocol.leaving import leave
        from flux_lsp.runs.logs import set_up
    set_up(args.log_file, args.log_level)
    command_line = {"log_level": args.log_level} if args.log_level else {}
    server = build_server(description, command_line, registry)
    if on_network:
        start = server.start_tcp if args.tcp else server.start_ws
        host, port = on_network
        try:
            code = start(host, port, token=args.token)
        except OSError as error:
            sys.stderr.write(
                f"flux-lsp: cannot listen on {host} port {port}: {_explain_os_error(error)}.\n"
                "  Choose another port, or 0 for a free one; the log says which.\n"
            )
            code = 1
    else:
        code = server.start_io(greeting=greeting)
    leave(code)  # a thread may hang in a dead network drive


def _explain_os_error(error: OSError) -> str:
    """Return the system's own words; asyncio wraps them into a sentence of its own."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else error.strerror or str(error)

"""A tiny server on the protocol package: what the tests and benchmarks talk to.

`python -m tests.server.protocol.demo_server [--late] [--derived] [--tcp PORT | --ws PORT]`:
`--late` does not greet early, `--derived` leaves the capabilities to pygls. DEMO_WATCH sets how often
the client's process is looked at, in seconds, DEMO_TOKEN what a client on a socket has to send.
"""

import os
import sys
from typing import TYPE_CHECKING

from flux_lsp.fronts.lsp.protocol.greeting import ServerDescription, defer_collection, greet

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.protocol.server import MendedServer

DESCRIPTION = ServerDescription(
    "demo",
    "1",
    {
        "textDocumentSync": {"openClose": True, "change": 2},
        "codeActionProvider": {"codeActionKinds": ["refactor.rewrite"]},
        "executeCommandProvider": {"commands": ["demo.echo", "demo.wait"]},
    },
)


def main(arguments: list[str]) -> int:
    description = DESCRIPTION
    if "--derived" in arguments:
        description = description._replace(capabilities=None)
    on_socket = "--tcp" in arguments or "--ws" in arguments
    greeting = None if on_socket or "--late" in arguments else greet(description)
    with defer_collection():  # asyncio and all
        server = build_server(description)
    if "--tcp" in arguments:
        return server.start_tcp("127.0.0.1", int(arguments[-1]), token=os.environ.get("DEMO_TOKEN"))
    if "--ws" in arguments:
        return server.start_ws("127.0.0.1", int(arguments[-1]), token=os.environ.get("DEMO_TOKEN"))
    return server.start_io(greeting=greeting)


def build_server(description: ServerDescription) -> "MendedServer":
    import logging

    from flux_lsp.fronts.lsp.protocol.lean_types import load_types

    load_types()
    from flux_lsp.fronts.lsp.protocol.server import MendedServer
    from tests.server.protocol import demo_handlers, demo_pygls

    if "DEMO_LOG" in os.environ:
        logging.basicConfig(stream=sys.stderr, level=os.environ["DEMO_LOG"])
    watch = float(os.environ.get("DEMO_WATCH", "5"))
    server = MendedServer(description, parent_watch_seconds=watch)
    demo_handlers.register(server)
    demo_pygls.register(server)
    return server


if __name__ == "__main__":
    from flux_lsp.fronts.lsp.protocol.leaving import leave

    leave(main(sys.argv[1:]))

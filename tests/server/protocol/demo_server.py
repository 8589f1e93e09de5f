"""A tiny server on the protocol package: what the tests and benchmarks talk to.

`python -m tests.server.protocol.demo_server [--late] [--pygls] [--derived] [--tcp PORT | --ws PORT]`:
`--late` does not greet early, `--pygls` is a pygls server, `--derived` leaves its capabilities to
pygls. DEMO_WATCH sets how often the client's process is looked at, in seconds, DEMO_TOKEN what a
client on a socket has to send.
"""

import os
import sys
from typing import TYPE_CHECKING

from flux_lsp.fronts.lsp.protocol.greeting import Offer, greet, importing

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.protocol.plain import PlainServer

OFFER = Offer(
    "demo",
    "1",
    {
        "textDocumentSync": {"openClose": True, "change": 2},
        "codeActionProvider": {"codeActionKinds": ["refactor.rewrite"]},
        "executeCommandProvider": {"commands": ["demo.echo", "demo.wait"]},
    },
)


def main(arguments: list[str]) -> int:
    offer = OFFER._replace(capabilities=None) if "--derived" in arguments else OFFER
    on_socket = "--tcp" in arguments or "--ws" in arguments
    greeting = None if on_socket or "--late" in arguments else greet(offer)
    with importing():  # asyncio and all
        server = build(offer, "--pygls" in arguments)
    if "--tcp" in arguments:
        return server.start_tcp("127.0.0.1", int(arguments[-1]), token=os.environ.get("DEMO_TOKEN"))
    if "--ws" in arguments:
        return server.start_ws("127.0.0.1", int(arguments[-1]), token=os.environ.get("DEMO_TOKEN"))
    return server.start_io(greeting=greeting)


def build(offer: Offer, with_pygls: bool) -> "PlainServer":
    import logging

    if "DEMO_LOG" in os.environ:
        logging.basicConfig(stream=sys.stderr, level=os.environ["DEMO_LOG"])
    watch = float(os.environ.get("DEMO_WATCH", "5"))
    from tests.server.protocol.demo_handlers import register

    if with_pygls:
        from tests.server.protocol.demo_pygls import build as build_for_pygls

        return build_for_pygls(offer, watch)
    from flux_lsp.fronts.lsp.protocol.plain import PlainServer

    server = PlainServer(offer, parent_watch_seconds=watch)
    register(server)
    return server


if __name__ == "__main__":
    from flux_lsp.fronts.lsp.protocol.leaving import leave

    leave(main(sys.argv[1:]))

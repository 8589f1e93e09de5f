"""A tiny server on the protocol package: what the tests and benchmarks talk to.

`python -m tests.server.protocol.demo_server [--late] [--derived] [--tcp PORT | --ws PORT]`:
`--late` does not greet early, `--derived` leaves its capabilities to pygls. DEMO_WATCH sets how often
the client's process is looked at, in seconds.
"""

import sys

from flux_lsp.server.protocol.greeting import Offer, greet, importing

OFFER = Offer(
    "demo",
    "1",
    {
        "textDocumentSync": {"openClose": True, "change": 2},
        "codeActionProvider": {"codeActionKinds": ["refactor.rewrite"]},
        "executeCommandProvider": {"commands": ["demo.echo", "demo.wait", "demo.typed"]},
    },
)


def main(arguments: list[str]) -> int:
    on_socket = "--tcp" in arguments or "--ws" in arguments
    offer = OFFER._replace(capabilities=None) if "--derived" in arguments else OFFER
    greeting = None if on_socket or "--late" in arguments else greet(offer)
    with importing():  # asyncio, pygls and all
        from tests.server.protocol.demo_handlers import build

        server = build(offer)
    if "--tcp" in arguments:
        return server.start_tcp("127.0.0.1", int(arguments[-1]))
    if "--ws" in arguments:
        return server.start_ws("127.0.0.1", int(arguments[-1]))
    return server.start_io(greeting=greeting)


if __name__ == "__main__":
    from flux_lsp.server.protocol.leaving import leave

    leave(main(sys.argv[1:]))

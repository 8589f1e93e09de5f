"""`flux-lsp serve`: the options of the server, which does the rest.

Never imports the server before it is needed.
"""

import argparse
from pathlib import Path

_LOG_LEVELS = ("error", "warning", "info", "debug")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--tcp", type=_address, metavar="[HOST:]PORT", help="listen on TCP; loopback without HOST"
    )
    parser.add_argument(
        "--ws", type=_address, metavar="[HOST:]PORT", help="listen for WebSockets instead"
    )
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="write the log to FILE")
    parser.add_argument("--log-level", choices=_LOG_LEVELS, help="how much the log says")
    # Editors pass these to every server; stdio is what happens anyway.
    parser.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--clientProcessId", type=int, help=argparse.SUPPRESS)


def run(options: object) -> int:
    """Serve until the client leaves; `options` has tcp, ws, log_file and log_level."""
    from flux_lsp.server.run import serve

    return serve(options)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} has no port number")
    return host.strip("[]") or "127.0.0.1", int(port)

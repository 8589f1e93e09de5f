"""`flux-lsp serve`: reads the server's options and starts it.

Never imports the server before it is needed.
"""

import argparse
import os
import sys
from pathlib import Path

from flux_lsp.fronts.cli.server import start_server

_LOG_LEVELS = ("error", "warning", "info", "debug")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--tcp",
        type=_parse_address,
        metavar="[HOST:]PORT",
        help="listen on TCP (default HOST: loopback)",
    )
    parser.add_argument(
        "--ws", type=_parse_address, metavar="[HOST:]PORT", help="listen for WebSockets instead"
    )
    parser.add_argument(
        "--no-token",
        action="store_true",
        help="with --tcp or --ws: serve any program that connects, without asking for a token",
    )
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="write the log to FILE")
    parser.add_argument("--log-level", choices=_LOG_LEVELS, help="set how much the log says")
    # Editors pass these to every server; stdio is what happens anyway.
    parser.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--clientProcessId", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Serve until the client leaves; `options` has tcp, ws, no_token, log_file and log_level."""
    options.token = _choose_token(options) if options.tcp or options.ws else None
    return start_server(options)


def _choose_token(options: argparse.Namespace) -> str | None:
    """Choose the token: `FLUX_TOKEN`, else a new one, printed on stderr. None if nobody wants one."""
    import secrets

    if options.no_token:
        return None
    chosen = os.environ.get("FLUX_TOKEN", "").strip()
    token = chosen or secrets.token_urlsafe(24)
    shown = "the value of FLUX_TOKEN" if chosen else token
    print(f"flux-lsp: a client sends `initializationOptions.token`: {shown}", file=sys.stderr)
    return token


def _parse_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} has no port number")
    return host.strip("[]") or "127.0.0.1", int(port)

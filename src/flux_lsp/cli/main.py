"""The way in: which command was asked for, and what its end means as an exit code.

Never imports more than the command needs; to serve, nothing but the standard library is loaded
before the server takes over.
"""

import sys
from collections.abc import Sequence

DONE, FAILED, WRONG_USAGE, NOT_CONFIGURED = 0, 1, 2, 3

# What an editor starts a server with: no option that would have to be parsed.
_PLAIN = ((), ("serve",), ("--stdio",), ("serve", "--stdio"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; wrong usage and `--help` leave by SystemExit."""
    arguments = tuple(sys.argv[1:] if argv is None else argv)
    if arguments in _PLAIN:
        return _serve()
    from flux_lsp.cli.parser import parse

    options = parse(arguments)
    return _guarded(options.command, options)


def _serve() -> int:
    from types import SimpleNamespace

    from flux_lsp.server.run import serve

    return serve(SimpleNamespace(tcp=None, ws=None, log_file=None, log_level=None))


def _guarded(command: str, options: object) -> int:
    """Run a command's module and turn what it raises into a sentence and a code."""
    from flux_lsp.cli.parser import module_of
    from flux_lsp.cli.say import complain
    from flux_lsp.core.errors import FluxError

    try:
        code: int = module_of(command).run(options)
        sys.stdout.flush()
    except FluxError as error:
        return complain(error.problem)
    except KeyboardInterrupt:
        return 130  # what a shell reports for an interrupt
    except BrokenPipeError:
        _stop_writing()  # the reader went away: `| head`
        return FAILED
    return code


def _stop_writing() -> None:
    """Point stdout nowhere, so that the interpreter's own flush at exit is quiet too."""
    import os

    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, and pathlib is not loaded
        os.dup2(nowhere.fileno(), sys.stdout.fileno())

"""The entry point: finds the command, runs it, and turns its end into an exit code.

Never imports more than the command needs; to serve, nothing but the standard library is loaded
before the server takes over.
"""

import sys
from collections.abc import Sequence

from flux_lsp.fronts.cli.exit_codes import FAILED, INTERRUPTED, WRONG_USAGE

__all__ = ["FAILED", "WRONG_USAGE", "main"]

# What an editor starts a server with: no option that would have to be parsed.
_PLAIN = ((), ("serve",), ("--stdio",), ("serve", "--stdio"))
_INTRODUCTION = """\
flux-lsp is a language server: your editor starts it and talks to it, so there is nothing to see here.

  flux-lsp demo      show what it does, on a sample or on your own file
  flux-lsp doctor    check what is set up and what is missing
  flux-lsp --help    list all commands

To set up an editor, tell it that the language server's command is `flux-lsp`, over stdio and without
arguments; the project's docs/editors/ has a page for each editor that it was tried with.
`flux-lsp serve --stdio` serves this terminal all the same.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; wrong usage and `--help` leave by SystemExit."""
    try:
        from flux_lsp.fronts.cli.streams import prepare_streams

        prepare_streams()
        code = _run(tuple(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        code = INTERRUPTED
    if (loop := sys.modules.get("flux_lsp.fronts.cli.loop")) is not None:
        loop.leave_if_stuck(code)
    return code


def _run(arguments: tuple[str, ...]) -> int:
    if arguments in _PLAIN:
        if "--stdio" not in arguments and sys.stdin.isatty():
            sys.stderr.write(_INTRODUCTION)
            return WRONG_USAGE
        return _serve()
    from flux_lsp.fronts.cli.parser import parse

    options = parse(arguments)
    return _run_guarded(options.command, options)


def _serve() -> int:
    from types import SimpleNamespace

    from flux_lsp.fronts.cli.server import start_server

    return start_server(SimpleNamespace(tcp=None, ws=None, log_file=None, log_level=None))


def _run_guarded(command: str, options: object) -> int:
    """Run a command's module and turn what it raises into a sentence and a code."""
    from flux_lsp.core.errors import FluxError
    from flux_lsp.fronts.cli.parser import import_command
    from flux_lsp.fronts.cli.say import complain, complain_of_file
    from flux_lsp.fronts.cli.streams import explain_lost_output, is_of_output

    try:
        try:
            code: int = import_command(command).run(options)
        except FluxError as error:
            code = complain(error.problem)
        except OSError as error:
            if is_of_output(error):
                raise
            code = complain_of_file(error)
        sys.stdout.flush()
    except OSError as error:  # the output itself
        explain_lost_output(error, "the output could not be written")
        return FAILED
    return code

"""Starts the language server: the only place where the command line imports it.

Never imports anything early, because `initialize` waits for every import.
"""

from typing import Any


def start_server(options: Any) -> int:
    """Serve until the client leaves; `options` are those of `fronts.lsp.run.serve`, which ends the
    process with the exit code.
    """
    from flux_lsp.fronts.lsp.run import serve

    return serve(options)

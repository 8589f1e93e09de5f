"""The one place where the command line reaches the language server: to start it.

Never imports anything before it is asked to; `initialize` waits for what is loaded.
"""

from typing import Any


def start_server(options: Any) -> int:
    """Serve until the client leaves; `options` are those of `fronts.lsp.run.serve`, which ends the
    process with the exit code.
    """
    from flux_lsp.fronts.lsp.run import serve

    return serve(options)

"""The real server, but an edit may change every text file of the workspace folder it is started in.

An answer may otherwise only touch the file it is about, so a change of several files at once, which
proposals, edits and plugins are built for, would never be seen in an editor.
"""

import sys
from dataclasses import replace
from pathlib import Path

from flux_lsp.__main__ import main
from flux_lsp.core.text import Snapshot
from flux_lsp.engine import prepare

_piece = prepare._piece


def _wide(action, request, around, context, services):  # type: ignore[no-untyped-def]
    piece = _piece(action, request, around, context, services)
    if action.id != "edit":
        return piece
    root = Path.cwd()
    others = {
        file.name: Snapshot(file.as_uri(), file.name, "python", None, file.read_text("utf-8"))
        for file in root.glob("*.py")
    }
    return replace(piece, files={**others, **piece.files})


if __name__ == "__main__":
    prepare._piece = _wide
    sys.exit(main())

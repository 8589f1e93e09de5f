"""Asks the editor to tell of files that change on disk, so that the index of a project follows them.

Never watches a file itself, and never asks an editor that cannot be asked at any time.
"""

import logging

from flux_lsp.fronts.lsp.editor import ClientError, Editor

log = logging.getLogger(__name__)

_METHOD = "workspace/didChangeWatchedFiles"


async def watch_files(editor: Editor) -> None:
    """Register for changes of source files; does nothing where the editor has no such registration."""
    if not editor.can.has("workspace.didChangeWatchedFiles.dynamicRegistration"):
        return
    from flux_lsp.syntax.languages import list_languages

    indexed = [row for row in list_languages() if row.is_indexed]
    names = {name for row in indexed for name in row.files.split()}
    endings = sorted(name.lstrip(".") for name in names if name.startswith("."))
    watchers = [{"globPattern": f"**/*.{{{','.join(endings)}}}"}]
    registration = {
        "id": "flux-files",
        "method": _METHOD,
        "registerOptions": {"watchers": watchers},
    }
    try:
        await editor.ask("client/registerCapability", {"registrations": [registration]})
    except ClientError as error:
        log.info("the editor does not tell of files that change on disk: %s", error)

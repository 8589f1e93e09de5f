"""Writes a note on the session for `flux-lsp doctor`, and removes old files.

Never holds code, and never keeps the editor waiting.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.private_files import forget_old

log = logging.getLogger(__name__)


async def note_session(session: EditorSession, client: Mapping[str, Any]) -> None:
    """Write down what this editor is and can do; our own commands are no editor."""
    if client.get("name") == "flux-lsp":
        return
    note = {"client": client, "capabilities": session.editor.can.raw}
    file = session.configuration.data_dir / "last_session.json"
    await asyncio.to_thread(_write_note, file, note)


async def remove_old_files(session: EditorSession) -> None:
    """Remove old patches and explanations: they hold code that nobody needs any more."""
    await asyncio.to_thread(forget_old, session.configuration.data_dir, time.time())


def _write_note(file: Path, note: Mapping[str, Any]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(note, indent=1), encoding="utf-8")
    except OSError as error:
        log.warning("last session not noted: %s", error)

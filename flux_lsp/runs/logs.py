"""Sends the server's log to a rotating file in the data folder, and warnings to stderr too.

Never stdout, and never source, a prompt or a key above DEBUG.
"""

import logging
import os
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from flux_lsp.runs.private_files import make_private

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_SIZE, _KEPT = 2_000_000, 2
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _PrivateFileHandler(RotatingFileHandler):
    """Its files are for their owner only."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, _APPEND, 0o600)
        opened = TextIOWrapper(os.fdopen(descriptor, "ab"), encoding=self.encoding)
        with suppress(OSError):
            Path(self.baseFilename).chmod(0o600)
        return opened


def set_up(file: Path | None, level: str | None) -> None:
    """Send the log to `file` (None: the usual place) at `level` and above."""
    from flux_lsp.settings import paths

    logging.raiseExceptions = False  # a full disk is no reason for tracebacks on stderr
    root = logging.getLogger()
    root.setLevel(getattr(logging, (level or "info").upper()))
    logging.getLogger("pygls").setLevel(logging.WARNING)  # it logs whole messages at INFO
    for chatty in ("anthropic", "httpx2", "httpcore2", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # bodies are logged below
    stderr = logging.StreamHandler()
    stderr.setLevel(logging.WARNING)
    stderr.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(stderr)
    path = file or paths.get_log_path(paths.get_data_dir())
    try:
        if file is None:
            make_private(path.parent)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with file.open("ab"):  # somebody waits for this one: say at once if it cannot be
                pass
        handler = _PrivateFileHandler(
            path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", delay=True
        )
    except OSError as error:
        root.warning("no log file: %s", error)
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)

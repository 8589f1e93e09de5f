"""Where the server's log goes: a rotating file in the data folder, warnings to stderr too.

Never stdout, and never source, a prompt or a key above DEBUG.
"""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_SIZE, _KEPT = 2_000_000, 2
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


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
    path = file or paths.log_path(paths.data_dir())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if file is not None:
            with file.open("ab"):  # somebody waits for this one: say at once if it cannot be
                pass
        handler = RotatingFileHandler(
            path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", delay=True
        )
    except OSError as error:
        root.warning("no log file: %s", error)
        return
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)

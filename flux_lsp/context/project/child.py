"""The process that builds an index: reads its order from standard input, and says when files are there.

Never imports anything of the project, never keeps running when the server is gone, and sees no key:
its environment is made for it.

Lines in, JSON: `{"root", "database", "exclude", "check"}` first, then `{"want": path}` at any time.
Lines out: `{"ready": path}` once the file and what it imports are in the index, and at the end
`{"read": n, "complete": bool}`.
"""

import faulthandler
import json
import os
import sqlite3
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from flux_lsp.context.project.build import Builder, BuildResult
from flux_lsp.context.project.database import check_database, delete_database

_NICE = 10
_LARGEST_MEMORY = 1_500_000_000  # bytes of addresses
_STUCK_SECONDS = 30  # without a line out or a file read: a grammar that does not come back
_LONGEST_LINE = 100_000


def main() -> int:
    """Build one index; returns the exit code."""
    _lower_priority()
    order = json.loads(sys.stdin.readline(_LONGEST_LINE))
    wants = _Wants()
    threading.Thread(target=wants.read_on, daemon=True).start()
    database = Path(order["database"])
    if order.get("check"):
        check_database(database)
    lock = _take_lock(database.with_suffix(".lock"))
    try:
        result = _build(order, database, wants, is_alone=lock is not None)
    except sqlite3.OperationalError:
        return 1  # busy for too long, or a full disk: the next process goes on
    except sqlite3.DatabaseError:  # damaged: all of it is built again
        delete_database(database)
        result = _build(order, database, wants, is_alone=lock is not None)
    _tell({"read": result.read, "complete": result.is_complete})
    return 0


class _Wants:
    """The paths that the server waits for; `is_over` when it is gone."""

    def __init__(self) -> None:
        self._paths: SimpleQueue[str] = SimpleQueue()
        self.is_over = False

    def read_on(self) -> None:
        """Read lines until the pipe is closed."""
        while line := sys.stdin.readline(_LONGEST_LINE):
            with suppress(ValueError, KeyError, TypeError):
                self._paths.put(str(json.loads(line)["want"]))
        self.is_over = True

    def take(self) -> str | None:
        """Take the next path, None if nobody waits. Says that the process is alive."""
        _watch()
        with suppress(Empty):
            return self._paths.get_nowait()
        return None


def _build(order: dict[str, Any], database: Path, wants: _Wants, *, is_alone: bool) -> BuildResult:
    """Build all of it, or only what is wanted while another process builds the rest."""
    _watch()
    builder = Builder(database, Path(order["root"]), tuple(order["exclude"]))
    try:
        builder.list_files()
        return builder.build(
            wants.take, lambda path: _tell({"ready": path}), lambda: wants.is_over or not is_alone
        )
    finally:
        builder.close()


def _take_lock(path: Path) -> sqlite3.Connection | None:
    """Take the lock of this index until the process ends; None while another one has it."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        return None
    return connection


def _lower_priority() -> None:
    """Leave the machine to whoever needs it, and its memory too."""
    if sys.platform == "win32":
        return  # the server starts it below normal priority
    import resource

    with suppress(OSError):
        os.nice(_NICE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_LARGEST_MEMORY, _LARGEST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watch() -> None:
    """End the process unless this is called again soon: no exception leaves a grammar that hangs."""
    faulthandler.dump_traceback_later(_STUCK_SECONDS, exit=True, file=_NOWHERE)


def _tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


_NOWHERE = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as the process

if __name__ == "__main__":
    raise SystemExit(main())

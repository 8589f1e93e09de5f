"""The finished steps of pipelines under way, one private file a run: so that no paid step is repeated.

A file goes when its pipeline has ended well or was rejected, and after `KEPT_DAYS` in any case. It
holds source text and no key. Never lets trouble with the disk end a run.
"""

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from flux_lsp.engine.pipelines.stored_state import StoredPipeline, read_state, write_state
from flux_lsp.files import parse_json, read_text
from flux_lsp.ledger.processes import get_host_name, is_alive
from flux_lsp.runs.private_files import write_private

log = logging.getLogger(__name__)

_LARGEST = 32_000_000  # bytes of one file; a larger one is not written
_MOST = 20  # files; the oldest go
_NAME = re.compile(r"[0-9a-f]{12}")


class PipelineStore:
    """The stored pipelines in the data folder `data`. Every method blocks."""

    def __init__(self, data: Path) -> None:
        """Nothing is read yet."""
        self._folder = data / "pipelines"

    def write(self, stored: StoredPipeline) -> bool:
        """Write what is done, in place of what was there; False when it could not be written."""
        value = {"host": get_host_name(), "pid": os.getpid(), **write_state(stored)}
        content = json.dumps(value, ensure_ascii=False).encode()
        if len(content) > _LARGEST:
            return False
        file = self._name_file(stored.request.run)
        new = file.with_suffix(".new")
        try:
            write_private(new, content)
            new.replace(file)
        except OSError as error:
            log.warning("the steps of a pipeline are not stored: %s", error.strerror)
            return False
        self._forget_oldest()
        return True

    def read(self, run: str) -> StoredPipeline | None:
        """Read a pipeline that was cut off; None without one, or while its process still runs it."""
        if not _NAME.fullmatch(run):
            return None
        value = self._load(self._name_file(run))
        return None if value is None or _is_elsewhere(value) else read_state(value)

    def list_cut_off(self) -> list[StoredPipeline]:
        """List those that can go on, the newest first."""
        files = sorted(self._list_files(), key=_read_time, reverse=True)
        read = (self.read(file.stem) for file in files)
        return [stored for stored in read if stored is not None]

    def forget(self, run: str) -> None:
        """Forget a pipeline that has ended."""
        with suppress(OSError):
            self._name_file(run).unlink(missing_ok=True)

    def _name_file(self, run: str) -> Path:
        return self._folder / f"{run}.json"

    def _list_files(self) -> Iterator[Path]:
        with suppress(OSError):
            yield from self._folder.glob("*.json")

    def _load(self, file: Path) -> Any:
        try:
            value = parse_json(read_text(file, _LARGEST))
        except (OSError, ValueError):
            return None
        return value if isinstance(value, dict) else None

    def _forget_oldest(self) -> None:
        for file in sorted(self._list_files(), key=_read_time, reverse=True)[_MOST:]:
            with suppress(OSError):
                file.unlink()


def _is_elsewhere(value: dict[str, Any]) -> bool:
    """Whether another process still runs it."""
    pid = value.get("pid")
    if value.get("host") != get_host_name() or not isinstance(pid, int) or pid == os.getpid():
        return False
    return is_alive(pid)


def _read_time(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0

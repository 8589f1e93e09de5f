"""One action on one file through the real server, from the shell: used by `demo`.

Never writes a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_lsp.core.text import Snapshot
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.fronts.cli.client import HeadlessClient
from flux_lsp.fronts.cli.disk_front import Changes
from flux_lsp.fronts.cli.lines import format_range, select_lines
from flux_lsp.runs.uris import parse_file_uri


@dataclass
class Seen:
    """What a run reports at its end: the flux/outcome notification."""

    told: dict[str, Any] = field(default_factory=dict)

    def take(self, method: str, params: Any) -> None:
        """Take a notification from the server."""
        if method == "flux/outcome":
            self.told = params


@dataclass(frozen=True)
class Done:
    """An outcome with the texts before and after, by path; None as the old text means a new file."""

    outcome: Mapping[str, Any]
    told: Mapping[str, Any]
    changed: Changes


async def run_on_file(
    client: HeadlessClient,
    seen: Seen,
    file: Path,
    lines: tuple[int, int] | None,
    argument: Mapping[str, Any],
) -> Done:
    """Open `file`, run one action on its 1-based `lines` (None: the whole file), take the outcome."""
    text = _read_text(file)
    before = await client.open(file, text)
    client.on_notification = seen.take
    seen.told = {}
    place = format_range(before, select_lines(before, lines))
    outcome = await client.run({"uri": before.uri, "version": 1, "range": place, **argument})
    return Done(outcome, seen.told, _list_proposed(seen.told) or _list_changes(client, before))


def _list_proposed(told: Mapping[str, Any]) -> Changes:
    """List what waits for a yes."""
    files = (told.get("proposal") or {}).get("files", ())
    places = [(parse_file_uri(entry["uri"]), entry["before"], entry["after"]) for entry in files]
    return {path: (before, after) for path, before, after in places if path is not None}


def _list_changes(client: HeadlessClient, before: Snapshot) -> Changes:
    changed: Changes = {}
    for uri, snapshot in client.texts.items():
        path = parse_file_uri(uri)
        if path is None:
            continue
        old = before.text if uri == before.uri else _read_text(path)
        if snapshot.text != old:
            changed[path] = (old, snapshot.text)
    for uri, content in client.created.items():
        path = parse_file_uri(uri)
        if path is not None:
            changed[path] = (None, content)
    return changed


def _read_text(file: Path) -> str:
    return read_bytes(file, SOURCE_BYTES).decode("utf-8")

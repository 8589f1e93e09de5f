"""One action on one file through the real server, from the shell: used by `run` and `demo`.

Never writes a file on its own; `run --apply` does, after the outcome is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_lsp.core.text import Snapshot
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.fronts.cli.client import HeadlessClient, connected


@dataclass
class Seen:
    """What a run told while it went on and when it had ended."""

    told: dict[str, Any] = field(default_factory=dict)  # the flux/outcome notification
    messages: list[str] = field(default_factory=list)
    on_delta: Callable[[str], None] = lambda _: None

    def take(self, method: str, params: Any) -> None:
        """A notification from the server."""
        if method == "flux/outcome":
            self.told = params
        elif method == "flux/delta":
            self.on_delta(params["text"])
        elif method == "window/showMessage":
            self.messages.append(params["message"])


@dataclass(frozen=True)
class Done:
    """An outcome with the texts before and after, by path; None before means a new file."""

    outcome: Mapping[str, Any]
    told: Mapping[str, Any]
    changed: Mapping[Path, tuple[str | None, str]]


async def run_on_file(
    client: HeadlessClient,
    seen: Seen,
    file: Path,
    lines: tuple[int, int] | None,
    argument: Mapping[str, Any],
    *,
    accept: bool = False,
) -> Done:
    """Open `file`, run one action on its 1-based `lines` (None: the whole file), take the outcome."""
    text = _text_of(file)
    before = await client.open(file, text)
    client.on_notification = seen.take
    seen.told = {}
    outcome = await client.run(
        {"uri": before.uri, "version": 1, "range": line_range(before, lines), **argument}
    )
    if accept and outcome["status"] == "proposed":
        params = {"command": "flux.accept", "arguments": [{"run": outcome["run"]}]}
        await client.request("workspace/executeCommand", params)
        outcome = {**outcome, "status": "applied"}
    return Done(outcome, seen.told, _changes(client, before))


def line_range(snapshot: Snapshot, lines: tuple[int, int] | None) -> dict[str, Any]:
    """An LSP range; one line is a cursor in it (the enclosing symbol), several are a selection."""
    first, last = lines or (1, snapshot.line_count)
    first = min(max(first, 1), snapshot.line_count)
    last = min(max(last, first), snapshot.line_count)
    text = snapshot.span_of_lines(last - 1, last - 1).of(snapshot.text).rstrip("\r\n")
    if first == last and lines is not None:
        column = len(text) - len(text.lstrip())
        at = {"line": first - 1, "character": column}
        return {"start": at, "end": at}
    return {
        "start": {"line": first - 1, "character": 0},
        "end": {"line": last - 1, "character": len(text)},
    }


def _changes(client: HeadlessClient, before: Snapshot) -> dict[Path, tuple[str | None, str]]:
    from flux_lsp.runs.uris import path_of

    changed: dict[Path, tuple[str | None, str]] = {}
    for uri, snapshot in client.texts.items():
        path = path_of(uri)
        assert path is not None
        old = before.text if uri == before.uri else _text_of(path)
        if snapshot.text != old:
            changed[path] = (old, snapshot.text)
    for uri, content in client.created.items():
        path = path_of(uri)
        assert path is not None
        changed[path] = (None, content)
    return changed


def _text_of(file: Path) -> str:
    return read_bytes(file, SOURCE_BYTES).decode("utf-8")


__all__ = ["Done", "Seen", "connected", "line_range", "run_on_file"]

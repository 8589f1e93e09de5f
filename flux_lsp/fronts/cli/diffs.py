"""Formats and prints what a command changed or would change.

Never lets text of a file or a model reach a terminal as a command to it.
"""

import sys
from pathlib import Path
from typing import Protocol

from flux_lsp.fronts.cli.disk_front import Changes
from flux_lsp.fronts.cli.streams import print_exactly
from flux_lsp.runs.patch import format_file_patch

_STYLES = {"+": "green", "-": "red", "@": "cyan"}
# C0 and C1, but for tab and line feed; each shows as a picture of itself.
_CONTROLS = {
    **{code: 0x2400 + code for code in range(32) if code not in {9, 10}},
    0x7F: 0x2421,
    **dict.fromkeys(range(128, 160), 65533),
}


class _Changed(Protocol):
    @property
    def changed(self) -> Changes: ...


def format_diff(report: _Changed, root: Path) -> str:
    """Format what changed or is proposed, so that `git apply` and `patch -p1` take it in `root`."""
    return "".join(
        format_file_patch(_make_relative(path, root), before, after)
        for path, (before, after) in report.changed.items()
    )


def print_diff(diff: str) -> None:
    """Print a diff: with colours on a terminal that has them, else byte for byte.

    `NO_COLOR` and `TERM=dumb` turn the colours off.
    """
    if not sys.stdout.isatty():
        print_exactly(diff)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    header = False  # its lines begin like changed ones
    for line in hide_controls(diff).removesuffix("\n").split("\n") if diff else ():
        header = line.startswith("--- ") or (header and line.startswith("+++ "))
        console.print(Text(line, style="" if header else _STYLES.get(line[:1], "")))


def hide_controls(text: str) -> str:
    """Return `text` without characters that a terminal obeys; CRLF becomes a line feed."""
    return text.replace("\r\n", "\n").translate(_CONTROLS)


def _make_relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name

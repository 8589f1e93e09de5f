"""What a person dismissed, kept over sessions: an empty file each, named by a hash.

Never holds source text, a path or a title. Blocks.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from flux_lsp.core.text import Snapshot
from flux_lsp.edits.findings.values import SEVERITIES, Finding
from flux_lsp.runs.private_files import write_private

_FOLDER = "dismissed"
_MOST = 5_000  # the oldest go first


def record_dismissal(data: Path, key: str, finding: Finding) -> None:
    """Remember that nobody wants to see this finding again while its lines stay as they are."""
    folder = data / _FOLDER
    write_private(folder / f"{key}-{SEVERITIES.index(finding.severity)}", b"")
    with suppress(FileNotFoundError):  # another window makes room, too
        files = sorted(folder.iterdir(), key=lambda file: file.lstat().st_mtime)
        for file in files[:-_MOST]:
            file.unlink()


def is_dismissed(data: Path, key: str, finding: Finding) -> bool:
    """Whether a person dismissed a finding of the same agent on these lines that was as serious.

    A model says the same in other words each time, so that its words do not count.
    """
    rank = SEVERITIES.index(finding.severity)
    with suppress(OSError):
        return any((data / _FOLDER / f"{key}-{n}").exists() for n in range(rank + 1))
    return False


def make_key(code: str, path: str, lines_text: str) -> str:
    """Make the name of a place: lines of a file, by their text, for one agent or action."""
    parts = "\0".join((code, path, lines_text.replace("\r\n", "\n")))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def read_lines(snapshot: Snapshot, finding: Finding) -> str:
    """Read the lines of a finding in the text that it was reported of, without the last line end."""
    span = snapshot.get_line_span(finding.lines.first - 1, finding.lines.last - 1)
    return span.extract(snapshot.text).rstrip("\r\n")

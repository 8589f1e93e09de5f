"""The settings that were read: one for each workspace folder, and where the key is.

Never reads anything, and never shows a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.runs.uris import find_named_file

if TYPE_CHECKING:
    from flux_lsp.settings.credentials import Credentials
    from flux_lsp.settings.load import LoadedSettings


@dataclass(frozen=True)
class SessionSettings:
    """The settings of each workspace folder; the first one leads."""

    folders: "tuple[LoadedSettings, ...]"
    credentials: "Credentials"

    @property
    def first(self) -> "LoadedSettings":
        """The settings for documents outside of every folder."""
        return self.folders[0]

    @property
    def why_not_ready(self) -> str:
        """Why nothing can run, and what to do; "" when runs are possible."""
        credentials = self.credentials
        return "" if credentials.is_usable else f"{credentials.problem}. {credentials.hint}"

    @property
    def needs_key(self) -> bool:
        """Whether nothing can run because nobody has given a key."""
        return self.credentials.kind == "missing"

    def describe_readiness(self) -> dict[str, object]:
        """Describe for `flux.status` whether runs are possible, and which settings need no key."""
        return {
            "ready": self.credentials.is_usable,
            "why_not": self.why_not_ready or None,
            "without_key": {"provider": "offline"} if self.needs_key else None,
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of all places, each one once."""
        reworded = {
            entry.warning: entry.full_warning for folder in self.folders for entry in folder.unread
        }
        every = (warning for folder in self.folders for warning in folder.warnings)
        return tuple(dict.fromkeys(reworded.get(warning, warning) for warning in every))

    def choose_folder(self, uri: str, real_roots: "Mapping[Path, Path]") -> "LoadedSettings":
        """Choose the settings of the innermost folder around a document; `real_roots`: where links lead."""
        path = find_named_file(uri)
        holding = [
            folder
            for folder in self.folders
            if path is not None
            and folder.root is not None
            and _holds(folder.root, path, real_roots)
        ]
        return max(holding, key=lambda folder: len(str(folder.root)), default=self.first)


def _holds(root: Path, path: Path, real_roots: Mapping[Path, Path]) -> bool:
    return path.is_relative_to(root) or path.is_relative_to(real_roots.get(root, root))

"""Posix paths from the root of a workspace, as the rules for imports need them.

Never touches a disk.
"""

from collections.abc import Iterable, Sequence

from flux_lsp.context.project_files import get_folder, join, list_folders_above

__all__ = ["get_folder", "join", "list_folders_above", "move", "pick_nearest"]


def move(folder: str, relative: str) -> str | None:
    """Return the path that `relative` (`../a/./b`) leads to from `folder`; None above the root."""
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def pick_nearest(path: str, candidates: Iterable[str]) -> str | None:
    """Pick the candidate that shares most folders with `path`; of several the shortest, then the first."""
    own = path.split("/")[:-1]

    def measure(candidate: str) -> tuple[int, int, str]:
        parts: Sequence[str] = candidate.split("/")
        shared = next((n for n, (a, b) in enumerate(zip(own, parts, strict=False)) if a != b), None)
        if shared is None:
            shared = min(len(own), len(parts))
        return -shared, len(parts), candidate

    return min(candidates, key=measure, default=None)

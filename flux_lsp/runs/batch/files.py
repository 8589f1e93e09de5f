"""Finds the files that a job's paths name: files, folders and globs of one workspace.

Never names a file that may not be sent, and never follows a link out of the workspace.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from flux_lsp.context.exclude import explain_exclusion
from flux_lsp.context.file_names import is_outside
from flux_lsp.context.ignore_patterns import parse_patterns
from flux_lsp.context.project.walk import walk_files
from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.core.text import Snapshot
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.runs.batch.values import BatchOrder, SkippedFile

_GLOB = frozenset("*?[")


def find_files(order: BatchOrder, exclude: tuple[str, ...]) -> list[Snapshot | SkippedFile]:
    """Find the files of the order in a fixed order, each once. Blocks.

    `exclude`: the person's own patterns. A file that was named itself and may not be sent is a
    SkippedFile; folders and globs leave such files out silently, as they do with ignored ones.
    Raises FluxError for a path that names nothing.
    """
    files: dict[str, Snapshot | SkippedFile] = {}
    for name in order.paths:
        paths = list(_find_paths(order, name, exclude))
        if not paths:
            raise FluxError(
                ErrorCode.BAD_REQUEST,
                f"`{name}` names no file that Flux may send",
                "Name files, folders or globs of this workspace; ignored files are left out",
            )
        for path in paths:
            if path not in files:
                files[path] = _read(order.root, path, exclude)
    return [files[path] for path in sorted(files)]


def _find_paths(order: BatchOrder, name: str, exclude: tuple[str, ...]) -> Iterator[str]:
    """List the paths from the root that one name of the order stands for."""
    called = Path(os.path.abspath(order.folder / name))  # noqa: PTH100 - a link keeps its own name
    if not called.is_relative_to(order.root):
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"`{name}` lies outside of the workspace {order.root}",
            "Run the command in the folder of that project",
        )
    path = called.relative_to(order.root).as_posix()
    if called.is_file():
        yield path
        return
    if not called.is_dir() and not _GLOB.intersection(name):
        return
    pattern = parse_patterns((f"/{path}",))
    below = "" if path == "." else f"{path}/"
    for file in walk_files(order.root, exclude):
        if file.path.startswith(below) if called.is_dir() else pattern.decide(file.path):
            yield file.path


def _read(root: Path, path: str, exclude: tuple[str, ...]) -> Snapshot | SkippedFile:
    file = root / path
    if is_outside(file, root):
        return SkippedFile(path, "a link leads from there out of the workspace")
    reason = explain_exclusion(file, root, exclude)
    if reason is not None:
        return SkippedFile(path, reason)
    try:
        text = read_bytes(file, SOURCE_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        return SkippedFile(path, "it is no UTF-8 text")
    except OSError as error:
        return SkippedFile(path, f"it cannot be read: {error.strerror}")
    return Snapshot(file.as_uri(), path, "", None, text)

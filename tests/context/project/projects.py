"""Small projects on disk, with their index built in this process."""

from collections.abc import Mapping
from pathlib import Path

from flux_lsp.context.project.build import Builder, BuildResult
from flux_lsp.context.project.index import EditedFile, StoredIndex


def write_files(root: Path, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def build(tmp_path: Path, exclude: tuple[str, ...] = ()) -> BuildResult:
    """Bring the index in `tmp_path/index.sqlite3` up to date with `tmp_path/project`."""
    root = tmp_path / "project"
    root.mkdir(exist_ok=True)
    builder = Builder(tmp_path / "index.sqlite3", root, exclude)
    try:
        builder.list_files()
        return builder.build(lambda: None, lambda _: None, lambda: False)
    finally:
        builder.close()


def open_index(
    tmp_path: Path,
    edited: Mapping[str, EditedFile] | None = None,
    exclude: tuple[str, ...] = (),
) -> StoredIndex:
    return StoredIndex(tmp_path / "index.sqlite3", tmp_path / "project", edited or {}, exclude)


def build_index(tmp_path: Path, files: Mapping[str, str | bytes]) -> StoredIndex:
    write_files(tmp_path / "project", files)
    build(tmp_path)
    return open_index(tmp_path)

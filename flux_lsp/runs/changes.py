"""Reads what a person changed since the last commit: of one document, or all that is staged.

Never reads a file that may not be sent, and never takes the disk's text for that of a document.
"""

import asyncio
import os
from pathlib import Path

from flux_lsp.context.changes import ChangedFile, CommitChanges, is_commit_buffer
from flux_lsp.context.exclude import explain_exclusion
from flux_lsp.context.git_rules import find_repository
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.files import CONFIG_BYTES, read_bytes, read_text
from flux_lsp.runs.git import GitError, StagedFile, list_staged, read_blobs
from flux_lsp.runs.uris import parse_file_uri

_INDEX_MAGIC = b"DIRC"


async def read_changes(
    snapshot: Snapshot, root: Path | None, patterns: tuple[str, ...]
) -> CommitChanges | Problem:
    """Read what changed in the document since the last commit; of a commit buffer, what is staged.

    `root` and `patterns` decide what may be sent, as for any file. A Problem where nothing changed,
    or where there is no commit to compare with.
    """
    path = parse_file_uri(snapshot.uri)
    if path is None:
        return _explain(f"`{snapshot.path}` is no file, so no commit holds it")
    try:
        if is_commit_buffer(snapshot):
            return await _read_staged(path, root, patterns)
        return await _read_own(snapshot, path)
    except GitError as error:
        return _explain(f"Flux cannot tell what changed: {error}")


async def _read_own(snapshot: Snapshot, path: Path) -> CommitChanges | Problem:
    top = await asyncio.to_thread(find_repository, path)
    if top is None:
        return _explain(f"`{snapshot.path}` is in no git repository")
    name = f"HEAD:{path.relative_to(top).as_posix()}"
    blobs = await read_blobs(top / ".git", (name,))
    before = _adopt_line_ends(blobs.get(name, ""), snapshot.text)
    if before == snapshot.text:
        return Problem(
            ErrorCode.NO_CHANGE,
            f"`{snapshot.path}` is as it was in the last commit",
            "Change something first",
        )
    return CommitChanges((ChangedFile(before, snapshot),))


async def _read_staged(
    buffer: Path, root: Path | None, patterns: tuple[str, ...]
) -> CommitChanges | Problem:
    git_dir = buffer.parent
    top = await asyncio.to_thread(_find_work_tree, git_dir)
    if top is None:
        return _explain("Flux cannot tell which folder this commit is of")
    index = await asyncio.to_thread(_find_index, git_dir)
    staged = await list_staged(git_dir, index)
    allowed = await asyncio.to_thread(_select_allowed, staged, top, root, patterns)
    ids = [blob for file in allowed for blob in (file.before, file.after) if blob]
    blobs = await read_blobs(git_dir, ids)
    files = tuple(
        _make_changed_file(file, blobs, top, root)
        for file in allowed
        if all(blob is None or blob in blobs for blob in (file.before, file.after))
    )
    if not staged:
        return Problem(ErrorCode.NO_CHANGE, "Nothing is staged", "Stage your changes first")
    if not files:
        return Problem(
            ErrorCode.EXCLUDED_FILE,
            "Nothing that is staged is text that may be sent to a model",
            "Change `context.exclude` or the ignore file if it should be",
        )
    return CommitChanges(files, len(staged) - len(files))


def _select_allowed(
    staged: tuple[StagedFile, ...], top: Path, root: Path | None, patterns: tuple[str, ...]
) -> tuple[StagedFile, ...]:
    """Select the files that may be sent. Blocks."""
    return tuple(
        file
        for file in staged
        if (file.before or file.after)
        and explain_exclusion(top / file.path, root or top, patterns) is None
    )


def _make_changed_file(
    file: StagedFile, blobs: dict[str, str], top: Path, root: Path | None
) -> ChangedFile:
    path = top / file.path
    shown = path.relative_to(root) if root and path.is_relative_to(root) else Path(file.path)
    before, after = (blobs.get(blob or "", "") for blob in (file.before, file.after))
    now = Snapshot(path.as_uri(), shown.as_posix(), "", None, after)
    return ChangedFile(_adopt_line_ends(before, after), now)


def _find_work_tree(git_dir: Path) -> Path | None:
    """Find the folder whose commit this is: above `.git`, or as a linked work tree names it. Blocks."""
    if git_dir.name == ".git":
        return git_dir.parent
    try:
        pointer = read_text(git_dir / "gitdir", CONFIG_BYTES).strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Path(pointer).parent if pointer else None


def _find_index(git_dir: Path) -> Path | None:
    """Find the index that is being committed: `git commit -a` and its like keep another one. Blocks."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    candidates = [Path(named)] if named else []
    candidates.append(git_dir / "index.lock")
    return next((file for file in candidates if _is_index(file, git_dir)), None)


def _is_index(file: Path, git_dir: Path) -> bool:
    """Whether a file of the repository's own folder is an index that is already written."""
    if Path(os.path.abspath(file)).parent != git_dir:  # noqa: PTH100 - not where a link leads
        return False
    try:
        return read_bytes(file, len(_INDEX_MAGIC), cut=True) == _INDEX_MAGIC
    except OSError:
        return False


def _adopt_line_ends(before: str, now: str) -> str:
    """Return the committed text with the line ends of the document: git may change them on the way."""
    if "\r\n" in now and "\r\n" not in before:
        return before.replace("\n", "\r\n")
    return before.replace("\r\n", "\n") if "\r\n" not in now else before


def _explain(message: str) -> Problem:
    hint = "Run it in a file that git keeps, or in the buffer of a commit"
    return Problem(ErrorCode.BAD_REQUEST, message, hint)

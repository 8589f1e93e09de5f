"""Reads files as they were at a revision of git, so that a job is about what changed since.

Runs git only to read objects: no hook, filter, pager, external diff or remote of a repository's own
settings ever runs. Blocks.
"""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.files import SOURCE_BYTES
from flux_lsp.runs.safe_git import build_git_command, find_neutral_folder, make_git_environment

_SECONDS = 30.0
_LONGEST = 256  # characters of a revision
_MOST_OUTPUT = 512_000_000  # bytes of what one command may print


def read_files_at(root: Path, revision: str, paths: Sequence[str]) -> dict[str, str]:
    """Read those of `paths`, from `root`, that were there when the branch left `revision`.

    Line ends are line feeds. Raises FluxError when there is no git, repository or revision.
    """
    if not revision or len(revision) > _LONGEST or revision.startswith("-"):
        raise _refuse_revision(revision)
    commit = _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    if not commit:
        raise _refuse_revision(revision)
    name = commit.decode("ascii")
    base = _run(root, "merge-base", name, "HEAD").strip().decode("ascii") or name
    blobs = dict(_list_blobs(_run(root, "ls-tree", "-r", "-z", "--long", base)))
    wanted = [path for path in paths if path in blobs]
    content = _run(
        root, "cat-file", "--batch", send="".join(f"{blobs[path]}\n" for path in wanted).encode()
    )
    return dict(zip(wanted, _split_blobs(content), strict=True))


def _list_blobs(listing: bytes) -> Iterator[tuple[str, str]]:
    """List path and object of each file that is no larger than a source may be."""
    for entry in listing.split(b"\0"):
        facts, _, path = entry.partition(b"\t")
        if len(facts.split()) != 4:
            continue
        _, kind, blob, size = facts.split()
        if kind == b"blob" and int(size) <= SOURCE_BYTES:
            yield path.decode("utf-8", "surrogateescape"), blob.decode("ascii")


def _split_blobs(content: bytes) -> Iterator[str]:
    at = 0
    while at < len(content):
        line_end = content.index(b"\n", at)
        size = int(content[at:line_end].split()[2])
        text = content[line_end + 1 : line_end + 1 + size].decode("utf-8", "replace")
        yield text.replace("\r\n", "\n")
        at = line_end + 1 + size + 1


def _run(root: Path, *command: str, send: bytes = b"") -> bytes:
    """Run git and return what it prints; nothing when it says no."""
    git = build_git_command("-C", str(root), *command)
    if git is None:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED, "git is not installed", "Install git, or leave out --since"
        )
    try:
        done = subprocess.run(
            git,
            cwd=find_neutral_folder(git),
            env=make_git_environment(),
            input=send,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            f"git could not be run in {root}: {error}",
            "Install git, or leave out --since",
        ) from error
    if done.returncode > 1 or len(done.stdout) > _MOST_OUTPUT:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"git cannot read {root}: {words or 'its answer is too large'}",
            "Run the command in a repository, or leave out --since",
        )
    return done.stdout


def _refuse_revision(revision: str) -> FluxError:
    return FluxError(
        ErrorCode.BAD_REQUEST,
        f"`{revision[:80]}` is no revision of this repository",
        "Name a commit, a branch or a tag, such as --since origin/main; CI may have to fetch it first",
    )

"""Reads objects and the index of a git repository by git's plumbing, so that nothing of the repository runs.

Never writes to a repository, and never lets its configuration start a program: no hook, pager, diff
driver, filter, monitor or transport. Bounded in time and size.
"""

import asyncio
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.runs.safe_git import build_git_command, find_neutral_folder, make_git_environment

_SECONDS = 5.0
_MOST_BYTES = 8_000_000  # of one answer
_LARGEST_BLOB = 400_000  # bytes; a larger file is no change that somebody reads
_MOST_FILES = 300
# The tree without a file, by either hash: what the first commit is compared with.
_EMPTY_TREES = (
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
)
_ENTRY = re.compile(r":(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*")
_FILE_MODES = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file of the index that differs from the last commit: its path from the top, and both blobs.

    A blob is None where there is none, or where it is no file (a link, a module).
    """

    path: str
    before: str | None
    after: str | None


class GitError(Exception):
    """Says why git did not answer."""


async def list_staged(git_dir: Path, index: Path | None) -> tuple[StagedFile, ...]:
    """List what is staged; `index` is another index than the usual one. Raises GitError."""
    arguments = ("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev",
        "--ignore-submodules=all", "--no-ext-diff", "--no-textconv")  # fmt: skip
    more = {} if index is None else {"GIT_INDEX_FILE": str(index)}
    error = GitError("git did not answer")
    for base in ("HEAD", *_EMPTY_TREES):
        try:
            output = await _run(git_dir, (*arguments, base, "--"), more=more)
            return _read_entries(output.decode("utf-8", "surrogateescape"))
        except GitError as failure:
            error = failure
    raise error


async def read_blobs(git_dir: Path, names: Sequence[str]) -> dict[str, str]:
    """Read the blobs with these names (`HEAD:path` or an id) that are text of ordinary size.

    What is missing, binary or large is left out. Raises GitError.
    """
    wanted = [name for name in dict.fromkeys(names) if "\n" not in name][: 2 * _MOST_FILES]
    if not wanted:
        return {}
    request = "".join(f"{name}\n" for name in wanted).encode("utf-8", "surrogateescape")
    sizes = (await _run(git_dir, ("cat-file", "--batch-check"), request)).decode().splitlines()
    fitting: list[tuple[str, str, int]] = []
    room = _MOST_BYTES // 2
    for name, line in zip(wanted, sizes, strict=False):
        match = re.fullmatch(r"([0-9a-f]{40,64}) blob (\d+)", line)
        if match and int(match[2]) <= min(_LARGEST_BLOB, room):
            room -= int(match[2])
            fitting.append((name, match[1], int(match[2])))
    request = "".join(f"{blob}\n" for _, blob, _ in fitting).encode()
    output = await _run(git_dir, ("cat-file", "--batch"), request) if fitting else b""
    texts: dict[str, str] = {}
    at = 0
    for name, _, size in fitting:
        at = output.index(b"\n", at) + 1
        data, at = output[at : at + size], at + size + 1
        with suppress(UnicodeDecodeError):
            if b"\0" not in data:
                texts[name] = data.decode("utf-8")
    return texts


def _read_entries(output: str) -> tuple[StagedFile, ...]:
    fields = output.split("\0")
    files: list[StagedFile] = []
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        match = _ENTRY.fullmatch(head)
        if match is not None and len(files) < _MOST_FILES:
            before, after = match[3], match[4]
            files.append(
                StagedFile(
                    path,
                    before if match[1] in _FILE_MODES else None,
                    after if match[2] in _FILE_MODES else None,
                )
            )
    return tuple(files)


async def _run(
    git_dir: Path, arguments: Sequence[str], request: bytes = b"", more: Mapping[str, str] = {}
) -> bytes:
    """Run one command of git and return what it prints."""
    command = build_git_command(f"--git-dir={git_dir}", *arguments)
    if command is None:
        raise GitError("git is not installed")
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**make_git_environment(), **more}, cwd=find_neutral_folder(command),
        )  # fmt: skip
    except OSError as error:
        raise GitError(f"git does not start ({error.strerror})") from None
    try:
        async with asyncio.timeout(_SECONDS):
            output = await _exchange(process, request)
            code = await process.wait()
    except TimeoutError:
        raise GitError(f"git took longer than {_SECONDS:.0f} seconds") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if code != 0:
        raise GitError("git cannot read the repository")
    return output


async def _exchange(process: asyncio.subprocess.Process, request: bytes) -> bytes:
    """Write the request and read the whole answer, at the same time, so that neither side waits."""
    assert process.stdin is not None
    assert process.stdout is not None

    async def send(stdin: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            stdin.write(request)
            await stdin.drain()
        stdin.close()

    sending = asyncio.ensure_future(send(process.stdin))
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := await process.stdout.read(65_536):
            chunks.append(chunk)
            size += len(chunk)
            if size > _MOST_BYTES:
                raise GitError("git says too much")
    finally:
        sending.cancel()
    return b"".join(chunks)

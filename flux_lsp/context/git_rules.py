"""Finds git's ignore rules besides `.gitignore`: the repository's own list and the person's.

Never runs git: a repository's configuration can name commands. Its files are read as data.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from flux_lsp.files import CONFIG_BYTES, read_text

_DEEPEST = 10  # files that include one another, as git has it
_SECTION = re.compile(r'\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_SETTING = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)")


def find_repository(file: Path) -> Path | None:
    """Find the folder of the repository around `file`: the nearest above it with a `.git`. Blocks."""
    return next(
        (folder for folder in file.parents if os.path.lexists(os.path.join(folder, ".git"))),  # noqa: PTH118
        None,
    )


def find_exclude_file(repository: Path) -> Path:
    """Find the repository's own list, `.git/info/exclude`; a work tree shares it with its main one."""
    git = repository / ".git"
    if git.is_file():
        git = _follow_pointer(git, "gitdir: ", repository) or git
        git = _follow_pointer(git / "commondir", "", git) or git
    return git / "info" / "exclude"


def list_global_files(repository: Path | None) -> list[Path]:
    """List the person's own files: `core.excludesFile` of each configuration, and its usual place."""
    home = Path(os.environ.get("HOME") or Path.home())
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git"
    system = Path(os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig")
    chosen = os.environ.get("GIT_CONFIG_GLOBAL")
    users = [Path(chosen)] if chosen else [config / "config", home / ".gitconfig"]
    own = [find_exclude_file(repository).parent.parent / "config"] if repository else []
    named = [
        path for file in (system, *users, *own) for path in _find_excludes_files(file, home, 0)
    ]
    return list(dict.fromkeys([config / "ignore", *named]))


def _follow_pointer(file: Path, mark: str, beside: Path) -> Path | None:
    lines = _read_lines(file)
    if not lines or not lines[0].startswith(mark):
        return None
    return beside / lines[0].removeprefix(mark).strip()


def _find_excludes_files(file: Path, home: Path, depth: int) -> Iterator[Path]:
    """Find `core.excludesFile` in `file` and in those it includes, under whatever condition."""
    if depth > _DEEPEST:
        return
    for section, name, value in _read_settings(_read_lines(file)):
        if (section, name) == ("core", "excludesfile") and value:
            yield _resolve_path(value, home, file)
        if section in {"include", "includeif"} and name == "path" and value:
            yield from _find_excludes_files(_resolve_path(value, home, file), home, depth + 1)


def _read_settings(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """Read section, name and value, the first two in lower case."""
    section = ""
    for line in lines:
        header = _SECTION.match(line)
        if header:
            section = header[1].lower()
        setting = _SETTING.fullmatch(line[header.end() :] if header else line)
        if setting:
            yield section, setting[1].lower(), _read_value(setting[2])


def _read_value(written: str) -> str:
    """Read a value without its quotes and the comment behind it."""
    written = written.strip()
    if written.startswith('"'):
        quoted = re.match(r'"((?:[^"\\]|\\.)*)"', written)
        return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    return re.split(r"\s[#;]", written, maxsplit=1)[0].strip()


def _resolve_path(value: str, home: Path, file: Path) -> Path:
    if value.startswith("~/"):
        return home / value[2:]
    return file.parent / value


def _read_lines(file: Path) -> list[str]:
    try:
        return read_text(file, CONFIG_BYTES, errors="replace").splitlines()
    except (OSError, ValueError):
        return []

"""Chooses which checks concern an edit, and writes their commands for it.

Pure. Never lets a file's name be read as more than a name.
"""

from collections.abc import Iterator, Sequence

from flux_lsp.checks.values import ConcernedFile
from flux_lsp.context.ignore_patterns import IgnorePatterns, parse_patterns
from flux_lsp.settings.checks import CheckSetting
from flux_lsp.syntax.languages import find_language

_ONE, _ALL = "{file}", "{files}"


def describe_file(path: str, language_id: str = "") -> ConcernedFile:
    """Return the file with its language, by the id that an editor gave it or by its name."""
    return ConcernedFile(path, find_language(language_id, path).id)


def list_concerned(check: CheckSetting, files: Sequence[ConcernedFile]) -> list[str]:
    """List the touched files that `check` concerns."""
    patterns = parse_patterns(check.paths)
    return [
        file.path
        for file in files
        if (not check.languages or file.language in check.languages)
        and (not check.paths or _is_named(patterns, file.path))
    ]


def _is_named(patterns: IgnorePatterns, path: str) -> bool:
    """Whether patterns name a path, or a folder above it."""
    parts = path.split("/")
    folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
    return bool(patterns.decide(path)) or any(patterns.decide(folder) for folder in folders)


def write_commands(check: CheckSetting, paths: Sequence[str]) -> list[tuple[str, ...]]:
    """Write the commands of `check` for the files it concerns: one for each where it says `{file}`."""
    text = check.command if isinstance(check.command, str) else " ".join(check.command)
    groups = [[path] for path in paths] if _ONE in text else [list(paths)]
    return [_write_command(check.command, [_shield(path) for path in group]) for group in groups]


def _write_command(command: str | tuple[str, ...], paths: list[str]) -> tuple[str, ...]:
    """Write one command. A shell gets the paths as parameters, so that it never reads one as words."""
    if isinstance(command, str):
        line = command.replace(_ALL, '"$@"').replace(_ONE, '"$1"')
        return ("/bin/sh", "-c", line, "sh", *paths)
    return tuple(_expand(command, paths))


def _expand(command: tuple[str, ...], paths: list[str]) -> Iterator[str]:
    for word in command:
        if word in (_ALL, _ONE):
            yield from paths
        else:
            yield word.replace(_ALL, " ".join(paths)).replace(_ONE, paths[0] if paths else "")


def _shield(path: str) -> str:
    """Write a path so that no program takes it for an option."""
    return f"./{path}" if path.startswith("-") else path

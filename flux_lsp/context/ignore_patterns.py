"""Matches an ignore file's patterns against a path, by git's own rules, in bounded time.

Only `read_ignore_file` reads a file; `globs.py` makes the expressions.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flux_lsp.context.globs import compile_path, read_set
from flux_lsp.files import CONFIG_BYTES, read_text

_LONGEST = 5_000  # characters of one pattern; paths are shorter
_MOST_GLOBS = 5_000  # patterns with wildcards in one file


class IgnorePatterns:
    """The patterns of one place; the last one that matches decides.

    `doubt`: why the place could not be read in full, so that everything in it counts as named.
    """

    def __init__(self, lines: Iterable[str], doubt: str = "") -> None:
        self.doubt = doubt
        self._names: dict[str, list[_Pattern]] = {}  # patterns without wildcards, by file name
        self._paths: dict[str, list[_Pattern]] = {}  # by whole path
        self._globs: list[_Pattern] = []
        for number, line in enumerate(lines):
            pattern = _parse(number, line)
            if pattern is not None:
                self._add(pattern)
        if len(self._globs) > _MOST_GLOBS:
            self.doubt = f"it holds more than {_MOST_GLOBS:,} patterns with wildcards"

    def decide(self, path: str) -> bool | None:
        """Decide whether the patterns name `path`; None when no pattern matches.

        `path` is posix and relative to the patterns' folder; a folder has a slash at its end.
        """
        if self.doubt:
            return True
        folder, path = path.endswith("/"), path.rstrip("/")
        plain = [
            *self._names.get(path.rpartition("/")[2], ()),
            *self._paths.get(path, ()),
        ]
        last = max((p for p in plain if p.accepts(folder)), key=lambda p: p.number, default=None)
        for pattern in reversed(self._globs):
            if last is not None and pattern.number < last.number:
                break
            if pattern.accepts(folder) and pattern.matches(path):
                return not pattern.negated
        return None if last is None else not last.negated

    def __bool__(self) -> bool:
        return bool(self.doubt or self._names or self._paths or self._globs)

    def _add(self, pattern: "_Pattern") -> None:
        if not pattern.is_plain:
            self._globs.append(pattern)
        elif pattern.segments[0] == "**":
            self._names.setdefault(pattern.segments[1], []).append(pattern)
        else:
            self._paths.setdefault("/".join(pattern.segments), []).append(pattern)


@lru_cache(maxsize=64)
def parse_patterns(lines: tuple[str, ...]) -> IgnorePatterns:
    """Parse the patterns that `lines` hold."""
    return IgnorePatterns(lines)


def read_ignore_file(file: Path) -> IgnorePatterns:
    """Read the patterns of an ignore file; none when there is no such file. Blocks.

    Like git, it skips what is not a regular file. A file that cannot be read in full has a `doubt`.
    """
    if not file.is_file():
        return parse_patterns(())
    try:
        text = read_text(file, CONFIG_BYTES, errors="surrogateescape")  # bytes of a name, as in git
    except OSError as error:
        return IgnorePatterns((), error.strerror or "it cannot be read")
    if "\0" in text:
        return IgnorePatterns((), "it is not UTF-8 text")
    lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
    if any(len(line) > _LONGEST for line in lines):
        return IgnorePatterns((), f"it holds a pattern of more than {_LONGEST:,} characters")
    return parse_patterns(lines)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern as the segments of a path; `**` stands for any number of them."""

    number: int
    negated: bool
    folders_only: bool
    segments: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        inner = self.segments[1:] if self.segments[0] == "**" else self.segments
        anywhere = self.segments[0] != "**" or len(self.segments) == 2
        return anywhere and not any(c in segment for segment in inner for c in "*?[\\")

    def accepts(self, folder: bool) -> bool:
        return folder or not self.folders_only

    def matches(self, path: str) -> bool:
        if "/" not in path and len(self.segments) == 2 and self.segments[0] == "**":
            pass  # the most frequent form: nothing is saved by looking first
        elif not path.endswith(_find_literal_end(self.segments[-1])):
            return False
        expression = compile_path(self.segments)
        return expression is not None and expression.fullmatch(path) is not None


def _parse(number: int, line: str) -> _Pattern | None:
    """Parse the pattern of a line; None for a comment, a blank line and what git does not accept."""
    if line.startswith("#"):
        return None
    line = _trim_blanks(line)
    negated = line.startswith("!")
    line = line[negated:]
    folders_only = line.endswith("/") and line != "/"
    line = line.removesuffix("/") if folders_only else line
    if not line or line == "/" or len(line) > _LONGEST:
        return None
    if "/" in line:
        parts = _split(line.removeprefix("/"))
        segments = [("**" if len(part) > 1 and not part.strip("*") else part) for part in parts]
    else:  # without a slash it is a name, wherever it lies
        segments = ["**", line if line.strip("*") else "*"]
    if "" in segments:
        return None
    return _Pattern(number, negated, folders_only, tuple(segments))


def _split(glob: str) -> list[str]:
    """Split into segments; a slash inside of a set, or an escaped one, does not separate."""
    parts, place = [""], 0
    while place < len(glob):
        end = place + 1
        if glob[place] == "\\":
            place += glob.startswith("/", end)
            end = place + 1 if glob[place] == "/" else end + 1
        elif glob[place] == "[":
            with suppress(ValueError):
                end = read_set(glob, place)[1]
        if glob[place] == "/":
            parts.append("")
        else:
            parts[-1] += glob[place:end]
        place = end
    return parts


def _trim_blanks(line: str) -> str:
    stripped = line.rstrip(" ")
    slashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + " " if slashes % 2 and stripped != line else stripped


def _find_literal_end(segment: str) -> str:
    """Find the literal text with which a path must end."""
    return segment[max(segment.rfind(c) for c in "*?[]\\") + 1 :]

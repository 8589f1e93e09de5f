"""A Markdown file's frontmatter as values with their places, and the body below it.

Every scalar stays the text that the file has: `007`, `on` and dates are words. Never builds an object
from YAML and never follows an alias.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_MOST = 64_000  # characters of frontmatter
_MOST_NODES = 5_000
_FENCES = ("---", "...")
_QUICK_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # some builds have no C
_KEY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?=[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the file: lines and columns, 0-based, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar (`text`), a list (`items`) or a map (`entries`); the other two are empty."""

    place: Place
    text: str = ""
    items: tuple["Value", ...] = ()
    entries: tuple["FrontmatterEntry", ...] = ()

    def list_texts(self) -> tuple[str, ...]:
        """The texts of a list; those between the commas of a scalar; the keys of a map."""
        if self.entries:
            return tuple(entry.key for entry in self.entries)
        parts = [item.text for item in self.items] or self.text.split(",")
        return tuple(part.strip() for part in parts if part.strip())

    def get(self, key: str) -> "Value | None":
        """The value of a map's key; None if there is none, or this is no map."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class FrontmatterEntry:
    """One key with its value."""

    key: str
    place: Place
    value: Value


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a frontmatter is not valid YAML, and where."""

    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """What stands above the body. `fault`: it is no valid YAML, and `entries` come from its lines.

    `is_there`: the file begins with a fence. `body_line` is the line that the body begins at.
    """

    entries: tuple[FrontmatterEntry, ...]
    body: str
    body_line: int
    is_there: bool = True
    fault: Fault | None = None

    def get(self, key: str) -> Value | None:
        """The first value of a key; None if the file has none."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


def read_frontmatter(text: str, known: Collection[str]) -> Frontmatter:
    """Read the frontmatter of a file: as YAML, else line by line for the keys in `known`."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    end = _find_end(lines)
    if end is None:
        return Frontmatter((), "\n".join(lines).strip(), 0, is_there=False)
    head, body = lines[1:end], lines[end + 1 :]
    first = next((n for n, line in enumerate(body) if line.strip()), 0)
    fault = None
    try:
        entries = _read_entries("\n".join(head), 1)
    except _FaultError as error:
        fault = error.fault
        entries = tuple(_read_lines(head, known))
    return Frontmatter(entries, "\n".join(body).strip(), end + 1 + first, fault=fault)


class _FaultError(Exception):
    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.fault = Fault(message, place)


def _find_end(lines: list[str]) -> int | None:
    if lines[0].rstrip() != _FENCES[0]:
        return None
    ends = (n for n, line in enumerate(lines) if n and line.rstrip() in _FENCES)
    return next(ends, None)


def _read_entries(text: str, first_line: int) -> tuple[FrontmatterEntry, ...]:
    """The entries of a YAML map. Raises `_FaultError`, for any other value as well."""
    value = _read_value(text, first_line)
    if value is None:
        return ()
    if not value.entries and (value.text or value.items):
        raise _FaultError("it is no list of `key: value`", value.place)
    return value.entries


def _read_value(text: str, first_line: int) -> Value | None:
    start = Place(first_line, 0, first_line, 1)
    if len(text) > _MOST:
        raise _FaultError(f"it is longer than {_MOST:,} characters", start)
    try:
        node = _compose(text)
        return None if node is None else _Walk(first_line).convert(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        place = Place(first_line + line, column, first_line + line, column + 1)
        raise _FaultError(error.problem or "it is no valid YAML", place) from None
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise _FaultError(str(error).splitlines()[0], start) from None
    except RecursionError:
        raise _FaultError("its values are nested too deeply", start) from None


def _compose(text: str) -> Any:
    """Compose quickly where that succeeds; a fault is told in the words of the plain loader."""
    try:
        return yaml.compose(text, Loader=_QUICK_LOADER)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


class _Walk:
    """Turns YAML nodes into values; bounds how many, and takes no alias."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._seen: set[int] = set()

    def convert(self, node: Any) -> Value:
        place = self._locate(node)
        if id(node) in self._seen:
            raise _FaultError("it uses an alias (`*name`)", place)
        self._seen.add(id(node))
        if len(self._seen) > _MOST_NODES:
            raise _FaultError(f"it holds more than {_MOST_NODES:,} values", place)
        if isinstance(node, yaml.ScalarNode):
            return Value(place, text=node.value)
        if isinstance(node, yaml.SequenceNode):
            return Value(place, items=tuple(self.convert(item) for item in node.value))
        pairs = ((self._name_key(key), self._locate(key), value) for key, value in node.value)
        entries = tuple(FrontmatterEntry(key, at, self.convert(value)) for key, at, value in pairs)
        return Value(place, entries=entries)

    def _name_key(self, node: Any) -> str:
        return node.value if isinstance(node, yaml.ScalarNode) else ""

    def _locate(self, node: Any) -> Place:
        start, end, first = node.start_mark, node.end_mark, self._first_line
        return Place(first + start.line, start.column, first + end.line, end.column)


def _read_lines(lines: list[str], known: Collection[str]) -> Iterator[FrontmatterEntry]:
    """Each known key once, by the line it begins; other lines belong to the value before."""
    starts: dict[str, int] = {}
    for number, line in enumerate(lines):
        match = _KEY.match(line)
        if match and match[1] in known and match[1] not in starts:
            starts[match[1]] = number
    ends = [*list(starts.values())[1:], len(lines)]
    for (key, first), end in zip(starts.items(), ends, strict=False):
        yield FrontmatterEntry(
            key,
            Place(first + 1, 0, first + 1, len(key)),
            _read_raw(lines, first, end, lines[first].index(":") + 1),
        )


def _read_raw(lines: list[str], first: int, end: int, column: int) -> Value:
    """A value from its own lines: as YAML where that is possible, else as the text it is."""
    own = [" " * column + lines[first][column:], *lines[first + 1 : end]]
    try:
        value = _read_value("\n".join(own), first + 1)
    except _FaultError:
        value = None
    if value is not None and not value.entries:
        return value
    text = "\n".join([lines[first][column:], *lines[first + 1 : end]])
    start = column + len(lines[first][column:]) - len(lines[first][column:].lstrip())
    last = max(n for n in range(first, end) if n == first or lines[n].strip())
    return Value(Place(first + 1, start, last + 1, len(lines[last])), text=text.strip())

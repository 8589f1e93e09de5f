"""Reads the arguments of tool calls written as XML-like elements, each value exactly as written.

Never takes the first of several ways to cut a text into values; what is unclear is no call.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

_PARAMETER = re.compile(
    r"""<(?:antml:)?parameter(?:\s+name\s*=\s*["']?|=)([\w-]+)["']?\s*>""", re.IGNORECASE
)
_PARAMETER_END = re.compile(r"</(?:antml:)?parameter\s*>", re.IGNORECASE)
_KEY = re.compile(r"<arg_key>\s*([\w-]+)\s*</arg_key>\s*<arg_value>")
_KEY_END = re.compile(r"</arg_value>")
_KNOWN = (
    "code|new_code|edits|new_files|note|path|file_path|old_string|new_string|old_str|new_str"
    "|old_text|new_text|search|replace|replace_all|content|confidence"
)
_PLAIN = re.compile(rf"<({_KNOWN})>", re.IGNORECASE)
_LISTS = {"edits": r"<(edit|item|change)>", "new_files": r"<(new_file|file|item)>"}
_OLD = frozenset({"old_string", "old_str", "old_text", "search"})
_NEW = frozenset({"new_string", "new_str", "new_text", "replace"})
_VERBATIM = frozenset({"code", "new_code", "content"})
_BLANKS = re.compile(r"\s*")
_MOST_VALUES = 100  # parameters of a call, and edits of a list; deeper than the stack is no call
_MOST_ENDS = 200  # closing tags of one kind that are looked at

Arguments = dict[str, object]


class UnclearElementError(Exception):
    """Says to the model why elements are not arguments; `call_forms` catches it."""


def read_parameters(body: str) -> Arguments:
    """The arguments of `<parameter …>`, `<arg_key>` or plain elements that are all of `body`."""
    for opening, closing in ((_PARAMETER, _PARAMETER_END), (_KEY, _KEY_END), (_PLAIN, None)):
        if opening.match(body.lstrip()):
            return _collect_arguments(_read_only_way(body, opening, closing))
    if not body.strip():
        return {}
    raise UnclearElementError("its parameters are not complete")


def _read_only_way(
    body: str, opening: re.Pattern[str], closing: re.Pattern[str] | None
) -> list[tuple[str, str]]:
    """Cut `body` into named values in the only possible way."""
    ways = _Ways(body, opening, closing).read_from(0)
    if not ways:
        raise UnclearElementError("its parameters are not complete")
    if len(ways) > 1:
        raise UnclearElementError("it is unclear where a parameter ends")
    return ways[0]


class _Ways:
    """The ways to cut a text into values, two at most; each place is looked at once."""

    def __init__(
        self, body: str, opening: re.Pattern[str], closing: re.Pattern[str] | None
    ) -> None:
        self._body, self._opening, self._closing = body, opening, closing
        self._known: dict[int, list[list[tuple[str, str]]]] = {}

    def read_from(self, at: int, values: int = 0) -> list[list[tuple[str, str]]]:
        """Return the ways to cut what follows `at`; a value ends where another element or nothing follows."""
        at = self._skip_blanks(at)
        if at == len(self._body):
            return [[]]
        if values > _MOST_VALUES:
            raise UnclearElementError("it has too many parameters")
        if at not in self._known:
            self._known[at] = list(islice(self._find_ways(at, values), 2))
        return self._known[at]

    def _find_ways(self, at: int, values: int) -> Iterator[list[tuple[str, str]]]:
        start = self._opening.match(self._body, at)
        if start is None:
            return
        name = start[1]
        end = self._closing or re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE)
        for stop in islice(end.finditer(self._body, start.end()), _MOST_ENDS):
            rest = self._skip_blanks(stop.end())
            if rest == len(self._body) or self._opening.match(self._body, rest):
                for others in self.read_from(rest, values + 1):
                    yield [(name.lower(), self._body[start.end() : stop.start()]), *others]

    def _skip_blanks(self, at: int) -> int:
        blanks = _BLANKS.match(self._body, at)
        return blanks.end() if blanks else at


def _collect_arguments(values: list[tuple[str, str]]) -> Arguments:
    names = [name for name, _ in values]
    if len(set(names)) != len(names):
        raise UnclearElementError("it names a parameter twice")
    framed = any(name in _OLD and _is_framed(value) for name, value in values)
    return {name: _read_value(name, value, framed=framed) for name, value in values}


def _read_value(name: str, value: str, *, framed: bool) -> object:
    if name in _LISTS:
        return _read_items(name, value)
    if name in _VERBATIM:
        return _strip_frame(value)
    if name in _OLD | _NEW:
        lines = _strip_frame(value)
        if framed:  # whole lines: both texts end with one
            return lines if not lines or lines.endswith("\n") else f"{lines}\n"
        return lines.removesuffix("\n") if _is_framed(value) else value
    return value.strip()


def _read_items(name: str, value: str) -> object:
    """Read a list: JSON text, which `tool_calls` reads later, or elements."""
    plain = value.strip()
    if plain.startswith(("[", "{")) or not plain:
        return plain
    items: list[Mapping[str, object]] = [
        read_parameters(item)
        for _, item in _read_only_way(plain, re.compile(_LISTS[name], re.IGNORECASE), None)
    ]
    return items


def _is_framed(value: str) -> bool:
    return value.startswith("\n") and value.rstrip(" \t").endswith("\n")


def _strip_frame(value: str) -> str:
    """Drop the line end behind the opening tag and the indentation before the closing one."""
    if not value.startswith("\n"):
        return value
    inner = value[1:]
    trimmed = inner.rstrip(" \t")
    return trimmed if trimmed.endswith("\n") or not trimmed else inner

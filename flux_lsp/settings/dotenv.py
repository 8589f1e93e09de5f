"""Reads Flux and Anthropic variables, and nothing else, from the `.env` file of a workspace.

Never expands variables, runs commands or touches the process environment.
"""

import re
from collections.abc import Iterator

_PREFIXES = ("FLUX_", "ANTHROPIC_")
# Nothing here gives back what it took: a line as long as the file must not cost its square.
_NAME = re.compile(r"\s*+(?:export\s++)?+(?P<name>[A-Za-z_][A-Za-z0-9_]*+)\s*+=\s*+")
_QUOTED = re.compile(
    r"""(?:'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]|\\.)*+)")\s*+(?:(?<=[\s'"])\#.*+)?$"""
)
_COMMENT = re.compile(r"(?<=[\s'\"])#")
# A name with something behind it that assigns nothing, or an assignment of another shell.
_VARIABLE = r"((?:FLUX|ANTHROPIC)_[A-Z0-9_]++)"
_ODD = re.compile(rf"\s*+(?:(?:export\s++)?+{_VARIABLE}\s*+[^\s=#]|(?:set\s++|\$env:){_VARIABLE})")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def parse_dotenv(text: str) -> dict[str, str]:
    """Parse the `FLUX_*` and `ANTHROPIC_*` assignments in `text`; the last one of a name wins."""
    variables: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        match = _NAME.match(line)
        if match and match["name"].startswith(_PREFIXES):
            variables[match["name"]] = _read_value(line, match.end())
    return variables


def find_unread_names(text: str) -> Iterator[tuple[int, str]]:
    """Find the 1-based lines that begin with such a variable and assign nothing, with its name."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if odd := _ODD.match(line):
            yield number, odd[1] or odd[2]


def _read_value(line: str, start: int) -> str:
    quoted = _QUOTED.match(line, start)
    if quoted is None:
        comment = _COMMENT.search(line, start)
        bare = line[start : comment.start() if comment else None].strip()
        return "" if bare.startswith("#") else bare
    if quoted["single"] is not None:
        return quoted["single"]
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), quoted["double"])

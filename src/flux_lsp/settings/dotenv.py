"""The `.env` file of a workspace, read for Flux and Anthropic variables and nothing else.

Never expands variables, runs commands or touches the process environment.
"""

import re
from collections.abc import Iterator

_PREFIXES = ("FLUX_", "ANTHROPIC_")
_LINE = re.compile(
    r"""^\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*
    (?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<bare>.*?))\s*(?:(?<=[\s'"])\#.*)?$""",
    re.VERBOSE,
)
# A name with something behind it that assigns nothing, or an assignment of another shell.
_VARIABLE = r"((?:FLUX|ANTHROPIC)_[A-Z0-9_]++)"
_ODD = re.compile(rf"\s*+(?:(?:export\s++)?+{_VARIABLE}\s*+[^\s=#]|(?:set\s++|\$env:){_VARIABLE})")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def parse_dotenv(text: str) -> dict[str, str]:
    """The `FLUX_*` and `ANTHROPIC_*` assignments in `text`; the last one of a name wins."""
    found: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        match = _LINE.match(line)
        if match and match["name"].startswith(_PREFIXES):
            found[match["name"]] = _value(match)
    return found


def unread_names(text: str) -> Iterator[tuple[int, str]]:
    """The 1-based lines that begin with such a variable and assign nothing, each with its name."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if odd := _ODD.match(line):
            yield number, odd[1] or odd[2]


def _value(match: re.Match[str]) -> str:
    if match["single"] is not None:
        return match["single"]
    if match["double"] is not None:
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), match["double"])
    bare = match["bare"].strip()
    return "" if bare.startswith("#") else bare

"""Reads the imports and exports of TypeScript and JavaScript, ES modules and CommonJS.

Never reads beyond the beginning of a statement: an exported class is long.
"""

import re
from collections.abc import Iterator

from flux_lsp.context.project.imports.values import EVERYTHING, RawImport

_SPEC = r"[\"']([^\"'\n]+)[\"']"
_FROM = re.compile(rf"(import|export)\s+(?:type\s+)?([^;\"']*?)\s*\bfrom\s*{_SPEC}")
_REQUIRE = re.compile(
    rf"(.*?)=\s*(?:await\s+)?(?:require|import)\s*\(\s*{_SPEC}\s*\)((?:\.\w+)?)", re.DOTALL
)
_BARE = re.compile(rf"(?:import|require)\s*\(?\s*{_SPEC}")
_OWN = re.compile(r"export\s+(?:type\s+)?\{([^}]*)\}")
_DEFAULT = re.compile(
    r"export\s+default\s+(?:abstract\s+)?(?:async\s+)?(?:class\s+|function\s*\*?\s*)?([\w$]+)"
)
_EXPORTS = re.compile(
    r"(?:module\.)?exports(?:\.(\w+))?\s*=\s*(?:new\s+)?([\w$]+)?\s*(\{[^}]*\})?", re.DOTALL
)
_HEAD = 4_000


def read_script(text: str) -> Iterator[RawImport]:
    """Read one statement: an import, an export, a `require`, an assignment to `module.exports`."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", text[:_HEAD], flags=re.DOTALL)
    if match := _FROM.match(text):
        yield from _read_clause(match[2].strip(), match[3])
    elif match := _OWN.match(text):
        yield from (RawImport("", s, n) for s, n in _read_names(match[1]) if s != n)
    elif match := _DEFAULT.match(text):
        yield RawImport("", match[1], "default")
    elif not text.startswith("export") and (match := _REQUIRE.match(text)):
        yield from _read_required(match[1].strip(), match[2], match[3])
    elif match := _EXPORTS.match(text):
        yield from _read_exports(match)
    elif match := _BARE.match(text):
        yield RawImport(match[1], "", "")


def _read_clause(clause: str, spec: str) -> Iterator[RawImport]:
    """Read what stands between `import` or `export` and `from`."""
    braces = re.search(r"\{(.*)\}", clause, re.DOTALL)
    names = _read_names(braces[1]) if braces else ()
    yield from (RawImport(spec, source, name) for source, name in names)
    outside = re.sub(r"\{.*\}", "", clause, flags=re.DOTALL)
    for part in filter(None, (p.strip() for p in outside.split(","))):
        star = re.match(r"\*(?:\s+as\s+([\w$]+))?$", part)
        if star:
            yield RawImport(spec, "" if star[1] else EVERYTHING, star[1] or "")
        elif re.fullmatch(r"[\w$]+", part):
            yield RawImport(spec, "default", part)


def _read_names(text: str) -> Iterator[tuple[str, str]]:
    """Read `a, type b as c, d: e` into pairs of source and name."""
    for part in text.split(","):
        words = re.findall(r"[\w$]+", re.sub(r"=.*|\btype\s+(?=\w)", "", part.replace(":", " ")))
        if len(words) == 1:
            yield words[0], words[0]
        elif len(words) in {2, 3}:
            yield words[0], words[-1]


def _read_required(left: str, spec: str, inner: str) -> Iterator[RawImport]:
    braces = re.search(r"\{(.*)\}", left, re.DOTALL)
    if braces:
        yield from (RawImport(spec, source, name) for source, name in _read_names(braces[1]))
        return
    words = re.findall(r"[\w$]+", left)
    if left.endswith("module.exports"):
        yield RawImport(spec, EVERYTHING, "")
        yield RawImport(spec, "default", "default")
    elif words:
        if not inner:  # what a module exports may be one function or class
            yield RawImport(spec, "default", words[-1])
        yield RawImport(spec, inner[1:], words[-1])


def _read_exports(match: "re.Match[str]") -> Iterator[RawImport]:
    name, value, braces = match[1], match[2], match[3]
    if braces:
        yield from (RawImport("", s, n) for n, s in _read_names(braces[1:-1]) if s != n)
    elif value and value not in {"function", "class", "async", name}:
        yield RawImport("", value, name or "default")

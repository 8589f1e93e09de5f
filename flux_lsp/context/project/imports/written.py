"""Reads import statements from their text, by the form of the language.

Never guesses what it cannot read: such a statement gives nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from flux_lsp.context.project.imports.values import EVERYTHING, RawImport
from flux_lsp.context.project.imports.written_script import read_script

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_DEEPEST = 8  # braces inside of braces


def read_imports(form: str, statements: Iterable[str]) -> Iterator[RawImport]:
    """Read the names that statements of this form import; none for an unknown form."""
    read = _FORMS.get(form)
    if read is not None:
        for statement in statements:
            yield from read(statement)


def read_package(text: str) -> str:
    """Read the package that a file says it is of, its parts separated by dots."""
    words = text.removeprefix("package ").strip().rstrip(";").split()
    return words[0].replace("\\", ".").replace("`", "") if words else ""


def _read_python(text: str) -> Iterator[RawImport]:
    text = re.sub(r"#[^\n]*|[()\\]", " ", text)
    text = " ".join(text.split())
    match = re.match(r"from (\.* ?[\w.]*) import (.*)", text)
    if match is None:
        for part in text.removeprefix("import ").split(","):
            spec, _, name = (word.strip() for word in part.partition(" as "))
            yield RawImport(spec, "", name or spec)
        return
    spec = match[1].replace(" ", "")
    for part in match[2].split(","):
        source, _, name = (word.strip() for word in part.partition(" as "))
        if source == "*":
            yield RawImport(spec, EVERYTHING, "")
        elif source:
            yield RawImport(spec, source, name or source)


def _read_go(text: str) -> Iterator[RawImport]:
    match = re.match(r"(?:([\w.]+)\s+)?[\"`]([^\"`]+)[\"`]", text)
    if match and match[1] == ".":
        yield RawImport(match[2], EVERYTHING, "")
    elif match and match[1] != "_":
        yield RawImport(match[2], "", match[1] or "")


def _read_rust(text: str) -> Iterator[RawImport]:
    text = " ".join(_COMMENT.sub(" ", text).split()).rstrip(";")
    module = re.search(r"\bmod (\w+)$", text)
    if module:
        yield RawImport(f"self::{module[1]}", "", module[1])
        return
    crate = re.search(r"\bextern crate (\w+)(?: as (\w+))?$", text)
    if crate:
        yield RawImport(crate[1], "", crate[2] or crate[1])
        return
    match = re.search(r"\buse (.*)", text)
    for path, name in _expand_braces(match[1] if match else "", "::", _DEEPEST):
        spec, _, source = path.rpartition("::")
        if source == "self":
            yield RawImport(spec, "", name or spec.rpartition("::")[2])
        elif source == "*":
            yield RawImport(spec, EVERYTHING, "")
        elif source:
            yield RawImport(spec, source, name or source)


def _read_jvm(text: str) -> Iterator[RawImport]:
    text = " ".join(_COMMENT.sub(" ", text).replace("`", "").split()).rstrip(";")
    text = re.sub(r"^import (?:static )?", "", text)
    for item in _split_outside(text):
        yield from _read_dotted(_expand_braces(item.replace("=>", " as "), ".", _DEEPEST))


def _read_php(text: str) -> Iterator[RawImport]:
    text = " ".join(_COMMENT.sub(" ", text).split()).rstrip(";")
    text = re.sub(r"^use (?:function |const )?", "", text).replace("\\", ".")
    for item in _split_outside(text):
        yield from _read_dotted(_expand_braces(item.strip().lstrip("."), ".", _DEEPEST))


def _read_csharp(text: str) -> Iterator[RawImport]:
    match = re.search(r"\busing (static )?(?:(\w+) ?= ?)?(?:global::)?([\w.]+)", text)
    if match and match[2]:
        spec, _, source = match[3].rpartition(".")
        yield RawImport(spec, source, match[2])
    elif match:
        yield RawImport(match[3], EVERYTHING, "")


def _read_c(text: str) -> Iterator[RawImport]:
    match = re.search(r"include\s*([\"<])([^\">]+)[\">]", text)
    if match:
        yield RawImport(("./" if match[1] == '"' else "") + match[2], EVERYTHING, "")


def _read_ruby(text: str) -> Iterator[RawImport]:
    match = re.match(r"(require_relative|require|load)\b[\s(]*[\"']([^\"'#]+)[\"']", text)
    if match:
        yield RawImport(("./" if match[1] == "require_relative" else "") + match[2], EVERYTHING, "")


def _read_lua(text: str) -> Iterator[RawImport]:
    match = re.search(r"(?:([\w]+)\s*=\s*)?require\s*\(?\s*[\"']([^\"']+)[\"']", text)
    if match:
        yield RawImport(match[2], "" if match[1] else EVERYTHING, match[1] or "")


def _read_shell(text: str) -> Iterator[RawImport]:
    parts = re.findall(
        r"[\w./@+-]+", text
    )  # variables and `$(dirname …)` stand before the last one
    if len(parts) > 1:
        yield RawImport(parts[-1], EVERYTHING, "")


def _read_dotted(paths: Iterable[tuple[str, str]]) -> Iterator[RawImport]:
    for path, name in paths:
        spec, _, source = path.rpartition(".")
        if source in {"*", "_", "given"}:
            yield RawImport(spec, EVERYTHING, "")
        elif source:
            yield RawImport(spec, source, name or source)


def _expand_braces(text: str, separator: str, depth: int) -> Iterator[tuple[str, str]]:
    """Expand `a.{b, c as d}` into path and other name of each part."""
    text = text.strip()
    before, brace, inside = text.partition("{")
    if not brace:
        path, _, name = (word.strip() for word in text.partition(" as "))
        if path:
            yield path, name
        return
    if depth and inside.endswith("}"):
        for part in _split_outside(inside[:-1]):
            for path, name in _expand_braces(part, separator, depth - 1):
                yield before.strip() + path, name


def _split_outside(text: str) -> list[str]:
    """Split at the commas that stand outside of braces."""
    parts, depth = [""], 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


_FORMS: Mapping[str, Callable[[str], Iterator[RawImport]]] = {
    "python": _read_python,
    "script": read_script,
    "go": _read_go,
    "rust": _read_rust,
    "jvm": _read_jvm,
    "php": _read_php,
    "csharp": _read_csharp,
    "c": _read_c,
    "ruby": _read_ruby,
    "lua": _read_lua,
    "shell": _read_shell,
}

"""Reads what one file defines, imports and names from its tree: what the index keeps of it.

Pure; never reads another file, and never decides where an import leads.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from flux_lsp.context.project.captures import Capture, list_captures
from flux_lsp.context.project.imports.values import RawImport
from flux_lsp.context.project.imports.written import read_imports, read_package
from flux_lsp.context.project.signatures import (
    clean_owner,
    cut_signature,
    find_parameter_type,
    list_type_names,
)
from flux_lsp.context.project.values import Definition, DefinitionKind
from flux_lsp.context.project.words import list_words

if TYPE_CHECKING:
    from flux_lsp.syntax.tree import Parsed

_MOST_DEFINITIONS = 5_000  # of one file
_MOST_IMPORTS = 1_000
_KINDS: Mapping[str, DefinitionKind] = {
    "type": "type",
    "function": "function",
    "field": "field",
    "attribute": "field",
    "value": "value",
    "module": "module",
}
_OTHER_CODE = re.compile(rb"[{};]")
_OWNERS = frozenset({"type", "impl", "module", "value"})  # what stands right inside is theirs


@dataclass(frozen=True, slots=True)
class FileTags:
    """What one file says: definitions in their order, imports as written, words with their lines.

    `outside_bases` are pairs of a type and a base of it that stand outside of the type's own head.
    """

    definitions: tuple[Definition, ...]
    imports: tuple[RawImport, ...]
    package: str
    outside_bases: tuple[tuple[str, str], ...]
    words: Mapping[str, Sequence[int]]


def read_tags(parsed: "Parsed", path: str) -> FileTags:
    """Read the tags of a file with a tree; `path` is posix, from the root of the workspace."""
    captures = list_captures(parsed)
    statements = [c.text for c in captures if c.kind == "import"]
    packages = [read_package(c.text) for c in captures if c.kind == "package"]
    imports = tuple(
        islice(read_imports(parsed.language.project.imports, statements), _MOST_IMPORTS)
    )
    imported = {raw.name for raw in imports}
    reader = _Reader(parsed, path)
    definitions = tuple(
        definition
        for definition in reader.list_definitions([c for c in captures if c.kind not in _WRITTEN])
        if definition.kind != "value" or definition.name not in imported  # `x = require(…)`
    )
    words = list_words(parsed)
    for line, name in reader.name_lines:
        if line in words.get(name, ()):
            words[name].remove(line)
    return FileTags(
        definitions,
        imports,
        packages[0] if packages else "",
        tuple(dict.fromkeys(reader.outside_bases)),
        {word: lines for word, lines in words.items() if lines},
    )


_WRITTEN = frozenset({"import", "package"})


@dataclass(frozen=True, slots=True)
class _Holder:
    """A capture that other captures stand in; `owner` is the type that its members belong to."""

    end: int
    kind: str
    owner: str
    signature: str


class _Reader:
    """Turns captures in document order into definitions, by what each stands in."""

    def __init__(self, parsed: "Parsed", path: str) -> None:
        self._parsed, self._path = parsed, path
        self.outside_bases: list[tuple[str, str]] = []
        self.name_lines: list[tuple[int, str]] = []
        self._fields: set[tuple[str, str]] = set()

    def list_definitions(self, captures: Sequence[Capture]) -> Iterator[Definition]:
        """List the definitions that another file can name; those inside of functions are left out."""
        around: list[_Holder] = []
        count = 0
        for capture in captures:
            while around and around[-1].end <= capture.start:
                around.pop()
            if capture.kind == "base":
                self._add_base(around, capture)
                continue
            owner = self._find_owner(around, capture)
            signature = self._read_signature(capture)
            if capture.kind == "impl":
                self.outside_bases += [(owner or "", base) for base in capture.bases]
            elif capture.kind != "scope" and self._is_new(capture, owner) and owner is not None:
                count += 1
                if count > _MOST_DEFINITIONS:
                    return
                self.name_lines.append((capture.name_line, capture.name))
                yield self._make_definition(capture, owner, around, signature)
            inner = capture.name if capture.kind in {"type", "module", "value"} else owner or ""
            around.append(_Holder(capture.end, capture.kind, inner, signature))

    def _is_new(self, capture: Capture, owner: str | None) -> bool:
        """Whether it is no attribute that an earlier line has set."""
        if capture.kind not in {"field", "attribute"} or owner is None:
            return True
        is_known = (owner, capture.name) in self._fields
        self._fields.add((owner, capture.name))
        return not (is_known and capture.kind == "attribute")

    def _find_owner(self, around: list[_Holder], capture: Capture) -> str | None:
        """Find the type that a capture is a member of, "" for none; None if nobody outside sees it."""
        if capture.kind == "attribute":
            return next((h.owner for h in reversed(around) if h.kind in {"type", "impl"}), None)
        if any(holder.kind in {"function", "scope"} for holder in around):
            return None
        if capture.owner:
            return clean_owner(capture.owner)
        holder = next((h for h in reversed(around) if h.kind in _OWNERS), None)
        if holder is None:
            return None if capture.kind == "field" else ""
        if holder.kind == "value":
            return holder.owner if capture.kind in {"field", "function"} else None
        return holder.owner

    def _add_base(self, around: list[_Holder], capture: Capture) -> None:
        holder = next((h for h in reversed(around) if h.kind in {"type", "impl"}), None)
        if holder is not None:
            self.outside_bases += [(holder.owner, base) for base in capture.bases]

    def _make_definition(
        self, capture: Capture, owner: str, around: list[_Holder], signature: str
    ) -> Definition:
        kind = _KINDS[capture.kind] if owner or capture.kind != "field" else "value"
        holder = next((h.kind for h in reversed(around) if h.kind in _OWNERS), "")
        is_member = bool(owner) and (holder != "module" or bool(capture.owner))
        if is_member and kind in {"function", "value"}:
            kind = "method" if kind == "function" else "field"
        any_case = self._parsed.language.project.any_case
        written = signature + self._find_declared_type(capture, around)
        return Definition(
            self._path,
            capture.name,
            kind,
            owner,
            capture.first_line,
            capture.last_line,
            signature,
            capture.bases,
            list_type_names(written, capture.name, any_case=any_case),
        )

    def _find_declared_type(self, capture: Capture, around: list[_Holder]) -> str:
        """Find the type of the parameter that an attribute is set to (`self.x = x`)."""
        if capture.kind != "attribute" or not around:
            return ""
        value = capture.text.rpartition("=")[2].strip().rstrip(";")
        return (
            " " + find_parameter_type(around[-1].signature, value) if value.isidentifier() else ""
        )

    def _read_signature(self, capture: Capture) -> str:
        """Read from the beginning of the first line to where the body begins."""
        data = self._parsed.data
        line = data.rfind(b"\n", 0, capture.start) + 1
        before = data[line : capture.start]  # `export const`; on a line with other code not
        first = capture.start if len(before) > 200 or _OTHER_CODE.search(before) else line
        text = data[first : min(capture.head_end, first + 4_000)].decode("utf-8", "replace")
        head = text.partition("{")[0] if capture.kind == "type" else text
        return cut_signature(head, is_value=capture.kind in {"value", "field", "attribute"})

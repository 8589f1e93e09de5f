"""Reads and writes case files: sections of plain text in which every character can be seen.

Never plays a case and never knows the engine; `README.md` beside it explains the format.
"""

import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RESULT = "=== RESULT\n"
_HEADER = re.compile(r"^=== (?P<words>\S.*)\n", re.MULTILINE)
_MARK = re.compile("[⟦⟧‸]")
_SIGNS = {"⇥": "\t", "␠": " ", "␍": "\r"}
_OWN = frozenset("⟦⟧‸⟪⟫⇥␠␍")
# Written as escapes: nobody sees them, or sees them as something else.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"})

# How tokens begin; made-up ones are broken up, so that no scanner takes a case for a leak.
_TOKEN = re.compile(r"(ghp_|AKIA|-----BEGIN )(\w)")


class BadCaseError(Exception):
    """A case file that says something which the format does not have."""


@dataclass(frozen=True)
class Section:
    """One section: its first word, the other words, `key=value` options, and its text."""

    name: str
    words: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    marks: tuple[tuple[str, int], ...] = ()  # (⟦ ⟧ or ‸, offset in `text`)
    raw: str = ""  # the text as it stands in the file

    @property
    def subject(self) -> str:
        """The first word behind the name, "" without one."""
        return self.words[0] if self.words else ""


@dataclass(frozen=True)
class Case:
    """A case as it stands in its file; `setup` and `expected` are its two halves, unread."""

    title: str
    sections: tuple[Section, ...]
    setup: str
    expected: str

    def of(self, name: str) -> tuple[Section, ...]:
        """All sections of that name, in order."""
        return tuple(section for section in self.sections if section.name == name)


def read_case(path: Path) -> Case:
    """The case in a file; `expected` is "" where nothing was written down yet."""
    raw = path.read_text(encoding="utf-8")
    setup, _, expected = raw.partition(f"\n{RESULT}")
    first = _HEADER.search(setup)
    if first is None:
        raise BadCaseError(f"{path.name}: there is no section")
    title = setup[: first.start()].strip()
    if not title:
        raise BadCaseError(f"{path.name}: the first lines must say what the case holds")
    return Case(title, tuple(_sections(setup[first.start() :])), setup, expected)


def write_case(path: Path, setup: str, result: Iterable[Section]) -> None:
    """Write both halves."""
    path.write_text(f"{setup}\n{RESULT}{format_result(result)}", encoding="utf-8")


def format_result(sections: Iterable[Section]) -> str:
    """The second half of a case file, below its divider."""
    return "".join(f"\n{format_section(section)}" for section in sections)


def format_section(section: Section) -> str:
    """A header and its text; what cannot be seen is escaped."""
    options = [f"{key}={shlex.quote(value)}" for key, value in section.options.items()]
    words = " ".join([section.name, *map(shlex.quote, section.words), *options])
    return f"=== {words}\n{encode(section.text, section.marks)}"


def _sections(raw: str) -> Iterable[Section]:
    headers = list(_HEADER.finditer(raw))
    ends = [header.start() for header in headers[1:]] + [len(raw)]
    for header, end in zip(headers, ends, strict=True):
        body = raw[header.end() : end]
        if end < len(raw) and (body == "\n" or body.endswith("\n\n")):
            body = body.removesuffix("\n")  # the blank line above a header is no text
        name, *words = shlex.split(header["words"])
        options = dict(word.split("=", 1) for word in words if _is_option(word))
        plain = tuple(word for word in words if not _is_option(word))
        text, marks = decode(body)
        yield Section(name, plain, options, text, marks, body)


def _is_option(word: str) -> bool:
    return re.match(r"[a-z_]+=", word) is not None


def decode(body: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The text that a body stands for, and the marks in it."""
    pieces: list[str] = []
    marks: list[tuple[str, int]] = []
    at = size = 0
    for mark in [*_MARK.finditer(body), None]:
        piece = _plain(body[at : mark.start() if mark else len(body)])
        pieces.append(piece)
        size += len(piece)
        if mark is not None:
            marks.append((mark[0], size))
            at = mark.end()
    return "".join(pieces), tuple(marks)


def _plain(body: str) -> str:
    for sign, char in _SIGNS.items():
        body = body.replace(sign, char)
    body = re.sub(r"⟪end⟫\n?", "", body)
    return re.sub(r"⟪U\+([0-9A-F]{2,6})⟫", lambda match: chr(int(match[1], 16)), body)


def encode(text: str, marks: Iterable[tuple[str, int]] = ()) -> str:
    """The body that stands for a text; it ends with a line feed unless the text is empty."""
    pieces: list[str] = []
    at = 0
    for mark, offset in marks:
        pieces += [_escape(text[at:offset]), mark]
        at = offset
    body = "".join([*pieces, _escape(text[at:])])
    body = re.sub(r" (?=\n|␍|\Z)", "␠", body)
    body = _TOKEN.sub(lambda match: f"{match[1]}⟪U+{ord(match[2]):04X}⟫", body)
    body = re.sub(r"^===(?= )", "⟪U+3D⟫==", body, flags=re.MULTILINE)
    return body if not body or body.endswith("\n") else f"{body}⟪end⟫\n"


def _escape(text: str) -> str:
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char in "\n ":
        return char
    for sign, plain in _SIGNS.items():
        if char == plain:
            return sign
    if char in _OWN or unicodedata.category(char) in _UNSEEN:
        return f"⟪U+{ord(char):04X}⟫"
    return char

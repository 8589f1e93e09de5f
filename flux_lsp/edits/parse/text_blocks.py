"""SEARCH/REPLACE text becomes edits, whatever a model does to the markers.

Never guesses which of several lines is the divider: when the files themselves hold such lines, the
reading must be borne out by a file's text, else the answer is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flux_lsp.edits.markers import BlockHead, Markers, drop_line_hints, has_stray_marker, read_fence
from flux_lsp.edits.parse.answer import Edit
from flux_lsp.edits.paths import clean_path, find_named_path, find_shown_path, looks_like_path
from flux_lsp.edits.values import EditScope

_LABELS = ("File:", "file:", "Path:", "path:", "Filename:", "filename:", "filename=", "path=")
_PROSE = (".md", ".rst", ".txt", ".adoc", ".markdown")


class BadBlockError(Exception):
    """What is wrong with the markers, in words for the model; caught by `text_answer`."""


@dataclass(frozen=True)
class TextBlocks:
    """The edits of a text, and its words outside of them."""

    edits: tuple[Edit, ...]
    note: str


def read_blocks(text: str, scope: EditScope) -> TextBlocks | None:
    """All blocks of `text`, None when it holds no marker at all; raises BadBlockError."""
    lines = text.replace("\r\n", "\n").split("\n")
    heads = [head for head in scope.markers.find_heads(lines) if _is_head(head, scope)]
    if not heads:
        if any(map(scope.markers.is_end, lines)):
            raise BadBlockError("a block has no `<<<<<<< SEARCH` line")
        return None
    edits: list[Edit] = []
    above = 0
    for opening, following in zip(heads, [*heads[1:], None], strict=True):
        stop = following.line if following else len(lines)
        path = _find_path(lines[above : opening.line], opening, scope) or _get_last_path(edits)
        inside, files = lines[opening.line + 1 : stop], _describe_files(path, scope)
        block = _Block(inside, opening, files, followed=following is not None)
        edits.append(_make_edit(path, *block.split()))
        above = opening.line + 1 + block.end
    return TextBlocks(tuple(edits), _read_note(lines[: heads[0].line]))


def _is_head(head: BlockHead, scope: EditScope) -> bool:
    """Whether what follows the word is a path, or nothing."""
    return not head.rest or bool(find_shown_path(head.rest, scope)) or looks_like_path(head.rest)


def _make_edit(path: str, search: list[str], new: list[str]) -> Edit:
    search = drop_line_hints(search)
    solid = any(line.strip() for line in search)
    old = "".join(f"{line}\n" for line in search) if solid else ""
    return Edit(path, old, "".join(f"{line}\n" for line in new), whole_lines=True)


def _get_last_path(edits: Sequence[Edit]) -> str:
    return edits[-1].path if edits else ""


@dataclass(frozen=True)
class _Files:
    """What the files a block may belong to say about marker-like lines."""

    marked: bool  # they hold lines that look like markers
    prose: bool  # a line of equal signs would be a heading
    fenced: bool  # a fence may be a part of the text
    stands: Callable[[list[str]], bool]  # whether these lines stand in one of them
    markers: Markers


def _describe_files(path: str, scope: EditScope) -> _Files:
    known, m = find_shown_path(path, scope), scope.markers
    texts = (
        [scope.files[known].text] if known else [snapshot.text for snapshot in scope.files.values()]
    )
    lined = ["\n" + text.replace("\r\n", "\n") + "\n" for text in texts]
    suspects = [
        line
        for text in lined
        if "===" in text or "SEARCH" in text or "REPLACE" in text
        for line in text.split("\n")
    ]

    def is_in_files(lines: list[str]) -> bool:
        needle = "\n".join(["", *lines, ""])
        return any(needle in text for text in lined)

    return _Files(
        any(m.is_divider(line) or m.is_end(line) or m.read_head(line, 0) for line in suspects),
        (known or path).lower().endswith(_PROSE) and not any("\n# " in text for text in lined),
        (known or path).lower().endswith(_PROSE) or any(map(_has_fence, lined)),
        is_in_files,
        m,
    )


def _has_fence(text: str) -> bool:
    return "```" in text and any(read_fence(line) is not None for line in text.split("\n"))


class _Block:
    """The lines from behind one opening to the next, or to the end."""

    def __init__(
        self, lines: list[str], opening: BlockHead, files: _Files, *, followed: bool
    ) -> None:
        self.lines, self.opening, self.files, self.followed = lines, opening, files, followed
        self.markers = files.markers
        self.ends = [i for i, line in enumerate(lines) if self.markers.is_end(line)]
        self.end = self.ends[0] + 1 if self.ends else len(lines)

    def split(self) -> tuple[list[str], list[str]]:
        """Return the old and the new lines."""
        if len(self.ends) > 1:
            raise BadBlockError("a block has two `>>>>>>> REPLACE` lines, or holds another block")
        if not self.ends:
            return self._split_unended()
        old, new = self._divide(self.lines[: self.ends[0]])
        if self.markers.mark and has_stray_marker(old, new):
            raise BadBlockError(f"a marker line is without its `{self.markers.mark}`")
        return old, new

    def _divide(self, body: list[str]) -> tuple[list[str], list[str]]:
        dividers = [i for i, line in enumerate(body) if self.markers.is_divider(line)]
        if not dividers:
            raise BadBlockError("a block has no `=======` line")
        if len(dividers) == 1:
            return body[: dividers[0]], body[dividers[0] + 1 :]
        if self.files.marked:
            return self._divide_by_files(body, dividers)
        return self._drop_stray_dividers(body, dividers)

    def _drop_stray_dividers(
        self, body: list[str], dividers: list[int]
    ) -> tuple[list[str], list[str]]:
        """Divide at the first divider where no file holds such lines; the others must be surplus."""
        first, *others = dividers
        new = body[first + 1 :]
        proper = [i for i in others if self.markers.is_divider_of(body[i], self.opening)]
        if (
            not proper
            and not self.files.prose
            and self.markers.is_divider_of(body[first], self.opening)
        ):
            return body[:first], new  # lines of another length: content of the new text
        if self.files.prose:
            raise BadBlockError("a block has more than one `=======` line")
        while new and self.markers.is_divider(new[0]):
            new = new[1:]
        while new and self.markers.is_divider(new[-1]):
            new = new[:-1]
        if any(self.markers.is_divider_of(line, self.opening) for line in new):
            raise BadBlockError("a block has more than one `=======` line")
        return body[:first], new

    def _divide_by_files(self, body: list[str], dividers: list[int]) -> tuple[list[str], list[str]]:
        """Divide where the search text is the longest that a file holds."""
        fitting = [i for i in dividers if i and self.files.stands(body[:i])]
        if not fitting:
            raise BadBlockError("it cannot be told which `=======` line divides the block")
        search, new = body[: fitting[-1]], body[fitting[-1] + 1 :]
        if new and (self.markers.is_divider(new[-1]) or self.markers.is_divider(new[0])):
            raise BadBlockError("it cannot be told which `=======` line divides the block")
        return search, new

    def _split_unended(self) -> tuple[list[str], list[str]]:
        """Split a block without a closing line: a second divider or the fence around it ends it."""
        if self.files.marked or self.markers.mark:
            raise BadBlockError("a block has no `>>>>>>> REPLACE` line")
        dividers = [i for i, line in enumerate(self.lines) if self.markers.is_divider(line)]
        proper = [i for i in dividers if self.markers.is_divider_of(self.lines[i], self.opening)]
        if len(dividers) == 2 and proper == dividers and not self.files.prose:
            first, second = dividers
            if not self._is_over(second, empty=second == first + 1):
                raise BadBlockError("it cannot be told which `=======` line divides the block")
            self.end = second + 1
            return self.lines[:first], self.lines[first + 1 : second]
        if len(dividers) == 1:
            return self._split_fenced(dividers[0])
        raise BadBlockError("a block has no `>>>>>>> REPLACE` line")

    def _is_over(self, divider: int, *, empty: bool) -> bool:
        """Whether a divider ends the block: what follows it is not more of the new text.

        A fence, the next block's path or nothing may follow; words only behind a blank line, and
        never an `empty` new text, as then they may be the new text behind a doubled divider.
        """
        rest = self.lines[divider + 1 :]
        following = [line for line in rest if line.strip()]
        if not following or read_fence(following[0]) is not None:
            return True
        if self.followed and looks_like_path(clean_path(following[0])):
            return all(read_fence(line) is not None for line in following[1:])
        return not empty and not rest[0].strip() and not following[0][0].isspace()

    def _split_fenced(self, divider: int) -> tuple[list[str], list[str]]:
        fences = [i for i, line in enumerate(self.lines) if i > divider and read_fence(line) == ""]
        if (
            self.files.fenced
            or len(fences) != 1
            or any(line.strip() for line in self.lines[fences[0] + 1 :][:1])
        ):
            raise BadBlockError("a block has no `>>>>>>> REPLACE` line")
        self.end = fences[0]
        return self.lines[:divider], self.lines[divider + 1 : fences[0]]


def _find_path(above: list[str], opening: BlockHead, scope: EditScope) -> str:
    """The path that is written nearest above a block, "" when there is none."""
    if opening.rest:
        return clean_path(opening.rest)
    for line in reversed(above[-8:]):
        info = read_fence(line)
        words = line if info is None else info
        if not words.strip():
            continue
        path = _read_path(words, scope, fenced=info is not None)
        if path or info is None:
            return path
    return ""


def _read_path(words: str, scope: EditScope, *, fenced: bool) -> str:
    plain = words.strip().strip("*#`:").strip()
    for label in _LABELS:
        plain = plain.removeprefix(label).strip()
    plain = clean_path(plain.strip("`*:"))
    if find_shown_path(plain, scope) and plain:
        return plain
    parts = words.replace("=", " ").split() + (words.split(":") if fenced else [])
    if not fenced and looks_like_path(plain):
        return plain
    if fenced:
        likely = [
            clean_path(part) for part in parts if looks_like_path(clean_path(part)) and "." in part
        ]
        return likely[-1] if likely else ""
    return find_named_path(parts, scope.files) or ""


def _read_note(lines: list[str]) -> str:
    kept = [line for line in lines if read_fence(line) is None and line.strip()]
    return " ".join(kept[:-1] if kept and looks_like_path(clean_path(kept[-1])) else kept)[:400]

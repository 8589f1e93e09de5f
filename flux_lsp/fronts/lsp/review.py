"""Proposals: verified plans that wait for a person's yes, whole or hunk by hunk, in any client.

Looking at one never changes anything; accepting hunks in any order gives the same text.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flux_lsp.core.text import Change, Lines, Snapshot, apply_changes, split_lines
from flux_lsp.edits.change.hunks import Hunk, Replaced, hunks, replaced, shifted
from flux_lsp.edits.values import NewFile
from flux_lsp.engine.values import Outcome
from flux_lsp.fronts.lsp.apply import FileEdit
from flux_lsp.fronts.lsp.patch import file_patch


@dataclass(frozen=True)
class Piece:
    """One hunk of one file, or one new file, with the number it is accepted by (from 1)."""

    number: int
    base: Snapshot | None
    hunk: Hunk | None
    new: NewFile | None = None


@dataclass(frozen=True)
class Proposal:
    """What a run would change, and what of it has been accepted or is still open."""

    run: str
    action: str
    uri: str  # the document the run was about
    pieces: tuple[Piece, ...]
    accepted: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()

    @property
    def open(self) -> tuple[Piece, ...]:
        """Pieces nobody decided on yet."""
        done = self.accepted | self.rejected
        return tuple(piece for piece in self.pieces if piece.number not in done)

    def uri_of(self, piece: Piece, new_uri: Callable[[str, str], str]) -> str:
        """The document a piece changes or makes; `new_uri` knows where a new file goes."""
        if piece.base is not None:
            return piece.base.uri
        assert piece.new is not None
        return new_uri(piece.new.path, self.uri)

    def edits(self, chosen: Sequence[Piece]) -> tuple[FileEdit, ...]:
        """The chosen hunks as edits of each file as it is after what was accepted before."""
        files: OrderedDict[str, tuple[Snapshot, list[Change]]] = OrderedDict()
        for piece in chosen:
            if piece.base is None or piece.hunk is None:
                continue
            base, before = piece.base, self._taken(piece.base)
            after = replace(base, text=apply_changes(base.text, before))
            files.setdefault(base.uri, (after, []))[1].extend(shifted(piece.hunk, before))
        return tuple(FileEdit(base, tuple(changes)) for base, changes in files.values())

    def new_files(self, chosen: Sequence[Piece]) -> tuple[NewFile, ...]:
        """The chosen new files."""
        return tuple(piece.new for piece in chosen if piece.new is not None)

    def _taken(self, base: Snapshot) -> list[Change]:
        return [
            change
            for piece in self.pieces
            if piece.number in self.accepted
            and piece.hunk is not None
            and piece.base is not None
            and piece.base.uri == base.uri
            for change in piece.hunk.changes
        ]


def propose(outcome: Outcome, uri: str) -> Proposal:
    """The plan of `outcome` of a run on the document `uri`, cut into pieces; that document first."""
    assert outcome.plan is not None
    pieces: list[Piece] = []
    for file in sorted(outcome.plan.files, key=lambda one: outcome.base[one.path].uri != uri):
        base = outcome.base[file.path]
        for hunk in hunks(base.text, file.changes):
            pieces.append(Piece(len(pieces) + 1, base, hunk))
    for new in outcome.plan.new_files:
        pieces.append(Piece(len(pieces) + 1, None, None, new))
    return Proposal(outcome.run, outcome.action, uri, tuple(pieces))


def remaining(proposal: Proposal) -> Proposal:
    """The open pieces alone, each on the text that is there once the accepted ones are in it."""
    pieces = []
    for piece in proposal.open:
        if piece.base is None or piece.hunk is None:
            pieces.append(piece)
            continue
        (edit,) = proposal.edits([piece])
        parts = hunks(edit.base.text, edit.changes)
        lines = Lines(parts[0].lines.first, parts[-1].lines.last)
        pieces.append(Piece(piece.number, edit.base, Hunk(edit.changes, lines)))
    return Proposal(proposal.run, proposal.action, proposal.uri, tuple(pieces))


def menu_items(proposal: Proposal, uri: str, first: int, last: int) -> list[tuple[str, str, Any]]:
    """(title, command, argument) to decide on a proposal at 0-based lines `first..last` of `uri`."""
    total = len(proposal.open)
    run = {"run": proposal.run}
    items: list[tuple[str, str, Any]] = [
        (f"Flux: show {_count(total)} of “{proposal.action}”", "flux.show", run),
        (f"Flux: accept {_count(total)} of “{proposal.action}”", "flux.accept", run),
    ]
    for piece in proposal.open if total > 1 else ():
        if not _concerns(piece, proposal, uri, first, last):
            continue
        what = f"new file {piece.new.path}" if piece.new else f"change {piece.number}"
        where = f" in {piece.base.path}" if piece.base and piece.base.uri != uri else ""
        which, hunk = f"{what} of {len(proposal.pieces)}{where}", {**run, "hunk": piece.number}
        items += [
            (f"Flux: accept {which}{_glimpse(piece)}", "flux.accept", hunk),
            (f"Flux: reject {which}", "flux.reject", hunk),
        ]
    return [*items, (f"Flux: reject {_count(total)}", "flux.reject", run)]


def _concerns(piece: Piece, proposal: Proposal, uri: str, first: int, last: int) -> bool:
    """A hunk is offered where it is; one of another file also where the run was asked for."""
    elsewhere = piece.base is not None and piece.base.uri != uri
    return (
        piece.new is not None
        or near(piece, uri, first, last)
        or (elsewhere and proposal.uri == uri)
    )


def near(piece: Piece, uri: str, first: int, last: int) -> bool:
    """Whether a hunk is at 0-based lines `first..last` of `uri`, or right below them."""
    if piece.base is None or piece.hunk is None or piece.base.uri != uri:
        return False
    return piece.hunk.lines.first - 2 <= last and first <= piece.hunk.lines.last


def as_patch(proposal: Proposal) -> str:
    """What is still open, as `git apply` takes it."""
    changed = [
        file_patch(one.base.path, one.base.text, apply_changes(one.base.text, one.changes))
        for one in proposal.edits(proposal.open)
    ]
    made = [file_patch(new.path, None, new.content) for new in proposal.new_files(proposal.open)]
    return "".join([*changed, *made])


def as_markdown(proposal: Proposal) -> str:
    """What is still open as a diff in a code block, whatever fences the code itself has."""
    patch = as_patch(proposal)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", patch)), default=0))
    return f"{fence}diff\n{patch}{fence}\n"


def as_json(proposal: Proposal, uri_of: Callable[[str, str], str]) -> dict[str, Any]:
    """The shape plugins show: each file before and after, and its hunks as whole lines."""
    files: list[dict[str, Any]] = []
    for base, pieces in groupby(proposal.pieces, lambda piece: piece.base):  # by value
        if base is not None:
            files.append(_changed(base, list(pieces)))
            continue
        for piece in pieces:
            assert piece.new is not None
            files.append(_made(piece.number, piece.new, proposal.uri_of(piece, uri_of)))
    for number, file in enumerate(files, 1):
        changes = "new file" if file["before"] is None else _changes(len(file["hunks"]))
        among = f"file {number} of {len(files)}" if len(files) > 1 else changes
        file["title"] = f"{file['path'].rsplit('/', 1)[-1]} (Flux: {proposal.action}, {among})"
    return {"run": proposal.run, "files": files}


def _changed(base: Snapshot, pieces: Sequence[Piece]) -> dict[str, Any]:
    all_hunks = [piece.hunk for piece in pieces if piece.hunk is not None]
    after = apply_changes(base.text, [change for hunk in all_hunks for change in hunk.changes])
    told = [
        _hunk(piece.number, one)
        for piece, one in zip(pieces, replaced(base.text, all_hunks), strict=True)
    ]
    return _file(base.uri, base.path, base.text, after, told)


def _made(number: int, new: NewFile, uri: str) -> dict[str, Any]:
    count = len(split_lines(new.content))
    one = Replaced(Lines(1, 0), Lines(1, count), new.content)
    return _file(uri, new.path, None, new.content, [_hunk(number, one)])


def _file(
    uri: str, path: str, before: str | None, after: str, told: list[dict[str, Any]]
) -> dict[str, Any]:
    return {"uri": uri, "path": path, "before": before, "after": after, "hunks": told}


def _hunk(number: int, one: Replaced) -> dict[str, Any]:
    """`first..last` of `before` become `new_first..new_last` of `after`, 1-based; `text` is those."""
    return {
        "index": number,
        "first": one.lines.first,
        "last": one.lines.last,
        "new_first": one.new_lines.first,
        "new_last": one.new_lines.last,
        "text": one.text,
    }


def _count(number: int) -> str:
    return "the change" if number == 1 else f"all {number} changes"


def _changes(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _glimpse(piece: Piece) -> str:
    if piece.hunk is None:
        return ""
    text = " ".join("".join(change.text for change in piece.hunk.changes).split())
    return f": {text[:40]}…" if len(text) > 40 else f": {text}" if text else ": (removal)"

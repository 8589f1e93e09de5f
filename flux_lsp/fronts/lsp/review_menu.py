"""Formats a proposal for editors: items of the menu, and the files that a plugin shows side by side.

Never changes a proposal.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from flux_lsp.core.text import LineRange, apply_changes, split_lines
from flux_lsp.edits.change.hunks import Hunk, HunkPreview, preview_hunks, trim_preview
from flux_lsp.edits.values import NewFile
from flux_lsp.runs.review import HunkPiece, NewFilePiece, Piece, Proposal, is_near
from flux_lsp.runs.words import describe_checks, name_action


def list_menu_items(
    proposal: Proposal, uri: str, first: int, last: int
) -> list[tuple[str, str, Any]]:
    """List (title, command, argument) to decide on a proposal at 0-based lines `first..last` of `uri`."""
    total, action = len(proposal.open), name_action(proposal.action)
    run = {"run": proposal.run}
    items: list[tuple[str, str, Any]] = [
        (f"Flux: show {_count(total)} of “{action}”", "flux.show", run),
        (f"Flux: accept {_count(total)} of “{action}”", "flux.accept", run),
    ]
    for piece in proposal.open if total > 1 else ():
        if not _is_offered(piece, proposal, uri, first, last):
            continue
        which = f"{_name_piece(piece)} of {proposal.total}{_name_place(piece, uri)}"
        hunk = {**run, "hunk": piece.number}
        if isinstance(piece, HunkPiece) and piece.is_stale:
            items.append((f"Flux: reject {which}, which you typed over", "flux.reject", hunk))
            continue
        items += [
            (f"Flux: accept {which}{_glimpse(piece)}", "flux.accept", hunk),
            (f"Flux: reject {which}", "flux.reject", hunk),
        ]
    return [*items, (f"Flux: reject {_count(total)}", "flux.reject", run)]


def format_proposal(proposal: Proposal, uri_of: Callable[[str, str], str]) -> dict[str, Any]:
    """Format what plugins show: each file before and after, and its hunks as whole lines."""
    files: list[dict[str, Any]] = []
    for uri, pieces in groupby(proposal.open, partial(proposal.find_uri, new_uri=uri_of)):
        hunks = []
        for piece in pieces:
            if isinstance(piece, HunkPiece):
                hunks.append(piece)
            else:
                files.append(_format_new_file(piece.number, piece.file, uri))
        if hunks:
            files.append(_format_changed_file(hunks))
    for number, file in enumerate(files, 1):
        for hunk in file["hunks"]:
            over = ": you typed over it" if hunk["stale"] else ""
            hunk["label"] = f"change {hunk['index']} of {proposal.total}{over}"
        changes = "new file" if file["before"] is None else _count_changes(len(file["hunks"]))
        among = f"file {number} of {len(files)}" if len(files) > 1 else changes
        facts = ", ".join(
            filter(None, (name_action(proposal.action), among, describe_checks(proposal.checks)))
        )
        file["title"] = f"{file['path'].rsplit('/', 1)[-1]} (Flux: {facts})"
    checks = [check.to_json() for check in proposal.checks]
    shown = {"run": proposal.run, "in_place": proposal.in_place, "files": files}
    return {**shown, "checks": checks}


def _is_offered(piece: Piece, proposal: Proposal, uri: str, first: int, last: int) -> bool:
    """Whether the menu offers a piece here: at its place, or in the run's document for another file."""
    if isinstance(piece, NewFilePiece) or is_near(piece, uri, first, last):
        return True
    return piece.base.uri != uri and proposal.uri == uri


def _name_piece(piece: Piece) -> str:
    if isinstance(piece, NewFilePiece):
        return f"new file {piece.file.path}"
    return f"change {piece.number}"


def _name_place(piece: Piece, uri: str) -> str:
    if isinstance(piece, NewFilePiece) or piece.base.uri == uri:
        return ""
    return f" in {piece.base.path}"


def _format_changed_file(pieces: Sequence[HunkPiece]) -> dict[str, Any]:
    base = next((piece.base for piece in pieces if not piece.is_stale), pieces[0].base)
    hunks = [Hunk((), piece.hunk.lines) if piece.is_stale else piece.hunk for piece in pieces]
    after = apply_changes(base.text, [change for hunk in hunks for change in hunk.changes])
    shown = [
        _format_hunk(piece.number, trim_preview(base.text, lines)) | {"stale": piece.is_stale}
        for piece, lines in zip(pieces, preview_hunks(base.text, hunks), strict=True)
    ]
    return _format_file(base.uri, base.path, base.text, after, shown)


def _format_new_file(number: int, new: NewFile, uri: str) -> dict[str, Any]:
    count = len(split_lines(new.content))
    whole = HunkPreview(LineRange(1, 0), LineRange(1, count), new.content)
    return _format_file(uri, new.path, None, new.content, [_format_hunk(number, whole)])


def _format_file(
    uri: str, path: str, before: str | None, after: str, shown: list[dict[str, Any]]
) -> dict[str, Any]:
    return {"uri": uri, "path": path, "before": before, "after": after, "hunks": shown}


def _format_hunk(number: int, lines: HunkPreview) -> dict[str, Any]:
    """Say that 1-based lines `first..last` become `new_first..new_last`, which hold `text`."""
    return {
        "index": number,
        "first": lines.lines.first,
        "last": lines.lines.last,
        "new_first": lines.new_lines.first,
        "new_last": lines.new_lines.last,
        "text": lines.text,
        "stale": False,
    }


def _count(number: int) -> str:
    return "the change" if number == 1 else f"all {number} changes"


def _count_changes(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _glimpse(piece: Piece) -> str:
    if isinstance(piece, NewFilePiece):
        return ""
    text = " ".join("".join(change.text for change in piece.hunk.changes).split())
    return f": {text[:40]}…" if len(text) > 40 else f": {text}" if text else ": (removal)"

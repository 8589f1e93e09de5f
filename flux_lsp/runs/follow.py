"""Finds the hunks of a proposal in documents that the person typed in since.

Never guesses: a hunk whose lines were typed over is stale until they are back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.edits.change.diff import move_change
from flux_lsp.edits.change.hunks import Hunk, group_hunks
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.runs.line_edits import HunkLines
from flux_lsp.runs.review import HunkPiece, NewFilePiece, Piece, Proposal


@dataclass(frozen=True)
class Placement:
    """A proposal in the documents as they are now.

    `fitting` has each hunk on the text that it last fitted. In `current` every hunk of an open
    document is on its text, and a stale one has no changes.
    """

    fitting: Proposal
    current: Proposal
    blocks: dict[str, dict[int, HunkLines]]  # where the lines of each hunk are, by uri and number


def place_proposal(
    proposal: Proposal, documents: Mapping[str, Snapshot | None], blocks: Mapping[int, HunkLines]
) -> Placement:
    """Place a proposal in `documents`, None for one that is closed.

    `blocks`: where the lines of hunks are now by each change that the person made. A hunk that is
    not in it is found by comparing its text with the document's.
    """
    fitting: list[Piece] = []
    current: list[Piece] = []
    placed: dict[str, dict[int, HunkLines]] = {}
    for piece in proposal.open:
        now = documents[piece.base.uri] if isinstance(piece, HunkPiece) else None
        if now is None or isinstance(piece, NewFilePiece):
            fitting.append(_close(piece))
            current.append(_close(piece))
            continue
        kept, shown, block = _place(piece, blocks.get(piece.number), now)
        fitting.append(kept)
        current.append(shown)
        if block is not None:
            placed.setdefault(now.uri, {})[piece.number] = block
    return Placement(
        replace(proposal, open=tuple(fitting)), replace(proposal, open=tuple(current)), placed
    )


def _place(
    piece: HunkPiece, block: HunkLines | None, now: Snapshot
) -> tuple[HunkPiece, HunkPiece, HunkLines | None]:
    """Return the piece to keep, the piece as it is in `now`, and where its lines are if that is known."""
    hunk = _find_hunk(piece, block, now)
    if hunk is not None:
        moved = HunkPiece(piece.number, now, hunk)
        return moved, moved, _get_block(hunk, now)
    return replace(piece, is_stale=True), _mark_stale(piece, block, now), block


def _find_hunk(piece: HunkPiece, block: HunkLines | None, now: Snapshot) -> Hunk | None:
    """Return the piece's hunk as one of `now`; None where somebody typed over its lines."""
    hunk, base = piece.hunk, piece.base
    if base.text == now.text:
        return hunk
    if block is None:
        return _rebase(hunk, base, now)
    old = _get_block(hunk, base)
    if block.is_torn or _extract(now, block) != _extract(base, old):
        return None
    by = now.line_starts[block.first] - base.line_starts[old.first]
    return Hunk(tuple(move_change(change, by) for change in hunk.changes), block.lines)


def _rebase(hunk: Hunk, base: Snapshot, now: Snapshot) -> Hunk | None:
    """Find the hunk by what the two texts share."""
    changes = rebase(hunk.changes, base.text, now.text)
    if not changes:  # typed over, or typed the very same
        return None
    parts = group_hunks(now.text, changes)
    return Hunk(changes, LineRange(parts[0].lines.first, parts[-1].lines.last))


def _mark_stale(piece: HunkPiece, block: HunkLines | None, now: Snapshot) -> HunkPiece:
    lines = piece.hunk.lines if block is None else block.lines
    first = min(lines.first, now.line_count)
    within = LineRange(first, max(first, min(lines.last, now.line_count)))
    return HunkPiece(piece.number, now, Hunk((), within), is_stale=True)


def _close(piece: Piece) -> Piece:
    """Return a piece of a document that is closed, which is read from disk when it is accepted."""
    if isinstance(piece, HunkPiece) and piece.base.version is not None:
        return replace(piece, base=replace(piece.base, version=None))
    return piece


def _get_block(hunk: Hunk, base: Snapshot) -> HunkLines:
    """Return the lines that nobody may type over; lines that are put between two need none."""
    first = hunk.lines.first - 1
    start = base.line_starts[first]
    if all(
        change.span == Span(start, start) and change.text[-1:] == "\n" for change in hunk.changes
    ):
        return HunkLines(first, 0)
    return HunkLines(first, hunk.lines.last - first)


def _extract(snapshot: Snapshot, block: HunkLines) -> str | None:
    if block.first + max(1, block.count) > snapshot.line_count:
        return None
    if block.count == 0:
        return ""
    return snapshot.get_line_span(block.first, block.first + block.count - 1).extract(snapshot.text)

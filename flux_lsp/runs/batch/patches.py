"""Writes what a job came to as patches, one for each file, and applies what needs no yes.

Never writes a file of the workspace that moved where the change is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.context.file_names import is_outside
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Change, Snapshot, apply_changes
from flux_lsp.edits.change.rebase import rebase_text
from flux_lsp.edits.plan.syntax_check import check, check_new
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.runs.batch.combine import Group, combine_changes, combine_new_files
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.job_values import ItemState
from flux_lsp.runs.disk_files import write_all
from flux_lsp.runs.patch import format_file_patch

Write = Callable[[Path, bytes], None]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What all items together make of one file; `before` is None for a new one.

    `sure` is the text with what needs no yes, `after` with everything. `left_out`: items whose changes
    do not go together with those of others.
    """

    path: str
    before: str | None
    sure: str
    after: str
    changes: tuple[Change, ...] = ()  # to `sure`
    left_out: tuple[int, ...] = ()

    @property
    def sure_or_nothing(self) -> str | None:
        """The text with what needs no yes; None where there is no such file then."""
        return None if self.before is None and not self.sure else self.sure


def write_patches(store: JobStore, folder: Path, write: Write) -> list[Path]:
    """Write the patches of all files into `folder`; `git apply` takes them in the workspace's root.

    What a person should look at first is a patch of its own, `….review.patch`, on top of the other.
    Items that do not go together with others are marked as failed. Blocks.
    """
    patches = []
    for result in iterate_results(store):
        _mark_left_out(store, result.left_out)
        for suffix, before, after in (
            ("patch", result.before, result.sure),
            ("review.patch", result.sure_or_nothing, result.after),
        ):
            text = format_file_patch(result.path, before, after)
            if text:
                file = folder / f"{result.path}.{suffix}"
                write(file, text.encode("utf-8"))
                patches.append(file)
    return patches


def apply_results(store: JobStore, root: Path) -> list[tuple[str, Problem | None]]:
    """Write what needs no yes into the workspace; returns each file with why it was not written. Blocks."""
    return [
        (result.path, _apply(root, result))
        for result in iterate_results(store)
        if result.sure != (result.before or "")
    ]


def iterate_results(store: JobStore) -> Iterator[FileResult]:
    """Iterate over what the items make of each file; one file is in memory at a time. Blocks."""
    existing: dict[str, list[int]] = {}
    new: dict[str, list[int]] = {}
    for state in store.iterate_items():
        if state.status == "done":
            for path, _ in state.ending.files:
                existing.setdefault(path, []).append(state.item.number)
            for file in state.ending.new_files:
                new.setdefault(file.path, []).append(state.item.number)
    for path, numbers in sorted(existing.items()):
        yield _combine(store.read_text(path) or "", path, store.pick_items(numbers))
    for path, numbers in sorted(new.items()):
        yield _combine_new(path, store.pick_items(numbers))


def _combine(text: str, path: str, items: Sequence[ItemState]) -> FileResult:
    base = Snapshot("", path, "", None, text)
    groups = [(i, dict(i.ending.files)[path]) for i in items]
    sure: list[Group] = [(i.item.number, changes) for i, changes in groups if not i.ending.doubt]
    rest: list[Group] = [(i.item.number, changes) for i, changes in groups if i.ending.doubt]
    certain = combine_changes(base, sure)
    kept = [group for group in sure if group[0] not in certain.left_out]
    everything = combine_changes(base, [*kept, *rest])
    return FileResult(
        path,
        text,
        apply_changes(text, certain.changes),
        apply_changes(text, everything.changes),
        certain.changes,
        (*certain.left_out, *everything.left_out),
    )


def _combine_new(path: str, items: Sequence[ItemState]) -> FileResult:
    sure, after, left_out = "", "", list[int]()
    for item in sorted(items, key=lambda state: bool(state.ending.doubt)):
        content = next(new.content for new in item.ending.new_files if new.path == path)
        joined = combine_new_files(after, content) if after else content
        if joined is None or check_new(path, joined, dict) is not None:
            left_out.append(item.item.number)
            continue
        after = joined
        sure = after if not item.ending.doubt else sure
    return FileResult(path, None, sure, after, left_out=tuple(left_out))


def _mark_left_out(store: JobStore, numbers: Sequence[int]) -> None:
    words = "It changes the same place as another item of this file"
    store.end_items(
        (item.item.number, item.ending.fail("failed", ErrorCode.STALE_DOCUMENT, words))
        for item in store.pick_items(numbers)
    )


def _apply(root: Path, result: FileResult) -> Problem | None:
    file = root / result.path
    if is_outside(file, root):
        return _refuse(result.path, "leads out of the workspace")
    if result.before is None:
        return write_all({file: (None, result.sure)})
    try:
        now = read_bytes(file, SOURCE_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return _refuse(result.path, "is gone, or is no text any more")
    after = rebase_text(result.changes, result.before, now)
    if after is None:
        return _refuse(result.path, "changed where the answer would change it")
    if check(Snapshot("", result.path, "", None, now), after, None, dict) is not None:
        return _refuse(result.path, "would not parse any more")
    return write_all({file: (now, after)})


def _refuse(path: str, what: str) -> Problem:
    return Problem(
        ErrorCode.STALE_DOCUMENT,
        f"`{path}` {what}, so it was not written",
        "Its patch is there; run the batch again on that file",
    )

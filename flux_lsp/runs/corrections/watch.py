"""Watches what becomes of applied edits for ten minutes, from texts that stay in memory so long.

Never looks at a document while somebody types: a key press only marks it, and a look follows within
seconds, in a thread. Never writes anything down: it tells what it saw.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from flux_lsp.core.clock import Clock
from flux_lsp.ledger.run_values import Watched
from flux_lsp.runs.corrections.branch import find_repository, read_branch
from flux_lsp.runs.corrections.follow import FollowedRanges, Ranges, follow_document
from flux_lsp.runs.corrections.watched_edit import (
    LOOKS,
    Sighting,
    WatchedEdit,
    compute_share,
    find_bucket,
    track_edit,
)
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.values import AppliedEdit

PAUSE = 2.0  # seconds between two looks at what was typed
_EDITS, _CHARACTERS = 30, 8_000_000  # that are watched at most; the oldest edit goes first


class CorrectionWatch:
    """The edits of one session that are watched now.

    `tell` gets each news of a run's edit, the last one with how the watch ended.
    """

    def __init__(
        self, documents: WorkspaceDocuments, clock: Clock, tell: Callable[[str, Sighting], None]
    ) -> None:
        """Nothing is watched yet."""
        self._documents, self._clock, self._tell = documents, clock, tell
        self._edits: dict[str, WatchedEdit] = {}
        self._texts: dict[str, str] = {}  # as they were at the last look
        self._changed: set[str] = set()
        self._saved: set[str] = set()
        self._writers: dict[str, str] = {}  # the run that changed a document since the last look
        self._lock = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    async def begin(self, run: str, edit: AppliedEdit) -> None:
        """Watch an edit that was just applied, or more hunks of one that is watched already."""
        ranges = await asyncio.to_thread(track_edit, edit)
        async with self._lock:
            self.expect(run, edit)
            await self._look_at_documents()
            if not ranges:
                return
            heard = {uri: parts for uri, parts in ranges.items() if self._is_told(uri, edit)}
            if not heard:
                self._tell(run, Sighting(watched="silent"))
                return
            await self._add(run, edit, heard)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._keep_looking())

    def expect(self, run: str, edit: AppliedEdit) -> None:
        """Note who has just changed some documents, so that nobody takes it for typing."""
        self._writers |= {before.uri: run for before, _ in edit.files}

    def end(self, run: str, how: Watched) -> None:
        """Watch the edit of a run no longer."""
        edit = self._edits.pop(run, None)
        if edit is None:
            return
        used = {uri for other in self._edits.values() for uri in other.ranges}
        self._texts = {uri: text for uri, text in self._texts.items() if uri in used}
        self._tell(run, replace(edit.seen, watched=how))

    async def look(self) -> None:
        """Look at what was typed since the last look, and at edits whose time has come."""
        async with self._lock:
            await self._look_at_documents()
            for edit in list(self._edits.values()):
                await self._measure(edit)

    async def close(self) -> None:
        """End every watch, because the session ends."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        self._end_all()

    def _note_change(self, uri: str) -> None:
        """Mark a document; called with each key press."""
        if uri in self._texts:
            self._changed.add(uri)

    def _note_save(self, uri: str) -> None:
        if uri in self._texts:
            self._saved.add(uri)

    async def _keep_looking(self) -> None:
        self._documents.listeners.add(self._note_change)
        self._documents.save_listeners.add(self._note_save)
        try:
            while self._edits:
                await self._clock.sleep(PAUSE)
                await self.look()
        finally:
            self._documents.listeners.discard(self._note_change)
            self._documents.save_listeners.discard(self._note_save)
            self._end_all()

    def _end_all(self) -> None:
        for run in list(self._edits):
            self.end(run, "lost")

    def _is_told(self, uri: str, edit: AppliedEdit) -> bool:
        """Whether the editor has told of the edit in a document; else it will tell of nothing there."""
        now = self._documents.take_open_snapshot(uri)
        old = next(before.text for before, _ in edit.files if before.uri == uri)
        return now is not None and now.text != old

    async def _add(self, run: str, edit: AppliedEdit, ranges: dict[str, Ranges]) -> None:
        for before, after in edit.files:
            uri, parts = before.uri, ranges.get(before.uri)
            if parts is None:
                continue
            now = self._texts.setdefault(uri, after)
            ranges[uri] = follow_document(after, now, {run: parts}, formatted=False)[run].ranges
            self._changed.add(uri)  # there may have been typing meanwhile
        earlier = self._edits.get(run)
        if earlier is not None:
            for uri, parts in ranges.items():
                earlier.ranges[uri] = (*earlier.ranges.get(uri, ()), *parts)
            return
        repository = await asyncio.to_thread(find_repository, next(iter(ranges)))
        branch = await asyncio.to_thread(read_branch, repository)
        began = self._clock.monotonic()
        self._edits[run] = WatchedEdit(run, began, repository, branch, ranges)
        self._tell(run, Sighting())
        while self._is_too_much():
            self.end(next(iter(self._edits)), "lost")

    def _is_too_much(self) -> bool:
        kept = sum(edit.size for edit in self._edits.values())
        kept += sum(map(len, self._texts.values()))
        return bool(self._edits) and (len(self._edits) > _EDITS or kept > _CHARACTERS)

    async def _look_at_documents(self) -> None:
        """Follow each document that changed, but one that an edit of Flux is on its way to."""
        for uri in list(self._texts):
            if not self._documents.is_open(uri):
                for edit in self._list_edits(uri):
                    self.end(edit.run, "closed")
            elif (uri in self._changed or uri in self._writers) and not self._documents.is_locked(
                uri
            ):
                saved, writer = uri in self._saved, self._writers.pop(uri, "")
                self._changed.discard(uri)
                self._saved.discard(uri)
                await self._follow(uri, saved, writer)
        self._changed &= self._texts.keys()
        self._saved &= self._changed
        self._writers.clear()

    async def _follow(self, uri: str, formatted: bool, writer: str) -> None:
        now = self._documents.take_open_snapshot(uri)
        if now is None:
            return
        by_run = {edit.run: edit.ranges[uri] for edit in self._list_edits(uri)}
        followed = await asyncio.to_thread(
            follow_document, self._texts[uri], now.text, by_run, formatted=formatted or bool(writer)
        )
        self._texts[uri] = now.text
        for edit in self._list_edits(uri):
            await self._take(edit, uri, followed[edit.run], formatted, writer)

    async def _take(
        self, edit: WatchedEdit, uri: str, news: FollowedRanges, formatted: bool, writer: str
    ) -> None:
        if news.touched and writer not in {"", edit.run}:
            edit.seen = replace(edit.seen, rerun=True)
            self.end(edit.run, "replaced")
            return
        if news.wholesale:
            self.end(edit.run, "replaced")
            return
        edit.ranges[uri] = news.ranges
        edit.undone = edit.undone | {uri} if news.undone else edit.undone - {uri}
        undone = edit.undone == edit.ranges.keys()
        if undone != edit.seen.undone:
            if await self._is_other_branch(edit):
                self.end(edit.run, "replaced")
                return
            self._note_undo(edit, undone)
        elif news.touched and not formatted and not writer:
            edit.seen = replace(edit.seen, corrected=True)

    def _note_undo(self, edit: WatchedEdit, undone: bool) -> None:
        # It happened since the last look, so a pause ago at most.
        within = find_bucket(self._clock.monotonic() - edit.began - PAUSE)
        edit.seen = replace(edit.seen, undone=undone, undone_within=within if undone else None)
        self._tell(edit.run, edit.seen)

    async def _measure(self, edit: WatchedEdit) -> None:
        """Note the share that is kept at each look whose time has come; the last one ends the watch."""
        elapsed = self._clock.monotonic() - edit.began
        due = [name for seconds, name in LOOKS[edit.looks :] if elapsed >= seconds]
        if not due:
            return
        if await self._is_other_branch(edit):
            self.end(edit.run, "replaced")
            return
        share = await asyncio.to_thread(compute_share, edit.ranges, self._texts)
        edit.looks += len(due)
        shares = {due[-1]: share}  # what fell into a sleep of the machine was not seen
        edit.seen = replace(edit.seen, **shares)  # type: ignore[arg-type]  # the names are fields
        if edit.looks == len(LOOKS):
            self.end(edit.run, "whole")
        else:
            self._tell(edit.run, edit.seen)

    async def _is_other_branch(self, edit: WatchedEdit) -> bool:
        return await asyncio.to_thread(read_branch, edit.repository) != edit.branch

    def _list_edits(self, uri: str) -> list[WatchedEdit]:
        return [edit for edit in self._edits.values() if uri in edit.ranges]

"""A verified plan becomes one workspace edit; a moved document is rebased or the edit is refused.

Never trusts a client's word alone: some answer `applied: true` for an edit they threw away.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from flux_lsp.core.errors import Code, FluxError, Problem
from flux_lsp.core.text import Change, Snapshot, apply_changes
from flux_lsp.edits.change.diff import smallest
from flux_lsp.edits.change.rebase import rebase, rebased_text
from flux_lsp.edits.values import NewFile
from flux_lsp.fronts.lsp.convert import text_edits
from flux_lsp.fronts.lsp.documents import Documents
from flux_lsp.fronts.lsp.editor import ClientError, Editor

# How long a client may take to tell of its own change. One that tells nothing at all is believed.
_ECHO_WITHIN = 0.5
# How often an edit is sent when a key comes in its way each time.
_TRIES = 4
# How long a cancelled run waits to hear what became of an edit that the editor has already.
_LAST_WORD = 2.0
# How long an edit of a cancelled run may still turn up in a document, to be undone.
_LATEST = 600.0


@dataclass(frozen=True)
class FileEdit:
    """Changes to one document as it was in `base`."""

    base: Snapshot
    changes: tuple[Change, ...]


class Declined(Problem):
    """The editor's own no, in words or by throwing the edit away: nothing of it is in a document."""


@dataclass(frozen=True)
class Made:
    """What a workspace edit did, so that it can be undone: texts before and after, files created."""

    files: tuple[tuple[Snapshot, str], ...]  # (as it was, text afterwards)
    created: tuple[tuple[str, str], ...]  # (uri, content)


@dataclass(frozen=True)
class _Asked:
    """All of what one workspace edit is to do."""

    label: str
    edits: Sequence[FileEdit]
    new_files: Sequence[NewFile]
    beside: str
    confirm: bool
    made_late: Callable[[Made], None]

    @property
    def alone(self) -> bool:
        """Of several operations some may have been done: there an editor's no is the last word."""
        return len(self.edits) == 1 and not self.new_files and not self.confirm


async def apply_edits(  # noqa: PLR0913 - the whole order of one edit
    editor: Editor,
    documents: Documents,
    label: str,
    edits: Sequence[FileEdit],
    new_files: Sequence[NewFile] = (),
    *,
    beside: str = "",
    confirm: bool = False,
    made_late: Callable[[Made], None] = lambda _: None,
) -> Made | Problem:
    """Send everything as one edit; `confirm` marks it for the client's own preview.

    New files go into the workspace folder of the document `beside`. Nothing is sent when a document
    moved in a way that touches what is to be changed. One edit of a document waits for another. An
    editor that declines as a key came in between is asked again, on what that key made.

    Once something was sent a cancel only shortens the wait: the answer is still what became of it.
    `made_late` gets what an editor did after all that did not answer in time.
    """
    asked = _Asked(label, edits, new_files, beside, confirm, made_late)
    uris = [one.base.uri for one in edits]
    async with documents.alone(uris):
        for tries_left in reversed(range(_TRIES)):
            with documents.watch(uris) as seen:
                done = await _apply(editor, documents, asked, seen)
                again = isinstance(done, Declined) and asked.alone and tries_left > 0
                if not (again and await seen.change(_ECHO_WITHIN)):
                    break
        return done


async def _apply(
    editor: Editor, documents: Documents, asked: _Asked, seen: "Seen"
) -> Made | Problem:
    current = await _onto_current(documents, asked.edits)
    if isinstance(current, Problem):
        return current
    task = asyncio.ensure_future(_carry_out(editor, documents, asked, current, seen))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:  # what the editor has cannot be called back: ask how it went
        await _finish(task, _LAST_WORD)
    if task.done():
        return task.result()
    task.cancel()  # tells the editor
    made = _made(current)
    if current and all(seen.saw(base.uri, text) for base, text in made.files):
        return made
    _watch_late(documents, made, asked.made_late)
    raise FluxError(
        Code.CANCELLED,
        "The run was cancelled while the editor had its edit",
        "Should the edit still appear, take it back with `flux.undo` or the editor's undo",
    )


async def _carry_out(
    editor: Editor,
    documents: Documents,
    asked: _Asked,
    current: tuple[FileEdit, ...],
    seen: "Seen",
) -> Made | Problem:
    """Make the files and send the edit: from here on something may change."""
    created = tuple((documents.uri_of(n.path, asked.beside), n.content) for n in asked.new_files)
    written: tuple[tuple[str, str], ...] = ()
    if created and not editor.can.resource("create"):
        problem = await asyncio.to_thread(documents.create_on_disk, created)
        if problem is not None:
            return problem
        written, created = created, ()
    if current or created:
        edit = _workspace_edit(editor, documents, current, created, asked)
        problem = await _sent(editor, documents, asked, edit, current, seen)
        if problem is not None:
            await asyncio.to_thread(documents.remove_from_disk, written)
            return problem
    for uri, _ in (*written, *created):
        await editor.show(uri)
    return _made(current, (*written, *created))


async def _onto_current(
    documents: Documents, edits: Sequence[FileEdit]
) -> tuple[FileEdit, ...] | Problem:
    moved = []
    for edit in edits:
        now = await documents.current(edit.base)
        if now is None:
            return _stale(edit.base, "was closed while the model worked")
        if now.text == edit.base.text:
            moved.append(FileEdit(now, edit.changes))
            continue
        changes = rebase(edit.changes, edit.base.text, now.text)
        if changes is None:
            return _stale(edit.base, "changed where the answer would change it")
        moved.append(FileEdit(now, tuple(changes)))
    return tuple(moved)


def _stale(snapshot: Snapshot, what: str) -> Problem:
    return Problem(
        Code.STALE_DOCUMENT,
        f"`{snapshot.path}` {what}, so nothing was applied",
        "Run the action again on the text as it is now",
    )


def _workspace_edit(
    editor: Editor,
    documents: Documents,
    edits: Sequence[FileEdit],
    created: Sequence[tuple[str, str]],
    asked: _Asked,
) -> dict[str, object]:
    per_file = [(e.base, text_edits(e.base, e.changes, documents.encoding)) for e in edits]
    if not editor.can.document_changes:
        changes: dict[str, object] = {base.uri: edits_ for base, edits_ in per_file}
        return {"changes": changes}
    # Versioned edits come first: one client checks the version of the first operation only.
    operations: list[dict[str, object]] = [
        {"textDocument": {"uri": base.uri, "version": base.version}, "edits": edits_}
        for base, edits_ in per_file
    ]
    for uri, content in created:
        start = {"line": 0, "character": 0}
        operations += [
            {
                "kind": "create",
                "uri": uri,
                "options": {"overwrite": False, "ignoreIfExists": False},
            },
            {
                "textDocument": {"uri": uri, "version": None},
                "edits": [{"range": {"start": start, "end": start}, "newText": content}],
            },
        ]
    if not asked.confirm:
        return {"documentChanges": operations}
    return {
        "documentChanges": [_annotated(operation) for operation in operations],
        "changeAnnotations": {"flux": {"label": asked.label, "needsConfirmation": True}},
    }


def _annotated(operation: dict[str, object]) -> dict[str, object]:
    edits = operation.get("edits")
    if isinstance(edits, list):
        return {**operation, "edits": [{**edit, "annotationId": "flux"} for edit in edits]}
    return {**operation, "annotationId": "flux"}


async def _finish(task: "asyncio.Task[Made | Problem]", seconds: float) -> None:
    """Wait for `task`, and not longer; a further cancel ends the wait no sooner."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not task.done() and loop.time() < end:
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=end - loop.time())


def _watch_late(documents: Documents, made: Made, tell: Callable[[Made], None]) -> None:
    """Have `tell` called should the documents come to hold the edit after all."""
    missing = {base.uri: text for base, text in made.files}

    def look(uri: str) -> None:
        now = documents.open_snapshot(uri)
        if now is not None and missing.get(uri) == now.text:
            del missing[uri]
            if not missing:
                documents.listeners.discard(look)
                tell(made)

    documents.listeners.add(look)
    asyncio.get_running_loop().call_later(_LATEST, documents.listeners.discard, look)


def _made(edits: Sequence[FileEdit], created: tuple[tuple[str, str], ...] = ()) -> Made:
    return Made(
        tuple((one.base, apply_changes(one.base.text, one.changes)) for one in edits), created
    )


async def _sent(
    editor: Editor,
    documents: Documents,
    asked: _Asked,
    edit: Mapping[str, object],
    current: Sequence[FileEdit],
    seen: "Seen",
) -> Problem | None:
    problem = await _send(editor, asked.label, edit)
    return problem or await _confirmed(documents, current, seen, asked.confirm)


async def _send(editor: Editor, label: str, edit: Mapping[str, object]) -> Problem | None:
    try:
        answer = await editor.ask("workspace/applyEdit", {"label": label, "edit": edit}, within=600)
    except ClientError as error:
        return Problem(
            Code.STALE_DOCUMENT,
            f"The editor did not take the edit: {error}",
            "Nothing was changed; run the action again",
        )
    answer = answer if isinstance(answer, Mapping) else {}
    if answer.get("applied"):
        return None
    reason = answer.get("failureReason")
    kind = Declined if answer.get("applied") is False else Problem
    return kind(
        Code.STALE_DOCUMENT,
        "The editor did not apply the edit" + (f": {reason}" if reason else ""),
        "Run the action again on the text as it is now",
    )


async def _confirmed(
    documents: Documents, edits: Sequence[FileEdit], seen: "Seen", confirm: bool
) -> Problem | None:
    """Compare what the editor tells of its documents with what was sent."""
    if confirm:
        return await _taken(documents, edits, seen)
    for edit in edits:
        if edit.base.version is None:
            continue
        expected = apply_changes(edit.base.text, edit.changes)
        if await seen.text(edit.base.uri, expected, _ECHO_WITHIN):
            continue
        now = documents.open_snapshot(edit.base.uri)
        if now is not None and now.version != edit.base.version and not _holds(now, edit):
            problem = _stale(edit.base, "changed just as the edit arrived")
            thrown_away = _absent(now, edit)
            return Declined(problem.code, problem.message, problem.hint) if thrown_away else problem
    return None


def _absent(now: Snapshot, edit: FileEdit) -> bool:
    """Whether nothing the edit brings is in a document, so that sending it again brings it once."""
    brought = [change.text.strip() for change in edit.changes]
    return all(now.text.count(one) <= edit.base.text.count(one) for one in brought if one)


async def _taken(documents: Documents, edits: Sequence[FileEdit], seen: "Seen") -> Problem | None:
    """A person may have taken only a part of it, which is theirs; nothing at all was a no."""
    if not edits or await seen.change(_ECHO_WITHIN):
        return None
    for edit in edits:
        now = await documents.current(edit.base)
        if now is None or now.text != edit.base.text:
            return None
    return Problem(Code.STALE_DOCUMENT, "The editor did not apply the edit", "")


def _holds(now: Snapshot, edit: FileEdit) -> bool:
    """Whether the edit is in a document that was changed again at once."""
    expected = apply_changes(edit.base.text, edit.changes)
    back = rebase((), expected, now.text)
    if back is None:
        return False
    return all(change.text.strip() in now.text for change in edit.changes)


class Seen:
    """The texts a client tells of while an edit is on its way; event driven."""

    def __init__(self, documents: Documents, uris: Sequence[str]) -> None:
        """Watches `uris`; use as a context manager."""
        self._documents = documents
        self._uris = frozenset(uris)
        self._texts: dict[str, list[str]] = {uri: [] for uri in uris}
        self._changed = asyncio.Event()

    def __enter__(self) -> "Seen":
        self._documents.listeners.add(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._documents.listeners.discard(self._note)

    def _note(self, uri: str) -> None:
        if uri in self._uris:
            snapshot = self._documents.open_snapshot(uri)
            if snapshot is not None:
                self._texts[uri].append(snapshot.text)
                self._changed.set()

    async def change(self, within: float) -> bool:
        """Whether a document changed since the watch began, waiting a little for it."""
        try:
            async with asyncio.timeout(within):
                while not any(self._texts.values()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def saw(self, uri: str, text: str) -> bool:
        """Whether the document held exactly `text` at some moment."""
        return text in self._texts[uri]

    async def text(self, uri: str, expected: str, within: float) -> bool:
        """Whether the document held exactly `expected` at some moment, waiting a little for it."""
        try:
            async with asyncio.timeout(within):
                while expected not in self._texts[uri]:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True


def inverse(made: Sequence[Made]) -> tuple[FileEdit, ...] | Problem:
    """The edits that take back all of `made`, oldest first; what was typed in between stays."""
    steps: dict[str, list[tuple[Snapshot, str]]] = {}
    for one in reversed(made):
        for before, after in one.files:
            steps.setdefault(before.uri, []).append((before, after))
    edits = []
    for newest_first in steps.values():
        before, after = newest_first[0]
        text = after
        for earlier, later in newest_first:
            back = rebased_text(smallest(later, earlier.text), later, text)
            if back is None:
                return _stale(before, "changed where the run had changed it")
            text = back
        edits.append(FileEdit(replace(before, text=after), smallest(after, text)))
    return tuple(edits)

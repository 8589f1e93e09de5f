"""The editor as the front of a session: turns what runs ask for into LSP requests, if the client can.

Holds no logic of a run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.edits.change.diff import move_change
from flux_lsp.edits.document import BOM
from flux_lsp.fronts.lsp.convert import to_text_edits
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import ClientError, Editor
from flux_lsp.runs.ports import FrontCapabilities, Level
from flux_lsp.runs.values import Declined, FileEdit, WorkspaceEdit

_APPLY_WITHIN = 600.0  # seconds; a preview waits for a person


class EditorFront:
    """`runs.ports.Front` for an LSP client."""

    def __init__(self, editor: Editor, documents: EditorDocuments) -> None:
        """One for each connection."""
        self._editor = editor
        self._documents = documents
        self._capabilities: FrontCapabilities | None = None

    @property
    def can(self) -> FrontCapabilities:
        """What the client declared."""
        if self._capabilities is None:
            self._capabilities = _read_capabilities(self._editor)
        return self._capabilities

    async def apply_edit(self, edit: WorkspaceEdit) -> Problem | None:
        """Send one `workspace/applyEdit`; returns why the client did not take it."""
        params = {"label": edit.label, "edit": self._convert_edit(edit)}
        try:
            answer = await self._editor.ask("workspace/applyEdit", params, within=_APPLY_WITHIN)
        except ClientError as error:
            return Problem(
                ErrorCode.STALE_DOCUMENT,
                f"The editor did not take the edit: {error}",
                "Nothing was changed; run the action again",
            )
        answer = answer if isinstance(answer, Mapping) else {}
        if answer.get("applied"):
            return None
        reason = answer.get("failureReason")
        kind = Declined if answer.get("applied") is False else Problem
        return kind(
            ErrorCode.STALE_DOCUMENT,
            "The editor did not apply the edit" + (f": {reason}" if reason else ""),
            "Run the action again on the text as it is now",
        )

    async def show_document(self, uri: str) -> bool:
        """Send `window/showDocument`, if the client has it."""
        return await self._editor.show(uri)

    def tell(self, level: Level, text: str) -> None:
        """Send `window/showMessage`."""
        self._editor.show_message(level, text)

    def _convert_edit(self, edit: WorkspaceEdit) -> dict[str, object]:
        if not self._editor.can.document_changes:
            changes = {file.base.uri: self._convert_changes(file) for file in edit.files}
            return {"changes": changes}
        operations: list[dict[str, object]] = [
            # Versioned edits come first: one client checks the version of the first operation only.
            *(self._convert_versioned(file) for file in edit.files),
            *_create_operations(edit.created),
            *_delete_operations(edit.deleted),
        ]
        if not edit.confirm:
            return {"documentChanges": operations}
        return {
            "documentChanges": [_annotate(operation) for operation in operations],
            "changeAnnotations": {"flux": {"label": edit.label, "needsConfirmation": True}},
        }

    def _convert_versioned(self, file: FileEdit) -> dict[str, object]:
        document = {"uri": file.base.uri, "version": file.base.version}
        return {"textDocument": document, "edits": self._convert_changes(file)}

    def _convert_changes(self, file: FileEdit) -> list[dict[str, object]]:
        base, changes = file.base, file.changes
        if base.version is None and base.text.startswith(BOM):  # no client counts it as a column
            base = replace(base, text=base.text.removeprefix(BOM))
            changes = tuple(move_change(change, -len(BOM)) for change in changes)
        return to_text_edits(base, changes, self._documents.encoding)


def _create_operations(files: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    """Return the operations that make each new file and then fill it."""
    operations: list[dict[str, object]] = []
    start = {"line": 0, "character": 0}
    for uri, content in files:
        options = {"overwrite": False, "ignoreIfExists": False}
        operations += [
            {"kind": "create", "uri": uri, "options": options},
            {
                "textDocument": {"uri": uri, "version": None},
                "edits": [{"range": {"start": start, "end": start}, "newText": content}],
            },
        ]
    return operations


def _delete_operations(uris: Sequence[str]) -> list[dict[str, object]]:
    return [{"kind": "delete", "uri": uri} for uri in uris]


def _annotate(operation: dict[str, object]) -> dict[str, object]:
    edits = operation.get("edits")
    if isinstance(edits, list):
        return {**operation, "edits": [{**edit, "annotationId": "flux"} for edit in edits]}
    return {**operation, "annotationId": "flux"}


def _read_capabilities(editor: Editor) -> FrontCapabilities:
    can = editor.can
    return FrontCapabilities(
        applies_edits=can.apply_edit,
        creates_files=can.can_change_files("create"),
        deletes_files=can.can_change_files("delete"),
        edits_closed_files=can.document_changes,
        previews_edits=can.preview,
        shows_outcomes=can.outcome,
        shows_answers=can.outcome and can.delta,
        hovers=can.get("textDocument.hover") is not None,
    )

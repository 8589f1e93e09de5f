"""Parameters of the messages that editors send all the time, read by hand into lsprotocol's classes.

lsprotocol's converter takes 15 ms to be made and to learn a class; these messages come first. Never
stricter than what a handler needs: editors leave fields out, and invent some.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types

from flux_lsp.fronts.lsp.protocol.params import get_optional, require


def read_code_action(params: Any) -> types.CodeActionParams:
    """Read the parameters of `textDocument/codeAction`.

    Diagnostics stay as JSON has them, also those that are not well-formed: they come from other
    servers and go back to the editor as they were. Raises BadParamsError.
    """
    document = types.TextDocumentIdentifier(require(params, "textDocument.uri", str))
    start, end = (_read_position(params, f"range.{end}") for end in ("start", "end"))
    context = params.get("context")
    context = context if isinstance(context, dict) else {}
    only, diagnostics = context.get("only"), context.get("diagnostics")
    return types.CodeActionParams(
        document,
        types.Range(start, end),
        types.CodeActionContext(
            diagnostics=tuple(diagnostics) if isinstance(diagnostics, list) else (),
            only=tuple(map(str, only)) if isinstance(only, list) else None,
            trigger_kind=_read_trigger(context.get("triggerKind")),
        ),
    )


def read_did_open(params: Any) -> types.DidOpenTextDocumentParams:
    """Read the parameters of `textDocument/didOpen`; raises BadParamsError."""
    document = types.TextDocumentItem(
        uri=require(params, "textDocument.uri", str),
        language_id=get_optional(params, "textDocument.languageId", str) or "",
        version=get_optional(params, "textDocument.version", int) or 0,
        text=require(params, "textDocument.text", str),
    )
    return types.DidOpenTextDocumentParams(document)


def read_initialized(_params: Any) -> types.InitializedParams:
    """Read the parameters of `initialized`: there are none."""
    return types.InitializedParams()


READERS: dict[str, Callable[[Any], Any]] = {
    types.INITIALIZED: read_initialized,
    types.TEXT_DOCUMENT_CODE_ACTION: read_code_action,
    types.TEXT_DOCUMENT_DID_OPEN: read_did_open,
}
_LARGEST = 2**31 - 1  # of LSP's unsigned integers; some editors say more for the end of a line


def _read_position(params: Any, path: str) -> types.Position:
    line, column = (require(params, f"{path}.{name}", int) for name in ("line", "character"))
    return types.Position(*(min(max(number, 0), _LARGEST) for number in (line, column)))


def _read_trigger(value: Any) -> types.CodeActionTriggerKind | None:
    kinds = types.CodeActionTriggerKind
    return next((kind for kind in kinds if kind.value == value), None)

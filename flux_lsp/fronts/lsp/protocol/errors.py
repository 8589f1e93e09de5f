"""Errors as JSON-RPC has them: a code, a sentence, perhaps data.

Never carries a traceback.
"""

from __future__ import annotations

from typing import Any

from flux_lsp.fronts.lsp.protocol.messages import INTERNAL_ERROR


class RpcError(Exception):
    """Raised by a handler it is the error reply; raised to who asked it is the client's."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    @classmethod
    def of(cls, error: dict[str, Any]) -> RpcError:
        """The error object of a reply; one that lacks what it must have counts as internal."""
        code, message = error.get("code"), str(error.get("message", ""))
        return cls(code if isinstance(code, int) else INTERNAL_ERROR, message, error.get("data"))

"""Work-done progress that cleans up after itself.

Never speaks of a token that the client did not take, and keeps none after its end.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from uuid import uuid4

from flux_lsp.fronts.lsp.protocol.builtin_methods import BuiltinMethods, Token


class WorkDone:
    """The progress of some work as the user sees it: begun at once, reported, ended once.

    With a token of the client's it speaks at once. Otherwise the client is asked to take a new
    token first, without holding up the work: what is said meanwhile is shown when it agrees, the
    latest report only. A client without work-done progress hears nothing.
    """

    def __init__(
        self,
        protocol: BuiltinMethods,
        begin: dict[str, Any],
        on_cancel: Callable[[], object] | None = None,
        client_token: Token | None = None,
    ) -> None:
        """`begin` holds title, message, percentage; `on_cancel` makes it cancellable."""
        self._protocol = protocol
        self._begin = {"kind": "begin", **begin, "cancellable": on_cancel is not None}
        self._on_cancel = on_cancel
        self._latest: dict[str, Any] | None = None
        self._shown = False
        self._ended = False
        self.token: Token = str(uuid4()) if client_token is None else client_token
        if client_token is not None:
            self._show()
        elif protocol.get_capability("window.workDoneProgress"):
            create = {"token": self.token}
            protocol.post("window/workDoneProgress/create", create).add_done_callback(
                self._begin_if_accepted
            )

    def report(self, message: str | None = None, percentage: int | None = None) -> None:
        """Report how far the work is. A client that is far behind may miss it."""
        if not self._ended:
            self._latest = _make_value("report", message=message, percentage=percentage)
            self._say(self._latest)

    def end(self, message: str | None = None) -> None:
        """Report that the work is over; a second call does nothing."""
        if not self._ended:
            self._ended = True
            self._protocol.cancellable.pop(self.token, None)
            self._say(_make_value("end", message=message))

    def _begin_if_accepted(self, reply: Future[Any]) -> None:
        if not reply.cancelled() and reply.exception() is None and not self._ended:
            self._show()

    def _show(self) -> None:
        self._shown = True
        if self._on_cancel is not None:
            self._protocol.cancellable[self.token] = self._on_cancel
        self._say(self._begin)
        if self._latest is not None:
            self._say(self._latest)

    def _say(self, value: dict[str, Any]) -> None:
        if self._shown:
            self._protocol.notify("$/progress", {"token": self.token, "value": value})


def _make_value(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **{name: value for name, value in fields.items() if value is not None}}

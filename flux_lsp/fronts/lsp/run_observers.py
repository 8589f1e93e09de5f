"""Shows a run to the client: work-done progress, and the notifications it asked for.

They observe the run's events: never wait, and never change what a run does.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flux_lsp.engine.events import StepEnded, StepStarted, TextArrived
from flux_lsp.fronts.lsp.convert import to_range
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import Editor, Progress
from flux_lsp.fronts.lsp.review_menu import format_proposal
from flux_lsp.runs.events import (
    EditApplied,
    Event,
    Observer,
    RunEnded,
    RunStarted,
    describe_event,
)
from flux_lsp.runs.explanations import Explanation
from flux_lsp.runs.review import cut_edit
from flux_lsp.runs.words import describe_outcome, describe_price, describe_request

_REPORT_EVERY = 0.1  # seconds; more often only costs the editor redraws

Token = str | int


class ProgressObserver:
    """Work-done progress of one run, under the client's own token if it sent one."""

    def __init__(
        self, editor: Editor, cancel: Callable[[str], object], token: Token | None
    ) -> None:
        """`cancel` ends the run with an id, if the person asks for it."""
        self._editor = editor
        self._cancel = cancel
        self._token = token
        self._progress: Progress | None = None
        self._state = ""
        self._step = ""  # the step of a pipeline that runs now
        self._characters = 0
        self._reported = 0.0

    def __call__(self, event: Event) -> None:
        """Show what an event says."""
        if isinstance(event, RunStarted):
            self._begin(event)
        elif self._progress is None:
            return
        elif isinstance(event, TextArrived):
            self._count(event.text, self._progress)
        elif isinstance(event, RunEnded):
            self._progress.end(describe_outcome(event.result))
        elif (state := describe_event(event)) is not None:
            self._state = self._describe(event, state)
            self._progress.report(self._state)

    def _describe(self, event: Event, state: str) -> str:
        if isinstance(event, StepStarted | StepEnded):
            self._step = state if isinstance(event, StepStarted) else ""
            return state
        return f"{self._step}, {state}" if self._step else state

    def _begin(self, event: RunStarted) -> None:
        request = event.request
        title = f"Flux: {describe_request(request)}"
        # Holds neither this observer nor the request: a circle would keep the document's text.
        cancel = partial(self._cancel, event.run)
        self._progress = self._editor.wire.progress(title, cancel, self._token)

    def _count(self, text: str, progress: Progress) -> None:
        self._characters += len(text)
        if time.monotonic() - self._reported > _REPORT_EVERY:
            self._reported = time.monotonic()
            progress.report(f"{self._state}: {self._characters:,} characters")


def notify_text(editor: Editor) -> Observer:
    """Send `flux/delta` for each piece of an answer, to a client that wants it."""

    def observe(event: Event) -> None:
        if isinstance(event, TextArrived) and editor.can.delta:
            editor.wire.notify("flux/delta", {"run": event.run, "text": event.text})

    return observe


def notify_outcome(editor: Editor, documents: EditorDocuments) -> Observer:
    """Send `flux/outcome` at the end of each run, to a client that wants it."""
    applied: list[EditApplied] = []

    def observe(event: Event) -> None:
        if isinstance(event, EditApplied) and event.accepted is None:
            applied.append(event)
        if not isinstance(event, RunEnded) or not editor.can.outcome:
            return
        params: dict[str, Any] = {**event.result.to_json()}
        for each in applied:
            edit = cut_edit(event.run, event.result.action, each.edit)
            params["edit"] = format_proposal(edit, documents.make_uri)
        if event.proposal is not None:
            params["proposal"] = format_proposal(event.proposal, documents.make_uri)
        if event.explanation is not None:
            params |= _format_explanation(event.explanation, documents)
            params["by"] = describe_price(event.result)
        params["said"] = describe_outcome(event.result)
        editor.wire.notify("flux/outcome", params)

    return observe


def _format_explanation(explanation: Explanation, documents: EditorDocuments) -> dict[str, Any]:
    snapshot = explanation.snapshot
    return {
        "text": explanation.markdown,
        "title": explanation.title,
        "uri": snapshot.uri,
        "range": to_range(snapshot, explanation.span, documents.encoding),
    }

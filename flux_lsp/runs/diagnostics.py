"""Turns diagnostics, which fronts get as LSP's JSON from any client, into values of the project.

Never trusts their form, and never decides what to do about them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flux_lsp.context.values import Diagnostic
from flux_lsp.core.text import Span

_SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}

# Where a range {start: {line, character}, end: …} is in a text; only a front knows how it counts.
Place = Callable[[Mapping[str, Mapping[str, int]]], Span]


def is_range(value: object) -> bool:
    """Whether this is a range: whole numbers from 0 for both of its ends."""
    return isinstance(value, Mapping) and all(
        isinstance(value.get(end), Mapping)
        and all(
            isinstance(value[end].get(part), int)
            and not isinstance(value[end][part], bool)
            and value[end][part] >= 0
            for part in ("line", "character")
        )
        for end in ("start", "end")
    )


def find_mistake(diagnostics: Iterable[object]) -> str | None:
    """Say what is wrong with a list of diagnostics, None when nothing is."""
    if all(isinstance(entry, Mapping) and is_range(entry.get("range")) for entry in diagnostics):
        return None
    return "`diagnostics` is a list of LSP diagnostics, each with its `range`"


def read_diagnostics(
    diagnostics: Iterable[Mapping[str, Any]], place: Place
) -> tuple[Diagnostic, ...]:
    """Read a list in which `find_mistake` finds nothing wrong."""
    return tuple(
        Diagnostic(
            span=place(raw["range"]),
            severity=_SEVERITIES.get(raw.get("severity", 1), "error"),
            message=get_message(raw),
            source=str(raw.get("source") or ""),
            code=str(raw.get("code") or ""),
        )
        for raw in diagnostics
    )


def get_message(diagnostic: Mapping[str, Any]) -> str:
    """The text of the message, which since LSP 3.18 may be markup: `{kind, value}`."""
    message = diagnostic.get("message", "")
    if isinstance(message, Mapping):
        message = message.get("value", "")
    return message if isinstance(message, str) else str(message)

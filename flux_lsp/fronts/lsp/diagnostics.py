"""Prepares LSP diagnostics for the menu; they come from any client, so it trusts none of their parts.

Never decides what to do about them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flux_lsp.runs.diagnostics import get_message

_FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)


def format_headline(diagnostic: Mapping[str, Any]) -> str:
    """Return the message as one line, without the code fences that markup may hold."""
    text = get_message(diagnostic)
    if isinstance(diagnostic.get("message"), Mapping):
        text = _FENCE.sub("", text)
    return " ".join(text.split())


def select_on_lines(
    diagnostics: Iterable[Mapping[str, Any]], first: int, last: int
) -> list[Mapping[str, Any]]:
    """Select those that touch the 0-based lines `first..last`; all if none does, like a run."""
    every = list(diagnostics)
    return [diagnostic for diagnostic in every if _is_on_lines(diagnostic, first, last)] or every


def _is_on_lines(diagnostic: Mapping[str, Any], first: int, last: int) -> bool:
    place = diagnostic["range"]
    start, end = place["start"], place["end"]
    below = end["line"]
    if end["character"] == 0 and below > start["line"]:
        below -= 1  # it ends where that line begins
    return bool(start["line"] <= last and first <= below)

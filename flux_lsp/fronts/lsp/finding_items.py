"""Findings as LSP says them: diagnostics, and the code actions that mend or dismiss one.

Never reads a document: a finding knows the text of its lines.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flux_lsp.actions.action import Action
from flux_lsp.core.text import split_lines
from flux_lsp.fronts.lsp.menu import Menu
from flux_lsp.fronts.lsp.protocol.positions import Encoding, count_units

if TYPE_CHECKING:
    from flux_lsp.runs.findings.values import PlacedFinding

_SEVERITIES: Mapping[str, int] = {"error": 1, "warning": 2, "information": 3, "hint": 4}
_MENDS = "quickfix.flux.fix"
_LONGEST_TITLE = 80  # characters of a menu entry


def format_finding(placed: "PlacedFinding", encoding: Encoding) -> dict[str, Any]:
    """Format a finding as a diagnostic on its lines, without the blanks at both ends."""
    finding = placed.finding
    return {
        "range": _find_range(placed, encoding),
        "severity": _SEVERITIES[finding.severity],
        "source": "flux",
        "code": placed.code,
        "message": "\n".join(filter(None, (finding.title, finding.text))),
        "data": {"finding": placed.id},
    }


def list_fixes(
    placed: "PlacedFinding", uri: str, version: int, menu: Menu, encoding: Encoding
) -> list[dict[str, Any]]:
    """List the code actions of a finding: mend it if it says how, and dismiss it."""
    item = format_finding(placed, encoding)
    dismissal = {"uri": uri, "finding": placed.id}
    entries = [_make_entry("dismiss", placed.finding.title, "flux.dismiss", dismissal, item)]
    editing = next((a for a in menu.actions if _takes_instruction(a)), None)
    if editing is None or not placed.finding.fix:
        return entries
    order = {
        "action": editing.id,
        "uri": uri,
        "range": item["range"],
        "version": version,
        "instruction": placed.finding.fix,
    }
    fix = _make_entry("fix", placed.finding.fix, "flux.run", order, item)
    if menu.marks_generated:
        fix["tags"] = [1]  # LLMGenerated
    if menu.disabled and menu.shows_disabled:
        fix["disabled"] = {"reason": menu.disabled}
    return [fix, *entries]


def leave_out_repeated(
    actions: Sequence[dict[str, Any]], fixes: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Leave out each entry that fixes nothing but findings that an entry of `fixes` mends itself."""
    mended = [fix["diagnostics"][0]["data"] for fix in fixes if fix["kind"] == _MENDS]

    def is_repeated(action: dict[str, Any]) -> bool:
        items = action.get("diagnostics") if action["kind"] == _MENDS else None
        return bool(items) and all(item.get("data") in mended for item in items or ())

    return [action for action in actions if not is_repeated(action)]


def _takes_instruction(action: Action) -> bool:
    return action.returns == "edit" and action.needs_instruction


def _make_entry(
    verb: str, words: str, command: str, argument: dict[str, Any], item: dict[str, Any]
) -> dict[str, Any]:
    """Make an entry whose title holds the words that are sent, so that a person sees them before."""
    words = " ".join(words.split())
    short = words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1]}…"
    title = f"Flux: {verb} “{short}”"
    return {
        "title": title,
        "kind": f"quickfix.flux.{verb}",
        "diagnostics": [item],
        "command": {"title": title, "command": command, "arguments": [argument]},
    }


def _find_range(placed: "PlacedFinding", encoding: Encoding) -> dict[str, dict[str, int]]:
    lines = split_lines(placed.lines_text) or [""]
    first, last = lines[0], lines[-1].rstrip()
    indent = len(first) - len(first.lstrip())
    start, end = count_units(first, indent, encoding), count_units(last, len(last), encoding)
    return {
        "start": {"line": placed.block.first, "character": start},
        "end": {"line": placed.block.first + len(lines) - 1, "character": end},
    }

"""Formats the doctor's findings as a page for a person; what is wrong comes first.

Never adds a finding: the JSON document holds them all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

# What a client may lack, and what Flux does about it; dotted paths into its capabilities.
_ABILITIES = {
    "workspace.applyEdit": ("edits are applied in the editor", "changes come as patch files"),
    "workspace.workspaceEdit.documentChanges": (
        "edits carry the document's version",
        "the server alone checks the document's version",
    ),
    "window.workDoneProgress": ("progress is shown", "there is no progress"),
    "window.showDocument.support": (
        "explanations open as a document",
        "explanations come as a message with a file's path",
    ),
    "workspace.configuration": (
        "settings are asked for",
        "settings are what the editor sends by itself",
    ),
    "textDocument.codeAction.disabledSupport": (
        "actions that cannot run say why",
        "actions that cannot run are left out",
    ),
}

_NO_INDEX = {
    "off": "switched off by `context.project`",
    "none": "none yet; the first run builds it in the background",
    "unreadable": "cannot be read; the next run builds it again",
}


def format_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """The page."""
    yield f"Flux LSP {document['version']} · Python {document['python']}"
    yield f"{document['platform']}"
    yield ""
    key = document["key"]
    yield _format_finding(key["found"], f"Key: {key['source']}", f"{key['hint']}.")
    ledger = document["ledger"]
    yield _format_finding(ledger["writable"], f"Ledger: {ledger['path']}", f"{ledger['problem']}.")
    yield from _format_models(document)
    for alert in document["alerts"]:
        yield _format_finding(False, "Money and models", f"{alert}.")
    for warning in document["warnings"]:
        yield _format_finding(False, "Settings", warning)
    yield from _format_places(document)
    yield from _format_settings(document["settings"])
    yield from _format_session(document["last_session"])


def _format_finding(good: bool, what: str, trouble: str) -> str:
    return f"✓ {what}" if good else f"✗ {what}\n    {trouble}"


def _format_models(document: Mapping[str, Any]) -> Iterator[str]:
    for tier in document["models"]:
        standing = tier["availability"]
        what = f"{tier['tier'].capitalize()}: {tier['model']} ({tier['why']})"
        if standing == "unknown":
            yield f"? {what}\n    {document['models_fault'] or 'Not asked whether it answers'}."
        else:
            yield _format_finding(
                standing == "available", what, f"This key cannot use it ({standing})."
            )
        if tier["warning"]:
            yield f"    {tier['warning']}."


def _format_places(document: Mapping[str, Any]) -> Iterator[str]:
    workspace, prices = document["workspace"], document["prices"]
    trusted = "trusted" if workspace["trusted"] else "not trusted"
    there = "" if document["user_file"]["exists"] else " (there is none)"
    yield ""
    yield f"Prices     as of {prices['as_of']}" + (
        f", and {prices['own_file']}" if prices["own_file"] else ""
    )
    yield f"Log        {document['log']['path']}"
    yield f"User file  {document['user_file']['path']}{there}"
    yield f"Workspace  {workspace['root']}, {trusted}: {workspace['why']}"
    for path in workspace["files"]:
        yield f"Read       {path}"
    checks = document["checks"]
    yield f"Checks     {', '.join(checks['names']) or 'none'}; sandbox: {checks['sandbox']}"
    yield f"Index      {_describe_index(document['index'])}"


def _describe_index(index: Mapping[str, Any]) -> str:
    if index["state"] in _NO_INDEX:
        return _NO_INDEX[index["state"]]
    rest = "" if index["state"] == "complete" else ", not complete yet"
    return (
        f"{index['files']:,} files, {index['definitions']:,} definitions, "
        f"{index['references']:,} words, {index['bytes'] / 1e6:.1f} MB at {index['path']}{rest}"
    )


def _format_settings(settings: list[dict[str, Any]]) -> Iterator[str]:
    yield ""
    yield "Settings in effect"
    width = max(len(entry["key"]) for entry in settings)
    for entry in settings:
        value = "–" if entry["value"] is None else str(entry["value"])
        yield f"  {entry['key']:<{width}}  {value:<12}  {entry['source']}"


def _format_session(session: Mapping[str, Any] | None) -> Iterator[str]:
    yield ""
    if session is None:
        yield "No editor has started the server yet, or it keeps its data elsewhere."
        return
    client = session.get("client")
    name = client.get("name", "unnamed") if isinstance(client, Mapping) else "unnamed"
    version = client.get("version", "") if isinstance(client, Mapping) else ""
    yield f"Last editor: {name} {version}".rstrip()
    for path, (able, unable) in _ABILITIES.items():
        yield f"  {able if _get_value(session.get('capabilities'), path) else unable}"


def _get_value(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value

"""Reads the places that a plugin names as concerning a target, as `related` of `flux.run` has them.

Never trusts their form, and takes none outside of the workspace folder of the run's document.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flux_lsp.context.values import RelatedPlace
from flux_lsp.core.text import LineRange
from flux_lsp.runs.diagnostics import is_range
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.uris import parse_file_uri

_MOST = 20
_LONGEST_REASON = 80  # code points


def find_related_mistake(related: Iterable[object]) -> str | None:
    """Say what is wrong with a list of related places, None when nothing is."""
    if all(
        isinstance(entry, Mapping)
        and isinstance(entry.get("uri"), str)
        and is_range(entry.get("range"))
        and isinstance(entry.get("why") or "", str)
        for entry in related
    ):
        return None
    return "`related` is a list of {uri, range, why}, the ranges as LSP has them"


def read_related(
    related: Iterable[Mapping[str, Any]], document: str, documents: WorkspaceDocuments
) -> tuple[RelatedPlace, ...]:
    """Read a list in which `find_related_mistake` finds nothing wrong; `document` is the run's uri."""
    places = []
    for entry in tuple(related)[:_MOST]:
        file = parse_file_uri(entry["uri"])
        path = documents.get_display_path(entry["uri"])
        if (
            file is None
            or ".." in file.parts
            or parse_file_uri(documents.make_uri(path, beside=document)) != file
        ):
            continue
        first, last = entry["range"]["start"]["line"] + 1, entry["range"]["end"]["line"] + 1
        why = " ".join((entry.get("why") or "").split())[:_LONGEST_REASON]
        lines = LineRange(first, max(first, last))
        places.append(RelatedPlace(path, lines, why or "named by the editor"))
    return tuple(dict.fromkeys(places))

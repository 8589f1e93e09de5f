"""Reads what lies around a document on disk: exclusions, guidance files, the place for its tests.

Blocks but for `gather_context`, so it is called in a thread; never reads a file that may not be sent.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flux_lsp.actions.action import Action
from flux_lsp.context.changes import is_commit_buffer
from flux_lsp.context.exclude import explain_exclusion
from flux_lsp.context.file_names import is_outside
from flux_lsp.context.guidance import load_guidance
from flux_lsp.context.test_place import PlaceOfTests, find_place
from flux_lsp.context.values import OtherFile
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.engine.services import TestFile, WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.runs.changes import read_changes
from flux_lsp.runs.other_files import read_other_file
from flux_lsp.runs.project_index import ProjectIndexes
from flux_lsp.runs.uris import find_named_file
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

ReadDocument = Callable[[str], Snapshot | None]  # uri -> the open document, else the file


async def gather_context(
    root: Path | None,
    settings: Settings,
    text_of: ReadDocument,
    projects: ProjectIndexes,
    request: Request,
    action: Action,
    *,
    patience: float,
) -> WorkspaceContext:
    """Read the context of a run, and open the index of its project meanwhile.

    `patience`: seconds to wait for a new index.
    """
    reading = _read_around(request, action, root, settings, text_of)
    if root is None or not settings.context.project:
        return await reading
    opening = projects.open(root, request.snapshot.path, settings.context.exclude, patience)
    context, project = await asyncio.gather(reading, opening)
    return replace(context, project=project, shown_before=projects.get_shown(root))


async def _read_around(
    request: Request, action: Action, root: Path | None, settings: Settings, text_of: ReadDocument
) -> WorkspaceContext:
    """Read what is on the disk, and then what changed, if the action is about that."""
    reading = asyncio.to_thread(read_workspace_context, request, action, root, settings, text_of)
    around = await reading
    if not action.shows_changes or around.excluded is not None:
        return around
    changes = await read_changes(request.snapshot, root, settings.context.exclude)
    if isinstance(changes, Problem):
        return replace(around, problem=changes)
    return replace(around, changes=changes)


def read_workspace_context(
    request: Request, action: Action, root: Path | None, settings: Settings, text_of: ReadDocument
) -> WorkspaceContext:
    """Read all that a run needs from the disk around its document; open documents come first."""
    snapshot = request.snapshot

    def check_file(file: Path) -> str | None:
        return explain_exclusion(file, root, settings.context.exclude)

    reason = check_file(find_named_file(snapshot.uri) or Path(snapshot.path))
    if action.shows_changes and is_commit_buffer(snapshot):
        reason = None  # it lies in `.git`; only the message in it is shown
    if reason is not None:
        return WorkspaceContext(excluded=reason)
    if root is None:
        return WorkspaceContext()
    guidance = load_guidance(root, snapshot.path) if settings.context.guidance else ()
    allowed = tuple(g for g in guidance if check_file(root / g.path) is None)

    def why_not(path: str) -> str | None:
        if is_outside(root / path, root):
            return "a link leads from there out of the workspace"
        return check_file(root / path)

    def read_other(path: str) -> OtherFile | None:
        return read_other_file(path, root, snapshot, text_of, why_not)

    around = WorkspaceContext(guidance=allowed, explain_exclusion=why_not, read_other=read_other)
    if action.returns != "tests":
        return around
    place = _find_test_place(root, request)
    reason = _check_test_place(root, place, check_file)
    if reason is not None:
        return WorkspaceContext(excluded=f"its tests are in `{place.path}`, and {reason}")
    existing = text_of((root / place.path).as_uri()) if place.existing else None
    test_file = TestFile(
        place.path, place.framework, existing, place.facts, place.piece, place.advice
    )
    return replace(around, test_file=test_file)


def _check_test_place(
    root: Path, place: PlaceOfTests, excluded: Callable[[Path], str | None]
) -> str | None:
    """Say why Flux may neither read nor write the file for the tests; None when it may."""
    file = root / place.path
    if is_outside(file, root):
        return "a link leads from there out of the workspace"
    return excluded(file) if place.existing else None


def _find_test_place(root: Path, request: Request) -> PlaceOfTests:
    snapshot = request.snapshot
    parsed = parse(snapshot.text, find_language(snapshot.language_id, snapshot.path))
    symbol = parsed.find_enclosing(request.selection) if parsed else None
    return find_place(root, snapshot, symbol.name if symbol else "")

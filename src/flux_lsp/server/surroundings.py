"""What lies around a document on disk: exclusions, guidance files and the place for its tests.

Blocks, so it is called in a thread; never reads a file that may not be sent.
"""

from collections.abc import Callable
from pathlib import Path

from flux_lsp.context.exclude import load_exclusions
from flux_lsp.context.guidance import load_guidance
from flux_lsp.context.test_place import find_place
from flux_lsp.core.text import Snapshot
from flux_lsp.engine.action import Action
from flux_lsp.engine.services import Surroundings, TestFile
from flux_lsp.engine.values import Request
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import language_for
from flux_lsp.syntax.tree import parse

TextOf = Callable[[str], Snapshot | None]  # uri -> the open document, else the file


def look_around(
    request: Request, action: Action, root: Path | None, settings: Settings, text_of: TextOf
) -> Surroundings:
    """Everything a run needs from the disk around its document; open documents come first."""
    snapshot = request.snapshot
    exclusions = load_exclusions(root, snapshot.path, settings.context.exclude)
    excluded = exclusions.reason(snapshot.path)
    if excluded is not None:
        return Surroundings(excluded=excluded)

    def why_excluded(path: str) -> str | None:
        return load_exclusions(root, path, settings.context.exclude).reason(path)

    guidance = load_guidance(root, snapshot.path) if root and settings.context.guidance else ()
    allowed = tuple(g for g in guidance if exclusions.reason(g.path) is None)
    test_file = None
    if action.answers == "tests" and root is not None:
        test_file = _test_file(root, request, text_of)
        theirs = load_exclusions(root, test_file.path, settings.context.exclude)
        named = theirs.reason(test_file.path) if test_file.snapshot else None
        if named is not None:
            return Surroundings(excluded=f"its tests are in `{test_file.path}`, and {named}")
    return Surroundings(guidance=allowed, test_file=test_file, why_excluded=why_excluded)


def _test_file(root: Path, request: Request, text_of: TextOf) -> TestFile:
    snapshot = request.snapshot
    parsed = parse(snapshot.text, language_for(snapshot.language_id, snapshot.path))
    symbol = parsed.enclosing(request.selection) if parsed else None
    place = find_place(root, snapshot, symbol.name if symbol else "")
    existing = text_of((root / place.path).as_uri()) if place.existing else None
    return TestFile(place.path, place.framework, existing, place.facts)

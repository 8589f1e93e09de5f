"""Edits and fixes that ruff makes: imports, unused names, what it calls safe.

Never takes a fix that ruff calls unsafe, but for unused variables; never one that loses a comment.
"""

import json
import re
import sys
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from flux_lsp.core.text import Change, Span, find_line_starts, split_lines
from flux_lsp.models.offline.answers import CannotAnswer, OfflineAnswer, TextChanges
from flux_lsp.models.offline.request import OfflineRequest
from flux_lsp.models.offline.tools import run_tool

# What other checkers call the rules of ruff that it can fix.
_SAME_RULE = {"W0611": "F401", "W0612": "F841", "reportUnusedImport": "F401", "C0303": "W291"}
EVERYWHERE = [range(1, sys.maxsize)]


async def apply_fixes(request: OfflineRequest, rules: str) -> OfflineAnswer:
    """Every safe fix for `rules` (ruff's, with commas): imports of the file, the rest in the target."""
    is_import = rules in {"F401", "I001"}
    return await _fix(request, rules, EVERYWHERE if is_import else [request.target_lines()])


async def fix_diagnostics(request: OfflineRequest) -> OfflineAnswer:
    """The safe fixes that ruff has on the lines of the reported diagnostics, for their rules."""
    codes = {_SAME_RULE.get(code, code) for _, code in request.diagnostics}
    known = sorted(code for code in codes if re.fullmatch(r"[A-Z]{1,4}\d{3,4}", code))
    return await _fix(request, ",".join(known), [lines for lines, _ in request.diagnostics])


async def _fix(request: OfflineRequest, rules: str, wanted: list[range]) -> OfflineAnswer:
    path, text = PurePosixPath(request.path), request.text
    names = {name for name in path.with_suffix("").parts if name.isidentifier()}
    longest = max((len(line.rstrip()) for line in split_lines(text)), default=0)
    after = await run_tool(
        *("ruff", "-m", "ruff", "check", "--isolated", "--no-cache", "--preview", "--fix-only"),
        *("--select", rules, "--target-version", f"py3{sys.version_info.minor}"),
        *(
            "--config",
            f"lint.isort.known-first-party={json.dumps(sorted(names - sys.stdlib_module_names))}",
        ),
        *("--config", f"lint.extend-safe-fixes={json.dumps(['F841'] if 'F841' in rules else [])}"),
        *("--config", f"line-length={min(max(longest, 79), 120)}"),
        *("--stdin-filename", path.name, "-"),
        stdin=text,
    )
    if isinstance(after, CannotAnswer):
        return after
    changes = tuple(diff_lines(text, after, wanted))
    if not changes:
        return CannotAnswer(f"ruff has no safe fix for {rules or 'this'} here")
    return TextChanges(request.path, text, changes, f"Applied ruff's safe fixes for {rules}.")


def diff_lines(text: str, after: str, wanted: Sequence[range]) -> list[Change]:
    """The changed lines that touch a wanted range, 1-based, and lose no comment."""
    old, new = split_lines(text), split_lines(after)
    starts = [*find_line_starts(text), len(text)]
    changes = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        is_wanted = any(lines.start <= max(b, a + 1) and a < lines.stop - 1 for lines in wanted)
        if tag != "equal" and is_wanted and removed.count("#") <= added.count("#"):
            changes.append(Change(Span(starts[a], starts[a] + len(removed)), added))
    return changes

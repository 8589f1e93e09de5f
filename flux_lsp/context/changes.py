"""What a person changed since the last commit, as the model is shown it.

Never runs git and never reads a file.
"""

import re
from dataclasses import dataclass

from flux_lsp.context.values import Context, Excerpt, TargetLines
from flux_lsp.core.text import Snapshot, Span, split_lines
from flux_lsp.core.usage import estimate_tokens
from flux_lsp.syntax.languages import find_language

# What git may put before its own lines in a commit buffer; `core.commentChar` chooses.
_SIGN = re.compile(r"([#;@!$%^&|:/]{1,4})(?:\s|$)")
# Below this line there is a diff, which git cuts off.
_CUT = re.compile(r"\S{1,4} -{8,} >8 -{8,}\s*$|diff --git ")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One text file: its text in the last commit, "" where it was not there, and as it is `now`."""

    before: str
    now: Snapshot


@dataclass(frozen=True, slots=True)
class CommitChanges:
    """The files that changed, in git's order; `hidden` counts those that may not be shown or are no text."""

    files: tuple[ChangedFile, ...]
    hidden: int = 0

    def find(self, path: str) -> ChangedFile | None:
        """Find a file by its path."""
        return next((file for file in self.files if file.now.path == path), None)


def is_commit_buffer(snapshot: Snapshot) -> bool:
    """Whether a document is the message of a commit that a person is about to make."""
    return find_language(snapshot.language_id, snapshot.path).id == "git-commit"


def show_message(snapshot: Snapshot, guidance: tuple[Excerpt, ...]) -> Context:
    """Return the context of a commit buffer: the message alone.

    What git wrote below it is not shown. It names files, and may hold the diff of one that must not
    be sent.
    """
    target = TargetLines(snapshot, find_message(snapshot))
    tokens = estimate_tokens(target.text) + sum(estimate_tokens(g.text) for g in guidance)
    return Context(target, (), guidance, tokens)


def find_message(snapshot: Snapshot) -> Span:
    """Find the lines of a commit buffer above all that git wrote into it."""
    lines = split_lines(snapshot.text)
    cut = next((n for n, line in enumerate(lines) if _CUT.match(line)), len(lines))
    filled = [line for line in lines[: cut + 1] if line.strip()]
    sign = _SIGN.match(filled[-1]) if filled else None
    mark = sign[1] if sign else "#"
    first = next((n for n, line in enumerate(lines[:cut]) if line.startswith(mark)), cut)
    return Span(0, sum(map(len, lines[:first])))

"""What goes into reading an answer and what comes out of it, as frozen values.

Never holds behaviour: the functions of this package do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.edits.markers import DEFAULT_MARKERS, Markers
from flux_lsp.edits.quoting import Quoting

if TYPE_CHECKING:
    from flux_lsp.syntax.tree import Parsed

Parse = Callable[[Snapshot], "Parsed | None"]


def is_never_existing(path: str) -> bool:  # noqa: ARG001 (the signature of `EditScope.existing`)
    """Say that no path exists, for a caller without a workspace."""
    return False


@dataclass(frozen=True, slots=True)
class Target:
    """What the action promised to change: whole lines of one file, a span of its text.

    `selected`: the part of a line that the person selected, None where whole lines are meant.
    `problems`: where the diagnostics are that the answer is to mend.
    """

    path: str
    span: Span
    selected: Span | None = None
    problems: tuple[Span, ...] = ()


@dataclass(frozen=True)
class EditScope:
    """What an answer may work on.

    `files`: every file that may change, by path; the model was shown it or a part of it.
    `locked`: the other files that it was shown, each with why it may not change. `target`: what was
    promised to change; None where a file is to be made. `parsed`: cached trees, for speed only.
    `may_leave_target`: a person can look at a plan first, so an edit outside the target and a plan
    in doubt are allowed and told (`Plan.outside`, `Plan.doubt`); else they are refused.
    `may_create`: new files are allowed. `existing`: whether a path exists in the workspace,
    answered without I/O. `markers`: what frames a block of the text dialect. `quoting`: which lines
    the model was shown; only those may be searched, and quoted in a rejection.
    """

    files: Mapping[str, Snapshot]
    target: Target | None = None
    parsed: Parse | None = None
    may_leave_target: bool = True
    may_create: bool = False
    existing: Callable[[str], bool] = is_never_existing
    markers: Markers = DEFAULT_MARKERS
    quoting: Quoting = field(default_factory=Quoting)
    locked: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_others(self) -> bool:
        """Whether other files than the target's may change."""
        return self.target is not None and self.may_leave_target and len(self.files) > 1


@dataclass(frozen=True, slots=True)
class FileChange:
    """What changes in one file: minimal, sorted, disjoint; spans are of the snapshot's text.

    `steps` names, for each edit of the answer, the step that found its place.
    """

    path: str
    changes: tuple[Change, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to create."""

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A verified answer. Empty `files` and `new_files` only where `already_applied`.

    `outside`: something outside the target, or in another file, changes. `doubt`: why a person
    should look at it before it is applied, a sentence without a full stop; "" when nothing is in
    doubt. A plan with either is proposed, never applied unasked.
    """

    files: tuple[FileChange, ...]
    new_files: tuple[NewFile, ...] = ()
    note: str = ""
    outside: bool = False
    doubt: str = ""
    already_applied: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """Why an answer cannot be used.

    `message` is a plain sentence for the person; `feedback` the smallest facts for the model, and
    starts with the code; `searched` the search texts that failed, so that a repeat is seen.
    `beyond`: the answer is about other files, too, so that a rewrite of the target is a part of it.
    `words`: what the model wrote in place of an edit; `prose`: it holds no code.
    """

    code: ErrorCode
    message: str
    feedback: str
    searched: tuple[str, ...] = ()
    beyond: bool = False
    words: str = ""
    prose: bool = False


def reject(code: ErrorCode, message: str, facts: str, searched: tuple[str, ...] = ()) -> Reject:
    """Return a Reject whose feedback is its code and then `facts`."""
    return Reject(code, message, f"{code}: {facts}", searched)

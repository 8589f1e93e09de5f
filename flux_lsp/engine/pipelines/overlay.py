"""The edits of all steps so far, laid over the documents as they were at the start.

Pure; every change in it has passed the reading of its own step. Never changes a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flux_lsp.checks.values import CheckedEdit
from flux_lsp.context.values import Excerpt, OtherFile, ShownFile
from flux_lsp.core.text import Change, LineRange, Snapshot, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.values import FileChange, NewFile, Plan
from flux_lsp.engine.pipelines.values import TouchedFile
from flux_lsp.engine.services import TestFile, WorkspaceContext

_WHOLE = 300  # lines of a changed file that is shown as a whole
_AROUND = 20  # lines around a change of a longer one
_NEW = "flux-new:"  # the uri of a file that an earlier step made, which is nowhere yet
_MADE_BEFORE = (
    "An earlier step of this run has made this file: add to it, and repeat nothing of it."
)


@dataclass(frozen=True, slots=True)
class LaidFile:
    """A file as it was at the start, and its text now."""

    base: Snapshot
    text: str

    @property
    def now(self) -> Snapshot:
        """The file as the next step sees it."""
        return replace(self.base, text=self.text)


@dataclass(frozen=True)
class Overlay:
    """Changed files by their uri, new ones by their path.

    `outside` and `doubt` as in a plan: of any step.
    """

    files: Mapping[str, LaidFile] = field(default_factory=dict)
    new_files: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False
    doubt: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.files and not self.new_files

    def add(self, plan: Plan, base: Mapping[str, Snapshot]) -> "Overlay":
        """Return the overlay with a plan of a step on it; `base`: what the step saw, by path."""
        files, new_files = dict(self.files), dict(self.new_files)
        for change in plan.files:
            before = base[change.path]
            text = apply_changes(before.text, change.changes)
            if before.uri.startswith(_NEW):
                new_files[change.path] = text
                continue
            start = files[before.uri].base if before.uri in files else before
            files[before.uri] = LaidFile(start, text)
            if text == start.text:
                del files[before.uri]
        new_files |= {new.path: new.content for new in plan.new_files}
        laid = Overlay(files, new_files, self.outside or plan.outside, self.doubt)
        return laid.add_doubt(plan.doubt)

    def add_doubt(self, doubt: str) -> "Overlay":
        """Return the overlay with a reason why a person should look at it first."""
        doubts = dict.fromkeys(filter(None, (self.doubt, doubt)))
        return replace(self, doubt=". ".join(doubts))

    def list_changes(self, snapshot: Snapshot) -> tuple[Change, ...]:
        """List what the steps changed in a document, as changes of its text at the start."""
        laid = self.files.get(snapshot.uri)
        return () if laid is None else find_changes(laid.base.text, laid.text)

    def show(self, snapshot: Snapshot) -> Snapshot:
        """Return a document with the edits so far."""
        laid = self.files.get(snapshot.uri)
        return snapshot if laid is None else replace(snapshot, text=laid.text)

    def make_plan(self) -> tuple[Plan, dict[str, Snapshot]]:
        """Return everything as one plan, and what its spans refer to, by path."""
        changes = [
            FileChange(laid.base.path, find_changes(laid.base.text, laid.text), ("pipeline",))
            for laid in self.files.values()
        ]
        new = tuple(NewFile(path, content) for path, content in self.new_files.items())
        plan = Plan(tuple(changes), new, outside=self.outside, doubt=self.doubt)
        return plan, {laid.base.path: laid.base for laid in self.files.values()}

    def lay_over(self, around: WorkspaceContext, own: str) -> WorkspaceContext:
        """Return what lies around the document `own` (a uri), with the edits so far.

        What earlier steps changed in other files is shown in any case.
        """

        def read_other(path: str) -> OtherFile | None:
            if path in self.new_files:
                return OtherFile(self._make_new(path))
            other = around.read_other(path)
            return None if other is None else replace(other, snapshot=self.show(other.snapshot))

        tests = around.test_file and self._lay_over_tests(around.test_file)
        changed = [laid.now for uri, laid in self.files.items() if uri != own]
        changed += [self._make_new(path) for path in self.new_files]
        listed = {tests.path} if tests is not None else set()  # shown by the action itself
        shown = tuple(_show_file(each, self.files) for each in changed if each.path not in listed)
        return replace(
            around, read_other=read_other, test_file=tests, shown=(*around.shown, *shown)
        )

    def lay_under(self, edit: CheckedEdit) -> CheckedEdit:
        """Return an edit of a step with those of all steps before, against the files at the start."""
        start = {laid.base.path: laid.base.text for laid in self.files.values()}
        before = {path: text for path, text in edit.before.items() if path not in self.new_files}
        now = {laid.base.path: laid.text for laid in self.files.values()}
        after = {**now, **self.new_files, **edit.after}
        return replace(edit, before={**before, **start}, after=after)

    def _make_new(self, path: str) -> Snapshot:
        return Snapshot(f"{_NEW}{path}", path, "", None, self.new_files[path])

    def _lay_over_tests(self, tests: TestFile) -> TestFile:
        piece = None if tests.piece and tests.piece[0] in self.new_files else tests.piece
        if tests.snapshot is not None:
            return replace(tests, snapshot=self.show(tests.snapshot), piece=piece)
        if tests.path not in self.new_files:
            return replace(tests, piece=piece)
        facts = f"{tests.facts}\n{_MADE_BEFORE}"
        return replace(tests, snapshot=self._make_new(tests.path), facts=facts, piece=piece)


def list_touched(plan: Plan, base: Mapping[str, Snapshot], why: str) -> tuple[TouchedFile, ...]:
    """List what a plan of a step changed, for the next one."""
    touched = [
        TouchedFile(change.path, _describe_lines(base[change.path], change), why)
        for change in plan.files
    ]
    touched += [TouchedFile(new.path, "new file", why) for new in plan.new_files]
    return tuple(touched)


def _describe_lines(base: Snapshot, change: FileChange) -> str:
    """Name the lines that a change comes to, as they are after it."""
    after = replace(base, text=apply_changes(base.text, change.changes))
    shift, names = 0, []
    for each in change.changes:
        start = each.span.start + shift
        shift += len(each.text) - len(each.span)
        first = after.get_line(start) + 1
        last = after.get_line(max(start, start + len(each.text) - 1)) + 1
        names.append(str(LineRange(first, last)))
    return ", ".join(dict.fromkeys(names))


def _show_file(snapshot: Snapshot, files: Mapping[str, LaidFile]) -> ShownFile:
    """Show the whole of a short or new file, and the changes of a longer one."""
    laid = files.get(snapshot.uri)
    total = snapshot.line_count
    if laid is None or total <= _WHOLE:
        return ShownFile(snapshot, (_cut_excerpt(snapshot, 1, min(total, 4 * _WHOLE)),))
    ranges: list[tuple[int, int]] = []
    shift = 0
    for change in find_changes(laid.base.text, laid.text):
        start = change.span.start + shift
        shift += len(change.text) - len(change.span)
        first = max(1, snapshot.get_line(start) + 1 - _AROUND)
        last = min(total, snapshot.get_line(start + len(change.text)) + 1 + _AROUND)
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(last, ranges[-1][1]))
        else:
            ranges.append((first, last))
    return ShownFile(snapshot, tuple(_cut_excerpt(snapshot, *each) for each in ranges))


def _cut_excerpt(snapshot: Snapshot, first: int, last: int) -> Excerpt:
    text = snapshot.get_line_span(first - 1, last - 1).extract(snapshot.text)
    lines = LineRange(first, last)
    return Excerpt(snapshot.path, lines, text, "changed by an earlier step", snapshot.line_count)

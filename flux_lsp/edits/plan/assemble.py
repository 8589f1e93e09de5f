"""Brings everything that an answer asks for to its files: a plan that is not verified yet.

Never makes a part of a plan: if one edit has no place there is no plan.
"""

from dataclasses import replace

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.location import AlreadyApplied, UniquePlace
from flux_lsp.edits.parse.answer import Edit, ParsedAnswer
from flux_lsp.edits.parse.placeholders import find_left_out, find_left_out_by_dots
from flux_lsp.edits.plan.feedback import join_rejects, refuse_clash, refuse_failed, refuse_unseen
from flux_lsp.edits.plan.group_by_file import GroupedAnswer, group_by_file
from flux_lsp.edits.plan.repeats import find_repeat
from flux_lsp.edits.plan.resolve import ResolvedEdits, resolve_edits
from flux_lsp.edits.plan.rewrite import rewrite_target
from flux_lsp.edits.plan.unseen import find_unseen
from flux_lsp.edits.plan.within_line import Rewrite
from flux_lsp.edits.values import EditScope, FileChange, NewFile, Plan, Reject, reject
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

_PROSE = frozenset({"markdown", "plaintext"})


def assemble(answer: ParsedAnswer, scope: EditScope) -> Plan | Reject:
    """Return a plan with every change that `answer` asks for, or the reason why there is none."""
    if answer.rewrite is not None and scope.target is None:
        return reject(
            ErrorCode.FORMAT,
            "The answer changed the code instead of writing tests",
            "there is no target; use apply_edits",
        )
    parts = group_by_file(answer, scope)
    if isinstance(parts, Reject):
        return parts
    files: list[FileChange] = []
    rejects: list[Reject] = []
    there = False
    doubt = ""
    for path in _list_touched(answer, parts, scope):
        resolved = _assemble_file(path, answer, parts, scope)
        if isinstance(resolved, Reject):
            rejects.append(resolved)
            continue
        there = there or resolved.applied
        doubt = doubt or resolved.doubt or _doubt_other(path, resolved, scope)
        if resolved.changes:
            files.append(FileChange(path, resolved.changes, _name_steps(resolved)))
    if rejects:
        return join_rejects(rejects)
    new_files = tuple(NewFile(path, text) for path, text in parts.new_files.items())
    return _make_plan(files, new_files, answer.note, doubt, there=there)


def _doubt_other(path: str, resolved: ResolvedEdits, scope: EditScope) -> str:
    """Return a sentence about another file that seems to hold an edit already; "" if none does."""
    own = scope.target is None or path == scope.target.path
    if own or not any(isinstance(place, AlreadyApplied) for place in resolved.locations):
        return ""
    return f"{path} seems to hold a part of the change already"


def _list_touched(answer: ParsedAnswer, parts: GroupedAnswer, scope: EditScope) -> list[str]:
    target = [scope.target.path] if answer.rewrite is not None and scope.target else []
    return list(dict.fromkeys([*target, *parts.edits, *parts.fills]))


def _make_plan(
    files: list[FileChange], new_files: tuple[NewFile, ...], note: str, doubt: str, *, there: bool
) -> Plan | Reject:
    if not files and not new_files and not there:
        return reject(
            ErrorCode.NO_CHANGE,
            "The answer changes nothing",
            "your answer leaves the code as it is; nothing was changed",
        )
    nothing = not files and not new_files
    return Plan(tuple(files), new_files, note, doubt=doubt, already_applied=nothing)


def _name_steps(resolved: ResolvedEdits) -> tuple[str, ...]:
    return tuple(
        location.step if isinstance(location, UniquePlace) else "already there"
        for location in resolved.locations
    )


def _assemble_file(
    path: str, answer: ParsedAnswer, parts: GroupedAnswer, scope: EditScope
) -> ResolvedEdits | Reject:
    """Collect all changes of one file."""
    snapshot, edits = scope.files[path], parts.edits.get(path, [])
    target = scope.target if scope.target and scope.target.path == path else None
    known: UniquePlace | None = None
    doubt = ""
    if path in parts.fills:
        known = _fill_file(snapshot, parts.fills[path])
    elif target and answer.rewrite is not None:
        rewrite = rewrite_target(answer.rewrite, target, snapshot, scope.parsed)
        if isinstance(rewrite, Reject):
            return rewrite
        known, doubt = _replace_span(snapshot, rewrite), rewrite.doubt
    resolved = resolve_edits(snapshot.text, edits, target.span if target else None, known)
    resolved = replace(resolved, doubt=doubt or resolved.doubt)
    return _find_fault(path, resolved, snapshot, scope, len(answer.edits)) or resolved


def _fill_file(snapshot: Snapshot, content: str) -> UniquePlace:
    span = Span(0, len(snapshot.text))
    return UniquePlace("whole file", span, (Change(span, content),))


def _replace_span(snapshot: Snapshot, rewrite: Rewrite) -> UniquePlace:
    span = rewrite.span
    return UniquePlace(
        "rewrite", span, find_changes(span.extract(snapshot.text), rewrite.text, span.start)
    )


def _find_fault(
    path: str, resolved: ResolvedEdits, snapshot: Snapshot, scope: EditScope, all_edits: int
) -> Reject | None:
    if resolved.failed:
        quotable = scope.quoting.quote_file(path, snapshot.text)
        return refuse_failed(
            path, resolved, lambda span: _name_symbol(snapshot, span, scope), all_edits, quotable
        )
    if resolved.clash:
        return refuse_clash(path, *resolved.clash)
    unseen = find_unseen(snapshot, resolved, scope.quoting)
    if unseen is not None:
        return refuse_unseen(path, resolved, unseen)
    return _refuse_left_out(snapshot, resolved) or _refuse_repeats(snapshot, resolved)


def _name_symbol(snapshot: Snapshot, span: Span, scope: EditScope) -> str:
    parsed = scope.parsed(snapshot) if scope.parsed else None
    language = find_language(snapshot.language_id, snapshot.path)
    parsed = parsed or parse(snapshot.text, language)
    symbol = parsed.find_enclosing(span) if parsed else None
    return symbol.qualified if symbol else ""


def _refuse_repeats(snapshot: Snapshot, resolved: ResolvedEdits) -> Reject | None:
    for i, (edit, location) in enumerate(zip(resolved.edits, resolved.locations, strict=True)):
        if not isinstance(location, UniquePlace):
            continue
        text = resolved.later_texts.get(i, snapshot.text)
        beside = find_repeat(text, location.region, edit.old, edit.new)
        if beside is not None:
            number, line = text.count("\n", 0, beside[0]) + 1, beside[1].strip()
            return reject(
                ErrorCode.SEARCH_TEXT_NOT_FOUND,
                "The answer repeats a line that stands right beside its place",
                f"your new text holds a line that the file has right there already, near line "
                f"{number}:\n{number}: {line}\nPut that line into the search text too, or leave it "
                "out of the new text",
                (edit.old,),
            )
    return None


def _refuse_left_out(snapshot: Snapshot, resolved: ResolvedEdits) -> Reject | None:
    prose = find_language(snapshot.language_id, snapshot.path).id in _PROSE
    for edit, location in zip(resolved.edits, resolved.locations, strict=True):
        if isinstance(location, AlreadyApplied) or (
            isinstance(location, UniquePlace) and location.step == "left-out lines"
        ):
            continue
        line = _find_placeholder(edit, resolved.doc, prose=prose)
        if line is not None:
            return reject(
                ErrorCode.ELISION,
                "The answer left out code",
                f"the line `{line.strip()}` in your new text stands for code you left out. Write "
                "it out, or search for fewer lines",
                (edit.old,),
            )
    return None


def _find_placeholder(edit: Edit, doc: TextLines, *, prose: bool) -> str | None:
    old, new = edit.old.split("\n"), edit.new.split("\n")
    line = find_left_out(new, old)
    if line is not None:
        line = find_left_out(new, [*old, *doc.lines])
    return line if line or prose else find_left_out_by_dots(new, old)

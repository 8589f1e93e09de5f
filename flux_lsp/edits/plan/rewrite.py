"""Puts a rewrite of the target into the file: decides its lines, its indentation, its characters.

Never takes an answer that is not a new text of the target: an empty one, one with placeholders.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.change.blank_runs import FileLine
from flux_lsp.edits.change.merge import MergeSides, join_lines, merge_lines
from flux_lsp.edits.document import BOM, TextLines
from flux_lsp.edits.indentation import get_indent
from flux_lsp.edits.locate.file_characters import keep_characters
from flux_lsp.edits.parse.placeholders import find_left_out, find_left_out_by_dots
from flux_lsp.edits.parse.undo_damage import strip_fence, strip_numbers
from flux_lsp.edits.plan.coverage import cover
from flux_lsp.edits.plan.doc_comment import place_comment
from flux_lsp.edits.plan.losses import find_lost_symbols
from flux_lsp.edits.plan.reindent_rewrite import reindent_rewrite
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext
from flux_lsp.edits.plan.within_line import Rewrite, place_in_line
from flux_lsp.edits.values import Parse, Reject, Target, reject
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

_TAG = re.compile(r"^\s*</?(?:target|code|file)(?:\s[^<>]{0,300})?>\s*$")


def rewrite_target(
    code: str, target: Target, snapshot: Snapshot, parsed: Parse | None
) -> Rewrite | Reject:
    """Return what the answer `code`, a new text of the whole `target`, changes in the file."""
    doc = TextLines(snapshot.text)
    home = _find_lines(doc, target.span)
    old = doc.lines[home.start : home.stop]
    answer = code.replace("\r\n", "\n").replace(BOM, "").removesuffix("\n").split("\n")
    lines = _unwrap(answer, old, doc.lines)
    if not any(line.strip() for line in lines):
        return reject(
            ErrorCode.FORMAT,
            "The answer was empty",
            "the new text of the target is empty. To delete code, name it with apply_edits",
        )
    language = find_language(snapshot.language_id, snapshot.path)
    part = place_in_line(lines, target, doc)
    if part is not None:
        return part
    tree = (parsed(snapshot) if parsed else None) or parse(snapshot.text, language)
    problems = frozenset(line for span in target.problems for line in _find_lines(doc, span))
    context = RewriteContext(lines, doc.lines, home, language, target.span, tree, problems)
    coverage = place_comment(context) or cover(context)
    if isinstance(coverage, Reject):
        return coverage
    return _refuse_placeholders(context, coverage) or _write_coverage(doc, context, coverage)


def _find_lines(doc: TextLines, span: Span) -> range:
    starts = doc.starts[:-1]
    return range(bisect_left(starts, span.start), bisect_left(starts, span.end))


def _unwrap(lines: list[str], old: Sequence[str], file: Sequence[str]) -> list[str]:
    """Remove what only wraps the text: fences, tags, line numbers that the target does not have."""
    if strip_fence(list(old)) is None:
        inner = strip_fence(lines) or _find_only_block(lines, file)
        lines = lines if inner is None else inner
    solid = [i for i, line in enumerate(lines) if line.strip()]
    if len(solid) > 2 and all(_TAG.match(lines[solid[i]][:400]) for i in (0, -1)):
        known = {line.strip() for line in old}
        if lines[solid[0]].strip() not in known:
            lines = lines[solid[0] + 1 : solid[-1]]
    if strip_numbers(list(old)) is None and len(solid) > 1:
        lines = strip_numbers(lines) or lines
    return lines


def _find_only_block(lines: list[str], file: Sequence[str]) -> list[str] | None:
    """Find the lines of the only fenced block among words; None if there is none, or more.

    A fence within code is no such block: then lines of the file stand outside of it.
    """
    fences = [i for i, line in enumerate(lines) if line.lstrip().startswith("```")]
    if len(fences) != 2 or lines[fences[1]].strip() != "```":
        return None
    outside = {line.strip() for line in [*lines[: fences[0]], *lines[fences[1] + 1 :]]} - {""}
    if outside & {line.strip() for line in file}:
        return None
    return lines[fences[0] + 1 : fences[1]]


def _refuse_placeholders(context: RewriteContext, coverage: Coverage) -> Reject | None:
    lines = context.answer[coverage.start : coverage.stop]
    old = context.file[coverage.first : coverage.last]
    line = find_left_out(lines, [*old, *context.file]) or find_left_out_by_dots(lines, old)
    if line is None:
        return None
    return reject(
        ErrorCode.ELISION,
        "The answer left out code",
        f"the line `{line.strip()}` stands for code you left out. Write it all out, or change only "
        "a few lines with apply_edits",
    )


def _write_coverage(doc: TextLines, context: RewriteContext, coverage: Coverage) -> Rewrite:
    """Write the covered lines; unchanged ones keep the file's own bytes."""
    first, last = coverage.first, coverage.last
    region = doc.lines[first:last]
    pairs = [
        (a - coverage.start, f - first)
        for a, f in coverage.pairs
        if coverage.start <= a < coverage.stop
    ]
    lines = list(context.answer[coverage.start : coverage.stop])
    span = doc.get_span(first, last)
    if not any(line.strip() for line in region):
        solid = (n for n in range(last, len(doc.lines)) if doc.lines[n].strip())
        below = next((doc.lines[n] for n in solid if n not in context.comments), "")
        lines = reindent_rewrite(lines, [below], (), doc.lines)
        insertion = "".join(line + doc.end_of_line for line in _strip_blank_ends(lines))
        return Rewrite(span, _join_to_file(doc, span, insertion), coverage.doubt)
    lines = reindent_rewrite(lines, region, pairs, doc.lines)
    lines = keep_characters(region, _restore_blank_ends(lines, region))
    doubt = (
        coverage.doubt
        or _find_further_out(lines, region)
        or find_lost_symbols(region, lines, context.language)
        or _find_other_blanks(lines, region)
    )
    return Rewrite(span, _merge(doc, span, lines), doubt)


def _find_further_out(lines: Sequence[str], region: Sequence[str]) -> str:
    """Return a sentence about a new line that stands left of the whole region; "" if there is none.

    Such a line ends the block that the region is a part of.
    """
    margin = min(len(get_indent(line)) for line in region if line.strip())
    known = {line.strip() for line in region}
    left = (line.strip() for line in lines if line.strip() and len(get_indent(line)) < margin)
    new = next((line for line in left if line not in known and not line.startswith("#")), None)
    return f"The answer puts `{new[:60]}` further out than what it replaces" if new else ""


def _find_other_blanks(lines: Sequence[str], region: Sequence[str]) -> str:
    """Return a sentence about lines that swap tabs and spaces, where the file mixes both."""
    before = {line.strip(): line[:1] for line in region if line[:1] in {" ", "\t"}}
    if len(set(before.values())) < 2:
        return ""
    pairs = [(before.get(line.strip(), ""), line[:1]) for line in lines]
    if len(lines) == len(region):  # then a line that was changed can be told too
        pairs = [(old[:1], new[:1]) for old, new in zip(region, lines, strict=True)]
    swapped = sum(set(pair) == {" ", "\t"} for pair in pairs)
    return f"The answer swaps tabs and spaces in {swapped} lines" if swapped else ""


def _strip_blank_ends(lines: Sequence[str]) -> Sequence[str]:
    solid = [i for i, line in enumerate(lines) if line.strip()]
    return lines[solid[0] : solid[-1] + 1]


def _join_to_file(doc: TextLines, span: Span, insertion: str) -> str:
    """Join new lines to the file; a last line without an end gets one first."""
    old = span.extract(doc.text)
    glued = not old and span.start == len(doc.text) > 0 and not doc.text.endswith(("\n", "\r"))
    return (doc.end_of_line if glued else "") + insertion


def _restore_blank_ends(lines: list[str], region: Sequence[str]) -> list[str]:
    """Put as many blank lines at both ends as the region has."""
    solid = [i for i, line in enumerate(region) if line.strip()]
    return [*region[: solid[0]], *_strip_blank_ends(lines), *region[solid[-1] + 1 :]]


def _merge(doc: TextLines, span: Span, lines: list[str]) -> str:
    part = TextLines(span.extract(doc.text))
    real = list(zip(part.lines, part.ends, strict=True))
    merged = merge_lines(MergeSides(part.lines, lines, real, {i: i for i in range(len(real))}))
    assert merged is not None  # the search text is the file's own
    contents = [
        part.lines[line.number]
        if isinstance(line, FileLine) and not line.is_shared
        else lines[line.new if isinstance(line, FileLine) else line.number]
        for line in merged
    ]
    text = join_lines(contents, merged, real, doc.end_of_line)
    return doc.text[span.start : span.start + part.starts[0]] + text

"""The smallest changes between two texts, and patch text that other tools accept.

Never splits a character: changes start and end where `may_cut` allows.
"""

import re
import unicodedata
from collections.abc import Iterable

from flux_lsp.core.common_ends import count_common_prefix, count_common_suffix
from flux_lsp.core.text import Change, Span, split_lines
from flux_lsp.edits.change.linediff import Gap, find_gaps

_CONTEXT = 3
_JOINER = "\u200d"
_NEWLINE = re.compile(r"[^\n]*\n|[^\n]+")


def find_changes(old: str, new: str, offset: int = 0) -> tuple[Change, ...]:
    """Find the changes that turn `old` into `new`: by lines, then trimmed to characters.

    They are sorted and disjoint. `offset` is added to every span, for an `old` that is a part of a
    longer text.
    """
    if old == new:
        return ()
    head = _find_line_start(old, new, count_common_prefix(old, new))
    old_lines, new_lines = split_lines(old[head:]), split_lines(new[head:])
    changes: list[Change] = []
    at = done = 0
    for gap in find_gaps(old_lines, new_lines):
        at += sum(map(len, old_lines[done : gap.a_start]))
        before = "".join(old_lines[gap.a_start : gap.a_end])
        after = "".join(new_lines[gap.b_start : gap.b_end])
        changes.append(_trim_change(before, after, offset + head + at))
        at, done = at + len(before), gap.a_end
    return tuple(changes)


def move_change(change: Change, by: int) -> Change:
    """Return `change`, moved by so many code points."""
    return Change(Span(change.span.start + by, change.span.end + by), change.text)


def carry_over(change: Change, others: Iterable[Change]) -> Change:
    """Return `change` as a change of the text that `others`, of the same text, have made."""
    before = (other for other in others if other.span.end <= change.span.start)
    return move_change(change, sum(len(other.text) - len(other.span) for other in before))


def format_patch(path: str, old: str, new: str) -> str:
    """Format the patch from `old` to `new` of one file for `git apply -p1` and `patch -p1`.

    Lines end at line feeds only, so that a carriage return stays in its line; "" when equal.
    """
    old_lines, new_lines = _NEWLINE.findall(old), _NEWLINE.findall(new)
    hunks = _group_gaps(find_gaps(old_lines, new_lines), len(old_lines))
    if not hunks:
        return ""
    lines = [_format_header("---", f"a/{path}"), _format_header("+++", f"b/{path}")]
    for hunk in hunks:
        lines.append(_format_range(hunk))
        lines += _format_body(hunk, old_lines, new_lines)
    return "".join(lines)


def may_cut(text: str, at: int) -> bool:
    """Whether `text` may be cut at offset `at`: not within CRLF, a surrogate pair or a cluster."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before in "\r\n":
        return not (before == "\r" and after == "\n")
    if after < "\u0300":  # the first combining mark
        return before != _JOINER
    return before != _JOINER and not _is_extending(after) and not _is_pair(before, after)


def _find_line_start(old: str, new: str, at: int) -> int:
    """Find the last line start at or before `at`, the same one in both texts."""
    at = old.rfind("\n", 0, at) + 1
    while at and not (may_cut(old, at) and may_cut(new, at)):
        at = old.rfind("\n", 0, at - 1) + 1
    return at


def _trim_change(before: str, after: str, at: int) -> Change:
    head = count_common_prefix(before, after)
    while not (may_cut(before, head) and may_cut(after, head)):
        head -= 1
    tail = count_common_suffix(before, after, min(len(before), len(after)) - head)
    while not (may_cut(before, len(before) - tail) and may_cut(after, len(after) - tail)):
        tail -= 1
    return Change(Span(at + head, at + len(before) - tail), after[head : len(after) - tail])


def _group_gaps(all_gaps: list[Gap], total: int) -> list[list[Gap]]:
    """Put gaps together whose contexts touch."""
    groups: list[list[Gap]] = []
    for gap in all_gaps:
        if groups and gap.a_start - groups[-1][-1].a_end <= 2 * _CONTEXT:
            groups[-1].append(gap)
        else:
            groups.append([gap])
    return [_add_context(group, total) for group in groups]


def _add_context(group: list[Gap], total: int) -> list[Gap]:
    """Put the group between two empty gaps that mark where its context begins and ends."""
    first, last = group[0], group[-1]
    lead = min(_CONTEXT, first.a_start)
    trail = min(_CONTEXT, total - last.a_end)
    begin = Gap(first.a_start - lead, first.a_start - lead, *[first.b_start - lead] * 2)
    end = Gap(last.a_end + trail, last.a_end + trail, *[last.b_end + trail] * 2)
    return [begin, *group, end]


def _format_range(hunk: list[Gap]) -> str:
    first, last = hunk[0], hunk[-1]
    a, b = last.a_end - first.a_start, last.b_end - first.b_start
    return f"@@ -{_number_start(first.a_start, a)},{a} +{_number_start(first.b_start, b)},{b} @@\n"


def _number_start(index: int, count: int) -> int:
    """Return the 1-based number; an empty range names the line before it."""
    return index + 1 if count else index


def _format_body(hunk: list[Gap], old: list[str], new: list[str]) -> list[str]:
    lines: list[str] = []
    at = hunk[0].a_start
    for gap in hunk:
        lines += [_mark_line(" ", line) for line in old[at : gap.a_start]]
        lines += [_mark_line("-", line) for line in old[gap.a_start : gap.a_end]]
        lines += [_mark_line("+", line) for line in new[gap.b_start : gap.b_end]]
        at = gap.a_end
    return lines


def _mark_line(mark: str, line: str) -> str:
    return mark + line if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"


def _format_header(mark: str, path: str) -> str:
    """Return the line that names a file, quoted as git does where it holds unusual characters."""
    if any(char in '"\\' or ord(char) < 32 for char in path):
        quoted = "".join(_escape_char(char) for char in path)
        return f'{mark} "{quoted}"\n'
    return f"{mark} {path}\t\n" if " " in path else f"{mark} {path}\n"


def _escape_char(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return f"\\{ord(char):03o}" if ord(char) < 32 else char


def _is_extending(char: str) -> bool:
    """Whether `char` belongs to the character before it."""
    return (
        unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and final consonants
    )


def _is_pair(before: str, after: str) -> bool:
    surrogates = "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"
    flags = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
    return surrogates or flags

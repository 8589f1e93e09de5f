"""Explains why edits have no place, in the fewest facts that let a model do better.

Measured on real answers: with the real nearest lines shown the next attempt succeeds in 87 % of
cases, without them in 38 %.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Span
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.location import ManyPlaces
from flux_lsp.edits.parse.placeholders import is_dots, is_placeholder
from flux_lsp.edits.plan.resolve import ResolvedEdits
from flux_lsp.edits.quoting import Quotable, number_lines
from flux_lsp.edits.values import Reject, reject

SymbolAt = Callable[[Span], str]  # the qualified name of the symbol around a span, "" if none
_MOST_FAILURES = 3
_MOST = 5  # further files that are spoken of
_MOST_PLACES = 5
_WORD = re.compile(r"\w+")
_MOST_WORDS = 2000  # of a search text
_AROUND = 5
_WIDEST = 40  # lines shown
_LONGEST = 200  # characters of a line shown


def refuse_failed(
    path: str, resolved: ResolvedEdits, symbol_at: SymbolAt, all_edits: int, quotable: Quotable
) -> Reject:
    """Refuse because edits of `resolved` have no single place."""
    first = resolved.failed[0]
    code = _choose_code(resolved, first)
    parts = [
        _describe_failure(path, resolved, i, symbol_at, quotable)
        for i in resolved.failed[:_MOST_FAILURES]
    ]
    parts.append(_describe_others(resolved, all_edits))
    searched = tuple(resolved.edits[i].old for i in resolved.failed)
    return reject(code, _SAID[code].format(path=path), "\n".join(filter(None, parts)), searched)


def refuse_clash(path: str, first: int, second: int) -> Reject:
    """Refuse because two edits change the same place."""
    return reject(
        ErrorCode.FORMAT,
        "Two edits of the answer change the same place",
        f"edits {first + 1} and {second + 1} for {path} change the same lines. Make them one edit",
    )


def refuse_unseen(path: str, resolved: ResolvedEdits, number: int) -> Reject:
    """Refuse because the search text of an edit stands in lines that the model was not shown."""
    old, everywhere = resolved.edits[number].old, resolved.edits[number].replace_all
    if everywhere:
        return reject(
            ErrorCode.AMBIGUOUS_MATCH,
            f"The text to replace everywhere is also in lines of {path} that the model was not shown",
            f"{path}: the search text also stands in lines you were not shown. Leave out "
            "replace_all, and send one edit for each place you were shown",
            (old,),
        )
    return reject(
        ErrorCode.SEARCH_TEXT_NOT_FOUND,
        f"The text to replace is not in the lines of {path} that the model was shown",
        f"{path}: the search text is not in the lines you were shown. Copy it from those",
        (old,),
    )


def join_rejects(rejects: Sequence[Reject]) -> Reject:
    """Join what is wrong with the edits of several files, so that one more answer can mend all."""
    first, *others = rejects
    feedback = [first.feedback, *(r.feedback.removeprefix(f"{r.code}: ") for r in others[:_MOST])]
    searched = tuple(text for r in rejects for text in r.searched)
    return replace(first, feedback="\n".join(feedback), searched=searched)


_SAID = {
    ErrorCode.SEARCH_TEXT_NOT_FOUND: "The text to replace is not in {path}",
    ErrorCode.AMBIGUOUS_MATCH: "The text to replace is in {path} more than once",
    ErrorCode.ELISION: "The answer left out code",
}


def _choose_code(resolved: ResolvedEdits, number: int) -> ErrorCode:
    if isinstance(resolved.locations[number], ManyPlaces):
        return ErrorCode.AMBIGUOUS_MATCH
    lines = resolved.edits[number].old.split("\n")
    left_out = any(is_dots(line) or is_placeholder(line) for line in lines)
    return ErrorCode.ELISION if left_out else ErrorCode.SEARCH_TEXT_NOT_FOUND


def _describe_failure(
    path: str, resolved: ResolvedEdits, number: int, symbol_at: SymbolAt, quotable: Quotable
) -> str:
    which = f"edit {number + 1} for {path}: " if len(resolved.edits) > 1 else f"{path}: "
    location, edit = resolved.locations[number], resolved.edits[number]
    if isinstance(location, ManyPlaces):
        return which + _describe_places(resolved.doc, location.regions, symbol_at, quotable)
    if not edit.old.strip():
        return which + (
            "the search text is empty, but the file is not. Copy the lines to be replaced, or the "
            "line before or after the place where new lines belong"
        )
    search, new = edit.old.split("\n"), edit.new.split("\n")
    if _choose_code(resolved, number) is ErrorCode.ELISION:
        return which + (
            "the search text leaves out code (`...`) that cannot be filled in. Write it out, or "
            "search for fewer lines"
        )
    near = _quote_nearest(resolved.doc, search, new, quotable)
    if not near:
        return which + "the search text is not in the lines you were shown, nor anything like it"
    return which + (
        "the search text is not in the file. These are the nearest lines as they are now (`>` "
        f"marks lines that your search text has not); copy from them exactly:\n{near}"
    )


def _describe_places(
    doc: TextLines, regions: Sequence[Span], symbol_at: SymbolAt, quotable: Quotable
) -> str:
    places = [(doc.find_line(region.start), region) for region in regions]
    named = ", ".join(
        f"line {line + 1}" + (f" in `{name}`" if name else "")
        for line, region in places[:_MOST_PLACES]
        for name in (symbol_at(region) if line in quotable else "",)
    )
    text = (
        f"the search text is found more than once: {named}. Add a line or two before or after it "
        "that only the right place has."
    )
    first = next((line for line, _ in places if line in quotable), None)
    if first is None:
        return text
    return (
        f"{text} The first you were shown is\n{number_lines(quotable, first - 2, first + 4, first)}"
    )


def _describe_others(resolved: ResolvedEdits, all_edits: int) -> str:
    if all_edits < 2:
        return ""
    fine = [str(i + 1) for i in range(len(resolved.edits)) if i not in resolved.failed]
    text = f"Edits {', '.join(fine)} were fine as they are. " if fine else ""
    return f"{text}Nothing was applied: send all edits again."


def _quote_nearest(doc: TextLines, search: list[str], new: list[str], quotable: Quotable) -> str:
    """Quote the window most like `search`, numbered; `>` marks lines that the search text lacks.

    "" when nothing is alike among the `quotable` lines.
    """
    size = max(1, min(len(search), _WIDEST))
    start = _find_best_window(doc, search, size, quotable)
    if start is None:
        return ""
    known = {line.strip() for line in search}
    first, last = max(0, start - _AROUND), min(len(doc.lines), start + size + _AROUND)
    shown = "\n".join(
        f"{'>' if not _is_known(doc.lines[i], known) and start <= i < start + size else ' '}"
        f" {i + 1} | {quotable[i][:_LONGEST]}"
        for i in range(first, min(last, first + _WIDEST))
        if i in quotable
    )
    return shown + _describe_already(
        doc, search, new, [i for i in range(first, last) if i in quotable]
    )


def _find_best_window(
    doc: TextLines, search: list[str], size: int, quotable: Quotable
) -> int | None:
    """Find where lines with the words of `search` stand closest together; rare words count more."""
    words = set(_WORD.findall("\n".join(search))[:_MOST_WORDS])
    words_of_lines = [words.intersection(_WORD.findall(line)) for line in doc.lines]
    counts = Counter(word for line in words_of_lines for word in line)
    weights = {word: 1.0 / count for word, count in counts.items()}
    exact = {line.strip() for line in search if line.strip()}
    scores = [
        sum(weights[word] for word in line) + (1.0 if text.strip() in exact else 0.0)
        if number in quotable
        else 0.0
        for number, (line, text) in enumerate(zip(words_of_lines, doc.lines, strict=True))
    ]
    if not any(scores):
        return None
    sums = list(accumulate(scores, initial=0.0))
    starts = range(max(1, len(scores) - size + 1))
    return max(starts, key=lambda i: sums[min(i + size, len(scores))] - sums[i])


def _is_known(line: str, known: set[str]) -> bool:
    return not line.strip() or line.strip() in known


def _describe_already(doc: TextLines, search: list[str], new: list[str], window: list[int]) -> str:
    """Say which lines of the window are in the new text but not in the search text."""
    wanted = {line.strip() for line in new if len(line.strip()) > 3} - {s.strip() for s in search}
    there = [i + 1 for i in window if doc.lines[i].strip() in wanted]
    if not there:
        return ""
    return "\nAlready in the file from your new text: line " + ", ".join(map(str, there[:10]))

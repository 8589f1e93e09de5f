"""The lines of a file that come nearest to a search text, to be shown to the model.

Never decides anything: what is near is shown, not used.
"""

import re
from collections import Counter
from itertools import accumulate

from flux_lsp.edits.document import Document
from flux_lsp.edits.quoting import Quotable

_WORD = re.compile(r"\w+")
_MOST_WORDS = 2000  # of a search text
_AROUND = 5
_WIDEST = 40  # lines shown
_LONGEST = 200  # characters of a line shown


def nearest(doc: Document, search: list[str], new: list[str], quotable: Quotable) -> str:
    """The window most like `search`, numbered; lines that are not in the search text marked `>`.

    "" when nothing is alike among the `quotable` lines.
    """
    size = max(1, min(len(search), _WIDEST))
    start = _best_window(doc, search, size, quotable)
    if start is None:
        return ""
    known = {line.strip() for line in search}
    first, last = max(0, start - _AROUND), min(len(doc.lines), start + size + _AROUND)
    shown = "\n".join(
        f"{'>' if not _known(doc.lines[i], known) and start <= i < start + size else ' '}"
        f" {i + 1} | {quotable[i][:_LONGEST]}"
        for i in range(first, min(last, first + _WIDEST))
        if i in quotable
    )
    return shown + _already(doc, search, new, [i for i in range(first, last) if i in quotable])


def numbered(quotable: Quotable, first: int, last: int, marked: int) -> str:
    """Lines `first` to before `last`, 0-based, with their numbers; line `marked` marked `>`."""
    return "\n".join(
        f"{'>' if i == marked else ' '} {i + 1} | {quotable[i][:_LONGEST]}"
        for i in range(max(0, first), last)
        if i in quotable
    )


def _best_window(doc: Document, search: list[str], size: int, quotable: Quotable) -> int | None:
    """Where lines with the words of `search` stand closest together; rare words count more."""
    words = set(_WORD.findall("\n".join(search))[:_MOST_WORDS])
    found = [words.intersection(_WORD.findall(line)) for line in doc.lines]
    counts = Counter(word for line in found for word in line)
    weights = {word: 1.0 / count for word, count in counts.items()}
    exact = {line.strip() for line in search if line.strip()}
    scores = [
        sum(weights[word] for word in line) + (1.0 if text.strip() in exact else 0.0)
        if number in quotable
        else 0.0
        for number, (line, text) in enumerate(zip(found, doc.lines, strict=True))
    ]
    if not any(scores):
        return None
    sums = list(accumulate(scores, initial=0.0))
    starts = range(max(1, len(scores) - size + 1))
    return max(starts, key=lambda i: sums[min(i + size, len(scores))] - sums[i])


def _known(line: str, known: set[str]) -> bool:
    return not line.strip() or line.strip() in known


def _already(doc: Document, search: list[str], new: list[str], window: list[int]) -> str:
    """Which lines of the window the new text holds and the search text does not."""
    wanted = {line.strip() for line in new if len(line.strip()) > 3} - {s.strip() for s in search}
    there = [i + 1 for i in window if doc.lines[i].strip() in wanted]
    if not there:
        return ""
    return "\nAlready in the file from your new text: line " + ", ".join(map(str, there[:10]))

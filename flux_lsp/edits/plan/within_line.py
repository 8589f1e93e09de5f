"""Places an answer that holds only the selected part of a line, without the rest of the line.

Never decides for whole lines: `coverage` does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Span
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.values import Target

_TOKEN = re.compile(r"\w+|[^\w\s]")
_DOUBT = "The answer holds only a part of the line; it is put in place of what is selected"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`span` of the file's text becomes `text`; `doubt` as in `Plan`."""

    span: Span
    text: str
    doubt: str = ""


def place_in_line(lines: Sequence[str], target: Target, doc: TextLines) -> Rewrite | None:
    """Return the place of an answer of one line for a part of one line; None for any other answer.

    The text around the selection decides: an answer for the whole line begins or ends with it.
    """
    solid = [line.strip() for line in lines if line.strip()]
    selected = target.selected
    old = target.span.extract(doc.text)
    if selected is None or len(solid) != 1 or len(old.strip().splitlines()) != 1:
        return None
    before = doc.text[target.span.start : selected.start].strip()
    after = doc.text[selected.end : target.span.end].strip()
    answer = solid[0]
    if _is_whole(answer, before, after):
        return None
    return Rewrite(selected, answer, _DOUBT)


def _is_whole(answer: str, before: str, after: str) -> bool:
    """Whether the answer begins and ends as the line around the selection does."""
    tokens, head, tail = (_TOKEN.findall(text) for text in (answer, before, after))
    return (
        tokens[: len(head[:1])] == head[:1] and tokens[len(tokens) - len(tail[-1:]) :] == tail[-1:]
    )

"""The text of an answer while it streams in, without the reasoning that a model begins with.

Never changes the answer itself, only the text that is shown while it arrives.
"""

from collections.abc import Callable

from flux_lsp.edits.parse.reasoning_tags import Tag, find_opening, find_tags, may_open

_LONGEST_TAG = 120  # code points that are kept of reasoning, so that a closing tag is seen whole


def hide_reasoning(tell: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that takes the pieces of one answer and passes on those that are not reasoning."""
    waiting = ""  # what may still turn out to be a tag, or the last of hidden reasoning
    inside: Tag | None = None
    hidden = False  # some reasoning was seen
    begun = False  # the answer itself has begun: all that follows is told

    def take(piece: str) -> None:
        nonlocal waiting, inside, hidden, begun
        if begun:
            tell(piece)
            return
        waiting += piece
        while waiting:
            if inside is not None:
                name = inside.name
                closing = next(
                    (t for t in find_tags(waiting) if t.name == name and not t.opens), None
                )
                if closing is None:
                    waiting = waiting[-_LONGEST_TAG:]
                    return
                waiting, inside = waiting[closing.end :], None
                continue
            start = waiting.lstrip()
            inside = find_opening(start, 0)
            if inside is not None:
                waiting, hidden = start[inside.end :], True
            elif not start or may_open(start):
                return
            else:
                begun = True
                tell(start if hidden else waiting)
                return

    return take

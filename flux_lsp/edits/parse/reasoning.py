"""Tells the answer in a text from what the model only thought before it.

Never takes a tag that stands inside an edit for reasoning, and never guesses where reasoning ends:
what is unclear is FORMAT.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.markers import DEFAULT_MARKERS, Markers, find_blocks, find_fences, read_fence
from flux_lsp.edits.parse.call_forms import find_call_regions
from flux_lsp.edits.parse.reasoning_tags import (
    Tag,
    collect_names,
    find_opening,
    find_tags,
    is_alone,
    is_at_edge,
)
from flux_lsp.edits.values import Reject, reject

_WRAPPER = re.compile(
    r"\s*(?:<(answer|output|solution|response)>(?P<xml>.*)</\1>"
    r"|<\|begin_of_solution\|>(?P<solution>.*)<\|end_of_solution\|>"
    r"|(?:<\|start\|>assistant)?<\|channel\|>final<\|message\|>(?P<final>.*?)(?:<\|return\|>)?)\s*",
    re.DOTALL | re.IGNORECASE,
)
_MOST_SECTIONS = 10
_MOST_TAGS = 100  # of an answer with edits; who writes more is not understood


@dataclass(frozen=True, slots=True)
class _Span:
    """A part of a text that reasoning tags belong to when they stand in it."""

    start: int
    end: int
    whole: bool = True  # False: nobody can tell where it ends


def strip_reasoning(
    text: str, *, prose: bool, shown: Iterable[str] = (), markers: Markers = DEFAULT_MARKERS
) -> str | Reject:
    """Return `text` without what stands in reasoning tags; FORMAT if it is unclear what does.

    `prose`: the text is for a person to read, not an edit. `shown`: the text of the files that the
    model saw. In prose about a file with such tags only reasoning at the beginning is taken out.
    """
    tags = find_tags(text)
    if not tags:
        return text
    if len(tags) > _MOST_TAGS and not prose:
        return _refuse_unclear()
    answer = (
        _strip_from_prose(text, collect_names(shown)) if prose else _strip_from_edits(text, markers)
    )
    if isinstance(answer, Reject) or answer == text:
        return answer
    if not answer.strip():
        return _refuse_only_reasoning()
    wrapper = _WRAPPER.fullmatch(answer)
    answer = next(filter(None, wrapper.groups()[1:]), "") if wrapper else answer
    return answer.lstrip("\n")


def _strip_from_edits(text: str, markers: Markers) -> str | Reject:
    cut = False  # something up to a closing tag without an opening one was taken out
    for _ in range(_MOST_SECTIONS):
        tag = _find_leading(text) or next(_find_outside(text, markers), None)
        if tag is None:
            return text
        if _is_open_ended(text, tag, markers):
            return _refuse_unclear()
        if not tag.opens:
            if cut or any(other.opens for other in find_tags(text[: tag.start])):
                return _refuse_unclear()
            cut, text = True, text[tag.end :]
            continue
        rest = _cut_behind(text, tag, markers)
        if isinstance(rest, Reject):
            return rest
        before = text[: tag.start]
        # What was reasoned before an answer and closed again is over.
        cut = cut or not before.strip()
        text = before + rest
    return _refuse_unclear()


def _find_leading(text: str) -> Tag | None:
    return find_opening(text, len(text) - len(text.lstrip()))


def _cut_behind(text: str, opening: Tag, markers: Markers) -> str | Reject:
    """Return what follows the closing tag of `opening`; reasoning may name tags, edits may hold them."""
    closing = [
        tag for tag in find_tags(text[opening.end :]) if tag.name == opening.name and not tag.opens
    ]
    if not closing:
        return _refuse_only_reasoning() if not text[: opening.start].strip() else _refuse_unclear()
    rests = [text[opening.end + tag.end :] for tag in closing]
    if len(rests) > 1:
        rests = [rest for rest in rests if _is_clean(rest, markers)]
    return rests[0] if len(rests) == 1 else _refuse_unclear()


def _is_clean(rest: str, markers: Markers) -> bool:
    """Whether `rest` can be a whole answer: every block and fence complete, no tag outside of them."""
    lines = rest.split("\n")
    ends, heads = (
        sum(map(markers.is_end, lines)),
        sum(markers.read_head(line, 0) is not None for line in lines),
    )
    fences = sum(read_fence(line) is not None for line in lines)
    return ends == heads and fences % 2 == 0 and next(_find_outside(rest, markers), None) is None


def _find_outside(text: str, markers: Markers) -> Iterator[Tag]:
    """Tags at the edge of a line that stand in no edit."""
    spans = [span for span in _find_containers(text, markers) if span.whole]
    for tag in find_tags(text):
        inside = any(span.start <= tag.start < span.end for span in spans)
        if not inside and is_at_edge(text, tag):
            yield tag


def _is_open_ended(text: str, tag: Tag, markers: Markers) -> bool:
    """Whether a tag stands in an edit whose end is unclear."""
    return any(
        not span.whole and span.start <= tag.start < span.end
        for span in _find_containers(text, markers)
    )


def _find_containers(text: str, markers: Markers) -> list[_Span]:
    """Find the blocks of a text, or without any its tool calls and code fences."""
    blocks = [_Span(*span) for span in find_blocks(text, markers)]
    if blocks:
        return blocks
    fences = find_fences(text)
    pairs = zip(fences[::2], fences[1::2], strict=False)
    spans = [_Span(start, end) for (start, _), (_, end) in pairs]
    if len(fences) % 2:
        spans.append(_Span(fences[-1][0], len(text), whole=False))
    return [*spans, *(_Span(start, end) for start, end in find_call_regions(text))]


def _strip_from_prose(text: str, held: frozenset[str]) -> str:
    """Strip a text for a person; what is unclear stays, since nothing is written."""
    for _ in range(_MOST_SECTIONS):
        tag = _find_leading(text) or next(_find_in_prose(text, held), None)
        if tag is None:
            return text
        if not tag.opens:
            text = text[tag.end :]
            continue
        closing = (
            other.end
            for other in find_tags(text)
            if other.start >= tag.end and other.name == tag.name and not other.opens
        )
        text = text[: tag.start] + text[next(closing, len(text)) :]
    return text


def _find_in_prose(text: str, held: frozenset[str]) -> Iterator[Tag]:
    lines = text.split("\n")
    fenced, is_inside = [], False
    for line in lines:
        is_fence = read_fence(line) is not None
        fenced.append(is_inside or is_fence)
        is_inside ^= is_fence
    for tag in find_tags(text):
        if fenced[text.count("\n", 0, tag.start)] or not is_at_edge(text, tag):
            continue
        if tag.name in held and (tag.opens or not is_alone(text, tag)):
            continue
        yield tag


def _refuse_only_reasoning() -> Reject:
    return reject(
        ErrorCode.FORMAT,
        "The answer held only reasoning",
        "your answer held only reasoning. Think shortly, then give the answer itself",
    )


def _refuse_unclear() -> Reject:
    return reject(
        ErrorCode.FORMAT,
        "It is unclear which part of the answer is reasoning",
        "it is unclear which part of your answer is reasoning. Give the answer itself and nothing "
        "else",
    )

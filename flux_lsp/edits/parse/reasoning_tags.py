"""The tags that models without thinking blocks put around their reasoning, and where they stand.

Only says what a tag is; `reasoning` says what of an answer is reasoning.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NAMES = (
    r"(?:antml:|seed:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion)?|scratchpad|analysis"
    r"|(?:inner_?)?monologue)"
)
_OPEN = re.compile(rf"<({_NAMES})(?:\s[^<>\n/]{{0,80}})?>", re.IGNORECASE)
_CLOSE = re.compile(rf"</({_NAMES})\s*>", re.IGNORECASE)
# Pairs that are no XML: what opens, and what closes.
_PAIRS = (
    ("[THINK]", "[/THINK]"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("<unused94>", "<unused95>"),
    ("◁think▷", "◁/think▷"),
)
_QUOTES = "`'\""
_LONGEST_TAG = 120  # code points of an opening tag


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of a text, at code-point offsets; both tags of a pair have the same `name`."""

    name: str
    opens: bool
    start: int
    end: int


def find_tags(text: str) -> list[Tag]:
    """Find the tags of `text` in order, without those in quotes or backticks, which only name one."""
    tags = [tag for tag in _find_all_tags(text) if not _is_quoted(text, tag)]
    return sorted(tags, key=lambda tag: tag.start)


def find_opening(text: str, at: int) -> Tag | None:
    """Find the opening tag at the offset `at`."""
    xml = _OPEN.match(text, at)
    if xml:
        return Tag(xml[1].lower(), True, xml.start(), xml.end())
    pair = next((opening for opening, _ in _PAIRS if text.startswith(opening, at)), None)
    return Tag(pair, True, at, at + len(pair)) if pair else None


def may_open(text: str) -> bool:
    """Whether `text`, the first characters of an answer, may grow into an opening tag."""
    if any(opening.startswith(text) for opening, _ in _PAIRS):
        return True
    return text.startswith("<") and ">" not in text and len(text) <= _LONGEST_TAG


def is_at_edge(text: str, tag: Tag) -> bool:
    """Whether a tag is the first or the last of its line, as tags around reasoning are."""
    before, after = _split_line(text, tag)
    return not before.strip() or not after.strip()


def is_alone(text: str, tag: Tag) -> bool:
    """Whether a tag is all of its line."""
    return not "".join(_split_line(text, tag)).strip()


def _split_line(text: str, tag: Tag) -> tuple[str, str]:
    """Return what stands on a tag's line before it and behind it."""
    before, after = text[text.rfind("\n", 0, tag.start) + 1 : tag.start], text[tag.end :]
    return before, after.split("\n", 1)[0]


def collect_names(texts: Iterable[str]) -> frozenset[str]:
    """Collect the names of the tags that `texts` hold, quoted or not."""
    return frozenset(tag.name for text in texts for tag in _find_all_tags(text))


def find_unpaired(text: str) -> frozenset[str]:
    """Find the names of the tags at the edge of a line of `text` that have no other half."""
    depth: dict[str, int] = {}
    broken = set()
    for tag in find_tags(text):
        if is_at_edge(text, tag):
            depth[tag.name] = depth.get(tag.name, 0) + (1 if tag.opens else -1)
            broken |= {tag.name} if depth[tag.name] < 0 else set()
    return frozenset(broken | {name for name, count in depth.items() if count})


def _find_all_tags(text: str) -> Iterator[Tag]:
    if "<" in text:
        for pattern, opens in ((_OPEN, True), (_CLOSE, False)):
            for tag in pattern.finditer(text):
                yield Tag(tag[1].lower(), opens, tag.start(), tag.end())
    for opening, closing in _PAIRS:
        if opening in text or closing in text:
            for literal, opens in ((opening, True), (closing, False)):
                for pair in re.finditer(re.escape(literal), text):
                    yield Tag(opening, opens, pair.start(), pair.end())


def _is_quoted(text: str, tag: Tag) -> bool:
    before, after = text[max(0, tag.start - 1) : tag.start], text[tag.end : tag.end + 1]
    return bool(before and after) and before in _QUOTES and after in _QUOTES

"""Chooses what the model sees: the target and as much around it as the budget holds.

Never cuts a multi-line string or leaves lines out without it being visible in the context; never
reads a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flux_lsp.context.target import find_target
from flux_lsp.context.values import Context, Excerpt, TargetLines
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.core.usage import estimate_tokens
from flux_lsp.syntax.tree import Parsed

_AROUND, _AROUND_WIDER = 50, 200  # lines shown before and after the target
_NEAR = "around the target"
_BRIDGED = 4  # a gap of so few lines is shown: its mark would be as long
# What a target may have at most: with what is around it, it stays below 100,000 tokens, from which on
# some models cost several times as much, and leaves room for an answer in the smallest window.
_LARGEST_TARGET = 90_000
_ELEMENT = 40  # tokens that an element's tags and a mark for what is left out take at most


@dataclass(frozen=True, slots=True)
class _Part:
    """0-based lines `first..last` that should be shown, and why."""

    first: int
    last: int
    why: tuple[str, ...]


def expand_target(
    snapshot: Snapshot,
    selection: Span,
    parsed: Parsed | None,
    *,
    max_tokens: int,
    wider: bool = False,
    guidance: tuple[Excerpt, ...] = (),
) -> Context | Problem:
    """Return the context for `selection` (empty or one code point: the symbol around it).

    Around the target: the lines near it, the function and class it is in, the file's head, and all
    of the file where it fits into `max_tokens`. A target that leaves less than a quarter of that
    still gets a quarter around it. `wider`, after a failure, shows more. A Problem when the target
    is over 90,000 tokens.
    """
    target = TargetLines(snapshot, find_target(snapshot, selection, parsed))
    own = estimate_tokens(target.text) + _ELEMENT
    if own > _LARGEST_TARGET:
        return _refuse_size(target, own)
    guidance_tokens = sum(estimate_tokens(g.text) for g in guidance)
    view = _Selection(
        snapshot, parsed, target, max(max_tokens - own, max_tokens // 4) - guidance_tokens
    )
    excerpts = tuple(view.make_excerpt(part) for part in view.choose_parts(wider))
    tokens = guidance_tokens + own + sum(estimate_tokens(e.text) for e in excerpts)
    return Context(target, excerpts, guidance, tokens)


def _refuse_size(target: TargetLines, tokens: int) -> Problem:
    count = target.lines.last - target.lines.first + 1
    fitting = max(1, count * _LARGEST_TARGET // tokens)
    return Problem(
        ErrorCode.TOO_LARGE,
        f"The target is {count:,} lines, up to {tokens:,} tokens; {_LARGEST_TARGET:,} fit",
        f"Select at most about {fitting:,} lines, or put the cursor in one function",
    )


class _Selection:
    """Chooses parts of one document until the budget is used up."""

    def __init__(
        self, snapshot: Snapshot, parsed: Parsed | None, target: TargetLines, budget: int
    ) -> None:
        self._snapshot = snapshot
        self._parsed = parsed
        self._room = budget
        self._twice = True  # the target's lines are shown among the others too
        self._end = snapshot.get_lines(Span(0, len(snapshot.text))).last - 1
        self._target = _Part(target.lines.first - 1, target.lines.last - 1, ())

    def choose_parts(self, wider: bool) -> Sequence[_Part]:
        """Choose the parts, in file order and apart from each other; the whole file if it fits."""
        whole = _Part(0, self._end, ("whole file",))
        for twice in (True, False):
            self._twice = twice
            parts = self._split_by_target([whole])
            if self._is_within_budget(parts):
                return parts
        first, *others = self._list_wishes(wider)
        self._twice = self._is_within_budget(self._split_by_target([self._widen(first)]))
        chosen = self._add_wish([], first) or self._add_wish([], first, cut=True)
        for wish in others:
            chosen = self._add_wish(chosen, wish)
        return self._split_by_target(chosen)

    def make_excerpt(self, part: _Part) -> Excerpt:
        """Make the excerpt that shows the part."""
        return Excerpt(
            path=self._snapshot.path,
            lines=LineRange(part.first + 1, part.last + 1),
            text=self._read_text(part),
            why=", ".join(part.why),
            total_lines=self._end + 1,
        )

    def _list_wishes(self, wider: bool) -> Iterable[_Part]:
        """List the parts to show, the most important first."""
        near = _AROUND_WIDER if wider else _AROUND
        yield self._show_around(near)
        header = self._parsed.find_header() if self._parsed else None
        if header is not None and len(header):
            lines = self._snapshot.get_lines(header)
            yield _Part(0, lines.last - 1, ("imports and header",))
        target = self._snapshot.get_line_span(self._target.first, self._target.last)
        for symbol in self._parsed.list_holders(target) if self._parsed else ():
            lines = self._snapshot.get_lines(symbol.span)
            yield _Part(lines.first - 1, lines.last - 1, (f"{symbol.kind} {symbol.name}",))

    def _show_around(self, near: int) -> _Part:
        first = max(0, self._target.first - near)
        return _Part(first, min(self._end, self._target.last + near), (_NEAR,))

    def _add_wish(self, chosen: list[_Part], wish: _Part, cut: bool = False) -> list[_Part]:
        """Add `wish` to `chosen`, or as much of it as fits; `cut`: even through a string."""
        for part in (wish, *self._list_smaller(wish)):
            merged = _merge([*chosen, part if cut else self._widen(part)])
            if self._is_within_budget(self._split_by_target(merged)):
                return merged
        return chosen

    def _list_smaller(self, part: _Part) -> Iterable[_Part]:
        """List smaller forms of a wish: fewer lines around the target, the top of anything else."""
        if part.why != (_NEAR,):
            lines = min(part.last - part.first, 80)
            why = tuple(f"{reason} (first lines)" for reason in part.why)
            yield from (_Part(part.first, part.first + lines // n, why) for n in (2, 4, 16))
            return
        near = max(self._target.first - part.first, part.last - self._target.last)
        while near:
            near //= 2
            yield self._show_around(near)

    def _split_by_target(self, parts: list[_Part]) -> list[_Part]:
        """Return `parts`, without the target's lines if the budget cannot show them twice."""
        if self._twice:
            return parts
        first, last = self._target.first, self._target.last
        pieces = [
            piece
            for part in parts
            for piece in (
                replace(part, last=min(part.last, first - 1)),
                replace(part, first=max(part.first, last + 1)),
            )
        ]
        return [piece for piece in pieces if piece.first <= piece.last]

    def _widen(self, part: _Part) -> _Part:
        """Widen `part` so that neither end stands in a multi-line string or comment."""
        if self._parsed is None:
            return part
        starts = self._snapshot.line_starts
        before = self._parsed.find_string_around(starts[part.first])
        first = self._snapshot.get_line(before.start) if before else part.first
        after = None
        if part.last < self._end:
            after = self._parsed.find_string_around(starts[part.last + 1])
        last = self._snapshot.get_line(after.end - 1) if after else part.last
        return replace(part, first=first, last=min(last, self._end))

    def _is_within_budget(self, parts: Sequence[_Part]) -> bool:
        used = sum(estimate_tokens(self._read_text(part)) + 2 * _ELEMENT for part in parts)
        return used <= self._room

    def _read_text(self, part: _Part) -> str:
        return self._snapshot.get_line_span(part.first, part.last).extract(self._snapshot.text)


def _merge(parts: Iterable[_Part]) -> list[_Part]:
    """Merge parts that overlap or nearly touch; returns them in file order."""
    done: list[_Part] = []
    for part in sorted(parts, key=lambda p: (p.first, p.last)):
        if done and part.first <= done[-1].last + _BRIDGED:
            before = done.pop()
            why = (*before.why, *(w for w in part.why if w not in before.why))
            part = _Part(before.first, max(before.last, part.last), why)  # noqa: PLW2901 - grows
        done.append(part)
    return done

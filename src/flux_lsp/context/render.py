"""The user turn's text: what is shown, the target, diagnostics and the instruction as elements.

Never changes file text; where it holds such a tag itself, the elements carry an id it does not hold.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from flux_lsp.context.values import Context, Diagnostic, Excerpt
from flux_lsp.core.text import Lines, Span

_TAG = re.compile(
    r"</?\s*(?:file|target|selection|diagnostic|instruction|left_out|guidance)\b", re.IGNORECASE
)
_LONGEST_MESSAGE = 4_000  # characters; some checkers print whole types
_MOST_DIAGNOSTICS = 50
_LONGEST_SELECTION = 2_000  # characters; the lines of a longer one tell enough


def user_turn(context: Context, diagnostics: Sequence[Diagnostic], instruction: str) -> str:
    """Elements one below the other; no `<instruction>` for an empty one."""
    texts = [e.text for e in context.excerpts] + [context.target.text, instruction]
    texts += [d.message for d in diagnostics]
    id_ = _id(texts) if any(_TAG.search(text) for text in texts) else None
    return "\n".join(_elements(context, diagnostics, instruction, id_))


def _elements(
    context: Context, diagnostics: Sequence[Diagnostic], instruction: str, id_: str | None
) -> Iterator[str]:
    for path in dict.fromkeys(excerpt.path for excerpt in context.excerpts):
        yield from _file([e for e in context.excerpts if e.path == path], context, id_)
    target = context.target
    yield _element("target", _place(target.path, target.lines), f"\n{target.text}", id_)
    if context.selection is not None:
        yield _selection(context, context.selection, id_)
    for diagnostic in diagnostics[:_MOST_DIAGNOSTICS]:
        yield _diagnostic(diagnostic, context, id_)
    if len(diagnostics) > _MOST_DIAGNOSTICS:
        yield _mark({"diagnostics": str(len(diagnostics) - _MOST_DIAGNOSTICS)}, id_)
    if instruction:
        yield _element("instruction", {}, instruction, id_)


def _file(excerpts: Sequence[Excerpt], context: Context, id_: str | None) -> Iterator[str]:
    """The excerpts of one file, with a mark for each run of lines that is shown nowhere."""
    path, target = excerpts[0].path, context.target
    shown = [excerpt.lines for excerpt in excerpts]
    shown += [target.lines] if target.path == path else []
    missing = _gaps(shown, excerpts[0].total_lines)
    pieces = [
        *(
            (e.lines.first, _element("file", _place(path, e.lines), f"\n{e.text}", id_))
            for e in excerpts
        ),
        *((gap.first, _mark(_place(path, gap), id_)) for gap in missing),
    ]
    yield from (text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _gaps(shown: Sequence[Lines], total: int) -> list[Lines]:
    """The lines of `1..total` that none of `shown` holds."""
    ends = [(lines.first, lines.last) for lines in shown]
    edges = [(0, 0), *sorted(ends), (total + 1, total + 1)]
    reached = 0
    gaps = []
    for (_, last), (first, _) in pairwise(edges):
        reached = max(reached, last)
        if first > reached + 1:
            gaps.append(Lines(reached + 1, first - 1))
    return gaps


def _selection(context: Context, selection: Span, id_: str | None) -> str:
    """Where it is, columns in characters and inclusive, and its text while that is short."""
    snapshot = context.target.snapshot
    lines = snapshot.lines_of(selection)
    starts = snapshot.line_starts
    attributes = {
        "first_line": str(lines.first),
        "first_column": str(selection.start - starts[lines.first - 1] + 1),
        "last_line": str(lines.last),
        "last_column": str(selection.end - starts[lines.last - 1]),
    }
    text = selection.of(snapshot.text)
    return _element("selection", attributes, text if len(text) <= _LONGEST_SELECTION else "", id_)


def _diagnostic(diagnostic: Diagnostic, context: Context, id_: str | None) -> str:
    lines = context.target.snapshot.lines_of(diagnostic.span)
    attributes = {
        "first_line": str(lines.first),
        "last_line": str(lines.last),
        "severity": diagnostic.severity,
        "source": diagnostic.source,
        "code": diagnostic.code,
    }
    message = diagnostic.message
    if len(message) > _LONGEST_MESSAGE:
        message = (
            f"{message[:_LONGEST_MESSAGE]} [{len(message) - _LONGEST_MESSAGE} more characters]"
        )
    return _element("diagnostic", attributes, message, id_)


def _place(path: str, lines: Lines) -> dict[str, str]:
    return {"path": path, "first_line": str(lines.first), "last_line": str(lines.last)}


def _element(name: str, attributes: Mapping[str, str], text: str, id_: str | None) -> str:
    closing = f"</{name}>" if id_ is None else f'</{name} id="{id_}">'
    return f"<{name}{_attributes(attributes, id_)}>{text}{closing}"


def _mark(attributes: Mapping[str, str], id_: str | None) -> str:
    return f"<left_out{_attributes(attributes, id_)}/>"


def _attributes(attributes: Mapping[str, str], id_: str | None) -> str:
    given = {**attributes, "id": id_ or ""}
    return "".join(f' {name}="{_escaped(value)}"' for name, value in given.items() if value)


def _escaped(value: str) -> str:
    """Only what would end the attribute or the line: a path is to be copied as it stands."""
    return value.replace('"', "&quot;").replace("\n", " ").replace("\r", " ")


def _id(texts: Sequence[str]) -> str:
    """The same for the same texts, and in none of them."""
    said = "\0".join(texts)
    digest = said.encode("utf-8", "surrogatepass")
    while True:
        digest = hashlib.sha256(digest).hexdigest().encode()
        found = digest[:8].decode()
        if found not in said:
            return found

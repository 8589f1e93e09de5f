"""What a plugin may ask its editor's other language servers about a target, before it runs an action.

Never asks them itself, and never believes that a name without an answer has no definition.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flux_lsp.context.target import find_target
from flux_lsp.core.text import Span
from flux_lsp.engine.values import Request
from flux_lsp.runs.session import RunSession
from flux_lsp.syntax.expressions import Member, Name
from flux_lsp.syntax.tree import Parsed
from flux_lsp.syntax.uses import read_uses

_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Question:
    """An LSP request about a place of a snapshot; `why` goes back with each of its answers."""

    method: str
    offset: int
    why: str


async def list_questions(session: RunSession, request: Request) -> tuple[Question, ...]:
    """List what to ask other servers for a run; nothing where the project is not shown."""
    services = await session.configuration.get_services(request.snapshot.uri)
    if not services.settings.context.project:
        return ()
    parsed = await asyncio.to_thread(services.parse, request.snapshot)
    if parsed is None:
        return ()
    return tuple(await asyncio.to_thread(_list_questions, request, parsed))


def _list_questions(request: Request, parsed: Parsed) -> Iterator[Question]:
    """Ask first where the types are, then the definitions: of members, then of bare names."""
    target = find_target(request.snapshot, request.selection, parsed)
    uses = read_uses(parsed, target, target)
    members = [use.name for use in uses.uses if isinstance(use, Member)]
    names = [use.name for use in uses.uses if isinstance(use, Name) and use.name not in uses.locals]
    text = request.snapshot.text
    places = [
        (name, at)
        for name in dict.fromkeys((*members, *names))
        if (at := _find_name(text, target, name, name in members)) is not None
    ][:_MOST_NAMES]
    for method, what in (("typeDefinition", "type"), ("definition", "definition")):
        for name, at in places:
            yield Question(f"textDocument/{method}", at, f"{what} of {name}")


def _find_name(text: str, target: Span, name: str, is_member: bool) -> int | None:
    before = r"(?:\.|::|->)\s*" if is_member else r"(?<![\w.])"
    match = re.compile(rf"{before}({re.escape(name)})(?!\w)").search(text, target.start, target.end)
    return match.start(1) if match else None

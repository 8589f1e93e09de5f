"""Asks for what of the project is shown beside a target, and waits for it only so long.

Never lets a slow index hold up a run: then nothing of the project is shown.
"""

import asyncio
from collections.abc import Iterator

from flux_lsp.actions.action import Action
from flux_lsp.context.project.select import Wish, select_project
from flux_lsp.context.project.values import ProjectIndex
from flux_lsp.context.values import Context, ShownFile
from flux_lsp.core.text import LineRange, Snapshot
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Request

_ENOUGH = 0.2  # seconds after which a search ends with what there is
_LONGEST = 0.3  # seconds that a run waits


async def view_project(
    action: Action, request: Request, around: WorkspaceContext, context: Context, services: Services
) -> tuple[ShownFile, ...]:
    """Return the parts of other files that are shown, in their order in this editing session."""
    index = around.project
    if index is None or not services.settings.context.project:
        return ()
    view = asyncio.to_thread(_select, index, action, request, around, context, services)
    try:
        return await asyncio.wait_for(view, _LONGEST)
    except TimeoutError:
        return ()


def _select(
    index: ProjectIndex,
    action: Action,
    request: Request,
    around: WorkspaceContext,
    context: Context,
    services: Services,
) -> tuple[ShownFile, ...]:
    parsed = services.parse(request.snapshot)
    if parsed is None:
        return ()
    settings, clock = services.settings.context, services.clock
    end = clock.monotonic() + _ENOUGH
    room = max(settings.max_tokens - context.tokens, settings.max_tokens // 4)
    wish = Wish(
        snapshot=request.snapshot,
        target=context.target.span,
        parsed=parsed,
        tokens=min(settings.project_tokens, room),
        shown=tuple(_list_shown(context)),
        related=request.related,
        callers=action.may_change_callers or action.writes_tests,
        examples=action.writes_tests,
        test_path=around.test_file.path if around.test_file else "",
    )

    def read(path: str) -> Snapshot | None:
        if path == request.snapshot.path:
            return request.snapshot
        other = around.read_other(path)
        return None if other is None else other.snapshot

    files = select_project(wish, index, read, lambda: clock.monotonic() > end)
    return around.shown_before.arrange(files, read, wish.tokens, clock.monotonic())


def _list_shown(context: Context) -> Iterator[tuple[str, LineRange]]:
    yield context.target.path, context.target.lines
    yield from ((excerpt.path, excerpt.lines) for excerpt in context.excerpts)

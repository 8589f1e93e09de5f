"""What a step can ask for: the same as any run, with the edits of the steps before laid over it.

Never reads a file itself.
"""

from dataclasses import replace

from flux_lsp.actions.action import Action
from flux_lsp.checks.values import CheckedEdit, CheckResult, Tell
from flux_lsp.engine.pipelines.overlay import Overlay
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Request


def lay_over_services(services: Services, overlay: Overlay, own: str) -> Services:
    """Return the services of a step on the document `own` (a uri)."""

    async def read_context(request: Request, action: Action) -> WorkspaceContext:
        return overlay.lay_over(await services.read_context(request, action), own)

    def exists(path: str) -> bool:
        return path in overlay.new_files or services.exists(path)

    async def run_checks(edit: CheckedEdit, seconds: float, tell: Tell) -> tuple[CheckResult, ...]:
        return await services.run_checks(overlay.lay_under(edit), seconds, tell)

    return replace(services, read_context=read_context, exists=exists, run_checks=run_checks)

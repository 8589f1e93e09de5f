"""Runs the project's checks for a session: with its settings, and with what the person has typed.

Never runs a check outside of a workspace folder.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flux_lsp.checks.check_edit import CheckRunner
from flux_lsp.checks.values import CheckedEdit, CheckResult, Tell
from flux_lsp.core.text import Snapshot
from flux_lsp.settings.schema import Settings


@dataclass(frozen=True)
class ProjectChecks:
    """The checks of a session; `list_open` lists the open documents below a folder."""

    list_open: Callable[[Path], Sequence[Snapshot]]
    runner: CheckRunner = field(default_factory=CheckRunner)

    async def run(
        self,
        root: Path | None,
        settings: Settings,
        edit: CheckedEdit,
        seconds: float,
        tell: Tell,
    ) -> tuple[CheckResult, ...]:
        """Run the checks on `edit`, over the open documents as they are now."""
        if root is None:
            return ()
        opened = await asyncio.to_thread(self.list_open, root)
        before = {document.path: document.text for document in opened} | dict(edit.before)
        edit, wish = replace(edit, before=before), settings.checks_sandbox
        return await self.runner.check(settings.checks, wish, edit, root, seconds, tell)

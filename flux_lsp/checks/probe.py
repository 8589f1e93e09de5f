"""Finds out once which sandbox this machine lets Flux have, by running `true` in it.

Never takes anybody's word for it, and never settles for no sandbox at all.
"""

import asyncio
import tempfile
from pathlib import Path

from flux_lsp.checks.run import CommandOrder, run_command
from flux_lsp.checks.sandbox import Sandbox, list_candidates
from flux_lsp.checks.values import CommandLimits, Layover

_SECONDS = 10.0
_ELSEWHERE = "Flux has a sandbox on Linux and macOS only"


async def find_sandbox(home: Path) -> Sandbox:
    """Return the first sandbox that works, or one without walls that says why there is none."""
    causes = []
    for candidate in await asyncio.to_thread(list_candidates):
        with tempfile.TemporaryDirectory(prefix="flux-probe-") as folder:
            order = CommandOrder(
                ("true",), Path(folder), home, Layover({}), (), CommandLimits(seconds=_SECONDS)
            )
            run = await run_command(order, candidate)
        if run.exit_code == 0:
            return candidate
        causes.append(run.trouble or f"{candidate.walls} did not run `true`")
    return Sandbox(None, "; ".join(causes) or _ELSEWHERE)


def describe_sandbox(sandbox: Sandbox) -> str:
    """Describe the walls for a person."""
    return {
        "bwrap": f"bubblewrap at {sandbox.program}, with an overlay",
        "own": "namespaces and an overlay of the Linux kernel",
        "seatbelt": "Seatbelt, on a copy of the project",
        "none": "none, as `checks_sandbox` says: checks run on a copy, free to do what you could do",
        None: f"none: {sandbox.why}",
    }[sandbox.walls]

"""Run ruff or rope, which the extra `offline` brings, on a text, apart from everything else.

Never lets a tool see the workspace, its settings or a key: text goes in, text comes out.
"""

import asyncio
import os
import sys
import tempfile
from importlib.util import find_spec
from subprocess import DEVNULL, PIPE

from flux_lsp.core.isolation import isolate_environment
from flux_lsp.models.offline.answers import CannotAnswer

_SECONDS = 20


async def run_tool(tool: str, *arguments: str, stdin: str) -> str | CannotAnswer:
    """Run Python with `arguments` and return what it prints; `tool` is the package that it needs."""
    if find_spec(tool) is None:
        how = "`pip install 'flux-lsp[offline]'` installs it"
        return CannotAnswer(f"this needs {tool}, which is not installed here: {how}")
    isolated = isolate_environment(os.environ)
    ours = ("RUFF_", "FLUX_", "ANTHROPIC_")
    environment = {k: v for k, v in isolated.items() if not k.startswith(ours)}
    environment["PYTHONUTF8"] = "1"
    with tempfile.TemporaryDirectory(prefix="flux-offline-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", *arguments),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=folder,
            env=environment,
        )
        try:
            async with asyncio.timeout(_SECONDS):
                output, _ = await process.communicate(stdin.encode("utf-8", "surrogatepass"))
        except TimeoutError:
            return CannotAnswer(f"{tool} took longer than {_SECONDS} seconds")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        return CannotAnswer(f"{tool} could not do this to the file")
    return output.decode("utf-8", "replace")

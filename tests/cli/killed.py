"""Runs `flux-lsp` and kills the process, as by `kill -9`, at one point of a job.

    python -m tests.cli.killed MODULE:FUNCTION:before|after:N ARGUMENTS…

The N-th call of the function, from 1, is the point. Run it as a process of its own.
"""

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from flux_lsp.fronts.cli.main import main


def arm(point: str) -> None:
    """Put the trap into the module that calls the function."""
    module_name, path, when, number = point.split(":")
    owner: Any = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    setattr(owner, name, trap(getattr(owner, name), when, int(number)))


def trap(function: Callable[..., Any], when: str, number: int) -> Callable[..., Any]:
    """The same function with the end of the process before or after its N-th call."""
    calls = 0

    def die(here: str) -> None:
        if calls == number and here == when:
            os.kill(os.getpid(), signal.SIGKILL)

    if inspect.iscoroutinefunction(function):

        async def wait(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            die("before")
            result = await function(*arguments, **options)
            die("after")
            return result

        return wait

    def call(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        die("before")
        result = function(*arguments, **options)
        die("after")
        return result

    return call


if __name__ == "__main__":
    arm(sys.argv[1])
    sys.exit(main(sys.argv[2:]))

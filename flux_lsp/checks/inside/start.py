"""The entry: reads one order from standard input, does it, and says on standard error how it ended.

Started as `python -I -S start.py`. Never reads anything else, and never prints to standard output.
"""

import json
import os
import sys
from typing import Any, NoReturn

_PACKAGE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
sys.path.insert(0, _PACKAGE)

from flux_lsp.checks.inside import watch  # noqa: E402


def main() -> NoReturn:
    """Do the order that comes by standard input as one line of JSON."""
    order = json.loads(_read_line(0))
    lifeline = os.dup(0)
    try:
        if order["walls"] == "own":
            _enter(order, lifeline)
        elif sys.platform == "linux":
            _protect(first=order["is_first"])
        watch.lay_files(order)
        report = watch.run_command(order, lifeline)
    except OSError as error:
        report = {"cannot": str(error), "number": error.errno}
    _tell(report)
    os._exit(0)


def _enter(order: dict[str, Any], lifeline: int) -> None:
    """Build the walls; the process that goes on behind them is a child."""
    from flux_lsp.checks.inside import kernel, walls

    walls.enter_namespaces()
    child = os.fork()
    if child != 0:
        os.close(lifeline)
        os.waitpid(child, 0)
        os._exit(0)
    kernel.die_with_parent()
    walls.build_view(order)
    kernel.forbid_tracing()


def _protect(*, first: bool) -> None:
    from flux_lsp.checks.inside import kernel

    if first:
        kernel.forbid_tracing()
    else:
        kernel.adopt_orphans()


def _read_line(descriptor: int) -> bytes:
    """Read up to the first line end, which ends the order; the pipe stays open."""
    content = bytearray()
    while not content.endswith(b"\n"):
        chunk = os.read(descriptor, 1 << 20)
        if not chunk:
            os._exit(1)
        content += chunk
    return bytes(content)


def _tell(report: dict[str, Any]) -> None:
    os.write(2, json.dumps(report).encode() + b"\n")


if __name__ == "__main__":
    main()

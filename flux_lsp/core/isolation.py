"""Keeps the code of the current folder out of Python, here and where Flux starts itself again.

Never reads a file and never imports more than Python loads at its start: another module could come
from the current folder. That is why it does not use pathlib.
"""

# ruff: noqa: PTH100, PTH117, PTH118, PTH120
import os
import sys

TYPE_CHECKING = False  # `typing` would be an import
if TYPE_CHECKING:
    from collections.abc import Mapping


def leave_current_folder() -> None:
    """Take the current folder, and all that is named relative to it, off the module search path.

    Modules that are imported later then come from the installation alone. Flux's own folder stays,
    also where somebody works on Flux itself and has started it from there.
    """
    search = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    relative = {_make_absolute(entry) for entry in search if not _is_fixed(entry)}
    unwanted = {"", os.curdir, _make_absolute(""), *relative} - {_find_own_folder()}
    sys.path[:] = [entry for entry in sys.path if entry not in unwanted]


def isolate_environment(env: "Mapping[str, str]") -> dict[str, str]:
    """Return `env` for a Python that imports nothing from the folder it runs in."""
    kept = [entry for entry in env.get("PYTHONPATH", "").split(os.pathsep) if _is_fixed(entry)]
    child = {name: value for name, value in env.items() if name != "PYTHONPATH"}
    child["PYTHONSAFEPATH"] = "1"
    return child | ({"PYTHONPATH": os.pathsep.join(kept)} if kept else {})


def build_own_command(*arguments: str) -> tuple[str, ...]:
    """Return the command line that runs Flux in another process, for use with `isolate_environment`."""
    return (sys.executable, "-P", "-m", "flux_lsp", *arguments)


def _is_fixed(entry: str) -> bool:
    """Whether an entry of `PYTHONPATH` is the same folder anywhere; an empty one is the current."""
    return os.path.isabs(entry) and os.path.normpath(entry) != _make_absolute("")


def _make_absolute(entry: str) -> str:
    try:
        return os.path.abspath(entry)
    except OSError:  # the current folder is gone
        return entry


def _find_own_folder() -> str:
    """Find the folder that holds the package `flux_lsp`."""
    return os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

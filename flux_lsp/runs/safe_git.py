"""How git is started, so that nothing of a repository runs: its settings could name programs.

Never starts a program that the current folder holds: on Windows that folder is searched first.
"""

import os
import shutil
from pathlib import Path

# Plumbing runs nothing by itself; this is for what a configuration could still start.
_OPTIONS = (
    "--no-pager", "--no-replace-objects", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.pager=cat",
    "-c", f"core.attributesFile={os.devnull}", "-c", "diff.external=", "-c", "protocol.allow=never",
    "-c", "core.sshCommand=false", "-c", "credential.helper=", "-c", "submodule.recurse=false",
)  # fmt: skip
_PASSED_ON = ("PATH", "HOME", "USERPROFILE", "XDG_CONFIG_HOME", "SYSTEMROOT", "TEMP", "TMP")
_FIXED = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}


def build_git_command(*arguments: str) -> list[str] | None:
    """Build a command line of git; None when git is not installed. Start it in `find_neutral_folder`."""
    program = shutil.which("git")
    if program is None or not Path(program).is_absolute():
        return None
    return [program, *_OPTIONS, *arguments]


def find_neutral_folder(command: list[str]) -> Path:
    """Return a folder that no repository has a say in: that of the program itself."""
    return Path(command[0]).parent


def make_git_environment() -> dict[str, str]:
    """Return what git is told by its environment, and nothing else of this one."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, **_FIXED}

"""Finds where Flux keeps its files on this machine; importable before anything heavy.

Never makes a folder and never reads a file.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

# There the rule is two lines, and every start would pay 9 ms for the library.
_XDG = sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd"))


def find_home() -> Path:
    """Find the person's home folder, or the root folder if there is none."""
    try:
        return Path.home()
    except RuntimeError:  # no HOME, and nobody knows who this is: a container's made-up user
        return Path("/")


def get_config_dir() -> Path:
    """The folder of the person's own files, `flux` in the platform's config folder."""
    if _XDG:
        return _get_xdg_folder("XDG_CONFIG_HOME", ".config")
    from platformdirs import user_config_path

    return user_config_path("flux", appauthor=False, roaming=True)


def get_config_file() -> Path:
    """The user's settings."""
    return get_config_dir() / "config.toml"


def get_data_dir(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of ledger, cache and logs: `FLUX_DATA_DIR`, else the platform's data folder."""
    if chosen := env.get("FLUX_DATA_DIR", "").strip():
        return Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111 - see `home`
    if _XDG:
        return _get_xdg_folder("XDG_DATA_HOME", ".local/share")
    from platformdirs import user_data_path

    return user_data_path("flux", appauthor=False)


def get_ledger_path(data: Path) -> Path:
    """The ledger's database."""
    return data / "ledger.sqlite3"


def get_log_path(data: Path) -> Path:
    """The server's log, unless `--log-file` names another."""
    return data / "log" / "flux-lsp.log"


def get_trust_store(data: Path) -> Path:
    """The file with the folders that `flux-lsp trust` has written down."""
    return data / "trusted.json"


def get_trusted_files_store(data: Path) -> Path:
    """The file with the contents of agents' files that `flux-lsp trust` has written down."""
    return data / "trusted_files.json"


def get_last_session_path(data: Path) -> Path:
    """The file that says what the last editor can do, for `flux-lsp doctor`."""
    return data / "last_session.json"


def _get_xdg_folder(variable: str, default: str) -> Path:
    chosen = os.environ.get(variable, "").strip()
    # A relative path is invalid by the XDG specification and counts as not set.
    base = Path(chosen) if Path(chosen).is_absolute() else find_home() / default
    return base / "flux"

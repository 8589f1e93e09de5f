"""The environment of a check, and which of the person's tools it can see.

Never passes on a variable or shows a folder that is not listed here; none of them holds a key.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_PASSED_ON = frozenset(
    {
        "PATH", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "VIRTUAL_ENV", "CONDA_PREFIX",
        "JAVA_HOME", "GOROOT", "GOPATH", "GOFLAGS", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN",
        "PYENV_ROOT", "PYENV_VERSION", "NVM_DIR", "VOLTA_HOME", "NODE_ENV", "LD_LIBRARY_PATH",
        "PYTHONPATH", "PYTHONHASHSEED",
    }
)  # fmt: skip
# No colours and no cut lines, the short form of what tools say, and no tool that asks the network.
_SET = {
    "TERM": "dumb", "NO_COLOR": "1", "PY_COLORS": "0", "CARGO_TERM_COLOR": "never", "COLUMNS": "240",
    "CI": "1", "RUFF_OUTPUT_FORMAT": "concise", "RUFF_NO_CACHE": "true", "PIP_NO_INDEX": "1",
    "CARGO_NET_OFFLINE": "true", "GOPROXY": "off", "GOTOOLCHAIN": "local",
    "npm_config_offline": "true", "UV_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1",
    "TMPDIR": "/tmp", "GIT_TERMINAL_PROMPT": "0",
}  # fmt: skip
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store",
    "/gnu/store", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/localtime", "/etc/os-release", "/etc/debian_version", "/etc/nsswitch.conf", "/etc/passwd",
    "/etc/group", "/etc/hosts", "/etc/protocols", "/etc/services", "/etc/mime.types", "/etc/magic",
    "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates", "/etc/pki/tls/certs",
    "/etc/fonts", "/etc/java-11-openjdk", "/etc/java-17-openjdk", "/etc/java-21-openjdk",
    "/etc/perl", "/etc/python3",
)  # fmt: skip
# Toolchains and what they downloaded, never their settings: those hold tokens.
_BELOW_HOME = (
    ".cargo/bin", ".cargo/registry", ".cargo/git", ".rustup", ".pyenv", ".rbenv", ".asdf",
    ".local/share/uv/python", ".local/share/uv/tools", ".local/share/mise/installs",
    ".local/share/fnm", ".local/share/pnpm", ".local/bin", ".local/lib", ".nvm/versions", ".volta/bin",
    ".volta/tools", ".bun/bin", ".deno/bin", "go/pkg/mod", "go/bin", "sdk", ".sdkman/candidates",
    ".m2/repository", ".virtualenvs", ".cache/pypoetry/virtualenvs", ".local/share/virtualenvs",
    ".local/share/hatch/env", "miniconda3", "anaconda3", "miniforge3", "micromamba",
)  # fmt: skip
# Where a variable moves a toolchain: the variable, and what of its folder can be seen.
_MOVED = {
    "CARGO_HOME": ("bin", "registry", "git"), "RUSTUP_HOME": ("",), "PYENV_ROOT": ("",),
    "GOPATH": ("pkg/mod", "bin"), "GOROOT": ("",), "NVM_DIR": ("versions",), "JAVA_HOME": ("",),
    "VOLTA_HOME": ("bin", "tools"), "VIRTUAL_ENV": ("",), "CONDA_PREFIX": ("",),
}  # fmt: skip


def make_environment(env: Mapping[str, str], home: Path) -> dict[str, str]:
    """Make the environment of a check from Flux's own; nothing in it lets one in anywhere."""
    kept = {
        name: value for name, value in env.items() if name in _PASSED_ON or name.startswith("LC_")
    }
    return {**kept, **_SET, "HOME": str(home)}


def list_visible(env: Mapping[str, str], home: Path) -> list[str]:
    """List the paths of the machine that a check can read, but for the project itself."""
    paths = [*_SYSTEM, *(str(home / name) for name in _BELOW_HOME), sys.base_prefix, sys.prefix]
    for variable, parts in _MOVED.items():
        folder = env.get(variable, "")
        paths += [str(Path(folder, part)) for part in parts] if folder.startswith("/") else []
    closed = {"/", *map(str, (home, *home.parents))}
    return list(_drop_covered(sorted({path for path in paths if path not in closed})))


def _drop_covered(paths: list[str]) -> Iterator[str]:
    """Leave out what lies in a folder that can be seen already."""
    last = ""
    for path in paths:
        if not last or not path.startswith(f"{last}/"):
            last = path
            yield path

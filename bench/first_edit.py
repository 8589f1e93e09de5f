"""From a clone to the first applied edit, by the guides' own lines, without any cache.

Each way clones this repository, installs the server as docs/editors/README.md says (uv where it is
there, else venv and pip), and edits a file. `keyless` uses the built-in rules; the others ask the fake
Messages API, which answers at once. Not included: the network to a real model, and the person.

    python -m bench.first_edit [cli keyless neovim …]
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.answers import tool
from tests.fakes.messages_api import MessagesApi
from tests.fakes.wire import clean_environment

ROOT = Path(__file__).parent.parent
EDITORS = Path(os.environ.get("EDITORS", ROOT / ".cache" / "editors"))
BEFORE = "def total(items):\n    n = 0\n    for item in items:\n        n += item\n    return n\n"
AFTER = (
    "def total(items):\n    # one sum\n    n = sum(items)\n    assert n is not None\n    return n\n"
)
GUARDED = "def half(n):\n    if n < 0:\n        raise ValueError\n    return n / 2\n"
PLUGIN = "require('flux').setup()"
# What a person types, then a wait for the edit, for a Neovim without a screen.
EDIT = """
vim.cmd.edit('shop.py')
local function changed() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false)):find('one sum') end
vim.wait(20000, function() return #vim.lsp.get_clients({ name = 'flux' }) > 0 end, 20)
vim.wait(20000, function() return vim.lsp.get_clients({ name = 'flux' })[1].initialized end, 20)
vim.api.nvim_win_set_cursor(0, { 2, 4 })
vim.cmd('Flux edit one sum')
if not vim.wait(30000, changed, 20) then error('no edit came') end
vim.cmd.write()
vim.cmd.quitall({ bang = true })
"""


class Home:
    """A person's folder and environment, in which a program was never used before."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.clone, self.work = folder, folder / "flux-lsp", folder / "shop"
        self.work.mkdir(parents=True)
        network = {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "UV_", "SSL_"))}
        plain = {k: v for k, v in clean_environment(folder).items() if not k.startswith("XDG_")}
        self.env = {
            **plain,
            **network,
            "PATH": f"{folder}/.local/bin:{os.environ['PATH']}",
            "UV_CACHE_DIR": str(folder / "uv-cache"),
            "PIP_CACHE_DIR": str(folder / "pip-cache"),
        }
        if url:
            self.env |= {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "test"}

    def run(self, line: str, cwd: Path | None = None) -> float:
        """Run a line as a shell does; returns the seconds it took."""
        began = time.monotonic()
        ran = subprocess.run(
            line,
            shell=True,
            cwd=cwd or self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            sys.exit(f"`{line}` failed:\n{ran.stdout}{ran.stderr}")
        return time.monotonic() - began

    def install(self) -> dict[str, float]:
        """Clone and install by the lines of docs/editors/README.md."""
        seconds = {"clone": self.run(f"git clone -q {shlex.quote(str(ROOT))} flux-lsp")}
        if shutil.which("uv"):
            return seconds | {"install (uv)": self.run("uv tool install -q .", self.clone)}
        lines = (
            "python3 -m venv ~/.flux-lsp && ~/.flux-lsp/bin/pip install -q .",
            "mkdir -p ~/.local/bin && ln -s ~/.flux-lsp/bin/flux-lsp ~/.local/bin/",
        )
        return seconds | {"install (pip)": sum(self.run(line, self.clone) for line in lines)}


def measure_cli(home: Home) -> dict[str, float]:
    """The command line, with a key."""
    file = home.work / "shop.py"
    file.write_text(BEFORE)
    seconds = home.install()
    line = 'flux-lsp run edit shop.py:2 --instruction "one sum" --apply'
    return seconds | {"edit": home.run(line, home.work), "": _check(file, AFTER)}


def measure_keyless(home: Home) -> dict[str, float]:
    """The command line without a key: one command ends at something that works."""
    file = home.work / "shop.py"
    file.write_text(GUARDED)
    seconds = home.install()
    line = "flux-lsp run document shop.py:1 --provider offline --apply"
    return seconds | {"edit": home.run(line, home.work), "": _check(file, '"""')}


def measure_neovim(home: Home) -> dict[str, float]:
    """Neovim with the plugin, by the lines of docs/editors/neovim.md."""
    file, init = home.work / "shop.py", home.folder / ".config/nvim/init.lua"
    file.write_text(BEFORE)
    seconds = home.install()
    place = "~/.local/share/nvim/site/pack/flux/start"
    seconds["plugin"] = home.run(
        f"mkdir -p {place} && ln -s {home.clone}/editors/neovim {place}/flux"
    )
    init.parent.mkdir(parents=True)
    init.write_text(f"vim.g.loaded_python3_provider = 0\n{PLUGIN}\n")
    (home.folder / "edit.lua").write_text(EDIT)
    line = f"{EDITORS}/bin/nvim --headless -c 'luafile {home.folder}/edit.lua' -c 'cquit 1'"
    return seconds | {"start and edit": home.run(line, home.work), "": _check(file, "one sum")}


WAYS: dict[str, tuple[Callable[[Home], dict[str, float]], float]] = {
    "cli": (measure_cli, 15),
    "keyless": (measure_keyless, 15),
    "neovim": (measure_neovim, 20),
}


def _check(file: Path, words: str) -> float:
    """Nothing more to wait for: the file has the edit, or this ends."""
    if words not in file.read_text():
        sys.exit(f"{file} holds no edit:\n{file.read_text()}")
    return 0.0


def main(names: list[str]) -> None:
    """Measure each way and print a row for it."""
    api = MessagesApi(responder=lambda *_: tool("rewrite_range", {"code": AFTER}))
    print("| way | clone to first applied edit | wanted | of it |\n| --- | ---: | ---: | --- |")
    with api.in_thread():
        for name in names or list(WAYS):
            measure, wanted = WAYS[name]
            with tempfile.TemporaryDirectory(prefix="flux-first-") as folder:
                seconds = measure(Home(Path(folder), "" if name == "keyless" else api.url))
            parts = ", ".join(f"{part} {took:.1f} s" for part, took in seconds.items() if part)
            print(
                f"| {name} | {sum(seconds.values()):.1f} s | {wanted:.0f} s | {parts} |", flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1:])

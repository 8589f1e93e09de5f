"""Screenshots of a real Neovim at its main moments, and an edit that lands as a moving picture.

`python -m tests.editors.screenshots [FOLDER]` takes them all.

Needs the editors of `editors/setup.sh`; the models are played by the fake Messages API.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.answers import Answer, Json, text, tool
from tests.fakes.flags import Gate
from tests.fakes.messages_api import MessagesApi

ROOT = Path(__file__).parents[2]
EDITORS = Path(os.environ.get("EDITORS", ROOT / ".cache" / "editors"))
COLUMNS, ROWS = 130, 32
FILM = (96, 32)  # columns and rows of the moving picture

BEFORE = '''"""The basket of a small shop."""

from dataclasses import dataclass, field


@dataclass
class Item:
    name: str
    price: float
    count: int = 1


@dataclass
class Basket:
    items: list[Item] = field(default_factory=list)

    def total(self, voucher=None):
        sum = 0
        for i in self.items:
            sum = sum + i.price * i.count
        if voucher:
            sum = sum - sum * voucher / 100
        return sum

    def add(self, name, price):
        self.items.append(Item(name, price))
'''
TOTAL = """    def total(self, voucher: float = 0) -> float:
        full = sum(item.price * item.count for item in self.items)
        if not 0 <= voucher <= 100:
            raise ValueError(f"a voucher is 0 to 100 per cent, not {voucher}")
        return full * (1 - voucher / 100)
"""
LANDED = '''    def total(self, voucher=None):
        """Add up all items, less `voucher` per cent."""
        voucher = voucher or 0
        if not 0 <= voucher <= 100:
            raise ValueError(f"{voucher} % is no voucher")
        full = sum(i.price * i.count for i in self.items)
        return full * (1 - voucher / 100)
'''
EXPLANATION = """Adds up what the basket costs, less a voucher in **per cent**.

- **Takes** `voucher`: how many per cent to take off; `None` and `0` both mean none.
- **Returns** the sum of `price * count` over all items, as a `float`.

```python
basket = Basket([Item("tea", 4.0, count=2)])
basket.total()      # 8.0
basket.total(25)    # 6.0
```

Easy to get wrong:

1. Nothing checks `voucher`: 150 gives a *negative* total, -10 a surcharge.
2. `sum` hides Python's own `sum` inside of the method.
3. Prices are floats, so cents add up only roughly; `Decimal` would be exact.
"""
INIT = """
vim.opt.runtimepath:prepend('{plugin}')
vim.g.loaded_python3_provider = 0
vim.o.number, vim.o.termguicolors, vim.o.laststatus, vim.o.ruler = true, true, 2, false
vim.o.shortmess = vim.o.shortmess .. 'I'
vim.o.statusline = "  %f %m%=  %{{v:lua.require'flux'.status()}}  %l:%c  "
require('flux').setup({{ cmd = {command}, settings = {{ review = '{review}' }} }})
"""


def main(folder: Path) -> None:
    """Take them all."""
    folder.mkdir(parents=True, exist_ok=True)
    film_edit(folder / "edit.gif")
    take_pictures(folder)


def film_edit(target: Path) -> None:
    """Film an edit from its words to one undo, while the person goes on typing."""
    gate = Gate()
    reply = tool("rewrite_range", {"code": LANDED}).using(input=1180, output=164, cache_read=900)
    api = MessagesApi(responder=lambda *_: reply.in_pieces(8).held(gate, after=9))
    words = ":Flux edit as one sum, and refuse impossible vouchers"
    with api.in_thread(), terminal(api.url, review="auto", size=FILM) as screen:
        film = Film(screen, FILM)
        screen.keys("17Gw")
        film.shoot(1200)
        for at in range(0, len(words), 6):
            screen.keys(words[at : at + 6])
            film.shoot(110)
        film.shoot(700)
        screen.keys("Enter")
        screen.until("asking claude")
        film.shoot(900)
        screen.keys("Go", "BSpace", "# You can go on typing.", "Escape")
        film.shoot(1300)
        gate.open()
        screen.until("full * (1 - voucher / 100)")
        screen.until("per cent")
        film.shoot(3200)
        film.save(target)


def take_pictures(folder: Path) -> None:
    """Take the pictures of a review, a run and an explanation."""
    gate = Gate()

    def answer(request: Json, _: int) -> Answer:
        if "call no tool" in str(request["messages"]):
            return text(EXPLANATION).using(input=912, output=241).in_pieces(12)
        reply = tool("rewrite_range", {"code": TOTAL}).using(input=1180, output=164, cache_read=900)
        return reply.in_pieces(8).held(gate, after=9)

    api = MessagesApi(responder=answer)
    with api.in_thread(), terminal(api.url) as screen:
        screen.keys("17Gw", ":Flux edit as one sum, and refuse impossible vouchers")
        screen.keys("Enter")
        screen.until("Flux: edit …")
        screen.until("asking claude")
        screen.save(folder / "neovim-running.png")
        gate.open()
        screen.until("q later")
        screen.save(folder / "neovim-diff.png")
        screen.keys("q", ":Flux explain", "Enter")
        screen.until("only roughly")
        screen.save(folder / "neovim-explain.png")


class Screen:
    """A Neovim in a tmux of its own."""

    def __init__(self, socket: str, box: Path) -> None:
        self._tmux = [str(EDITORS / "bin/tmux"), "-L", socket, "-f", "/dev/null"]
        self._box = box

    def tmux(self, *words: str) -> str:
        """One command of tmux; what it prints."""
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Type them."""
        for key in keys:
            self.tmux("send-keys", key)

    def until(self, words: str, within: float = 30) -> None:
        """Wait until the screen shows `words`."""
        end = time.monotonic() + within
        while words not in (shown := self.tmux("capture-pane", "-p")):
            if time.monotonic() > end:
                raise TimeoutError(f"{words!r} is not on the screen:\n{shown}")
            time.sleep(0.05)

    def dump(self, name: str = "screen.ansi") -> Path:
        """The screen as it is now, as what a terminal is sent."""
        time.sleep(0.3)  # what is being drawn is drawn
        dump = self._box / name
        dump.write_text(self.tmux("capture-pane", "-peN"), encoding="utf-8")
        return dump

    def save(self, target: Path) -> None:
        """The screen as it is now, as a picture."""
        dump = self.dump()
        python = EDITORS / "tools/bin/python"
        png = ROOT / "editors/terminal_png.py"
        subprocess.run([python, png, dump, target, str(COLUMNS), str(ROWS)], check=True)
        print(target)


class Film:
    """Screens one after the other, each with its time."""

    def __init__(self, screen: Screen, size: tuple[int, int]) -> None:
        self._screen, self._size = screen, size
        self._shots: list[str] = []

    def shoot(self, milliseconds: int) -> None:
        """Add the screen as it is now."""
        self._shots.append(f"{milliseconds}={self._screen.dump(f'{len(self._shots)}.ansi')}")

    def save(self, target: Path) -> None:
        """Write the moving picture."""
        size = [str(number) for number in self._size]
        python, gif = EDITORS / "tools/bin/python", ROOT / "editors/terminal_gif.py"
        subprocess.run([python, gif, target, *size, *self._shots], check=True)
        print(target)


@contextmanager
def terminal(
    url: str, review: str = "always", size: tuple[int, int] = (COLUMNS, ROWS)
) -> Iterator[Screen]:
    """Neovim on the sample, attached to the real server."""
    box = Path(tempfile.mkdtemp())
    (box / "shop").mkdir()
    (box / "shop/basket.py").write_text(BEFORE, encoding="utf-8")
    command = "{" + ", ".join(f"'{word}'" for word in [sys.executable, "-m", "flux_lsp"]) + "}"
    init = INIT.format(plugin=ROOT / "editors/neovim", command=command, review=review)
    (box / "init.lua").write_text(init, encoding="utf-8")
    env = {
        "HOME": str(box), "TERM": "tmux-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"], "FLUX_DATA_DIR": str(box / "flux"),
        "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "test",
    }  # fmt: skip
    screen = Screen(f"flux-shots-{os.getpid()}", box)
    assignments = [f"{name}={value}" for name, value in env.items()]
    words = [
        "env",
        "-i",
        *assignments,
        str(EDITORS / "bin/nvim"),
        "--clean",
        "-u",
        str(box / "init.lua"),
    ]
    try:
        shape = ["-x", str(size[0]), "-y", str(size[1])]
        inside = ["-c", str(box / "shop")]
        screen.tmux("new-session", "-d", *shape, *inside, shlex.join([*words, "basket.py"]))
        screen.tmux("set", "-ga", "terminal-overrides", ",*:Tc")
        screen.until("$0.00 today")
        yield screen
    finally:
        screen.tmux("kill-server")
        shutil.rmtree(box, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/images")

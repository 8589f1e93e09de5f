"""A terminal's screen as a PNG, without a browser.

usage: DEST/tools/bin/python editors/terminal_png.py SCREEN.ansi OUT.png COLUMNS ROWS
SCREEN.ansi is what `tmux capture-pane -peN` prints; needs pyte and pillow (`editors/setup.sh` has them).
"""

import sys
from pathlib import Path
from typing import Any

import pyte
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(sys.executable).parents[2] / "trixie/usr/share/fonts/truetype/dejavu"
SIZE, HEIGHT, MARGIN = 18, 23, 12
FOREGROUND, BACKGROUND = "#e0e2ea", "#14161b"
NAMED = {
    "black": "#07080d", "red": "#ffc0b9", "green": "#b3f6c0", "brown": "#fce094", "blue": "#a6dbff",
    "magenta": "#ffcaff", "cyan": "#8cf8f7", "white": "#eef1f8", "brightblack": "#4f5258",
    "brightred": "#ffc0b9", "brightgreen": "#b3f6c0", "brightbrown": "#fce094",
    "brightyellow": "#fce094", "brightblue": "#a6dbff", "brightmagenta": "#ffcaff",
    "brightcyan": "#8cf8f7", "brightwhite": "#eef1f8",
}  # fmt: skip


def draw(ansi: str, columns: int, rows: int) -> Image.Image:
    """The screen as it is shown."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(ansi.rstrip("\n").replace("\n", "\r\n"))
    fonts = {
        bold: ImageFont.truetype(str(FONTS / f"DejaVuSansMono{'-Bold' if bold else ''}.ttf"), SIZE)
        for bold in (False, True)
    }
    width = round(fonts[False].getlength("M"))
    size = (columns * width + 2 * MARGIN, rows * HEIGHT + 2 * MARGIN)
    image = Image.new("RGB", size, BACKGROUND)
    pen = ImageDraw.Draw(image)
    for row in range(rows):
        for column in range(columns):
            place = (MARGIN + column * width, MARGIN + row * HEIGHT)
            _cell(pen, screen.buffer[row][column], place, width, fonts)
    return image


def _cell(
    pen: ImageDraw.ImageDraw, cell: Any, place: tuple[int, int], width: int, fonts: dict[bool, Any]
) -> None:
    front, back = _colour(cell.fg, FOREGROUND), _colour(cell.bg, BACKGROUND)
    if cell.reverse:
        front, back = back, front
    x, y = place
    pen.rectangle([x, y, x + width, y + HEIGHT], fill=back)
    if cell.data.strip():
        pen.text((x, y + 1), cell.data, fill=front, font=fonts[bool(cell.bold)])
    if cell.underscore:
        pen.line([x, y + HEIGHT - 2, x + width, y + HEIGHT - 2], fill=front)


def _colour(name: str, default: str) -> str:
    return default if name == "default" else NAMED.get(name, f"#{name}")


if __name__ == "__main__":
    source, target, columns, rows = sys.argv[1:]
    dump = Path(source).read_text(encoding="utf-8")
    draw(dump, int(columns), int(rows)).save(target, optimize=True)

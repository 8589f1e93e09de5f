"""Screens of a terminal as one moving GIF, without a browser.

usage: DEST/tools/bin/python editors/terminal_gif.py OUT.gif COLUMNS ROWS MILLISECONDS=SCREEN.ansi…
"""

import sys
from pathlib import Path

from terminal_png import draw

COLOURS, SCALE = 48, 0.62  # few and small: the README loads it on a phone


def main(out: str, columns: int, rows: int, shots: list[str]) -> None:
    """Draw each screen for its time, and begin again after the last."""
    frames, times = [], []
    for shot in shots:
        milliseconds, file = shot.split("=", 1)
        image = draw(Path(file).read_text(encoding="utf-8"), columns, rows)
        size = (round(image.width * SCALE), round(image.height * SCALE))
        frames.append(image.resize(size, 1).quantize(COLOURS, dither=0))  # 1: Lanczos
        times.append(int(milliseconds))
    frames[0].save(
        out, save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=True
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])

"""Lists every name of one file: the one it is called by, each link on the way, and the real one.

Reads links and nothing else; never opens a file.
"""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

_MOST_LINKS = 40  # as the system has it; a longer chain is a circle


def list_names(file: Path) -> list[Path]:
    """List the absolute names of `file`, the one it is called by first. Blocks.

    A name with `%2e` also counts in its decoded form: a client may have encoded it twice.
    """
    called = Path(os.path.abspath(file))  # noqa: PTH100 - `..` goes as it reads here, links below
    names = [called, *_decode(called)]
    with suppress(OSError, ValueError):  # no name that the system takes: nothing lies behind it
        real = Path(os.path.realpath(file))
        if real != file.absolute():  # some part of the name is a link
            names += [*_follow_links(file.absolute()), real]
    return list(dict.fromkeys(names))


def is_outside(file: Path, root: Path) -> bool:
    """Whether `file`, which need not exist, really lies outside of `root`. Blocks."""
    try:
        return not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root))
    except (OSError, ValueError):
        return True


def _decode(name: Path) -> list[Path]:
    text = str(name)
    for _ in range(3):
        if "%" not in text or unquote(text) == text:
            break
        text = unquote(text)
    return [] if text == str(name) else [Path(os.path.normpath(text))]


def _follow_links(name: Path) -> list[Path]:
    """Follow the links; returns the name after each step, in order."""
    names: list[Path] = []
    following: Path | None = name
    while following is not None and len(names) < _MOST_LINKS:
        following = _follow_link(following)
        if following is not None:
            names.append(Path(os.path.normpath(following)))
    return names


def _follow_link(name: Path) -> Path | None:
    here = name.anchor  # a string: this is asked of every file that is shown
    parts = name.parts[1:]
    for number, part in enumerate(parts):
        if part == "..":
            here = os.path.dirname(here)  # noqa: PTH120
            continue
        inner = os.path.join(here, part)  # noqa: PTH118
        if os.path.islink(inner):  # noqa: PTH114
            return Path(here, os.readlink(inner), *parts[number + 1 :])  # noqa: PTH115
        here = inner
    return None

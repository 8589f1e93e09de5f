"""Reads files that Flux did not write: regular ones only, so much and no more, and not for long.

Never opens a device, a pipe or a socket, and never takes a file's size from anybody's word.
"""

import errno
import os
import re
import stat
import time
from codecs import getincrementaldecoder
from pathlib import Path
from typing import Any

CONFIG_BYTES = 1_000_000  # of a file of settings, patterns, prices
SOURCE_BYTES = 4_000_000  # of a file of source text
_SECONDS = 2.0  # for one file; a folder behind a network that is gone never answers
_CHUNK = 256 * 1024
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that took the file's place would wait for a writer
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
# `a.b.c. …` of so many parts: the parser's cost grows with their square.
_DEEP_KEY = re.compile(r"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){100}")
_TOML_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"|' + r"'[^']*+'")


def read_bytes(path: Path, most: int, *, cut: bool = False) -> bytes:
    """The file's bytes, `most` at most. Blocks.

    A larger file is an error unless `cut`, which takes its beginning. Raises OSError, whose
    `strerror` says what is wrong; FileNotFoundError and NotADirectoryError when there is none.
    """
    _refuse_special(os.stat(path).st_mode)  # noqa: PTH116 - before it is opened: some devices act on that
    descriptor = os.open(path, _FLAGS)
    try:
        _refuse_special(os.fstat(descriptor).st_mode)
        content = _read(descriptor, most + 1)
    finally:
        os.close(descriptor)
    if len(content) > most and not cut:
        raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes", str(path))
    return content[:most]


def read_text(path: Path, most: int, *, cut: bool = False, errors: str = "strict") -> str:
    """The file's text, read as UTF-8 with or without a mark; line ends stay as they are. Blocks.

    `most` is in bytes. Raises as `read_bytes` does, and UnicodeDecodeError when it is no UTF-8.
    """
    content = read_bytes(path, most, cut=cut)
    whole = not cut or len(content) < most  # what is cut may end inside of a character
    return getincrementaldecoder("utf-8-sig")(errors).decode(content, whole)


def parse_toml(text: str) -> dict[str, Any]:
    """The table that `text` is. Raises ValueError with a sentence, however odd the text is."""
    import tomllib

    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= 100 and _DEEP_KEY.search(_TOML_STRING.sub("s", line)):
            raise ValueError(f"line {number} nests its keys too deeply")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None


def parse_json(text: str) -> Any:
    """The value that `text` is. Raises ValueError, for one that is nested too deeply as well."""
    import json

    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class SpecialFileError(OSError):
    """A device, a pipe or a socket: nobody wrote settings or text into it."""


def _refuse_special(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(mode):
        raise SpecialFileError(errno.EINVAL, "it is no regular file")


def _read(descriptor: int, most: int) -> bytes:
    end = time.monotonic() + _SECONDS
    content = bytearray()
    while len(content) < most:
        chunk = os.read(descriptor, min(_CHUNK, most - len(content)))
        if not chunk:
            break
        content += chunk
        if time.monotonic() > end:
            raise OSError(errno.ETIMEDOUT, f"reading it took longer than {_SECONDS:.0f} s")
    return bytes(content)

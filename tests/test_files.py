"""Files that nobody should have to read: each is refused with a sentence, and at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flux_lsp.files import parse_json, parse_toml, read_bytes, read_text


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfa\r\n\xc3\xa9")
    assert read_bytes(file, 100) == b"\xef\xbb\xbfa\r\n\xc3\xa9"
    assert read_text(file, 100) == "a\r\né"


def test_as_much_as_allowed_is_no_more_than_allowed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"12345")
    assert read_bytes(file, 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_bytes(file, 4)
    assert read_bytes(file, 4, cut=True) == b"1234"


def test_what_is_cut_inside_of_a_character_ends_before_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("aé", encoding="utf-8")
    assert read_text(file, 2, cut=True) == "a"


def test_text_that_is_no_utf8_is_an_error_unless_it_may_be_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("a".encode("utf-16"))
    with pytest.raises(UnicodeDecodeError):
        read_text(file, 100)
    assert "a" in read_text(file, 100, errors="replace")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


@pytest.mark.skipif(os.name != "posix", reason="made as POSIX makes them")
@pytest.mark.parametrize(
    "make", [_fifo, _device, _folder, _loop, _nowhere], ids=lambda f: f.__name__
)
def test_what_is_no_regular_file_is_never_opened(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.txt"
    make(path)
    with pytest.raises(OSError, match=r"folder|regular|No such|[Ll]evels|[Ll]oop"):
        read_bytes(path, 100)


@pytest.mark.parametrize(
    "text",
    [
        "a." * 100_000 + "b = 1",
        '"a b".' * 100_000 + "c = 1",
        "[" + "a." * 100_000 + "b]",
        "a = " + "[" * 100_000,
        "a = " + "{b = " * 100_000,
        "a = " + "9" * 100_000,
        "a = \0",
        "a",
    ],
    ids=lambda text: text[:12],
)
def test_toml_that_is_none_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_toml(text)


def test_toml_with_many_dots_in_its_values_is_fine() -> None:
    text = "a = [" + ", ".join(["'1.2.3.4'"] * 200) + "]\r\nb.c.d = 1"
    assert parse_toml(text)["b"] == {"c": {"d": 1}}


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 100_000, "{", ""], ids=lambda t: t[:3])
def test_json_that_is_none_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)

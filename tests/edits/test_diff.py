"""Patches are what other tools accept, and diffs are small."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.common_ends import count_common_prefix, count_common_suffix
from flux_lsp.edits.change.diff import find_changes, format_patch
from flux_lsp.edits.change.linediff import find_blocks

LONG = "".join(f"line {n}\n" for n in range(40))
PAIRS = {
    "one line": (LONG, LONG.replace("line 20\n", "line twenty\n")),
    "first and last": (LONG, "new\n" + LONG + "end\n"),
    "far apart": (LONG, LONG.replace("line 3\n", "").replace("line 30\n", "line 30\nmore\n")),
    "no final line end": ("a\nb", "a\nc"),
    "a final line end more": ("a\nb", "a\nb\n"),
    "a final line end less": ("a\nb\n", "a\nb"),
    "windows": ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
    "line ends only": ("a\nb\n", "a\r\nb\r\n"),
    "lone returns": ("a\rb\nc\n", "a\rb\nd\n"),
    "from nothing": ("", "a\nb\n"),
    "to nothing": ("a\nb\n", ""),
    "unicode": ("caf\u00e9\n\u2028x\n", "cafe\u0301\n\u2028y\n"),
    "diff-like": ("--- a\n+++ b\n@@ -1 +1 @@\n", "--- a\n+++ c\n@@ -1 +1 @@\n"),
}


@pytest.mark.parametrize("name", ["a.py", "a folder/b c.py", 'q"uote.py'])
@pytest.mark.parametrize("pair", PAIRS)
def test_git_applies_the_patch(pair: str, name: str, tmp_path: Path) -> None:
    old, new = PAIRS[pair]
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(old.encode())

    _run(["git", "apply", "--unidiff-zero", "-p1", "-"], format_patch(name, old, new), tmp_path)

    assert (file.read_bytes() if file.exists() else b"") == new.encode()


@pytest.mark.parametrize("pair", PAIRS)
def test_patch_applies_the_patch(pair: str, tmp_path: Path) -> None:
    old, new = PAIRS[pair]
    file = tmp_path / "a.py"
    file.write_bytes(old.encode())

    _run(["patch", "--binary", "-s", "-p1"], format_patch("a.py", old, new), tmp_path)

    assert (file.read_bytes() if file.exists() else b"") == new.encode()


def _run(command: list[str], patch: str, folder: Path) -> None:
    done = subprocess.run(
        command, input=patch.encode(), cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_no_difference_is_no_patch() -> None:
    assert format_patch("a.py", LONG, LONG) == ""
    assert find_changes(LONG, LONG) == ()


def test_a_change_is_as_small_as_it_can_be() -> None:
    old, new = PAIRS["one line"]
    (change,) = find_changes(old, new)

    assert (change.span.extract(old), change.text) == ("20", "twenty")


def test_changes_far_apart_are_apart() -> None:
    assert len(find_changes(*PAIRS["far apart"])) == 2


def test_an_offset_moves_all_spans() -> None:
    (change,) = find_changes("abc", "abd", 100)

    assert (change.span.start, change.span.end) == (102, 103)


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "}"]), max_size=30)


@given(LINES, LINES)
def test_common_blocks_are_common_and_ascend(a: list[str], b: list[str]) -> None:
    done_a = done_b = 0
    for block in find_blocks(a, b):
        assert done_a <= block.a_start
        assert done_b <= block.b_start
        done_a, done_b = block.a_start + block.size, block.b_start + block.size
        assert a[block.a_start : done_a] == b[block.b_start : done_b]


@given(st.text("ab", max_size=300), st.text("ab", max_size=300))
def test_shared_ends_are_as_long_as_they_are(a: str, b: str) -> None:
    head = count_common_prefix(a, b)
    tail = count_common_suffix(a, b, min(len(a), len(b)))

    assert a[:head] == b[:head]
    assert a[head : head + 1] != b[head : head + 1] or head == len(a) == len(b)
    assert a[len(a) - tail :] == b[len(b) - tail :]
    assert tail == min(len(a), len(b)) or a[-tail - 1] != b[-tail - 1]


def test_texts_without_anything_in_common_are_told_apart_quickly() -> None:
    a = [f"a{n % 7}" for n in range(20_000)]
    b = [f"b{n % 5}" for n in range(20_000)]

    assert find_blocks(a, b) == []

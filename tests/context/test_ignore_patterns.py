"""Patterns of ignore files: as git takes them, and never slow."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.ignore_patterns import IgnorePatterns, read_ignore_file

PIECES = [
    "a", "b", "ab", "*", "**", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "\\*", ".", "/", "/",
    "**/", "/**", "[[:alpha:]]", "[a-", "[", " ", "\\ ", "-", "[b-a]", "[a-]", "#", "!", "[!/]", "x",
]  # fmt: skip
NAMES = ["a", "b", "ab", "abc", ".a", "a.b", "x", "*", "a ", "[a", "]", "-", "#a", "!a"]
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


def named(lines: list[str], path: str) -> bool:
    """Whether the patterns name `path` or a folder above it."""
    patterns, parts = IgnorePatterns(lines), path.split("/")
    folders = ["/".join(parts[:n]) + "/" for n in range(1, len(parts))]
    return any(patterns.decide(part) for part in (*folders, path))


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*.log"], "a/b.log", True),
        (["/*.log"], "a/b.log", False),
        (["build/"], "build", False),
        (["build/"], "build/a.py", True),
        (["a/b"], "c/a/b", False),
        (["**/a/b"], "c/a/b", True),
        (["a/**/b"], "a/b", True),
        (["a/**/b"], "a/x/y/b", True),
        (["a/**"], "a", False),
        (["a/**"], "a/b/c", True),
        (["*.py", "!keep.py"], "keep.py", False),
        (["!keep.py", "*.py"], "keep.py", True),
        (["keep.py", "!keep.py", "keep.py"], "keep.py", True),
        (["# a.py"], "# a.py", False),
        (["\\#a"], "#a", True),
        (["\\!a"], "!a", True),
        (["a.py  "], "a.py", True),
        (["a\\ "], "a ", True),
        (["[[:digit:]]x"], "1x", True),
        (["[a"], "[a", False),
        (["a\\"], "a", False),
        (["A.py"], "a.py", False),
        (["a*b*c"], "axbxbc", True),
        (["a*b*c"], "axcxb", False),
        (["*[!/]*"], "q", True),
        (["a?c"], "a/c", False),
        (["a[/]c"], "a/c", False),
    ],
)
def test_patterns_are_taken_as_git_takes_them(lines: list[str], path: str, expected: bool) -> None:
    assert named(lines, path) is expected


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git")
@settings(max_examples=60, deadline=None)
@given(
    pattern=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
    paths=st.lists(PATHS, min_size=1, max_size=20, unique=True),
)
def test_git_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, pattern: str, paths: list[str]
) -> None:
    if "***" in pattern or any(s.strip("*/") and "**" in s for s in pattern.split("/")):
        return  # where git itself reads a neighbouring byte
    root = tmp_path_factory.mktemp("git")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", str(root)], check=True, env=env)
    (root / ".gitignore").write_text(f"{pattern}\n", encoding="utf-8")
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=root,
        env=env,
        input="\0".join(paths).encode() + b"\0",
        capture_output=True,
        check=False,
    )
    ignored = set(done.stdout.decode().split("\0")) - {""}
    assert {path for path in paths if named([pattern], path)} == ignored


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 15 + "b",
        "*a" * 15 + "b*",
        "*a*" * 1600 + "b*",
        "**/a" * 800 + "/b*",
        "**/*a" * 800 + "/b*",
        "[a-z]*" * 700 + "Q*",
        "**/" + "*a*a/" * 900 + "b*",
        "a**" * 1600 + "b*",
        "*" * 4900 + "b*",
    ],
    ids=lambda pattern: pattern[:8],
)
def test_stars_never_freeze_the_interpreter(pattern: str) -> None:
    for path in ("a" * 60 + ".py", "/".join(["a" * 200] * 20), "a/" * 2000 + "a"):
        assert IgnorePatterns([pattern]).decide(path) is None


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        ("*.log\n".encode("utf-16"), "not UTF-8"),
        (b"a\0b\n", "not UTF-8"),
        (b"#" * 1_000_001, "larger than"),
        (b"a" * 6_000, "more than 5,000 characters"),
        (b"*a*\n" * 6_000, "more than 5,000 patterns"),
    ],
)
def test_what_cannot_be_read_in_full_names_everything(
    tmp_path: Path, content: bytes, doubt: str
) -> None:
    file = tmp_path / ".gitignore"
    file.write_bytes(content)
    patterns = read_ignore_file(file)
    assert doubt in patterns.doubt
    assert patterns.decide("a.py") is True


def test_a_file_with_a_mark_and_carriage_returns_is_fine(tmp_path: Path) -> None:
    file = tmp_path / ".gitignore"
    file.write_bytes(b"\xef\xbb\xbfa.py\r\nb.py\r\n")
    patterns = read_ignore_file(file)
    assert (patterns.decide("a.py"), patterns.decide("b.py")) == (True, True)


def test_many_names_are_looked_up_and_not_tried() -> None:
    patterns = IgnorePatterns([f"data/{number}.bin" for number in range(100_000)])
    assert patterns.doubt == ""
    assert patterns.decide("data/99999.bin") is True

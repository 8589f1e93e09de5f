"""Which checks concern an edit, and what their commands are."""

import subprocess
from pathlib import Path

from flux_lsp.checks.choose import describe_file, list_concerned, write_commands
from flux_lsp.settings.checks import CheckSetting

FILES = [describe_file("src/a.py"), describe_file("docs/b.md"), describe_file("src/deep/c.ts")]


def check(command: str | tuple[str, ...] = "x", **fields: tuple[str, ...]) -> CheckSetting:
    return CheckSetting(name="c", command=command, **fields)  # type: ignore[arg-type]


def test_all_files_concern_a_plain_check() -> None:
    assert len(list_concerned(check(), FILES)) == 3


def test_languages_and_paths_narrow_it() -> None:
    assert list_concerned(check(languages=("python",)), FILES) == ["src/a.py"]
    assert list_concerned(check(paths=("src/",)), FILES) == ["src/a.py", "src/deep/c.ts"]
    assert list_concerned(check(paths=("*.ts",), languages=("python",)), FILES) == []
    assert list_concerned(check(paths=("src/", "!src/a.py")), FILES) == [
        "src/a.py",
        "src/deep/c.ts",
    ]


def test_files_are_filled_in() -> None:
    assert write_commands(check(("t", "{files}", "-x")), ["a", "b"]) == [("t", "a", "b", "-x")]
    assert write_commands(check(("t", "{file}")), ["a", "b"]) == [("t", "a"), ("t", "b")]
    assert write_commands(check(("t",)), ["-rf"]) == [("t",)]
    assert write_commands(check(("t", "{files}")), ["-rf"]) == [("t", "./-rf")]


def test_a_shell_never_reads_a_name_as_words(tmp_path: Path) -> None:
    evil = "$(touch hit);touch hit"
    for line in ("printf '%s\\n' {files}", 'printf "%s\\n" "{file}"', "printf '%s\\n' {file}"):
        (words,) = write_commands(check(line), [evil])
        subprocess.run(words, cwd=tmp_path, check=False, capture_output=True)
        assert not (tmp_path / "hit").exists(), line

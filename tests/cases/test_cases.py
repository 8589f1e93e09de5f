"""Every case file of this folder, played in process and compared whole.

`make update-cases` writes down what comes now; what a case demands in its first half stays.
"""

import os
from pathlib import Path

import pytest

from tests.cases.case_file import format_result, read_case, write_case
from tests.cases.play import play

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.rglob("*.txt"))
UPDATE = os.environ.get("UPDATE_CASES") == "1"


@pytest.mark.parametrize(
    "file", FILES, ids=[file.relative_to(FOLDER).with_suffix("").as_posix() for file in FILES]
)
async def test_case(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # its ignore files are nobody's here
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    case = read_case(file)
    result = await play(case, tmp_path)
    if UPDATE:
        write_case(file, case.setup, result)
        return
    assert format_result(result) == case.expected, (
        f"{file.name}: {case.title}\nIf this is right, run `make update-cases` and look at the diff"
    )

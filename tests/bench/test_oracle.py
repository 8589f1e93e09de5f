"""A planted wrong result is seen, and the command says what it saw."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.real_symbols import __main__ as command
from bench.real_symbols.judge import (
    PROPOSED,
    REFUSED,
    RIGHT,
    WRONG,
    Counts,
    holds_wanted,
    naive_verdict,
    verdict_of,
)
from bench.real_symbols.play import Engine, Played
from bench.real_symbols.source import files
from bench.real_symbols.subject import LANGUAGES
from tests.bench.samples import (
    ALL,
    ALLOW,
    GO,
    LOAD,
    PYTHON,
    TEXTS,
    Place,
    made,
    subject,
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    one = Engine()
    yield one
    one.close()


def played(buffer: str | None, *, proposed: bool = False) -> Played:
    return Played(buffer, proposed, "", "")


def test_a_planted_wrong_result_is_seen() -> None:
    sample = made("only the changed line", subject(ALLOW))
    (right,) = sample.right
    assert verdict_of(sample, played(right)) == RIGHT
    assert verdict_of(sample, played(right.replace("\treturn true\n", ""))) == WRONG
    assert verdict_of(sample, played(right + "\n")) == WRONG
    assert verdict_of(sample, played(right.replace("\n", "\r\n"))) == WRONG


def test_what_changes_nothing_is_refused_and_what_waits_is_proposed() -> None:
    sample = made("only the changed line", subject(ALLOW))
    (right,) = sample.right
    assert verdict_of(sample, played(None)) == REFUSED
    assert verdict_of(sample, played(GO)) == REFUSED
    assert verdict_of(sample, played("something else", proposed=True)) == PROPOSED
    assert holds_wanted(sample, played(right, proposed=True))
    assert not holds_wanted(sample, played("something else", proposed=True))
    assert not holds_wanted(sample, played(right))


def test_what_only_a_proposal_may_hold_is_wrong_at_once() -> None:
    sample = made("lines: whole symbol, changed elsewhere too", subject(LOAD))
    (wanted,) = sample.wanted
    assert verdict_of(sample, played(wanted)) == WRONG
    assert holds_wanted(sample, played(wanted, proposed=True))


def test_the_sum_of_counts() -> None:
    one, two = Counts(), Counts()
    one.add(RIGHT, as_wanted=False, naive=WRONG)
    two.add(PROPOSED, as_wanted=True, naive=RIGHT)
    total = Counts.sum([one, two])
    assert (total.total, total.as_wanted, total.naive_right, total.naive_wrong) == (2, 1, 1, 1)


@pytest.mark.parametrize("place", ALL)
@pytest.mark.parametrize("kind", ["whole symbol", "whole symbol, fix", "body: the body"])
def test_an_ordinary_answer_is_right_at_once(engine: Engine, place: Place, kind: str) -> None:
    sample = made(kind, subject(place))
    result = engine.play(sample)
    assert result is not None
    assert verdict_of(sample, result) == RIGHT


@pytest.mark.parametrize("place", ALL)
def test_the_yardstick_puts_the_answer_in_the_place_of_the_target(
    engine: Engine, place: Place
) -> None:
    whole = made("whole symbol", subject(place))
    assert naive_verdict(whole, engine.naive(whole)) == RIGHT
    narrow = made("only the changed line", subject(place))
    assert naive_verdict(narrow, engine.naive(narrow)) == WRONG


def test_a_directive_goes_away_with_the_edit(engine: Engine) -> None:
    sample = made("directive inside: whole symbol", subject(ALLOW))
    assert "flux:" in sample.scene.file.text
    result = engine.play(sample)
    assert result is not None
    assert verdict_of(sample, result) == RIGHT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "other.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "latin.py").write_bytes(b"# \xe9\n" + PYTHON.encode())
    (tmp_path / "page.html").write_text("<p>text</p>\n", encoding="utf-8")
    return tmp_path


def test_files_are_read_where_they_can_be(folder: Path) -> None:
    read = files([folder], LANGUAGES, random.Random(1)).values()
    assert sorted(one.path for drawn in read for one in drawn) == sorted(
        f"src/{name}" for name in TEXTS
    )


def test_the_command_prints_every_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["real_symbols", str(folder), "--symbols", "4", "--kind", "whole symbol", "--markdown"]
    monkeypatch.setattr(sys, "argv", asked)
    assert command.main() == 0
    said = capsys.readouterr().out
    assert "| whole symbol | 4 (100.0%) | 0 | 0 | 0 | 0 | 4 |" in said
    assert "4 symbols in 4 languages (elixir 1, go 1, java 1, python 1)" in said


def test_the_command_says_what_is_wrong_with_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["real_symbols", str(tmp_path)])
    assert command.main() == 2
    assert "no symbol" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["real_symbols", str(tmp_path / "gone")])
    with pytest.raises(SystemExit, match="is no folder"):
        command.main()

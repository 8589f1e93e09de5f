"""lsprotocol's classes as they are loaded here, beside themselves as attrs makes them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.wire import clean_environment

ROOT = Path(__file__).parents[3]
# What a class answers, in words: the same of both kinds, in a process of its own each.
LOOK = """
import attrs, json
from lsprotocol import types as t

def position(line): return t.Position(line, 1)
def range_(line): return t.Range(position(line), position(9))
def item(text): return t.CodeAction(text, command=t.Command("c", "d", arguments=[{"a": 1}]))
def error(make):
    try:
        return repr(make())
    except Exception as error:
        return type(error).__name__
values = [position(1), range_(1), item("x"), t.Location("u", range_(2)), t.CodeActionOptions(), 5]
again = [position(1), range_(1), item("x"), t.Location("u", range_(2)), t.CodeActionOptions(), 5]
others = [position(2), range_(2), item("y"), t.Location("v", range_(2)), t.HoverOptions(), 6]
print(json.dumps({
    "repr": [repr(value) for value in values],
    "same": [a == b for a, b in zip(values, again)],
    "other": [a == b or not a != b for a, b in zip(values, others)],
    "mixed": [a == 5 for a in values],
    "hash": [error(lambda: hash(value) is not None) for value in values],
    "slots": [hasattr(value, "__dict__") for value in values],
    "set": error(lambda: setattr(position(1), "line", -1)),
    "refused": error(lambda: t.Position("1", 1)),
    "order": position(1) < position(2),
    "evolved": repr(attrs.evolve(range_(1), start=position(3))),
    "define": attrs.define.__module__,
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    lean = "from flux_lsp.fronts.lsp.protocol.lean_types import load_types; load_types(); load_types()\n"
    home = tmp_path_factory.mktemp("home")
    runs = [
        subprocess.run(
            [sys.executable, "-c", code + LOOK],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env=clean_environment(home),
        )
        for code in ("", lean)
    ]
    return [json.loads(run.stdout) for run in runs]


def test_lean_classes_answer_as_attrs_own_do(answers: list[dict[str, object]]) -> None:
    own, lean = answers
    assert lean == own


def test_the_comparison_sees_something(answers: list[dict[str, object]]) -> None:
    own = answers[0]
    assert own["same"] == [True] * 6
    assert own["other"] == [False] * 6
    assert "CodeAction(title='x'" in str(own["repr"])
    assert own["hash"] == ["TypeError"] * 5 + ["True"]
    assert own["define"] == "attr._next_gen"


def test_one_function_shows_all_classes(tmp_path: Path) -> None:
    code = (
        "from flux_lsp.fronts.lsp.protocol.lean_types import load_types; load_types()\n"
        "from lsprotocol import types as t\n"
        "assert t.Command.__repr__ is t.CodeAction.__repr__\n"
        "assert t.Command.__eq__ is t.CodeAction.__eq__\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, env=clean_environment(tmp_path)
    )

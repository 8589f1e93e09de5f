"""What a plugin names as related is taken from the workspace alone, in whatever form it comes."""

from pathlib import Path
from typing import Any

import pytest

from flux_lsp.fronts.lsp.arguments import BadArgumentsError, parse_run_arguments
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.related import read_related
from tests.runs.fakes import FakeFront

_RANGE = {"start": {"line": 2, "character": 0}, "end": {"line": 4, "character": 1}}


def _read(root: Path, *entries: dict[str, Any]) -> list[tuple[str, str, str]]:
    documents = WorkspaceDocuments(FakeFront(), [root])
    places = read_related(entries, (root / "main.py").as_uri(), documents)
    return [(place.path, str(place.lines), place.why) for place in places]


def test_a_place_of_the_workspace(tmp_path: Path) -> None:
    uri = (tmp_path / "pack" / "a.py").as_uri()
    entry = {"uri": uri, "range": _RANGE, "why": "definition\n of f"}
    assert _read(tmp_path, entry, entry) == [("pack/a.py", "3-5", "definition of f")]
    assert _read(tmp_path, {"uri": uri, "range": _RANGE}) == [
        ("pack/a.py", "3-5", "named by the editor")
    ]


def test_none_outside_of_it(tmp_path: Path) -> None:
    inside = tmp_path / "work"
    for uri in (tmp_path.joinpath("a.py").as_uri(), "untitled:a", "http://host/a.py", "file:///"):
        assert _read(inside, {"uri": uri, "range": _RANGE}) == []


@pytest.mark.parametrize(
    "related", ["x", [1], [{}], [{"uri": 1, "range": _RANGE}], [{"uri": "a", "range": {}}]]
)
def test_a_wrong_form_is_refused_with_a_sentence(related: object) -> None:
    argument = {"action": "edit", "uri": "file:///a", "range": _RANGE, "related": related}
    with pytest.raises(BadArgumentsError, match="related"):
        parse_run_arguments([argument], ["edit"])

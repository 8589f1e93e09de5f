"""An outline carried through typing: lines keep their place until a new tree is there."""

from flux_lsp.fronts.lsp.outlines import Outlines
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.outline import Outline
from flux_lsp.syntax.tree import parse

URI = "file:///w/a.py"
TEXT = "def a():\n    pass\n\n\ndef b():\n    c = 1\n    return c\n"


def outline(text: str = TEXT) -> Outline:
    parsed = parse(text, find_language("python", ""))
    assert parsed is not None
    return parsed.outline()


def change(first: int, last: int, text: str) -> dict[str, object]:
    return {
        "range": {
            "start": {"line": first, "character": 0},
            "end": {"line": last, "character": 0},
        },
        "text": text,
    }


def name(outlines: Outlines, line: int) -> str | None:
    carried = outlines.get(URI)
    place = carried.at(line) if carried else None
    return place[0].name if place else "unknown"


def carried(*changes: dict[str, object]) -> Outlines:
    outlines = Outlines()
    outlines.begin(URI)
    outlines.end(URI, outline())
    for one in changes:
        outlines.note(URI, [one])
    return outlines


def test_lines_move_with_what_is_typed_above_them() -> None:
    outlines = carried(change(0, 0, "x\ny\nz\n"), change(1, 2, ""))
    assert [name(outlines, line) for line in (2, 3, 6, 8)] == ["a", "a", "b", "b"]


def test_a_line_that_is_new_is_not_known() -> None:
    outlines = carried(change(5, 5, "    new\n    lines\n"))
    assert name(outlines, 4) == "b"
    assert name(outlines, 6) == "unknown"
    assert name(outlines, 8) == "b"


def test_a_line_that_is_typed_on_keeps_its_place_and_says_so() -> None:
    outlines = carried(change(5, 5, "x"))
    known = outlines.get(URI)
    assert known is not None
    place = known.at(5)
    assert place is not None
    assert (place[0].name, place[1], place[2]) == ("b", 0, True)


def test_changes_while_the_outline_is_made_count_too() -> None:
    outlines = Outlines()
    outlines.begin(URI)
    outlines.note(URI, [change(0, 0, "x\n")])
    outlines.end(URI, outline())
    assert name(outlines, 5) == "b"
    assert name(outlines, 6) == "b"
    assert name(outlines, 2) == "a"


def test_a_text_replaced_as_a_whole_and_too_many_changes_are_not_known() -> None:
    assert name(carried({"text": "x = 1\n"}), 0) == "unknown"
    assert name(carried(*[change(0, 0, "x\n")] * 300), 300) == "unknown"


def test_a_document_closed_meanwhile_gets_none() -> None:
    outlines = Outlines()
    outlines.begin(URI)
    outlines.forget(URI)
    outlines.end(URI, outline())
    assert outlines.get(URI) is None


def test_a_new_outline_takes_the_place_of_the_old() -> None:
    outlines = carried(change(0, 0, "x\n"))
    outlines.begin(URI)
    outlines.end(URI, outline("x\n" + TEXT))
    assert name(outlines, 6) == "b"

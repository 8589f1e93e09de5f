"""Findings of a session: they move with typing, go when their lines change, and stay dismissed."""

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import LineRange, Snapshot
from flux_lsp.edits.findings.values import Finding, Severity
from flux_lsp.fronts.lsp.finding_items import format_finding
from flux_lsp.fronts.lsp.publishing import DiagnosticsPublisher
from flux_lsp.runs.findings.dismissals import is_dismissed, make_key, record_dismissal
from flux_lsp.runs.findings.table import FindingTable
from flux_lsp.runs.findings.values import PlacedFinding
from flux_lsp.runs.line_edits import HunkLines, LineEdit
from tests.runs.typed_document import TypedDocument

URI = "file:///w/a.py"
OTHER = "file:///w/b.py"
TEXT = "".join(f"line {n}\n" for n in range(10))


def place(first: int, count: int = 1, text: str = TEXT, **more: str) -> PlacedFinding:
    """A finding on 0-based lines of `text`."""
    lines = "".join(text.splitlines(keepends=True)[first : first + count]).rstrip("\r\n")
    finding = Finding("a.py", LineRange(first + 1, first + count), "q", "warning", f"On {first}")
    block = HunkLines(first, count)
    return PlacedFinding(
        more.get("id", f"{first}-{count}"),
        more.get("code", "look"),
        more.get("home", URI),
        finding,
        block,
        lines,
    )


class Editor(TypedDocument):
    """One with findings."""

    def __init__(self, findings: Sequence[PlacedFinding], text: str = TEXT) -> None:
        super().__init__(URI, "a.py", text)
        self.table = FindingTable()
        self.table.add(self.take(), findings)

    def follow(self, version: int, edits: Sequence[LineEdit] | None) -> None:
        self.table.follow(self.uri, version, edits)

    def look(self) -> list[int]:
        """The first line of each finding."""
        return [placed.block.first for placed in self.table.place(URI, self.take())]


def test_finding_moves_with_lines_above_it_and_stays_for_those_below() -> None:
    editor = Editor([place(3), place(7, 2)])

    editor.type((0, 0), (0, 0), "new\nnew\n")
    editor.type((7, 1), (7, 2), "x")

    assert editor.look() == [5, 9]


def test_finding_goes_when_its_lines_change_and_never_comes_back() -> None:
    editor = Editor([place(3), place(5)])

    editor.type((3, 0), (3, 0), "x")
    editor.type((3, 0), (3, 1), "")

    assert editor.take().text == TEXT
    assert editor.look() == [5]


def test_new_line_below_a_finding_leaves_it_and_one_inside_takes_it_away() -> None:
    editor = Editor([place(2), place(5, 2)])

    editor.type((2, 6), (2, 6), "\nbelow")
    editor.type((6, 6), (6, 6), "\n")

    assert editor.look() == [2]


def test_broken_line_takes_its_finding_away() -> None:
    editor = Editor([place(2)])

    editor.type((2, 3), (2, 3), "\n")

    assert editor.look() == []


def test_text_that_came_whole_is_compared() -> None:
    editor = Editor([place(3), place(5)])

    editor.document.change([{"text": "above\n" + TEXT.replace("line 3", "line three")}], 2)
    editor.table.follow(URI, 2, None)

    assert editor.look() == [6]


def test_reopened_document_is_compared_with_what_it_was() -> None:
    editor = Editor([place(3), place(5)])
    editor.table.forget_version(URI)

    closed = Snapshot(URI, "a.py", "", None, "above\n" + TEXT.replace("line 3", "line three"))
    assert [p.block.first for p in editor.table.place(URI, closed)] == [6]
    assert editor.table.place(URI, None) == ()
    assert not editor.table.has(URI)


def test_renamed_file_and_folder_keep_their_findings() -> None:
    editor = Editor([place(3)])
    told: list[str] = []
    editor.table.listeners.append(told.append)

    editor.table.rename("file:///w/", "file:///v/")

    moved = Snapshot("file:///v/a.py", "a.py", "", 1, TEXT)
    assert [p.block.first for p in editor.table.place("file:///v/a.py", moved)] == [3]
    assert told == [URI, "file:///v/a.py"]


def test_second_run_replaces_what_the_first_said_there_and_nothing_else() -> None:
    table = FindingTable()
    table.add(
        Snapshot(URI, "a.py", "", 1, TEXT),
        [place(1), place(5), place(5, code="other", id="o"), place(8)],
    )
    table.add(Snapshot(OTHER, "b.py", "", None, TEXT), [place(2), place(3, home=OTHER)])

    table.replace_earlier("look", URI, HunkLines(4, 3))

    here = table.place(URI, Snapshot(URI, "a.py", "", 1, TEXT))
    there = table.place(OTHER, Snapshot(OTHER, "b.py", "", None, TEXT))
    assert [(p.code, p.block.first) for p in here] == [("look", 1), ("other", 5), ("look", 8)]
    assert [p.block.first for p in there] == [3]


def test_menu_finds_findings_before_anybody_published_them_again() -> None:
    editor = Editor([place(3), place(7, 2)])
    editor.type((0, 0), (0, 0), "new\n")

    assert [p.block.first for p in editor.table.list_near(URI, 4, 4)] == [4]
    assert [p.block.first for p in editor.table.list_near(URI, 9, 12)] == [8]
    assert editor.table.list_near(URI, 5, 6) == []


LINE = st.sampled_from(["a", "b", "  c", "", "a", "return None"])
TYPED = st.sampled_from(["", "x", "\n", "x\n", "\nx", "a\nb\n", "  ", "\n\n"])


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_finding_stands_on_its_own_lines_after_any_typing(data: st.DataObject) -> None:
    """The same lines by an oracle that follows offsets; lines that nobody touched stay marked."""
    lines = data.draw(st.lists(LINE, min_size=1, max_size=8))
    text = "\n".join(lines)
    first = data.draw(st.integers(0, len(lines) - 1))
    count = data.draw(st.integers(1, len(lines) - first))
    marked = place(first, count, "")
    wanted = "\n".join(lines[first : first + count]).rstrip("\n")
    marked = PlacedFinding("f", "look", URI, marked.finding, marked.block, wanted)
    editor = Editor([marked], text)
    start, end = len("\n".join([*lines[:first], ""])), len("\n".join(lines[: first + count]))
    untouched, apart = True, True
    for _ in range(data.draw(st.integers(1, 4))):
        now = editor.take()
        a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(now.text))] * 2)))
        typed = data.draw(TYPED)
        places = [(now.get_line(at), at - now.line_starts[now.get_line(at)]) for at in (a, b)]
        above, below = now.get_line(b) < now.get_line(start), now.get_line(a) > now.get_line(end)
        apart = apart and (above or below)
        untouched = untouched and (b <= start or a >= end)
        if b <= start:
            start, end = start + len(typed) - (b - a), end + len(typed) - (b - a)
        editor.type(places[0], places[1], typed)

    now = editor.take()
    found = editor.table.place(URI, now)

    if found:
        assert untouched, "it stands on lines that were typed over"
        (line,) = (placed.block.first for placed in found)
        assert now.line_starts[line] == start
        assert now.text[start:end].rstrip("\n") == wanted
    else:
        assert not apart, "nobody came near its lines"


def test_dismissed_finding_stays_away_unless_it_is_more_serious(tmp_path: Path) -> None:
    def find(severity: Severity) -> Finding:
        return Finding("a.py", LineRange(1, 1), "x = 1", severity, "Other words each time")

    key = make_key("look", "a.py", "x = 1")
    record_dismissal(tmp_path, key, find("warning"))

    assert is_dismissed(tmp_path, key, find("warning"))
    assert is_dismissed(tmp_path, key, find("hint"))
    assert not is_dismissed(tmp_path, key, find("error"))
    for other in (("audit", "a.py", "x = 1"), ("look", "b.py", "x = 1"), ("look", "a.py", "x=1")):
        assert not is_dismissed(tmp_path, make_key(*other), find("warning"))
    (file,) = (tmp_path / "dismissed").iterdir()
    assert file.read_bytes() == b""
    assert make_key("look", "a.py", "x\r\ny") == make_key("look", "a.py", "x\ny")


def test_diagnostic_covers_its_lines_without_the_blanks_around() -> None:
    text = "    ä𝒳 = 1  \n    more()\t\n"

    item = format_finding(place(0, 2, text), "utf-16")

    assert item["range"] == {
        "start": {"line": 0, "character": 4},
        "end": {"line": 1, "character": 10},
    }
    assert (item["source"], item["code"], item["severity"]) == ("flux", "look", 2)


def test_one_notification_holds_what_every_part_says() -> None:
    sent: list[dict[str, object]] = []
    publisher = DiagnosticsPublisher(lambda _, params: sent.append(params))  # type: ignore[arg-type]

    publisher.publish(URI, "agents", 1, [{"message": "a"}])
    publisher.publish(URI, "findings", 2, [{"message": "f"}])
    publisher.publish(URI, "agents", 2, [])
    publisher.publish(URI, "findings", None, [])

    assert [[d["message"] for d in each["diagnostics"]] for each in sent] == [  # type: ignore[attr-defined]
        ["a"],
        ["a", "f"],
        ["f"],
        [],
    ]
    assert [each.get("version") for each in sent] == [1, None, 2, None]

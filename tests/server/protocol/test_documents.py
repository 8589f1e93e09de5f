"""The line-list store against the simplest thing that is right: one string and its code points."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.fronts.lsp.protocol.documents import LineDocument, LineDocuments
from flux_lsp.fronts.lsp.protocol.lines import split_lines
from flux_lsp.fronts.lsp.protocol.params import BadParamsError
from flux_lsp.fronts.lsp.protocol.positions import ENCODINGS, Encoding
from tests.fakes.editor import lines_of, splice, to_offset, to_position

TEXTS = st.lists(
    st.sampled_from(
        ["a", "bc", " ", "\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "é", "漢",
         "😀", "e\u0301", "👩‍👩‍👧"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


def document(text: str, encoding: Encoding = "utf-16") -> LineDocument:
    return LineDocument("file:///a", "python", 1, text, encoding)


def event(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    ends = [{"line": line, "character": character} for line, character in (start, end)]
    return {"range": {"start": ends[0], "end": ends[1]}, "text": text}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, Encoding, list[tuple[int, int, str]]]:
    """A text, an encoding, and changes as (start, end, new text) in code points of what is then."""
    text = whole = draw(TEXTS)
    changes = []
    for _ in range(draw(st.integers(1, 5))):
        places = sorted(draw(st.integers(0, len(whole))) for _ in range(2))
        changes.append((places[0], places[1], draw(TEXTS)))
        whole = whole[: places[0]] + changes[-1][2] + whole[places[1] :]
    return text, draw(st.sampled_from(ENCODINGS)), changes


def representable(text: str, *offsets: int) -> bool:
    """LSP has no position between \\r and \\n."""
    return all(text[n - 1 : n + 1] != "\r\n" for n in offsets if n)


@given(edits())
@settings(max_examples=200)
def test_random_incremental_edits_give_what_one_string_gives(
    case: tuple[str, Encoding, list[tuple[int, int, str]]],
) -> None:
    text, encoding, changes = case
    store = document(text, encoding)
    for version, (first, last, new) in enumerate(changes, 2):
        start, end = min(first, len(text)), min(last, len(text))  # some were skipped before
        if not representable(text, start, end):
            continue
        places = [to_position(text, offset, encoding) for offset in (start, end)]
        store.change([{"range": {"start": places[0], "end": places[1]}, "text": new}], version)
        text = text[:start] + new + text[end:]
        assert store.text() == text
        assert store.lines(0, store.line_count) == lines_of(text)
        assert store.version == version


@given(TEXTS, st.sampled_from(ENCODINGS), st.integers(0, 50), st.integers(0, 60))
def test_a_position_leads_to_the_offset_an_editor_means_and_back(
    text: str, encoding: Encoding, line: int, character: int
) -> None:
    store = document(text, encoding)
    offset = store.offset(line, character)
    if line >= len(lines_of(text)):
        assert offset == len(text)
    assert representable(text, offset)
    position = to_position(text, offset, encoding)
    assert store.position(offset) == (position["line"], position["character"])
    assert store.offset(*store.position(offset)) == offset
    assert to_offset(text, position, encoding) == offset


@given(TEXTS)
def test_lines_are_cut_where_editors_cut_them_and_nowhere_else(text: str) -> None:
    assert split_lines(text) == lines_of(text)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("xyz", event((0, 99), (0, 99), "!"), "xyz!"),  # past the end of a last line
        ("xyz\nab", event((0, 99), (0, 99), "!"), "xyz!\nab"),
        ("xyz", event((9, 0), (12, 4), "!"), "xyz!"),
        ("xyz", event((0, 3), (0, 1), "!"), "x!"),  # reversed
        ("ab\ncd", event((1, 1), (0, 1), "-"), "a-d"),
        ("xyz", event((-1, 2), (0, 1), "!"), "!yz"),
        ("xyz", event((0, -5), (0, 1), "!"), "!yz"),
        ("a\x0cX\nsecond", event((1, 0), (1, 6), "X"), "a\x0cX\nX"),  # a form feed is no line end
        ("a\r", event((1, 0), (1, 0), "\nb"), "a\r\nb"),  # CR and LF meet
        ("a\rb\n", event((1, 0), (1, 1), ""), "a\r\n"),
        ("a\nb", event((0, 1), (0, 1), "\r"), "a\r\nb"),
        ("😀", event((0, 1), (0, 1), "x"), "x😀"),  # inside a surrogate pair
    ],
)
def test_changes_that_go_wrong_elsewhere(before: str, change: Any, after: str) -> None:
    store = document(before)
    store.change([change], 2)
    assert store.text() == after
    assert store.lines(0, 99) == lines_of(after)


def test_a_surrogate_pair_that_comes_in_halves_becomes_one_character() -> None:
    store = document("ab")
    store.change([event((0, 1), (0, 1), "\ud83d"), event((0, 2), (0, 2), "\ude00")], 2)
    assert store.text() == "a😀b"


def test_a_change_without_range_replaces_all() -> None:
    store = document("a\nb\n")
    store.change([{"text": "x\r\ny"}, event((1, 1), (1, 1), "!"), {"range": None, "text": "z"}], 2)
    assert (store.text(), store.line_count) == ("z", 1)


@pytest.mark.parametrize(
    "bad",
    [
        {"range": {"start": {"line": 0, "character": 0}}, "text": ""},
        {"range": {"start": {"line": "0", "character": 0}, "end": {}}, "text": ""},
        {"range": "0:0", "text": ""},
        {"text": None},
        {},
        "text",
        None,
    ],
)
def test_a_malformed_change_changes_nothing_at_all(bad: Any) -> None:
    store = document("abc")
    with pytest.raises(BadParamsError):
        store.change([event((0, 0), (0, 1), "x"), bad], 2)
    assert (store.text(), store.version) == ("abc", 1)


def test_numbers_that_a_lua_client_wrote_as_floats_are_taken() -> None:
    store = document("abc")
    store.change([event((0.0, 1.0), (0, 2.0), "x")], 2)  # type: ignore[arg-type]
    assert store.text() == "axc"


def test_the_callers_event_is_left_as_it_was() -> None:
    change = event((0, 999), (0, 999), "!")
    document("ab").change([change], 2)
    assert change == event((0, 999), (0, 999), "!")


def test_text_is_joined_once_per_change() -> None:
    store = document("a\nb\n")
    assert store.text() is store.text()
    store.change([event((0, 0), (0, 0), "x")], 2)
    assert store.text() == "xa\nb\n"


def test_lines_outside_of_the_document_are_empty() -> None:
    store = document("a\nb")
    assert [store.line(n) for n in (-1, 0, 1, 2)] == ["", "a\n", "b", ""]
    assert store.lines(-5, 0) == ["a\n"]
    assert store.lines(1, 99) == ["b"]
    assert store.lines(5, 9) == store.lines(0, -1) == []
    assert (store.column(7, 3), store.units(7, 3)) == (0, 0)


def opened(uri: str = "file:///a%20b.py", text: str = "x") -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "languageId": "python", "version": 3, "text": text}}


def test_a_document_is_found_however_its_uri_is_escaped() -> None:
    documents = LineDocuments("utf-8")
    documents.open_document(opened())
    found = documents.get("file:///a b.py")
    assert found is not None
    assert (found.uri, found.encoding, found.version) == ("file:///a%20b.py", "utf-8", 3)
    identity = {"uri": "file:///a%20b%2Epy", "version": 4}
    assert documents.change_document({"textDocument": identity, "contentChanges": []}) is found
    assert documents.close_document({"textDocument": identity}) is found
    assert len(documents) == 0


def test_opening_again_starts_afresh() -> None:
    documents = LineDocuments()
    old = documents.open_document(opened(text="old"))
    new = documents.open_document(opened(text="new"))
    assert (len(documents), list(documents)) == (1, [new])
    assert old.text() == "old"


def test_what_is_not_open_is_no_document() -> None:
    documents = LineDocuments()
    change = {"textDocument": {"uri": "file:///x", "version": 2}, "contentChanges": []}
    assert documents.get("file:///x") is None
    assert documents.change_document(change) is None
    assert documents.close_document(change) is None


def test_iterating_survives_closing() -> None:
    documents = LineDocuments()
    for name in "abc":
        documents.open_document(opened(f"file:///{name}"))

    def close_all() -> Iterator[str]:
        for each in documents:
            documents.close_document({"textDocument": {"uri": each.uri}})
            yield each.uri

    assert list(close_all()) == ["file:///a", "file:///b", "file:///c"]


def test_several_edits_of_one_notification_apply_one_after_the_other() -> None:
    text = "one\ntwo\nthree\n"
    wanted = [("one", "1\n1"), ("two", ""), ("three", "3")]
    changes = []
    for old, new in reversed(wanted):
        start = text.index(old)
        places = [to_position(text, n, "utf-8") for n in (start, start + len(old))]
        changes.append({"range": {"start": places[0], "end": places[1]}, "newText": new})
    store = document(text, "utf-8")
    store.change([{"range": c["range"], "text": c["newText"]} for c in changes], 2)
    assert store.text() == splice(text, changes, "utf-8") == "1\n1\n\n3\n"


@given(edits(), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(max_examples=300)
def test_changes_that_come_in_any_order_give_what_they_give_in_theirs(
    case: tuple[str, Encoding, list[tuple[int, int, str]]], random: Any, step: int
) -> None:
    text, encoding, changes = case
    store, told = document(text, encoding), []
    for number, (first, last, new) in enumerate(changes, 1):
        start, end = min(first, len(text)), min(last, len(text))
        if not representable(text, start, end):
            continue
        ends = [to_position(text, offset, encoding) for offset in (start, end)]
        change = {"range": dict(zip(("start", "end"), ends, strict=True)), "text": new}
        told.append(([change], 1 + number * step))
        text = text[:start] + new + text[end:]
    newest = max((version for _, version in told), default=1)
    random.shuffle(told)

    for events, version in told:
        store.change(events, version)

    assert (store.text(), store.version) == (text, newest)


def test_a_whole_text_ends_what_a_late_change_could_be_put_below() -> None:
    store = document("one\n")
    store.change([event((0, 0), (0, 3), "two")], 3)
    store.change([{"text": "all of it\n"}], 5)
    store.change([event((0, 0), (0, 3), "none")], 6)

    store.change([event((0, 0), (0, 4), "each")], 7)

    assert (store.text(), store.version) == ("each of it\n", 7)


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_a_client_that_counts_anew_is_taken_at_its_word(version: int) -> None:
    store = document("abc\n")
    store.change([event((0, 3), (0, 3), "d")], 2)
    store.change([event((0, 4), (0, 4), "e")], 3)

    store.change([event((0, 5), (0, 5), "f")], version)

    assert (store.text(), store.version) == ("abcdef\n", version)


def told(version: int, *events: dict[str, Any]) -> dict[str, Any]:
    return {"textDocument": {"uri": "file:///a", "version": version}, "contentChanges": [*events]}


def first(version: int, text: str) -> dict[str, Any]:
    item = {"uri": "file:///a", "languageId": "python", "version": version, "text": text}
    return {"textDocument": item}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([1], "abcx\n"),
        ([2, 1], "abcxy\n"),
        ([1, 2, 3], "abcxyz\n"),
        ([2], "abc\n"),  # the one before it is not there: nothing is guessed
        ([28], "abc\n"),  # of the time before it was closed
    ],
)
def test_a_change_that_comes_before_its_document_is_made_when_that_is_opened(
    changes: list[int], text: str
) -> None:
    typed = {1: (3, "x"), 2: (4, "y"), 3: (5, "z"), 28: (0, "stale")}
    store = LineDocuments("utf-16")
    for version in changes:
        column, new = typed[version]
        assert store.change_document(told(version, event((0, column), (0, column), new))) is None

    assert store.open_document(first(0, "abc\n")).text() == text


def test_a_change_that_comes_before_its_document_counts_once() -> None:
    store = LineDocuments("utf-16")
    store.change_document(told(1, event((0, 0), (0, 0), "x")))
    store.open_document(first(0, "abc\n"))
    store.close_document(first(0, ""))

    assert store.open_document(first(0, "abc\n")).text() == "abc\n"

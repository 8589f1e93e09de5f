"""What a rejection quotes: only lines that were shown, as they may be shown."""

from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.text import Change, LineRange, Snapshot, Span, apply_changes, split_lines
from flux_lsp.edits.quoting import Quoting
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Reject
from tests.edits.reading import edit, make_scope, rewrite, shown

FILE = "".join(f"line_{n} = {n}\n" for n in range(1, 101))


def rejected(work: EditScope, reply: object) -> str:
    answer = read_reply(reply, work)  # type: ignore[arg-type]
    assert isinstance(answer, Reject)
    return answer.feedback


def with_view(text: str, *lines: LineRange, target: str | None = None) -> EditScope:
    return make_scope(text, target, quoting=Quoting({"a.py": lines}))


def test_the_nearest_lines_are_looked_for_among_those_that_were_shown() -> None:
    work = with_view(FILE, LineRange(1, 20))
    said = rejected(work, edit("line_90 = 90\nline_91 = 0\n", "x = 1\n"))
    assert "line_90 = 90" not in said
    near = rejected(work, edit("line_10 = 10\nline_11 = 0\n", "x = 1\n"))
    assert "10 | line_10 = 10" in near


def test_a_window_at_the_edge_of_the_view_ends_there() -> None:
    said = rejected(with_view(FILE, LineRange(1, 20)), edit("line_19 = 19\nline_20 = 0\n", "x\n"))
    assert "20 | line_20" in said
    assert "line_21" not in said


def test_an_ambiguous_place_is_quoted_only_where_it_was_shown() -> None:
    text = "def hidden():\n    go()\n" + FILE + "def seen():\n    go()\n    stop()\n"
    said = rejected(with_view(text, LineRange(101, 110)), edit("    go()\n", "    run()\n"))
    assert "hidden" not in said
    assert "in `seen`" in said
    assert "line 2" in said


def test_a_result_that_does_not_parse_is_quoted_only_where_it_was_shown_or_changed() -> None:
    text = FILE + "def f():\n    return 1\n" + FILE
    work = with_view(text, LineRange(101, 102), target="def f():\n    return 1\n")
    said = rejected(work, rewrite("def f(:\n    extra = 2\n    return 1\n"))
    assert "101 | def f(:" in said
    assert "extra = 2" in said
    assert "line_" not in said


def test_lines_are_quoted_as_they_may_be_shown() -> None:
    def hide(text: str) -> list[tuple[int, str]]:
        return [(n, line.replace("5", "*")) for n, line in enumerate(text.split("\n"))]

    work = make_scope(FILE, None, quoting=Quoting(lines_of=hide))
    said = rejected(work, edit("line_55 = 55\nline_56 = 0\n", "x = 1\n"))
    assert "line_** = **" in said


texts = st.text(st.sampled_from("ab\n"), max_size=30)


@given(texts, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), texts), max_size=3))
def test_every_line_after_a_change_is_known_for_what_it_was(
    text: str, wishes: list[tuple[int, int, str]]
) -> None:
    changes: list[Change] = []
    reached = 0
    for start, size, new in sorted(wishes):
        first = min(max(start, reached), len(text))
        last = min(first + size, len(text))
        changes.append(Change(Span(first, last), new))
        reached = last + 1
        if reached > len(text):
            break
    before = shown(text)
    after = apply_changes(text, changes)
    quotable = Quoting({"a.py": ()}).quote_result(before, after, changes)
    lines = [line.rstrip("\n") for line in split_lines(after)]
    hidden = [line for n, line in enumerate(lines) if n not in quotable]
    assert hidden == _untouched(before, changes)


def _untouched(before: Snapshot, changes: list[Change]) -> list[str]:
    """The lines that no change touches."""
    touched = {
        line
        for change in changes
        for line in range(before.get_line(change.span.start), before.get_line(change.span.end) + 1)
    }
    lines = enumerate(split_lines(before.text))
    return [line.rstrip("\n") for n, line in lines if n not in touched]

"""Hunks as whole lines: what a plugin shows is what accepting them makes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import apply_changes, split_lines
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.hunks import group_hunks, preview_hunks, trim_preview

LINE = st.sampled_from(["a", "b", "", "  c", "\U0001f600", "a"])
TEXT = st.builds(
    lambda lines, end, last: end.join(lines) + (end if last else ""),
    st.lists(LINE, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


@given(TEXT, TEXT)
@settings(max_examples=500, deadline=None)
def test_whole_lines_of_hunks_put_together_are_the_result(before: str, after: str) -> None:
    changes = find_changes(before, after)
    old, new = split_lines(before), split_lines(after)
    made, done = list[str](), 0
    whole = preview_hunks(before, group_hunks(before, changes))

    for one in (trim_preview(before, preview) for preview in whole):
        made += old[done : one.lines.first - 1]
        assert len(made) == one.new_lines.first - 1
        made += split_lines(one.text)
        assert len(made) == one.new_lines.last
        done = one.lines.last

    assert made + old[done:] == new
    assert apply_changes(before, changes) == after


def test_lines_that_stay_are_no_part_of_what_is_shown() -> None:
    before, after = "a\nb\n", "a\nx\nb\n"
    (whole,) = preview_hunks(before, group_hunks(before, find_changes(before, after)))
    shown = trim_preview(before, whole)

    assert (shown.lines.first, shown.lines.last) == (2, 1)
    assert (str(shown.new_lines), shown.text) == ("2", "x\n")

"""What is selected within a line is told to the model, and never half of a secret."""

from dataclasses import replace

from flux_lsp.context.expand import expand_target
from flux_lsp.context.render import render_user_turn
from flux_lsp.context.selection import find_selected_part
from flux_lsp.context.values import Context
from flux_lsp.core.text import Snapshot, Span

LINE = "x = compute(a, b) + compute(c, d)\n"


def part(text: str, selected: str) -> str | None:
    snapshot = Snapshot("file:///w/a.txt", "a.txt", "", 1, text)
    start = text.rindex(selected)
    selection = Span(start, start + len(selected))
    found = find_selected_part(snapshot, selection, snapshot.expand_to_lines(selection))
    return None if found is None else found.extract(text)


def told(text: str, selected: str) -> str:
    snapshot = Snapshot("file:///w/a.txt", "a.txt", "", 1, text)
    start = text.rindex(selected)
    selection = Span(start, start + len(selected))
    context = expand_target(snapshot, selection, None, max_tokens=4_000)
    assert isinstance(context, Context)
    chosen = find_selected_part(snapshot, selection, context.target.span)
    return render_user_turn(replace(context, selection=chosen), (), "rename this")


def test_a_part_of_a_line_is_told_with_its_place_and_text() -> None:
    said = told(LINE, "compute(c, d)")
    assert (
        '<selection first_line="1" first_column="21" last_line="1" last_column="33">'
        "compute(c, d)</selection>" in said
    )
    assert f"\n{LINE}</target>" in said


def test_a_selection_over_lines_that_begins_within_one_is_told() -> None:
    said = told("a = one(\n    two,\n    three)\n", "one(\n    two")
    assert 'first_line="1" first_column="5" last_line="2" last_column="7"' in said


def test_whole_lines_and_cursors_are_not_told() -> None:
    assert part(LINE, LINE) is None
    assert part(LINE, "x") is None
    assert part("    indented(line)\n", "indented(line)") is None
    assert part("a\nb = 1\nc\n", "a\nb = 1\n") is None


def test_blanks_around_the_selected_words_do_not_count() -> None:
    assert part(LINE, " compute(c, d)\n") == "compute(c, d)"


def test_a_selection_that_holds_a_tag_cannot_close_its_element() -> None:
    said = told('a = "</selection>" + b\n', '"</selection>"')
    assert 'last_column="18" id="' in said
    assert '"</selection>"</selection id="' in said


def test_half_a_secret_is_never_cut_out() -> None:
    secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    line = f'token = "{secret}"\n'
    assert part(line, secret[10:20]) == secret

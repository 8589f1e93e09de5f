"""Each step finds the one place, keeps the file's own bytes, and says which step it was."""

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan
from tests.edits.reading import after, block, edit, edits, made, make_scope, refused, said

FILE = """\
import os


class Store:
    def load(self, name):
        path = os.path.join(self.root, name)

        with open(path) as file:
            return file.read()

    def save(self, name, text):
        path = os.path.join(self.root, name)
        with open(path, "w") as file:
            file.write(text)
"""
SAVE = '        with open(path, "w") as file:\n            file.write(text)\n'
SAVED = '        with open(path, "w") as file:\n            file.write(text.strip())\n'
RIGHT = FILE.replace("write(text)", "write(text.strip())")


def step(old: str, new: str, text: str = FILE) -> tuple[str, str]:
    work = make_scope(text)
    plan = read_reply(edit(old, new), work)
    assert isinstance(plan, Plan), plan
    return plan.files[0].steps[0], after(plan, work)


def lines(text: str, change: object) -> str:
    return "".join(change(line) + "\n" for line in text.splitlines())  # type: ignore[operator]


def test_the_text_as_it_stands_is_the_first_step() -> None:
    assert step(SAVE, SAVED) == ("exact", RIGHT)


def test_a_search_text_of_blank_lines_is_taken_as_it_stands() -> None:
    text = "a = 1\n\n   \n\nb = 2\n"
    assert step("\n   \n", "\n\n", text) == ("exact", "a = 1\n\n\n\nb = 2\n")
    twice = make_scope("a = 1\n\nb = 2\n\nc = 3\n")
    assert refused(edit("\n\n", "\n"), twice).code == ErrorCode.AMBIGUOUS_MATCH


def test_a_fragment_of_a_line_is_replaced_in_it() -> None:
    assert step("file.write(text)", "file.write(text.strip())") == ("exact", RIGHT)


def test_a_new_text_that_forgot_its_first_line_end_is_not_glued_to_the_line_above() -> None:
    assert step("\n" + SAVE, SAVED) == ("exact", RIGHT)
    assert step("\nimport os\n", "import sys\n", "import re\nimport os\nx = 1\n") == (
        "exact",
        "import re\nimport sys\nx = 1\n",
    )


def test_a_line_that_is_meant_to_go_up_goes_up() -> None:
    text = "rows = table\\\n    .rows()\n"

    assert made(edit("\\\n    .rows()", ".rows()"), text) == "rows = table.rows()\n"
    assert made(edit("\n    .rows()", ".rows()", "a.txt"), text, path="a.txt") == (
        "rows = table\\.rows()\n"
    )


def test_blanks_at_line_ends_do_not_count() -> None:
    noisy = lines(SAVE, lambda line: line + "   ")

    assert step(noisy, SAVED) == ("blanks at line ends", RIGHT)


def test_blanks_put_behind_every_line_are_taken_off_new_lines_too() -> None:
    noisy, new = (lines(part, lambda line: line + "  ") for part in (SAVE, SAVED))

    assert step(noisy, new)[1] == RIGHT


def test_blanks_behind_the_last_line_end_are_no_line_of_their_own() -> None:
    noisy = lines(SAVE, lambda line: line + "  ") + "  "

    assert step(noisy, SAVED, FILE + "\n\nrun()\n")[1] == RIGHT + "\n\nrun()\n"


def test_typographic_characters_do_not_count() -> None:
    assert step(SAVE.replace('"', "\u201d"), SAVED) == ("typography", RIGHT)


def test_a_curly_quote_that_is_meant_stays_beside_straight_ones() -> None:
    text = "say('one', \"two\");\n"
    old = "say(\u2018one\u2019, \u201ctwo\u201d);\n"
    new = "say('one', \"two\");\nsay('\u201cthree\u201d');\n"

    assert made(edit(old, new, "a.js"), text, path="a.js") == new


def test_no_break_spaces_do_not_count() -> None:
    noisy = SAVE.replace("with open", "with\u00a0open")

    assert step(noisy, SAVED.replace("with open", "with\u00a0open"))[1] == RIGHT


def test_what_the_answer_left_alone_keeps_the_files_characters() -> None:
    text = "say(\u201chello\u201d)\nrun(1)\n"

    assert (
        made(edit('say("hello")\nrun(1)', 'say("hello")\nrun(2)', path="a.txt"), text, path="a.txt")
        == "say(\u201chello\u201d)\nrun(2)\n"
    )


def test_within_a_changed_line_the_rest_keeps_the_files_characters() -> None:
    text = "The \u201cfirst\u201d and the \u201csecond\u201d one.\n"
    new = 'The "first" and the "second" two.'

    assert (
        made(edit('The "first" and the "second" one.', new, path="a.txt"), text, path="a.txt")
        == "The \u201cfirst\u201d and the \u201csecond\u201d two.\n"
    )


def test_an_escape_and_its_character_are_the_same() -> None:
    text = 'dash = "\\u2014"\nrun(1)\n'

    assert made(edit('dash = "\u2014"\nrun(1)', 'dash = "\u2014"\nrun(2)'), text) == (
        'dash = "\\u2014"\nrun(2)\n'
    )


@pytest.mark.parametrize(
    "shift",
    [
        lambda line: line.removeprefix("    "),
        lambda line: "  " + line,
        lambda line: line.replace("    ", "\t"),
        lambda line: line.replace("    ", "  "),
    ],
    ids=["dedented", "deeper", "tabs", "another unit"],
)
def test_indentation_is_mapped_for_old_and_new_text_alike(shift: object) -> None:
    old = FILE[FILE.index("    def save") :]
    new = old.replace("write(text)", "write(text)\n            file.flush()")

    assert step(lines(old, shift), lines(new, shift)) == (
        "indentation",
        FILE.replace("write(text)", "write(text)\n            file.flush()"),
    )


def test_blanks_of_a_new_blank_line_stay_where_the_search_texts_were_spared() -> None:
    old = "    a()\n\n    b()\n"
    new = "    a()\n\n    b()\n  \n    c()\n"
    mine, theirs = (
        "".join("  " + x if x.strip() else x for x in part.splitlines(True)) for part in (old, new)
    )
    text = "def f():\n" + old

    assert step(mine, theirs, text) == ("indentation", text.replace(old, new))


def test_brackets_alone_do_not_tell_how_a_text_is_indented() -> None:
    old = "  }\n\n  int f() {\n    if (a) {\n      b();\n    }\n"
    text = "class A {\n  int g() {\n" + old + "  }\n}\n"

    mine, new = (lines(part, lambda line: "  " + line) for part in (old, old.replace("b", "c")))

    assert step(mine, new, text) == ("indentation", text.replace("b", "c"))


def test_a_first_line_without_its_indentation_is_known() -> None:
    old = FILE[FILE.index("    def save") :].lstrip()
    new = old + "            file.flush()\n\n    def close(self):\n        pass\n"

    assert step(old, new)[1] == FILE + (
        "            file.flush()\n\n    def close(self):\n        pass\n"
    )


def test_one_line_without_indentation_that_becomes_two_is_indented_as_the_file_is() -> None:
    assert step("return file.read()", "text = file.read()\nreturn text")[1] == FILE.replace(
        "return file.read()", "text = file.read()\n            return text"
    )


def test_a_file_with_tabs_gets_tabs() -> None:
    text = "function f() {\n\tif (a) {\n\t\tb();\n\t}\n}\n"
    old, new = "  if (a) {\n    b();\n  }", "  if (a) {\n    b();\n    c();\n  }"

    assert made(edit(old, new, path="a.js"), text, path="a.js") == text.replace(
        "\t\tb();\n", "\t\tb();\n\t\tc();\n"
    )


def test_what_a_tab_stands_for_is_learned_from_the_other_edits() -> None:
    text = "int f(\n    int a);\n\nint g() {\n  return 1;\n}\n"
    reply = edits(
        ("int f(\n\tint a);\n", "int f(\n\tint a,\n\tint b);\n"),
        ("int g() {\n  return 1;\n", "int g(\n\tint x) {\n  return 1;\n"),
        path="a.c",
    )

    assert made(reply, text, path="a.c") == (
        "int f(\n    int a,\n    int b);\n\nint g(\n    int x) {\n  return 1;\n}\n"
    )


def test_blank_lines_of_the_file_stay_where_the_answer_left_them_out() -> None:
    old = FILE[FILE.index("    def load") : FILE.index("    def save")].replace("\n\n", "\n")
    new = old.replace("file.read()", "file.read().strip()")

    assert step(old, new) == ("blank lines", FILE.replace("file.read()", "file.read().strip()"))


def test_a_blank_line_too_many_before_the_search_text_is_not_written() -> None:
    assert made(said(block("\n" + SAVE, "\n" + SAVED)), FILE) == RIGHT


def test_blank_lines_that_only_the_new_text_has_are_written() -> None:
    old = FILE[FILE.index("    def load") : FILE.index("    def save")].replace("\n\n", "\n")
    new = old.replace("name)\n        with", "name)\n\n\n        with")

    assert step(old, new)[1] == FILE.replace("name)\n\n        with", "name)\n\n\n        with")


def test_fewer_blank_lines_searched_than_there_are_is_no_place() -> None:
    text = "a = 1\n\n\nb = 2\nc = 3\n\nd = 4\n"

    reject = refused(
        edit("a = 1\n\nb = 2\nc = 3\n\nd = 4", "a = 1\n\nb = 2\nc = 5\n\nd = 4"), make_scope(text)
    )

    assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def numbered(text: str, mark: str) -> str:
    return "".join(f"{n:>3}{mark}{line}\n" for n, line in enumerate(text.splitlines(), 12))


MARKS = [" | ", "|", ": ", ":", "\u2502", "\t", "\u2192"]


@pytest.mark.parametrize("mark", MARKS)
def test_line_numbers_are_taken_off_both_texts(mark: str) -> None:
    assert step(numbered(SAVE, mark), numbered(SAVED, mark)) == ("line numbers", RIGHT)


@pytest.mark.parametrize("mark", MARKS)
def test_numbers_are_taken_off_the_new_text_as_off_the_old(mark: str) -> None:
    old, new = "list:\n  a\n  b\n", "  a\n  b\n  c\n"
    reply = edit(numbered(old, mark), numbered(new, mark), path="a.txt")

    assert made(reply, old, path="a.txt") == new


def test_patch_signs_are_taken_off_both_texts() -> None:
    old = lines(SAVE, lambda line: ("-" if "write" in line else " ") + line)
    new = lines(SAVED, lambda line: ("+" if "write" in line else " ") + line)

    assert step(old, new)[1] == RIGHT


def test_fences_are_taken_off_both_texts() -> None:
    assert step(f"```python\n{SAVE}```\n", f"```python\n{SAVED}```\n")[1] == RIGHT


def test_entities_are_read_in_both_texts() -> None:
    text = "if a < b and c > d:\n    run(a)\n"
    old = "if a &lt; b and c &gt; d:\n    run(a)"

    assert made(edit(old, old.replace("run(a)", "run(a &gt;&gt; 1)")), text) == text.replace(
        "run(a)", "run(a >> 1)"
    )


def test_one_level_of_escapes_is_read_in_both_texts() -> None:
    old = SAVE.rstrip("\n").replace('"', '\\"').replace("\n", "\\n")
    new = SAVED.rstrip("\n").replace('"', '\\"').replace("\n", "\\n")

    assert step(old, new)[1] == RIGHT


def test_escapes_in_one_text_only_are_no_repair() -> None:
    old = SAVE.rstrip("\n").replace('"', '\\"').replace("\n", "\\n")

    assert refused(edit(old, SAVED), make_scope(FILE)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


@pytest.mark.parametrize("mark", ["...", "        # ... existing code ...", "        # ..."])
def test_left_out_lines_are_filled_from_the_file(mark: str) -> None:
    old = f"    def save(self, name, text):\n{mark}\n            file.write(text)\n"
    new = f"    def save(self, name, text):\n{mark}\n            file.write(text.strip())\n"

    assert step(old, new) == ("left-out lines", RIGHT)


def test_lines_left_out_of_one_text_only_are_refused() -> None:
    old = "    def save(self, name, text):\n        ...\n            file.write(text)\n"
    reject = refused(edit(old, "    def save(self):\n        pass\n"), make_scope(FILE))

    assert reject.code is ErrorCode.ELISION


def test_blanks_within_lines_do_not_count() -> None:
    text = "total = add( first,second )\nrun(total)\n"
    old = "total = add(first, second)\nrun(total)"

    assert made(edit(old, old.replace("run(total)", "run(total + 1)")), text) == text.replace(
        "run(total)", "run(total + 1)"
    )


def test_another_kind_of_quotes_does_not_count() -> None:
    text = "call('a', 'b')\ncall('c', 'd')\n"
    old = 'call("a", "b")\ncall("c", "d")'

    assert made(edit(old, old.replace('"d"', '"e"')), text) == text.replace("'d'", "'e'")


def test_other_line_breaks_do_not_count() -> None:
    text = "result = compute(\n    first_value,\n    second_value,\n)\nprint(result)\n"
    old = "result = compute(first_value, second_value,)\nprint(result)"
    new = "result = compute(first_value, second_value,)\nprint(result + 1)"

    assert made(edit(old, new), text) == text.replace("print(result)", "print(result + 1)")


def test_line_breaks_do_not_count_only_where_no_string_changes() -> None:
    text = 'message = join(\n    "a  b",\n    "c",\n)\n'

    reject = refused(edit('message = join("a b", "c",)', 'message = "x"'), make_scope(text))

    assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def test_a_statement_is_never_moved_out_of_its_block_by_other_line_breaks() -> None:
    text = "if ready:\n    start_the_engine()\n    drive_away()\n"
    old = "if ready:\n    start_the_engine()\ndrive_away()"

    assert (
        refused(edit(old, old + "\nstop()"), make_scope(text)).code
        is ErrorCode.SEARCH_TEXT_NOT_FOUND
    )


LOOP = """\
def total(orders):
    result = 0
    for order in orders:
        if order.open:
            result += order.price
        log(order)
    return result
"""


def test_a_line_the_search_text_skips_stays() -> None:
    old = LOOP.replace("        if order.open:\n", "").split("\n", 1)[1]
    new = old.replace("return result", "return round(result)")

    assert step(old, new, LOOP) == ("nearly", LOOP.replace("return result", "return round(result)"))


def test_nothing_is_put_where_the_search_text_skips_a_line() -> None:
    old = LOOP.replace("        if order.open:\n", "").split("\n", 1)[1]
    new = old.replace("orders:\n", "orders:\n        check(order)\n")

    assert refused(edit(old, new), make_scope(LOOP)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def test_nothing_is_put_above_a_place_where_a_nearly_right_search_text_skips_a_line() -> None:
    text = "import os\n\n\ndef f(a):\n    b = a + 1\n    c = b + 1\n    d = c + 1\n    return d\n"
    old = "\n\n\ndef f(a):\n    b = a + 1\n    c = b + 1\n    d = c+ 1\n    return d\n"
    new = old.replace("\n\n\ndef", "\nLIMIT = 3\n\n\ndef")
    assert (
        refused(edit("\n" + old, new), make_scope("import sys\n\n" + text)).code
        is ErrorCode.SEARCH_TEXT_NOT_FOUND
    )


def test_a_blank_line_less_where_the_search_text_skips_a_line_is_refused() -> None:
    above = "".join(f"    a{n} = {n}\n" for n in range(6))
    text = f"def f():\n{above}\n    skipped = 2\n\n    c = 3\n    return c\n"
    old = text.replace("    skipped = 2\n", "")
    reply = edit(old, old.replace("\n\n\n", "\n\n").replace("a0 = 0", "a0 = 7"))

    assert refused(reply, make_scope(text)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def test_a_slip_in_a_line_the_answer_leaves_alone_is_not_written() -> None:
    old = LOOP.replace("log(order)", "log(ordr)").split("\n", 1)[1]
    new = old.replace("return result", "return round(result)")

    assert step(old, new, LOOP)[1] == LOOP.replace("return result", "return round(result)")


def test_a_slip_in_a_line_the_answer_changes_is_refused() -> None:
    old = LOOP.replace("log(order)", "log(ordr)").split("\n", 1)[1]
    new = old.replace("log(ordr)", "log(ordr, 2)")

    assert refused(edit(old, new), make_scope(LOOP)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def test_a_search_text_that_holds_its_own_new_line_is_understood() -> None:
    old = LOOP.replace("    return result", "    check(result)\n    return result").split("\n", 2)[
        2
    ]

    assert step(old, old, LOOP)[1] == LOOP.replace(
        "    return result", "    check(result)\n    return result"
    )


def test_a_made_up_neighbour_line_is_never_written() -> None:
    old = LOOP.replace("    result = 0\n", "    result = 0\n    count = 0\n").split("\n", 1)[1]
    new = old.replace("return result", "return round(result)")

    assert refused(edit(old, new), make_scope(LOOP)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


TWICE = "def a():\n    run()\n    stop()\n\n\ndef b():\n    run()\n    stop()\n"


def test_the_first_of_many_is_never_taken() -> None:
    reject = refused(edit("    run()\n    stop()", "    stop()"), make_scope(TWICE))

    assert reject.code is ErrorCode.AMBIGUOUS_MATCH
    assert "line 2 in `a`, line 7 in `b`" in reject.feedback


def test_of_many_places_the_one_in_the_target_is_meant() -> None:
    reply = edit("    run()\n    stop()", "    go()\n    stop()")

    assert made(reply, TWICE, "def b():\n    run()") == TWICE[:-21] + "    go()\n    stop()\n"


def test_two_places_in_the_target_are_still_two() -> None:
    reply = edit("    run()", "    go()")

    assert refused(reply, make_scope(TWICE, TWICE)).code is ErrorCode.AMBIGUOUS_MATCH


def test_letter_case_counts() -> None:
    assert (
        refused(edit("DEF A():", "def c():"), make_scope(TWICE)).code
        is ErrorCode.SEARCH_TEXT_NOT_FOUND
    )


def test_first_and_last_line_alone_are_no_place() -> None:
    old = "def a():\n    quite()\n    another()\n    body()\n    stop()\n\n\ndef b():"

    assert refused(edit(old, "pass"), make_scope(TWICE)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def test_an_empty_search_never_changes_a_file_that_is_not_empty() -> None:
    for reply in (edit("", "x = 1\n"), said(block("", "x = 1\n"))):
        reject = refused(reply, make_scope(TWICE, may_create=True))
        assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND
        assert "the file is not" in reject.feedback


def test_an_empty_search_fills_an_empty_file() -> None:
    assert made(edit("", "x = 1\n"), "") == "x = 1\n"


def test_all_places_are_changed_where_all_are_asked_for() -> None:
    assert made(edit("run()", "go()", replace_all=True), TWICE) == TWICE.replace("run()", "go()")


def test_an_edit_of_what_an_earlier_one_makes_is_found() -> None:
    reply = edits(
        ("def a():", "def first():"), ("def first():\n    run()", "def first():\n    go()")
    )

    assert made(reply, TWICE) == TWICE.replace("def a():\n    run()", "def first():\n    go()")


def test_an_edit_far_behind_the_old_end_of_the_file_is_found_in_what_an_earlier_one_makes() -> None:
    first = FILE + "\n\ndef main():\n    store = Store()\n    store.save('a', 'b')\n"
    reply = edits(
        (FILE, first),
        ("    store.save('a', 'b')\n", "    store.save('a', 'b')\n    store.load('a')\n"),
    )

    assert made(reply, FILE) == first + "    store.load('a')\n"


def test_one_edit_without_a_place_means_none_is_made() -> None:
    reject = refused(edits(("def a():", "def c():"), ("nowhere()", "x")), make_scope(TWICE))

    assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND
    assert "Edits 1 were fine" in reject.feedback
    assert reject.searched == ("nowhere()",)


def test_two_edits_of_one_place_are_refused() -> None:
    reply = edits(("def a():", "def c():"), ("def a():\n    run()", "def d():\n    run()"))

    assert refused(reply, make_scope(TWICE)).code is ErrorCode.FORMAT


def test_an_edit_given_twice_is_made_once() -> None:
    reply = edits(("def a():\n", "def a():\n    new()\n"), ("def a():\n", "def a():\n    new()\n"))

    assert made(reply, TWICE) == TWICE.replace("def a():\n", "def a():\n    new()\n")

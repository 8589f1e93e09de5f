"""Answers that are nearly right, whose plain reading would write something nobody asked for."""

import pytest

from tests.edits.reading import after, block, edit, edits, made, make_scope, proposed, refused, said

TWINS = """\
def first():
    name = 'alpha one'
    return name


def second():
    name = "beta two"
    return name + "x"
"""


def test_a_text_that_differs_in_quotes_is_not_there_already_because_its_new_text_stands_elsewhere() -> (
    None
):
    reply = edits(
        ('    name = "alpha one"\n', '    name = "beta two"\n'),
        ('    return name + "x"\n', '    return name + "y"\n'),
    )

    assert made(reply, TWINS) == TWINS.replace("alpha one", "beta two").replace('"x"', '"y"')


def test_a_similar_text_is_in_doubt_when_its_new_text_stands_elsewhere() -> None:
    """Nobody knows if the edit was made there before or is meant for the place of the slip."""
    body = "    x = load(a)\n    y = cleanse(x)\n    store(y)\n    log(y)\n    return y\n"
    old = body.replace("store", "stored")
    new = old.replace("load", "fetch")
    text = f"def f(a):\n{body}\n\ndef g(a):\n{new}"

    refused(edits((old, new), ("def g(a):\n", "def h(a):\n")), make_scope(text))


BODY = """\
def f(a):
    x = load(a)
    y = clean(x)
    save(y)
    return y
"""


def test_a_line_that_both_texts_imagine_beside_a_change_waits_for_a_yes() -> None:
    old = "    x = load(a)\n    log(x)\n    y = clean(x)\n    save(y)\n    return y\n"
    work = make_scope(BODY)
    plan = proposed(edit(old, old.replace("clean(x)", "clean(x, True)")), work)

    assert "takes for a line of the file" in plan.doubt
    assert "log(x)" in after(plan, work)


def test_a_search_text_that_holds_only_its_own_new_line_adds_that_line() -> None:
    text = "    x = load(a)\n    log(x)\n    y = clean(x)\n    save(y)\n    return y\n"

    assert made(edit(text, text), BODY) == BODY.replace("load(a)\n", "load(a)\n    log(x)\n")


BROKEN_LINES = """\
def f(a):
    x = 1
    value = call(
        a,
    )

    y = 2
    other = call(b,
                 c)
    return value, other
"""


def test_lines_that_both_texts_join_stay_as_the_file_breaks_them() -> None:
    old = "    x = 1\n    value = call(a,)\n    y = 2\n    other = call(b, c)\n    return value, other\n"
    new = old.replace("x = 1", "x = 9").replace("y = 2", "y = 8").replace("other\n", "other, x\n")

    assert made(edit(old, new), BROKEN_LINES) == (
        BROKEN_LINES.replace("x = 1", "x = 9")
        .replace("y = 2", "y = 8")
        .replace("value, other\n", "value, other, x\n")
    )


def test_a_joined_line_that_changes_is_written_as_the_answer_has_it() -> None:
    old = "    value = call(a,)\n    y = 2\n    other = call(b, c)\n"
    new = "    value = call(a, 1)\n    y = 2\n    other = call(b, c)\n"

    assert made(edit(old, new), BROKEN_LINES) == BROKEN_LINES.replace(
        "call(\n        a,\n    )\n", "call(a, 1)\n"
    )


@pytest.mark.parametrize(
    ("line", "old", "new", "right"),
    [
        ("total = compute(a, b, c)", "total = compute(a, b", "total = compute(a, b, c, d)", None),
        ("total = compute(a, b, c)", "total = compute(a", "total = measure(a, b, c)", None),
        ("total is the sum of it", "total is", "total was the sum of it", None),
        (
            "return compute(a)[first, last]",
            "compute(a)",
            "x.compute(a)[first, last]",
            "return x.compute(a)[first, last]",
        ),
        ("x = value of first", "first", "x = value of second", None),
        ("raise Error(a, b)", "a, b)", "raise Error(a, c)", None),
        # what a part of a line means by its words alone
        ("total = compute(a, b)", "compute(a", "compute(int(a)", "total = compute(int(a), b)"),
        ("use v4.3.0", "v4.3", "v5.0", "use v5.0.0"),
        ("f(g(x))", "g(x)", "h(x)", "f(h(x))"),
        ("items[first:last]", "first:", "second:", "items[second:last]"),
    ],
)
@pytest.mark.parametrize("form", ["tools", "text"])
def test_the_rest_of_a_line_that_the_new_text_repeats_is_not_doubled(
    line: str, old: str, new: str, right: str | None, form: str
) -> None:
    text = f"before\n    {line}\nafter\n"
    reply = (
        edit(old, new, "a.txt") if form == "tools" else said(block(f"{old}\n", f"{new}\n", "a.txt"))
    )

    assert made(reply, text, path="a.txt") == f"before\n    {right or new}\nafter\n"


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        ("if x:", "if x", "if y:"),
        ("x = a + a", "x = a", "x = a + a"),
        ("call(a)(b)", "call(a", "call(c)"),
        ("# Cross origin", " Cross origin", "# Before send"),
    ],
)
def test_a_rest_that_is_repeated_perhaps_waits_for_a_yes(line: str, old: str, new: str) -> None:
    work = make_scope(f"before\n{line}\nafter\n", path="a.txt")

    assert "ends within a line" in proposed(edit(old, new, "a.txt"), work).doubt


def test_a_line_end_that_goes_before_a_blank_line_takes_the_blank_line_away() -> None:
    assert made(edit("    )\n", "    )"), "f(\n    )\n\n") == "f(\n    )\n"
    assert made(edit("a\n", "a", "a.txt"), "a\n\nb\n", path="a.txt") == "a\nb\n"


def test_a_doubt_without_a_target_is_refused_where_nobody_can_be_asked() -> None:
    """Tests extend a file that has no target."""
    old = "    x = load(a)\n    log(x)\n    y = clean(x)\n    save(y)\n    return y\n"
    reply = edit(old, old.replace("clean(x)", "clean(x, True)"))

    reject = refused(reply, make_scope(BODY, may_leave_target=False))

    assert "Copy the old text exactly" in reject.feedback

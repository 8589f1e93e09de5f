"""An answer to several files: each by its own text, only what was shown of it, all or none."""

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import LineRange, Span
from flux_lsp.edits.quoting import Quoting
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Target
from tests.edits.reading import after, called, proposed, refused, rewrite, said, shown

APP = "def area(width):\n    return width\n\n\ndef main():\n    return area(2)\n"
MENU = (
    "from app import area\n\n\ndef show():\n    return area(3)\n\n\ndef hide():\n    return None\n"
)
OTHER = "from app import area\n\n\ndef other():\n    return area(4)\n"


def make(*, seen: LineRange | None = None, **more: object) -> EditScope:
    """Three files, of which `menu.py` was shown in the lines `seen`, and the function `area`."""
    files = {path: shown(text, path) for path, text in FILES.items()}
    target = Target("app.py", Span(0, APP.index("\n\n\ndef main")))
    quoting = Quoting({"menu.py": [seen]} if seen else {})
    return EditScope(files, target, quoting=quoting, **more)  # type: ignore[arg-type]


FILES = {"app.py": APP, "menu.py": MENU, "lib/other.py": OTHER}


def change(*parts: tuple[str, str, str], **more: object) -> object:
    return called(
        (
            "apply_edits",
            {
                "edits": [
                    {"path": path, "old_string": old, "new_string": new, **more}
                    for path, old, new in parts
                ]
            },
        )
    )


SIGNATURE = (
    "app.py",
    "def area(width):\n    return width\n",
    "def area(width, height):\n    return width * height\n",
)
CALL = ("menu.py", "    return area(3)\n", "    return area(3, 1)\n")
FAR = ("lib/other.py", "    return area(4)\n", "    return area(4, 1)\n")


def test_every_file_that_was_shown_can_change() -> None:
    scope = make()
    plan = proposed(change(SIGNATURE, CALL, FAR), scope)  # type: ignore[arg-type]

    assert [file.path for file in plan.files] == ["app.py", "menu.py", "lib/other.py"]
    assert "area(3, 1)" in after(plan, scope, "menu.py")
    assert "area(4, 1)" in after(plan, scope, "lib/other.py")


def test_a_rewrite_of_the_target_goes_with_edits_of_other_files() -> None:
    both = (
        ("rewrite_range", {"code": SIGNATURE[2]}),
        (
            "apply_edits",
            {"edits": [{"path": CALL[0], "old_string": CALL[1], "new_string": CALL[2]}]},
        ),
    )
    plan = proposed(called(*both), make())

    assert [file.path for file in plan.files] == ["app.py", "menu.py"]


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (
            ("menu.py", "    total = measure(99)\n", "    total = 1\n"),
            ErrorCode.SEARCH_TEXT_NOT_FOUND,
        ),
        (("menu.py", "    return area(3)\n", "    return area(3, 1\n"), ErrorCode.SYNTAX_ERROR),
        (("menu.py", "    return area(3)\n", "    # ... existing code ...\n"), ErrorCode.ELISION),
        (("hidden.py", "x = 1\n", "x = 2\n"), ErrorCode.OUT_OF_SCOPE),
        (("../app.py", APP, "x = 2\n"), ErrorCode.OUT_OF_SCOPE),
    ],
)
def test_one_edit_that_fails_is_no_edit_at_all(
    spoilt: tuple[str, str, str], code: ErrorCode
) -> None:
    assert refused(change(SIGNATURE, spoilt, FAR), make()).code is code  # type: ignore[arg-type]


def test_what_is_wrong_in_several_files_is_told_at_once() -> None:
    reject = refused(
        change(  # type: ignore[arg-type]
            SIGNATURE,
            ("menu.py", "    return area(33)\n    x = 1\n", "    pass\n"),
            ("lib/other.py", "    return area(44)\n    x = 1\n", "    pass\n"),
        ),
        make(),
    )

    assert "area(3)" in reject.feedback
    assert "area(4)" in reject.feedback
    assert len(reject.searched) == 2
    assert reject.beyond


def test_an_answer_about_the_target_alone_is_not_beyond_it() -> None:
    reject = refused(change(("app.py", "def nothing(): pass\n", "")), make())  # type: ignore[arg-type]

    assert not reject.beyond


def test_a_place_in_lines_that_were_not_shown_is_not_taken() -> None:
    hidden = ("menu.py", "def hide():\n    return None\n", "def hide():\n    return 1\n")
    reject = refused(change(hidden), make(seen=LineRange(1, 5)))  # type: ignore[arg-type]

    assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND
    assert "return None" not in reject.feedback
    assert isinstance(read_reply(change(hidden), make(seen=LineRange(8, 9))), Plan)  # type: ignore[arg-type]


def test_a_text_of_the_shown_and_the_hidden_lines_is_ambiguous() -> None:
    reject = refused(
        change(("menu.py", "area", "space")),  # type: ignore[arg-type]
        make(seen=LineRange(4, 5)),
    )
    assert reject.code is ErrorCode.AMBIGUOUS_MATCH


def test_everywhere_is_only_everywhere_that_was_shown() -> None:
    everywhere = change(("menu.py", "area", "space"), replace_all=True)

    assert isinstance(read_reply(everywhere, make()), Plan)  # type: ignore[arg-type]
    reject = refused(everywhere, make(seen=LineRange(4, 5)))  # type: ignore[arg-type]
    assert reject.code is ErrorCode.AMBIGUOUS_MATCH
    assert "not shown" in reject.feedback


def test_lines_left_out_of_a_search_text_must_have_been_shown() -> None:
    spanning = (
        "menu.py",
        "def show():\n    ...\ndef hide():\n    return None\n",
        "def hide():\n    return None\n",
    )
    refused(change(spanning), make(seen=LineRange(1, 4)))  # type: ignore[arg-type]


def test_an_edit_without_a_path_belongs_to_the_only_file_with_its_text() -> None:
    scope = make()
    plan = proposed(change(("", *CALL[1:])), scope)  # type: ignore[arg-type]
    assert [file.path for file in plan.files] == ["menu.py"]

    reject = refused(change(("", "from app import area\n", "import app\n")), scope)  # type: ignore[arg-type]
    assert reject.code is ErrorCode.FORMAT


def test_two_files_with_the_same_text_are_told_apart_by_their_paths() -> None:
    twins = {path: shown(MENU, path) for path in ("a/menu.py", "b/menu.py")}
    scope = EditScope(twins)

    plan = read_reply(change(("b/menu.py", *CALL[1:])), scope)  # type: ignore[arg-type]
    assert isinstance(plan, Plan)
    assert [file.path for file in plan.files] == ["b/menu.py"]
    assert refused(change(("menu.py", *CALL[1:])), scope).code is ErrorCode.OUT_OF_SCOPE  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["./menu.py", "lib/../menu.py", "/home/me/w/menu.py", "menu.py/"])
def test_names_of_one_file_are_one_file(path: str) -> None:
    plan = proposed(change(CALL, (path, *CALL[1:])), make())  # type: ignore[arg-type]
    assert [file.path for file in plan.files] == ["menu.py"]


@pytest.mark.parametrize("path", ["MENU.py", "Menu.PY", "other/../../menu.py"])
def test_a_name_in_another_case_or_from_outside_is_another_file(path: str) -> None:
    assert refused(change((path, *CALL[1:])), make()).code is ErrorCode.OUT_OF_SCOPE  # type: ignore[arg-type]


def test_the_same_edit_twice_is_meant_once() -> None:
    scope = make()
    plan = proposed(change(CALL, CALL), scope)  # type: ignore[arg-type]
    assert after(plan, scope, "menu.py").count("area(3, 1)") == 1


def test_a_locked_file_says_why_it_stays() -> None:
    scope = make(locked={"gen.py": "it is read-only"})
    reject = refused(change(SIGNATURE, ("gen.py", "x\n", "y\n")), scope)  # type: ignore[arg-type]

    assert reject.code is ErrorCode.OUT_OF_SCOPE
    assert "it is read-only" in reject.message


def test_where_nobody_can_look_no_other_file_changes() -> None:
    reject = refused(change(SIGNATURE, CALL), make(may_leave_target=False))  # type: ignore[arg-type]
    assert reject.code is ErrorCode.OUT_OF_SCOPE
    assert isinstance(read_reply(rewrite(SIGNATURE[2]), make(may_leave_target=False)), Plan)


def test_blocks_of_text_change_several_files() -> None:
    text = "\n".join(
        f"{path}\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n"
        for path, old, new in (SIGNATURE, CALL, FAR)
    )
    plan = proposed(said(text), make())
    assert len(plan.files) == 3

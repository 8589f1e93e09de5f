"""Both dialects and all their faults come to the same edits; what cannot be read is FORMAT."""

from dataclasses import replace

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject
from tests.edits.reading import after, block, called, made, make_scope, refused, said, shown

FILE = "def area(width, height):\n    return width + height\n\n\ndef name():\n    return 'area'\n"
OLD = "    return width + height\n"
NEW = "    return width * height\n"
RIGHT = FILE.replace(OLD, NEW)
GIVEN = {"path": "a.py", "old_string": OLD, "new_string": NEW}


@pytest.mark.parametrize(
    "arguments",
    [
        {"edits": [GIVEN]},
        {"edits": GIVEN},
        {
            "edits": '[{"path": "a.py", "old_string": "width + height", "new_string": "width * height"}]'
        },
        GIVEN,
        {"changes": [GIVEN]},
        {"edits": [{"path": "a.py", "old_str": OLD, "new_str": NEW}]},
        {"edits": [{"file_path": "a.py", "old_string": OLD, "insert_text": NEW}]},
        {"edits": [{"path": "a.py", "oldString": OLD, "newString": NEW, "replaceAll": "false"}]},
        {"edits": [{"old_string": OLD, "new_string": NEW}]},
        {"edits": [{**GIVEN, "new_str": NEW}], "new_files": None, "note": None},
        {"command": "str_replace", "path": "a.py", "old_str": OLD, "new_str": NEW},
    ],
    ids=str,
)
def test_edits_are_read_by_whatever_names_models_use(arguments: object) -> None:
    assert made(called(("apply_edits", arguments)), FILE) == RIGHT


@pytest.mark.parametrize("name", ["rewrite_range", "rewriteRange", "Rewrite", "rewrite_target"])
@pytest.mark.parametrize("key", ["code", "new_code", "text", "content"])
def test_a_rewrite_is_read_by_whatever_names_models_use(name: str, key: str) -> None:
    code = RIGHT[: RIGHT.index("\n\n\n") + 1]

    assert made(called((name, {key: code})), FILE, FILE[: FILE.index("\n\n\n")]) == RIGHT


def test_the_whole_arguments_may_be_one_string() -> None:
    import json

    assert made(called(("apply_edits", json.dumps(json.dumps({"edits": [GIVEN]})))), FILE) == RIGHT


def test_raw_line_ends_in_json_strings_are_read() -> None:
    raw = '{"edits": [{"path": "a.py", "old_string": "    return width + height\n", ' + (
        '"new_string": "    return width * height\n"}]}'
    )

    assert made(called(("apply_edits", raw)), FILE) == RIGHT


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "{",
        '{"edits": [{"path": "a.py", "old_string": "wid',
        "[]",
        "null",
        "7",
        "{}",
        {"edits": 7},
        {"edits": ["a.py"]},
        {"edits": "no list"},
        {"edits": [{"path": "a.py", "old_string": OLD}]},
        {"edits": [{"path": "a.py", "new_string": NEW}]},
        {"edits": [{**GIVEN, "old_string": 7}]},
        {"edits": [{**GIVEN, "new_string": None}]},
        {"edits": [{**GIVEN, "new_str": "something else"}]},
        {"edits": [{**GIVEN, "replace_all": "perhaps"}]},
        {"edits": [{"path": "a.py", "insert_line": 3, "insert_text": "x"}]},
        '{"edits": [], "edits": [1]}',
        "[" * 100_000,
        '{"edits": ' + "9" * 5_000 + "}",
    ],
    ids=lambda value: str(value)[:40],
)
def test_arguments_that_cannot_be_read_are_told_so(arguments: object) -> None:
    assert refused(called(("apply_edits", arguments)), make_scope(FILE)).code is ErrorCode.FORMAT


def test_an_empty_list_of_edits_changes_nothing() -> None:
    assert (
        refused(called(("apply_edits", {"edits": []})), make_scope(FILE)).code
        is ErrorCode.NO_CHANGE
    )


def test_two_calls_are_one_answer() -> None:
    other = {**GIVEN, "old_string": "'area'", "new_string": "'size'"}
    reply = called(("apply_edits", {"edits": [GIVEN]}), ("apply_edits", {"edits": [other]}))

    assert made(reply, FILE) == RIGHT.replace("'area'", "'size'")


def test_a_rewrite_and_edits_elsewhere_are_one_answer() -> None:
    code = RIGHT[: RIGHT.index("\n\n\n") + 1]
    other = {**GIVEN, "old_string": "'area'", "new_string": "'size'"}
    reply = called(("rewrite_range", {"code": code}), ("apply_edits", {"edits": [other]}))

    assert made(reply, FILE, FILE[: FILE.index("\n\n\n")]) == RIGHT.replace("'area'", "'size'")


def test_two_different_rewrites_are_no_answer() -> None:
    reply = called(("rewrite_range", {"code": "a\n"}), ("rewrite_range", {"code": "b\n"}))

    assert refused(reply, make_scope(FILE, FILE)).code is ErrorCode.FORMAT


def test_the_text_beside_a_tool_call_is_talk() -> None:
    reply = called(("apply_edits", {"edits": [GIVEN]}))

    assert made(replace(reply, text=block(NEW, "never()\n")), FILE) == RIGHT


def marked(head: str, divider: str, end: str, fence: str = "```") -> str:
    open_, close = (f"{fence}python\n", f"{fence}\n") if fence else ("", "")
    return f"Here it is.\n\na.py\n{open_}{head}\n{OLD}{divider}\n{NEW}{end}\n{close}\nDone.\n"


@pytest.mark.parametrize("fence", ["```", "````", "~~~", ""])
@pytest.mark.parametrize(
    ("head", "divider", "end"),
    [
        ("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"),
        ("<<<<<<< SEARCH>", "=======", ">>>>>>> REPLACE"),
        ("<<<<< SEARCH", "=====", ">>>>> REPLACE"),
        ("<<< SEARCH", "===", ">>> REPLACE"),
        ("<<<<<<<<< SEARCH", "=========", ">>>>>>>>> REPLACE"),
        ("  <<<<<<< SEARCH", "  =======", "  >>>>>>> REPLACE"),
        ("<<<<<<< SEARCH  ", "=======  ", ">>>>>>> REPLACE  "),
        ("<<<<<<< SEARCH", "=======\n=======", ">>>>>>> REPLACE"),
        ("<<<<<<< SEARCH", "=======", "=======\n>>>>>>> REPLACE"),
        ("<<<<<<< SEARCH", "=======", "======="),
        ("<<<<<<< ORIGINAL", "=======", ">>>>>>> UPDATED"),
        ("------- SEARCH", "=======", "+++++++ REPLACE"),
        ("<<<<<<< SEARCH a.py", "=======", ">>>>>>> REPLACE"),
        ("<<<<<<< SEARCH\n:start_line:2\n-------", "=======", ">>>>>>> REPLACE"),
    ],
)
def test_markers_are_read_as_models_write_them(
    head: str, divider: str, end: str, fence: str
) -> None:
    assert made(said(marked(head, divider, end, fence)), FILE) == RIGHT


@pytest.mark.parametrize("fence", ["```", ""])
@pytest.mark.parametrize("between", ["", "\n", NEW])
def test_a_divider_too_many_is_no_end_where_more_follows(fence: str, between: str) -> None:
    text = marked("<<<<<<< SEARCH", f"=======\n{between}=======", "", fence)

    assert refused(said(text), make_scope(FILE)).code is ErrorCode.FORMAT


def test_code_that_could_be_a_path_is_no_path_after_the_last_block() -> None:
    text = f"a.py\n<<<<<<< SEARCH\n{OLD}=======\n=======\nlog.close()\n"

    assert refused(said(text), make_scope(FILE)).code is ErrorCode.FORMAT


def test_a_deletion_ended_by_a_divider_is_one_before_a_fence_and_before_the_next_path() -> None:
    first = f"a.py\n```\n<<<<<<< SEARCH\n{OLD}=======\n=======\n```\n"
    text = first + block("def area(width, height):\n", "")

    assert made(said(text), FILE) == FILE[FILE.index("\n\ndef name") :]


@pytest.mark.parametrize("path", ["a.md", "a.py"])
def test_a_fence_that_may_be_content_ends_no_block(path: str) -> None:
    text = "```\nrun\n```\n\nMore.\n" if path == "a.md" else f'{FILE}"""\n```\nrun\n```\n"""\n'
    answer = f"{path}\n<<<<<<< SEARCH\nrun\n=======\nrun it\n```\n\nMore.\n"

    assert refused(said(answer), make_scope(text, path=path)).code is ErrorCode.FORMAT


def test_markers_with_windows_line_ends_are_read() -> None:
    text = marked("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE").replace("\n", "\r\n")

    assert made(said(text), FILE) == RIGHT


def test_a_missing_last_marker_is_forgiven_where_a_fence_ends_the_block() -> None:
    text = f"a.py\n```python\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}```\n"

    assert made(said(text), FILE) == RIGHT


@pytest.mark.parametrize(
    "text",
    [
        f"a.py\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}",
        f"a.py\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}\nI hope this helps.\n",
        f"a.py\n<<<<<<< SEARCH\n{OLD}>>>>>>> REPLACE\n",
        f"a.py\n<<<<<<< SEARCH\n{OLD}",
        f"a.py\n{OLD}=======\n{NEW}>>>>>>> REPLACE\n",
        f"a.py\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}>>>>>>> REPLACE\nmore\n>>>>>>> REPLACE\n",
        f"a.py\n<<<<<<< SEARCH\n{OLD}=======\nx\n=======\n{NEW}>>>>>>> REPLACE\n",
        "Just change the plus into a times sign.",
        "",
        "   \n\n",
        "```python\nprint('something else entirely')\n```\n",
        "```python\ndef area(width, height):\n    return 1\n```\nor\n```python\npass\n```\n",
    ],
)
def test_text_that_is_no_whole_answer_is_told_so(text: str) -> None:
    assert refused(said(text), make_scope(FILE, OLD)).code is ErrorCode.FORMAT


def test_code_alone_is_the_target_rewritten_when_it_begins_and_ends_as_the_target_does() -> None:
    target = FILE[: FILE.index("\n\n\n")]
    code = target.replace("    return", "    width = abs(width)\n    return")

    assert made(said(f"Here:\n```python\n{code}\n```\n"), FILE, target) == FILE.replace(
        target, code
    )


@pytest.mark.parametrize(
    "line",
    [
        "a.py",
        "`a.py`",
        "**a.py**",
        "### a.py",
        "File: a.py",
        "./a.py",
        "src/lib/a.py",
        "`a.py`:",
        "In a.py, replace this:",
        "/home/me/project/a.py",
        "a.py:",
    ],
)
def test_the_path_above_a_block_is_understood(line: str) -> None:
    assert made(said(block(OLD, NEW, line)), FILE) == RIGHT


def two_files(**more: object) -> EditScope:
    files = {
        path: shown(text, path) for path, text in (("src/a.py", FILE), ("src/b.py", "x = 1\n"))
    }
    return EditScope(files, **more)  # type: ignore[arg-type]


def test_a_path_with_a_wrong_folder_is_the_file_of_that_name() -> None:
    work = two_files()

    assert after(read_reply(said(block(OLD, NEW, "lib/a.py")), work), work, "src/a.py") == RIGHT


def test_a_block_without_a_path_belongs_where_its_text_is() -> None:
    work = two_files()
    text = block(OLD, NEW, "").lstrip("\n")

    assert after(read_reply(said(text), work), work, "src/a.py") == RIGHT


def test_a_second_block_without_a_path_belongs_to_the_file_of_the_first() -> None:
    work = two_files()
    text = block(OLD, NEW, "src/a.py") + block("    return 'area'\n", "    return 'size'\n", "")

    assert after(read_reply(said(text), work), work, "src/a.py") == RIGHT.replace(
        "'area'", "'size'"
    )


@pytest.mark.parametrize("path", ["src/c.py", "c.py", "../secret.py", "/etc/passwd"])
def test_a_file_that_was_not_shown_is_out_of_scope(path: str) -> None:
    assert refused(said(block(OLD, NEW, path)), two_files()).code is ErrorCode.OUT_OF_SCOPE


def test_a_file_that_exists_is_never_taken_for_one_of_the_same_name() -> None:
    work = two_files(existing=lambda path: path == "lib/a.py")

    assert refused(said(block(OLD, NEW, "lib/a.py")), work).code is ErrorCode.OUT_OF_SCOPE


def test_new_files_are_made_in_either_dialect() -> None:
    work = make_scope(FILE, may_create=True)
    new = {"path": "tests/test_a.py", "content": "import a\n"}
    for reply in (
        called(("apply_edits", {"edits": [], "new_files": [new]})),
        called(("apply_edits", {"new_files": new})),
        called(("create", {"path": "tests/test_a.py", "file_text": "import a\n"})),
        said(block("", "import a\n", "tests/test_a.py")),
    ):
        plan = read_reply(reply, work)
        assert isinstance(plan, Plan), plan
        assert [(one.path, one.content) for one in plan.new_files] == [
            ("tests/test_a.py", "import a\n")
        ]


@pytest.mark.parametrize(
    "path",
    ["../a.py", "/tmp/a.py", "C:/a.py", "~/a.py", "a//b.py", "a/./b.py", "", "a\0b.py", "there.py"],
)
def test_a_new_file_stays_in_the_workspace_and_never_replaces_one(path: str) -> None:
    work = make_scope(FILE, may_create=True, existing=lambda path: path == "there.py")
    reply = called(("apply_edits", {"new_files": [{"path": path, "content": "x = 1\n"}]}))

    assert refused(reply, work).code is ErrorCode.OUT_OF_SCOPE


def test_a_new_file_needs_leave() -> None:
    assert (
        refused(said(block("", "x = 1\n", "b.py")), make_scope(FILE)).code is ErrorCode.OUT_OF_SCOPE
    )


CONFLICT = """\
before()
<<<<<<< HEAD
ours()
=======
theirs()
>>>>>>> branch
after()
"""


def test_conflict_markers_of_the_file_are_no_markers_of_the_answer() -> None:
    old = CONFLICT[CONFLICT.index("<<<") : CONFLICT.index("after")]

    assert made(said(block(old, "both()\n", "a.txt")), CONFLICT, path="a.txt") == (
        "before()\nboth()\nafter()\n"
    )


HEADING = "Title\n=======\n\nBody of the text.\n"


def test_a_heading_underlined_like_a_divider_is_content() -> None:
    text = block("Title\n=======\n\nBody", "", "a.rst").replace("Body=", "Body of the text.\n=")
    text = text.replace(">>>>", "Title\n=======\n\nAnother body.\n>>>>", 1)

    plan = read_reply(said(text), make_scope(HEADING, path="a.rst"))

    assert isinstance(plan, Reject) or after(plan, make_scope(HEADING, path="a.rst"), "a.rst") == (
        "Title\n=======\n\nAnother body.\n"
    )


def test_escaped_markers_are_the_files_lines() -> None:
    old = "ours()\n\\=======\ntheirs()\n\\>>>>>>> branch\n"

    assert made(said(block(old, "both()\n", "a.txt")), CONFLICT, path="a.txt") == (
        CONFLICT[: CONFLICT.index("ours")] + "both()\nafter()\n"
    )


MANUAL = "How to:\n\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n\nThat is all.\n"


def test_a_manual_of_the_format_is_edited_rightly_or_not_at_all() -> None:
    for old, new in (
        ("That is all.\n", "That was all.\n"),
        ("old\n", "older\n"),
        (MANUAL, MANUAL.replace("all", "it")),
        ("How to:\n", "How to:\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"),
    ):
        work = make_scope(MANUAL, path="a.txt")
        plan = read_reply(said(block(old, new, "a.txt")), work)
        right = MANUAL.replace(old, new)
        assert isinstance(plan, Reject) or after(plan, work, "a.txt") == right

"""What is looked at before an answer may be used, and what the model is told."""

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject
from tests.edits.reading import (
    after,
    block,
    called,
    edit,
    edits,
    made,
    make_scope,
    refused,
    rewrite,
    said,
    shown,
)
from tests.syntax.samples import SAMPLES

FILE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"


@pytest.mark.parametrize("stop", ["max_tokens", "other", None])
@pytest.mark.parametrize("how", ["tools", "text"])
def test_an_answer_that_was_cut_off_is_never_used(stop: object, how: str) -> None:
    from dataclasses import replace

    reply = edit("return 1", "return 3") if how == "tools" else said(block("    return 1\n", "x\n"))
    reject = refused(replace(reply, stop_reason=stop), make_scope(FILE))  # type: ignore[arg-type]

    assert reject.code is ErrorCode.TRUNCATED


def test_a_refusal_is_passed_on_with_its_words() -> None:
    reject = refused(said("I can't help with that.", "refusal"), make_scope(FILE))

    assert reject.code is ErrorCode.REFUSED_BY_MODEL
    assert "I can't help with that." in reject.message


def test_no_change_is_said() -> None:
    assert refused(edit("return 1", "return 1"), make_scope(FILE)).code is ErrorCode.NO_CHANGE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    return 0\n", "    return 1\n"),
        ("def one():\n", "def one():\n    return 1\n"),
        ("def one():\n    log()\n    return 1\n", "def one():\n    return 1\n"),
    ],
)
def test_what_is_there_already_is_not_made_twice(old: str, new: str) -> None:
    plan = read_reply(said(block(old, new)), make_scope(FILE))

    assert isinstance(plan, Plan)
    assert plan.already_applied
    assert not plan.files


def test_beside_an_edit_that_is_there_already_the_others_are_made() -> None:
    reply = edits(("    return 0\n", "    return 1\n"), ("    return 2\n", "    return 3\n"))

    assert made(reply, FILE) == FILE.replace("return 2", "return 3")


def test_a_deleted_line_that_is_still_there_is_deleted() -> None:
    text = "import os\nimport sys\n\nrun()\n"
    reply = said(block("import os\nimport sys\n\nrun()\n", "import sys\n\nrun()\n"))

    assert made(reply, text) == "import sys\n\nrun()\n"


def test_a_common_line_is_not_taken_for_the_new_text() -> None:
    reject = refused(edit("    something_else_entirely()\n", "    return 1\n"), make_scope(FILE))

    assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND


@pytest.mark.parametrize(
    "line",
    ["    # ... rest of the code ...", "    # existing code here", "    # ... unchanged ..."],
)
def test_a_placeholder_in_the_new_text_is_refused(line: str) -> None:
    reject = refused(edit("    return 1\n", line + "\n"), make_scope(FILE))

    assert reject.code is ErrorCode.ELISION
    assert line.strip() in reject.feedback


BROKEN = {
    "a.py": ("def f():\n    return 1\n", "return 1", "return (1"),
    "a.js": ("function f() {\n  return 1;\n}\n", "return 1;", "return (1;"),
    "a.ts": ("function f(): number {\n  return 1;\n}\n", "return 1;", "return 1; }}"),
    "a.go": ("package a\n\nfunc f() int {\n\treturn 1\n}\n", "return 1", "return {1"),
    "a.json": ('{"a": [1, 2]}\n', "[1, 2]", "[1, 2"),
    "a.rs": ("fn f() -> i32 {\n    1\n}\n", "    1\n", "    1 + (\n"),
}


@pytest.mark.parametrize("path", BROKEN)
def test_new_syntax_faults_are_refused_in_every_language(path: str) -> None:
    text, old, new = BROKEN[path]
    reject = refused(edit(old, new, path), make_scope(text, path=path))

    assert reject.code is ErrorCode.SYNTAX_ERROR
    assert "The file had no fault before" in reject.feedback
    assert ">" in reject.feedback


def without_bracket(language: str) -> tuple[str, str, str]:
    """Path, text and the text without its last closing bracket, of the language's sample."""
    path, text, _, _ = SAMPLES[language]
    at = max(text.rfind(bracket) for bracket in ")}]")
    return path, text, text[:at] + text[at + 1 :] if at >= 0 else ""


@pytest.mark.parametrize("language", sorted(SAMPLES.keys() - {"html", "markdown"}))
def test_a_bracket_less_is_refused_in_every_language_that_has_some(language: str) -> None:
    path, text, broken = without_bracket(language)
    work = EditScope({path: Snapshot(f"file:///{path}", path, language, 1, text)})

    assert refused(edit(text, broken, path), work).code is ErrorCode.SYNTAX_ERROR


def test_what_only_the_compiler_sees_is_refused_too() -> None:
    reply = edit("def two():\n    return 2\n", "return 2\n")

    assert refused(reply, make_scope(FILE)).code is ErrorCode.SYNTAX_ERROR


NEWER = [
    "type Pair[T] = tuple[T, T]\n",
    "def first[T](items: list[T]) -> T:\n    return items[0]\n",
    "class Box[T]:\n    pass\n",
    """name = f"{names["first"]}"\n""",
    """text = f"{'\\n'.join(lines)}"\n""",
    "try:\n    one()\nexcept KeyError, ValueError:\n    pass\n",
    """page = t"<p>{name}</p>"\n""",
]


@pytest.mark.parametrize("new", NEWER)
def test_python_newer_than_the_servers_own_is_no_fault(new: str) -> None:
    assert made(edit("def one", new + "\n\ndef one"), FILE) == FILE.replace(
        "def one", new + "\n\ndef one"
    )


@pytest.mark.parametrize("new", NEWER)
def test_but_a_bracket_less_in_it_is(new: str) -> None:
    at = max(new.rfind(bracket) for bracket in ")}]")
    broken = new[:at] + new[at + 1 :] if at >= 0 else new.replace("pass", "pass)")

    reply = edit("def one", broken + "\n\ndef one")

    assert refused(reply, make_scope(FILE)).code is ErrorCode.SYNTAX_ERROR


def test_indentation_at_the_top_level_is_refused() -> None:
    text = '"""About it."""\n\n' + FILE

    assert (
        refused(edit('"""About it."""\n', "    x = 1\n"), make_scope(text)).code
        is ErrorCode.SYNTAX_ERROR
    )


def test_a_class_without_its_header_is_refused() -> None:
    text = "import os\n\n\nclass A:\n" + "".join("    " + x for x in FILE.splitlines(True))

    assert refused(edit("class A:\n", ""), make_scope(text)).code is ErrorCode.SYNTAX_ERROR


def test_a_file_that_was_broken_before_may_be_edited() -> None:
    text = FILE + "\ndef three(:\n    pass\n"

    assert made(edit("return 1", "return 5"), text) == text.replace("return 1", "return 5")


FLOW = """\
/** @flow */
type Props = {| +name: ?string |};
opaque type Id: string = string;

export function name(props: Props): ?string {
  const found = (props.name: any);
  return found;
}
"""


def test_a_dialect_the_grammar_does_not_know_may_be_edited() -> None:
    new = "  const found = ((props.name: any): ?Id);\n  const other: ?Id = (found: any);\n"
    old = "  const found = (props.name: any);\n"

    assert made(edit(old, new, "a.js"), FLOW, path="a.js") == FLOW.replace(old, new)


def test_a_bracket_lost_in_such_a_dialect_is_refused() -> None:
    reply = edit("(props.name: any);", "((props.name: any): ?Id;", "a.js")

    assert refused(reply, make_scope(FLOW, path="a.js")).code is ErrorCode.SYNTAX_ERROR


@pytest.mark.parametrize(("text", "fine"), [(FLOW, True), (FLOW.replace("any);", "any;"), False)])
def test_a_new_file_of_such_a_dialect_is_judged_by_its_brackets(text: str, fine: bool) -> None:
    arguments = {"new_files": [{"path": "b.js", "content": text}]}

    plan = read_reply(
        called(("apply_edits", arguments)), make_scope("", path="a.js", may_create=True)
    )

    assert isinstance(plan, Plan) is fine


def test_kept_trees_are_used() -> None:
    from flux_lsp.syntax.languages import find_language
    from flux_lsp.syntax.tree import Parsed, parse

    asked: list[str] = []

    def kept(snapshot: Snapshot) -> Parsed | None:
        asked.append(snapshot.path)
        return parse(snapshot.text, find_language(snapshot.language_id, snapshot.path))

    work = EditScope({"a.py": shown(FILE)}, parsed=kept)

    assert isinstance(read_reply(edit("return 1", "return 5"), work), Plan)
    assert asked == ["a.py"]


def test_curly_quotes_that_break_the_syntax_are_read_as_straight_ones() -> None:
    assert made(edit("return 1", "return \u201cone\u201d"), FILE) == FILE.replace(
        "return 1", 'return "one"'
    )


def test_entities_that_break_the_syntax_are_read_as_what_they_stand_for() -> None:
    new = "    return 1\n\n\ndef big(a) -&gt; bool:\n    return a &gt; 1"

    assert "\n\ndef big(a) -> bool:\n    return a > 1" in made(edit("    return 1", new), FILE)


def test_a_line_without_its_indentation_that_grows_a_new_block_is_asked_about() -> None:
    reply = edit("return 1", "return 1\n\n\ndef big(a):\n    return a")

    assert refused(reply, make_scope(FILE)).code is ErrorCode.SEARCH_TEXT_NOT_FOUND


def test_an_answer_that_may_be_escaped_is_asked_about() -> None:
    reject = refused(edit("one", "a &lt;b&gt;", "a.txt"), make_scope("one\n", path="a.txt"))

    assert reject.code is ErrorCode.FORMAT


def test_an_edit_outside_of_the_target_is_told_or_refused() -> None:
    inside, outside = edit("return 1", "return 3"), edit("return 2", "return 3")
    plan = read_reply(outside, make_scope(FILE, "def one():\n    return 1"))
    assert isinstance(plan, Plan)
    assert plan.outside

    strict = make_scope(FILE, "def one():\n    return 1", may_leave_target=False)
    assert isinstance(read_reply(inside, strict), Plan)
    reject = refused(outside, strict)
    assert reject.code is ErrorCode.OUT_OF_SCOPE
    assert "line 6" in reject.feedback


def test_context_outside_of_the_target_is_no_change_there() -> None:
    strict = make_scope(FILE, "    return 1", may_leave_target=False)

    assert isinstance(
        read_reply(edit("def one():\n    return 1", "def one():\n    return 3"), strict), Plan
    )


def test_a_new_file_must_parse_and_be_complete() -> None:
    def new(content: str) -> Reject:
        made = {"new_files": [{"path": "b.py", "content": content}]}
        return refused(called(("apply_edits", made)), make_scope(FILE, may_create=True))

    assert new("def f(:\n").code is ErrorCode.SYNTAX_ERROR
    assert new("def f():\n    # ... rest of the code ...\n").code is ErrorCode.ELISION


def test_the_nearest_lines_are_shown_with_their_numbers() -> None:
    text = "".join(f"value_{n} = {n}\n" for n in range(50)) + FILE
    old = "def one():\n    result = 1\n    return result\n"
    reject = refused(edit(old, "def one():\n    return 3\n"), make_scope(text))

    assert reject.code is ErrorCode.SEARCH_TEXT_NOT_FOUND
    assert reject.feedback.startswith("SEARCH_TEXT_NOT_FOUND: ")
    assert " 51 | def one():" in reject.feedback
    assert "> 52 |     return 1" in reject.feedback
    assert reject.searched == (old,)


def test_what_is_in_the_file_already_is_named() -> None:
    old = "def one():\n    missing()\n    other()\n    third()\n"
    reject = refused(edit(old, "def one():\n    return 1\n    third()\n"), make_scope(FILE))

    assert "Already in the file from your new text: line 2" in reject.feedback


def test_nothing_alike_is_said_in_a_few_words() -> None:
    reject = refused(edit("zzz qqq", "x"), make_scope(FILE))

    assert "nor anything like it" in reject.feedback


def test_the_result_is_shown_around_a_syntax_fault() -> None:
    text = "".join(f"value_{n} = {n}\n" for n in range(40))
    reject = refused(edit("value_20 = 20", "value_20 = (20"), make_scope(text))

    assert "> 21 | value_20 = (20" in reject.feedback
    assert " 11 | value_10 = 10" in reject.feedback
    assert "value_5 " not in reject.feedback


def test_a_rewrite_in_a_file_with_no_target_says_what_to_do() -> None:
    assert "apply_edits" in refused(rewrite("x"), make_scope(FILE)).feedback


def test_the_plan_says_what_it_is() -> None:
    work = make_scope(FILE)
    reply = called(
        (
            "apply_edits",
            {
                "edits": [{"path": "a.py", "old_string": "return 1", "new_string": "return 3"}],
                "note": "Three now.",
            },
        )
    )
    plan = read_reply(reply, work)

    assert isinstance(plan, Plan)
    assert plan.note == "Three now."
    assert plan.files[0].steps == ("exact",)
    assert after(plan, work) == FILE.replace("return 1", "return 3")

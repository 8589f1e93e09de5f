"""A rewrite of the target is made fit for the file, and refused where it is not the whole of it."""

import pytest

from flux_lsp.core.errors import ErrorCode
from tests.edits.reading import made, make_scope, proposed, refused, rewrite

FILE = '''\
import os


class Store:
    """Keeps texts."""

    def load(self, name):
        with open(name) as file:
            return file.read()

    def save(self, name, text):
        with open(name, "w") as file:
            file.write(text)


def main():
    Store().save("a", "b")
'''
LOAD = FILE[FILE.index("    def load") : FILE.index("\n    def save")]
NEW = LOAD.replace("open(name)", "open(name, encoding='utf-8')")
RIGHT = FILE.replace(LOAD, NEW)


def dedented(text: str, by: int = 4) -> str:
    return "".join(line[by:] if line.strip() else line for line in text.splitlines(keepends=True))


def tabbed(text: str) -> str:
    return text.replace("    ", "\t")


def numbered(text: str) -> str:
    return "".join(f"{n} | {line}" for n, line in enumerate(text.splitlines(keepends=True), 7))


@pytest.mark.parametrize(
    "code",
    [
        NEW,
        NEW.rstrip("\n"),
        "\n" + NEW + "\n\n",
        f"```python\n{NEW}```",
        f"```\n{NEW}\n```\n",
        f'<target path="a.py" first_line="7" last_line="9">\n{NEW}</target>',
        numbered(NEW),
        dedented(NEW),
        NEW.lstrip(),
        "".join("  " + line for line in NEW.splitlines(keepends=True)),
        tabbed(NEW),
        NEW.replace("\n", "\r\n"),
    ],
    ids=[
        "as asked", "no line end", "blank lines around", "fenced", "fenced loosely", "tagged",
        "numbered", "dedented", "first line dedented", "deeper", "tabs", "windows",
    ],
)  # fmt: skip
def test_what_only_wraps_the_new_text_is_taken_off(code: str) -> None:
    assert made(rewrite(code), FILE, LOAD.strip()) == RIGHT


def test_only_what_changed_is_changed() -> None:
    from flux_lsp.edits.read import read_reply
    from flux_lsp.edits.values import Plan

    plan = read_reply(rewrite(NEW), make_scope(FILE, LOAD.strip()))

    assert isinstance(plan, Plan)
    assert [change.text for change in plan.files[0].changes] == [", encoding='utf-8'"]
    assert not plan.outside


def test_a_wrapped_block_keeps_its_deeper_indentation() -> None:
    target = '    Store().save("a", "b")\n'
    code = '    if ready:\n        Store().save("a", "b")\n'

    assert made(rewrite(code), FILE, target.strip()) == FILE.replace(target, code)


def test_a_wrapped_block_without_its_margin_gets_it_back() -> None:
    target = '    Store().save("a", "b")\n'
    code = 'if ready:\n    Store().save("a", "b")\n'

    assert made(rewrite(code), FILE, target.strip()) == FILE.replace(
        target, '    if ready:\n        Store().save("a", "b")\n'
    )


def test_lines_above_and_below_that_are_repeated_are_not_written_twice() -> None:
    above, below = '    """Keeps texts."""\n\n', "\n    def save(self, name, text):\n"

    assert made(rewrite(above + NEW), FILE, LOAD.strip()) == RIGHT
    assert made(rewrite("class Store:\n" + above + NEW), FILE, LOAD.strip()) == RIGHT
    with_below = NEW + below + FILE[FILE.index('        with open(name, "w")') :]
    assert made(rewrite(with_below), FILE, LOAD.strip()) == RIGHT


def test_the_whole_file_in_place_of_the_target_is_the_targets_part_of_it() -> None:
    assert made(rewrite(RIGHT), FILE, LOAD.strip()) == RIGHT


def test_a_line_above_is_not_written_twice() -> None:
    text = "def f():\n    prepare_all()\n    run()\n    finish()\n"
    code = "    prepare_all()\n    run(1)\n    check()\n"

    assert made(rewrite(code), text, "    run()") == text.replace("run()", "run(1)\n    check()")


def test_a_rewrite_that_changes_what_the_target_lies_in_is_proposed() -> None:
    code = 'class Store:\n    """Keeps all texts."""\n\n' + NEW

    plan = proposed(rewrite(code), make_scope(FILE, LOAD.strip()))

    assert plan.outside
    refused(rewrite(code), make_scope(FILE, LOAD.strip(), may_leave_target=False))


@pytest.mark.parametrize("code", ["", "\n", "  \n \n", "```python\n```", "```\n\n```"])
def test_an_empty_rewrite_deletes_nothing(code: str) -> None:
    assert refused(rewrite(code), make_scope(FILE, LOAD.strip())).code is ErrorCode.FORMAT


@pytest.mark.parametrize(
    "line",
    [
        "        # ... rest of the method ...",
        "        # ...",
        "        # existing code",
        "        # (rest of the code remains the same)",
        "        ...  # unchanged",
        "        ...",
        "        # Keep the rest of the method unchanged",
    ],
)
def test_left_out_code_is_refused(line: str) -> None:
    code = LOAD.splitlines()[0] + "\n" + line + "\n"

    assert refused(rewrite(code), make_scope(FILE, LOAD.strip())).code is ErrorCode.ELISION


def test_a_comment_about_the_rest_that_was_there_before_may_stay() -> None:
    text = "def f(line):\n    # ... rest of the code ...\n    return line\n"
    code = text.replace("return line", "return line.strip()")

    assert made(rewrite(code), text, text) == code


def test_a_new_stub_is_no_left_out_code() -> None:
    text = "class Reader:\n    pass\n"
    code = 'class Reader:\n    def read(self) -> str:\n        """All of it."""\n        ...\n'

    assert made(rewrite(code), text, text) == code


def test_a_tiny_rest_of_a_long_target_is_refused() -> None:
    text = "def f(x):\n" + "".join(f"    x = step_{n}(x)\n" for n in range(30)) + "    return x\n"
    reject = refused(rewrite("def f(x):\n    return x\n"), make_scope(text, text))

    assert reject.code is ErrorCode.INCOMPLETE
    assert "2 lines in place of 32" in reject.feedback


def test_no_change_is_said() -> None:
    assert refused(rewrite(LOAD), make_scope(FILE, LOAD.strip())).code is ErrorCode.NO_CHANGE


def test_there_must_be_a_target() -> None:
    assert refused(rewrite(NEW), make_scope(FILE)).code is ErrorCode.FORMAT


def test_the_last_lines_of_a_file_without_a_final_line_end_stay_so() -> None:
    text = "a = 1\nb = 2"

    assert made(rewrite("b = 3\n"), text, "b = 2") == "a = 1\nb = 3"
    assert made(rewrite("b = 3\nc = 4\n"), text, "b = 2") == "a = 1\nb = 3\nc = 4"

"""Whatever an answer looks like, it leaves either the right result or an untouched file."""

import json
import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import apply_changes
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan, Reject
from tests.edits.reading import after, block, called, edit, edits, make_scope, rewrite, said

FILE = '''\
"""Orders and what they cost."""

import logging
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass
class Order:
    """One order of one customer."""

    price: float
    amount: int
    open: bool = True

    def cost(self) -> float:
        """What it costs without tax."""
        if not self.open:
            return 0.0
        return self.price * self.amount

    def close(self) -> None:
        """Take no more items."""
        log.info("closing order at %s", self.price)
        self.open = False


def total(orders: list[Order], tax: float) -> float:
    """The sum of all open orders, with tax."""
    result = 0.0

    for order in orders:
        result += order.cost()
        log.debug("so far: %s", result)

    return result * (1 + tax)


def cheapest(orders: list[Order]) -> Order | None:
    """The order that costs least, None without any."""
    if not orders:
        return None
    return min(orders, key=Order.cost)
'''
OLD = FILE[FILE.index("    for order") : FILE.index("    return result")]
NEW = OLD.replace("result += order.cost()", "if order.open:\n            result += order.cost()")
RIGHT = FILE.replace(OLD, NEW)

Lines = list[str]
Damage = Callable[[Lines, random.Random], Lines]


def drop(lines: Lines, rnd: random.Random) -> Lines:
    at = rnd.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def repeat(lines: Lines, rnd: random.Random) -> Lines:
    at = rnd.randrange(len(lines))
    return [*lines[:at], lines[at], *lines[at:]]


def swap(lines: Lines, rnd: random.Random) -> Lines:
    a, b = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    made = list(lines)
    made[a], made[b] = made[b], made[a]
    return made


def slip(lines: Lines, rnd: random.Random) -> Lines:
    at = rnd.randrange(len(lines))
    line = lines[at]
    cut = rnd.randrange(len(line) + 1)
    typed = rnd.choice(["", "x", " ", '"', "\u201d", "=", "#", "\t"])
    return [*lines[:at], line[:cut] + typed + line[cut + rnd.randrange(2) :], *lines[at + 1 :]]


def foreign(lines: Lines, rnd: random.Random) -> Lines:
    """A line from elsewhere in the file, or a made-up one."""
    beside = {
        "    result = 0.0",
        "    return result * (1 + tax)",
    }  # to name these is to delete them
    lines_of = [line for line in FILE.splitlines() if line not in beside]
    line = rnd.choice([*lines_of, "    made_up(result)", "...", "    # ... more ..."])
    at = rnd.randrange(len(lines) + 1)
    return [*lines[:at], line, *lines[at:]]


def indent(lines: Lines, rnd: random.Random) -> Lines:
    by = rnd.choice(["  ", "    ", "\t", " "])
    return [by + line if line else line for line in lines]


def dedent(lines: Lines, rnd: random.Random) -> Lines:
    by = rnd.choice([1, 2, 4])
    return [line[by:] if line[:by].isspace() else line for line in lines]


def blank(lines: Lines, rnd: random.Random) -> Lines:
    at = rnd.randrange(len(lines) + 1)
    return [*lines[:at], rnd.choice(["", "    "]), *lines[at:]]


def trailing(lines: Lines, rnd: random.Random) -> Lines:
    return [line + rnd.choice(["", " ", "  "]) for line in lines]


def number(lines: Lines, rnd: random.Random) -> Lines:
    first = rnd.randrange(1, 99)
    return [f"{n} | {line}" for n, line in enumerate(lines, first)]


def quote(lines: Lines, rnd: random.Random) -> Lines:
    return [line.replace('"', rnd.choice(["'", "\u201c"])) for line in lines]


DAMAGES: list[Damage] = [
    drop, repeat, swap, slip, foreign, indent, dedent, blank, trailing, number, quote,
]  # fmt: skip


def damaged(text: str, rnd: random.Random) -> str:
    lines = text.splitlines()
    for _ in range(rnd.choice([1, 1, 1, 2, 3])):
        lines = rnd.choice(DAMAGES)(lines or [""], rnd)
    return "".join(line + "\n" for line in lines)


def left(plan: Plan | Reject) -> str:
    return FILE if isinstance(plan, Reject) else after(plan, make_scope(FILE))


def solid(text: str) -> str:
    """How many blank lines an answer with damage means is a matter of taste."""
    return "".join(line for line in text.splitlines(keepends=True) if line.strip())


FINE = {solid(FILE), solid(RIGHT)}


@given(st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_damaged_search_text_finds_the_right_place_or_none(
    rnd: random.Random, tool: bool
) -> None:
    old = damaged(OLD, rnd)

    plan = read_reply(edit(old, NEW) if tool else said(block(old, NEW)), make_scope(FILE))

    assert solid(left(plan)) in FINE


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_damaged_markers_give_the_right_result_or_none(rnd: random.Random) -> None:
    lines = f"```python\n{block(OLD, NEW)}```\n".splitlines()
    markers = [i for i, line in enumerate(lines) if line[:3] in {"<<<", "===", ">>>", "```", "a.p"}]
    for at in rnd.sample(markers, rnd.choice([1, 1, 2])):
        line = lines[at]
        lines[at] = rnd.choice(
            [
                "",
                line[1:],
                line[:-1],
                line + "x",
                " " + line,
                line + "\n" + line,
                line.lower(),
                "====",
                line + line,
            ]
        )

    assert solid(left(read_reply(said("\n".join(lines) + "\n"), make_scope(FILE)))) in FINE


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_an_answer_cut_off_anywhere_gives_the_right_result_or_none(rnd: random.Random) -> None:
    text = f"```python\n{block(OLD, NEW)}```\n"
    arguments = json.dumps({"edits": [{"path": "a.py", "old_string": OLD, "new_string": NEW}]})
    at = rnd.random()
    for reply in (
        said(text[: int(at * len(text))]),
        called(("apply_edits", arguments[: int(at * len(arguments))])),
    ):
        assert solid(left(read_reply(reply, make_scope(FILE)))) in FINE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab.py\n{}", max_size=8)
    | st.sampled_from([OLD, NEW, FILE, "a.py", ""]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["edits", "path", "old_string", "new_string", "code", "new_files", "content", "note",
             "old_str", "replace_all", "insert_text", "file_text", "changes", "x"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON, st.sampled_from(["apply_edits", "rewrite_range", "edit", "str_replace", ""]))
@settings(max_examples=200, deadline=None)
def test_any_arguments_leave_a_file_that_parses(arguments: object, name: str) -> None:
    work = make_scope(FILE, OLD)

    plan = read_reply(called((name, json.dumps(arguments))), work)

    assert isinstance(plan, Plan | Reject)
    compile(FILE if isinstance(plan, Reject) else after(plan, work), "a.py", "exec")


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_a_damaged_rewrite_changes_nothing_outside_of_the_target(rnd: random.Random) -> None:
    work = make_scope(FILE, OLD)
    assert work.target is not None
    span = work.target.span

    plan = read_reply(rewrite(damaged(NEW, rnd)), work)

    text = FILE if isinstance(plan, Reject) else after(plan, work)
    assert text.startswith(FILE[: span.start])
    assert text.endswith(FILE[span.end :])
    compile(text, "a.py", "exec")


@given(
    st.lists(
        st.sampled_from(
            [
                "<<<<<<< SEARCH",
                "=======",
                ">>>>>>> REPLACE",
                "a.py",
                "```python",
                "```",
                "...",
                "",
                *OLD.splitlines(),
                *NEW.splitlines(),
                "Here is the change.",
                "------- SEARCH",
                "+++++++ REPLACE",
            ]
        ),
        max_size=24,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_marker_soup_leaves_a_file_that_parses_and_holds_no_marker(
    soup: list[str], end: str
) -> None:
    plan = read_reply(said(end.join(soup)), make_scope(FILE, OLD))

    text = left(plan)
    compile(text, "a.py", "exec")
    assert not any(mark in text for mark in ("<<<<", "====", ">>>>", "----", "++++", "..."))


def test_all_changes_of_a_plan_can_be_applied_at_once() -> None:
    first, second = "import logging\n", "from dataclasses import dataclass\n"
    reply = edits((first, first + "import sys\n"), (second, "import os\n" + second))
    plan = read_reply(reply, make_scope(FILE))

    assert isinstance(plan, Plan)
    made = apply_changes(FILE, plan.files[0].changes)
    assert "import logging\nimport sys\nimport os\nfrom dataclasses" in made

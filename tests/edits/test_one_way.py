"""An answer is read one way: no step calls one above it, not even through a function it was given."""

import sys
from types import FrameType

import pytest

from flux_lsp.core.conversation import Reply
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan
from tests.edits.reading import block, edit, make_scope, rewrite, said

LEVELS = {"": 0, "change": 1, "parse": 1, "locate": 2, "plan": 3, "read": 4}
TEXT = '''\
def total(items, tax):
    """Sum of the items with tax."""
    result = 0
    for item in items:
        result += item.price
    return result * (1 + tax)
'''
LOOP = "    for item in items:\n        result += item.price\n"
SUM = "    result += sum(item.price for item in items)\n"
REPLIES = {
    "a rewrite": rewrite(TEXT.replace("result * (1 + tax)", "round(result * (1 + tax), 2)")),
    "a search/replace block": said(block(LOOP, SUM)),
    "a tool call": edit(LOOP, SUM),
    "another indentation": edit(
        LOOP.replace("    for", "for").replace("        r", "    r"), SUM[4:]
    ),
    "nearly the same text": edit(TEXT.replace("Sum of", "Sum  of"), TEXT.replace("= 0", "= 1")),
}


def _level(frame: FrameType | None) -> int | None:
    """The level of a frame's room; None outside of the package."""
    name = frame.f_globals.get("__name__", "") if frame else ""
    if not name.startswith("flux_lsp.edits."):
        return None
    room, _, module = name.removeprefix("flux_lsp.edits.").partition(".")
    return LEVELS[room] if module or room == "read" else LEVELS[""]


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
def test_no_step_calls_one_above_it(reply: Reply) -> None:
    work = make_scope(TEXT, TEXT)
    upward: list[str] = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        level, caller = _level(frame), frame.f_back
        while caller is not None and _level(caller) is None:
            caller = caller.f_back
        above = _level(caller)
        if event == "call" and level is not None and above is not None and level > above:
            upward.append(f"{frame.f_code.co_qualname} from {caller and caller.f_code.co_qualname}")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        plan = read_reply(reply, work)
    finally:
        sys.setprofile(before)

    assert isinstance(plan, Plan)
    assert upward == []

"""What a model thinks in its text is never an edit, and never shown; what is unclear is FORMAT."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.markers import Markers
from flux_lsp.edits.parse.reasoning import strip_reasoning
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan, Reject
from flux_lsp.engine.visible import hide_reasoning
from tests.edits.reading import after, block, make_scope, said

FILE = "def count(items):\n    n = 0\n    for item in items:\n        n += item\n    return n\n"
DRAFT = block("    return n\n", "    return n or None\n")
REAL = block("    n = 0\n", "    n = 1\n")
RIGHT = FILE.replace("n = 0", "n = 1")
PAIRS = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<Thinking>", "</Thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<analysis>", "</analysis>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<seed:think>", "</seed:think>"),
    ('<think mode="deep">', "</think>"),
    ("[THINK]", "[/THINK]"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("◁think▷", "◁/think▷"),
]


def result(text: str, file: str = FILE, path: str = "a.py") -> str | Reject:
    """What an answer makes of a file."""
    work = make_scope(file, file, path)
    answer = strip_reasoning(text, prose=False, shown=[file])
    if isinstance(answer, Reject):
        return answer
    plan = read_reply(said(answer), work)
    return plan if isinstance(plan, Reject) else after(plan, work, path)


@pytest.mark.parametrize(("opening", "closing"), PAIRS)
@pytest.mark.parametrize(
    "form",
    [
        "{o}\nMaybe:\n{draft}No.\n{c}\n\n{real}",
        "  \n{o}Maybe:\n{draft}No.{c}\n{real}",
        "Maybe:\n{draft}No.\n{c}\n\n{real}",
        "Sure.\n{o}\n{draft}\n{c}\n{real}",
        "{real}\n{o}\nOr:\n{draft}\nNo, fine.\n{c}\n",
        "{o}\nOne.\n{c}\n{o}\n{draft}\n{c}\n{real}",
        "{o}\n```python\n<<<<<<< SEARCH\n    return\n{c}\n{real}",
        "{o}\nThe tag `{c}` ends it.\n{draft}\n{c}\n{real}",
        "{o}\n{draft}\n{c}\n<answer>\n{real}</answer>\n",
    ],
)
def test_only_what_stands_outside_of_reasoning_is_the_answer(
    opening: str, closing: str, form: str
) -> None:
    assert result(form.format(o=opening, c=closing, draft=DRAFT, real=REAL)) == RIGHT


@pytest.mark.parametrize(("opening", "closing"), PAIRS)
@pytest.mark.parametrize(
    "form",
    [
        "{o}\nMaybe:\n{draft}",
        "{o}\nMaybe:\n{draft}No.\n{c}\n",
        "{o}\n{draft}{c}\n{real}\nNo.\n{c}\n",
        "{real}{o}\nOr:\n{draft}",
        "a.py\n<<<<<<< SEARCH\n    return n\n=======\n    return 0\n{c}\n\n{real}",
        "{draft}{c}\n{draft}{c}\n{real}",
    ],
)
def test_an_answer_without_a_clear_end_of_its_reasoning_is_refused(
    opening: str, closing: str, form: str
) -> None:
    refused = result(form.format(o=opening, c=closing, draft=DRAFT, real=REAL))

    assert isinstance(refused, Reject)
    assert refused.code is ErrorCode.FORMAT


PROMPTS = 'START = """\n<think>\n{thoughts}\n</think>\n"""\nEND = "</think>"\nsplit(END)\n'


@pytest.mark.parametrize("reasoning", ["", "<think>\nHm.\n</think>\n\n", "Hm.\n</think>\n\n"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<think>\n{thoughts}\n</think>\n", "<think>\n{ideas}\n</think>\n"),
        ("</think>\n", "</think>\n<answer>\n"),
        ("{thoughts}\n</think>\n", "</think>\n"),
        ('END = "</think>"\n', 'END = "</thinking>"\n'),
    ],
)
def test_tags_that_belong_to_the_code_stay(reasoning: str, old: str, new: str) -> None:
    right = PROMPTS.replace(old, new, 1)

    assert result(reasoning + block(old, new), PROMPTS) == right


def test_code_that_is_about_tags_is_rewritten_whole() -> None:
    code = PROMPTS.replace("thoughts", "ideas")

    assert result(f"<think>\nHm.\n</think>\n```python\n{code}```\n", PROMPTS) == code


def test_a_draft_that_runs_into_the_answer_is_no_rewrite() -> None:
    text = "```\nTitle\nMaybe more.\n</think>\nTitle\nLess.\nEnd\n```\n"

    assert isinstance(result(text, "Title\nText.\nEnd\n", "a.txt"), Reject)


def test_other_markers_frame_what_is_code() -> None:
    marks = Markers("FLUX-1")
    text = f"Hm.\n{DRAFT}\n</think>\na.py\n<<<<<<< SEARCH FLUX-1\n</think>\n======= FLUX-1\n"
    text += ">>>>>>> REPLACE FLUX-1\n"

    answer = strip_reasoning(text, prose=False, shown=["</think>\n"], markers=marks)

    assert isinstance(answer, str)
    assert answer.startswith("a.py\n<<<<<<< SEARCH FLUX-1\n</think>")


@pytest.mark.parametrize(("opening", "closing"), PAIRS)
@pytest.mark.parametrize(
    "form",
    [
        "{o}\nOkay, the user wants it.\n{c}\n\nIt adds.",
        "Okay, the user wants it.\n{c}\n\nIt adds.",
        "Okay, the user wants it.{c}\nIt adds.",
        "{o}{c}It adds.",
        "{o}Okay.{c}\n{o}Hm.{c}\nIt adds.",
        "{o}Okay.{c}It adds.\n{o}\nGood.\n{c}",
        "{o}Okay.{c}It adds.\n{o}\nGood.",
        "{o}\nOkay.\n{c}\n<answer>It adds.</answer>",
    ],
)
def test_an_explanation_is_what_follows_the_reasoning(
    opening: str, closing: str, form: str
) -> None:
    text = strip_reasoning(form.format(o=opening, c=closing), prose=True)

    assert isinstance(text, str)
    assert text.strip() == "It adds."


@pytest.mark.parametrize(
    "text",
    [
        "It takes `<think>` and `</think>` out.",
        "It looks for </think> in each line.",
        "It writes\n```\n<think>\nhm\n</think>\n```\nfor each.",
        "<b>It</b> thinks.",
        "",
    ],
)
def test_an_explanation_that_speaks_of_tags_is_shown_whole(text: str) -> None:
    assert strip_reasoning(text, prose=True, shown=["<think>"]) == text


def test_an_explanation_that_is_only_reasoning_is_none() -> None:
    text = strip_reasoning("<think>\nOkay, the user wants", prose=True)

    assert isinstance(text, Reject)
    assert text.code is ErrorCode.FORMAT


PARTS = [
    *(tag for pair in PAIRS[:3] for tag in pair), DRAFT, REAL, "Hm.\n", "```\n", "```python\n",
    "a.py\n<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "`</think>`", "    return n\n", "\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=14))
@settings(max_examples=400, deadline=None)
def test_reasoning_that_is_closed_never_adds_an_edit(parts: list[str]) -> None:
    """Whatever a model writes in its reasoning, the answer behind it is applied as it is or not."""
    thoughts = "".join(parts)
    came = result(f"<scratchpad>\n{thoughts}\n</scratchpad>\n\n{REAL}")

    assert isinstance(came, Reject) or came == RIGHT


@given(st.lists(st.sampled_from(PARTS), max_size=14))
@settings(max_examples=400, deadline=None)
def test_reasoning_that_only_ends_never_adds_an_edit(parts: list[str]) -> None:
    thoughts = "".join(parts)
    came = result(f"{thoughts}\n</scratchpad>\n\n{REAL}")

    assert isinstance(came, Reject) or came == RIGHT


@given(st.lists(st.sampled_from(PARTS), max_size=10))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_an_error(parts: list[str]) -> None:
    text = "".join(parts)
    for prose in (True, False):
        answer = strip_reasoning(text, prose=prose, shown=[FILE])
        assert isinstance(answer, Reject | str)
    plan = result(text)
    assert isinstance(plan, Reject | str | Plan)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<think>\nOkay.\n</think>\n\nIt adds.", "It adds."),
        ("\n<reasoning>a</reasoning><think>b</think>It adds.", "It adds."),
        ("[THINK]Okay.[/THINK]It adds.", "It adds."),
        ("<think>\nOkay.", ""),
        ("It adds <think>.", "It adds <think>."),
        ("\n  It adds.", "\n  It adds."),
        ("<b>It</b> adds.", "<b>It</b> adds."),
        ("a < b holds.", "a < b holds."),
    ],
)
def test_streamed_text_is_told_without_the_reasoning(text: str, shown: str, size: int) -> None:
    told: list[str] = []
    take = hide_reasoning(told.append)
    for start in range(0, len(text), size):
        take(text[start : start + size])

    assert "".join(told) == shown

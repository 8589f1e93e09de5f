"""An action's file is read in full or refused with a sentence that names what is wrong."""

import re
from pathlib import Path

import pytest

from flux_lsp.actions.action import Action, OfferRule
from flux_lsp.actions.frontmatter import split_frontmatter, split_list
from flux_lsp.actions.parse import parse_action
from flux_lsp.actions.registry import Registry, load_registry, make_registry

LEAST = """\
---
description: Reviews it.
returns: answer
model: haiku
reasoning: It only reads.
---
Review the target.
"""


def write(**changes: str | None) -> str:
    """The smallest file with keys changed, added, or left out."""
    keys, task = split_frontmatter(LEAST)
    keys |= {key.replace("argument_hint", "argument-hint"): value for key, value in changes.items()}  # type: ignore[misc]
    lines = [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return "\n".join(["---", *lines, "---", task])


def test_what_a_file_leaves_out_has_a_default() -> None:
    assert parse_action("deep_review", LEAST) == Action(
        id="deep_review",
        title="Deep review",
        menu="deep review {target}",
        summary="Reviews it.",
        returns="answer",
        task="Review the target.",
        tier="haiku",
        reason="It only reads.",
        escalates_to="sonnet",
        offer=OfferRule(triggers=("selection", "text")),
    )


def test_every_key_fills_its_field() -> None:
    text = write(
        title="Tidy up",
        menu="tidy {target}",
        returns="edit",
        offered="[symbol, diagnostics]",
        requires="[file, comments]",
        languages="[python, go]",
        except_languages="json",
        except_symbols="[key]",
        paths='["src/**/*.py"]',
        needs_instruction="true",
        argument_hint="How?",
        escalation="none",
        rights="[leave_target, create_files]",
        checks="code_unchanged",
        order="7",
    )

    action = parse_action("tidy", text)

    assert action.title == "Tidy up"
    assert action.offer == OfferRule(
        triggers=("symbol", "diagnostics"),
        requires=("file", "comments"),
        languages=("python", "go"),
        except_languages=("json",),
        except_symbols=("key",),
        paths=("src/**/*.py",),
    )
    assert (action.needs_instruction, action.hint) == (True, "How?")
    assert action.escalates_to is None
    assert action.rights == ("leave_target", "create_files")
    assert action.checks == ("code_unchanged",)
    assert action.order == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Review the target.", "does not begin with frontmatter"),
        ("---\nreturns: edit\nNever closed.", "does not begin with frontmatter"),
        (write(modle="haiku"), "unknown key `modle`; known: title, "),
        (write(model="opus"), "`model` cannot be `opus`; it may be haiku, sonnet"),
        (write(offered="[symbol, cursor]"), "`offered` cannot be `cursor`; it may be selection, "),
        (write(checks="tests_pass"), "`checks` cannot be `tests_pass`; it may be code_unchanged"),
        (write(rights="run_commands"), "`rights` cannot be `run_commands`"),
        (write(rights="create_files"), "`create_files` needs `leave_target`"),
        (write(needs_instruction="yes"), "`needs_instruction` cannot be `yes`"),
        (write(order="first"), "`order` is a whole number"),
        (write(reasoning=None), "`reasoning` is missing"),
        (LEAST.replace("Review the target.", ""), "the task is missing"),
        (LEAST.replace("model: haiku", "model haiku"), "`model haiku` is not `key: value`"),
        (LEAST.replace("model:", "returns:"), "`returns` stands there twice"),
        (LEAST.replace("model:", "  model:"), "is not `key: value`"),
    ],
)
def test_a_mistake_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_action("review", text)


@pytest.mark.parametrize(
    ("value", "entries"),
    [("", ()), ("[]", ()), ("a", ("a",)), ("[a, 'b', \"c d\"]", ("a", "b", "c d"))],
)
def test_lists(value: str, entries: tuple[str, ...]) -> None:
    assert split_list(value) == entries


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "review.md").write_text("nothing", encoding="utf-8")

    with pytest.raises(ValueError, match=r"review\.md: it does not begin with frontmatter"):
        load_registry(tmp_path)


def test_two_actions_with_one_id_are_refused() -> None:
    action = parse_action("review", LEAST)

    with pytest.raises(ValueError, match="two actions are called `review`"):
        make_registry([action, action])


def test_the_menu_is_in_the_order_that_the_files_say() -> None:
    late = parse_action("a", write(order="9"))
    early = parse_action("z", write(order="1"))
    unsaid = parse_action("b", LEAST)

    assert make_registry([unsaid, late, early]).ids == ("z", "a", "b")


def test_a_plugin_is_told_what_it_needs() -> None:
    action = parse_action("review", write(needs_instruction="true", argument_hint="For what?"))

    assert Registry((action,)).describe() == [
        {
            "id": "review",
            "title": "Review",
            "needs_instruction": True,
            "hint": "For what?",
            "returns": "answer",
        }
    ]


def test_the_default_instruction_is_the_menu_s_words() -> None:
    words = {action.id: action.default_instruction for action in load_registry().actions}

    assert set(words.values()) == {
        "Fix the diagnostics.",
        "",  # an action that needs a person's words has none
        "Explain the target.",
        "Document the target.",
        "Write tests for the target.",
        "Review my changes.",
        "Write the commit message.",
    }

"""docs/actions.md: the menu, one row per action, from the actions themselves.

Never lists an action that is not there.
"""

from collections.abc import Sequence

from flux_lsp.engine.action import Action
from flux_lsp.publish.pages import filled

_ANSWERS = {
    "edit": "an edit of the selection or symbol",
    "tests": "an edit of the test file, or a new one",
    "text": "an explanation; nothing is changed",
}


def page(actions: Sequence[Action]) -> str:
    """The whole page."""
    rows = "".join(
        f"| `{action.id}` | `{action.kind}.flux.{action.id}` | {action.tier} | "
        f"{_ANSWERS[action.answers]} |\n"
        for action in actions
    )
    table = "| id | code action kind | starts with | brings |\n| --- | --- | --- | --- |\n" + rows
    entries = "\n".join(_entry(action) for action in actions)
    return filled("actions", actions=f"{table}\n{entries}")


def _entry(action: Action) -> str:
    facts = []
    if action.needs_instruction:
        facts.append(
            "It needs your words: from the editor's input box, from `--instruction`, or from a "
            "comment `flux: …` in the code, which goes away with the edit."
        )
    if action.needs_diagnostics:
        facts.append("It is offered where your editor shows a diagnostic.")
    if action.automatic:
        whose = "Its comments are" if action.needs_instruction else "It is"
        facts.append(f"{whose} offered even when the editor only looks by itself what there is.")
    return f"## {action.id}\n\n{action.summary}\n" + "".join(f"{fact}\n" for fact in facts)

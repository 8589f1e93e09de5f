"""docs/actions.md: one row and one section per action, from the actions themselves.

Never lists an action that is not there.
"""

from collections.abc import Mapping, Sequence

from flux_lsp.actions.action import Action, CheckId, Returns, Right, Trigger
from flux_lsp.publish.pages import fill_page

_RETURNS: Mapping[Returns, str] = {
    "edit": "an edit of the selection or symbol",
    "tests": "an edit of the test file, or a new one",
    "answer": "an answer in Markdown; nothing is changed",
    "findings": "findings; nothing is changed",
}
_TRIGGERS: Mapping[Trigger, str] = {
    "selection": "on a selection",
    "symbol": "in a symbol",
    "text": "anywhere in a document that is not empty",
    "diagnostics": "where your editor shows a diagnostic",
    "directive": "where a comment says `flux: …` (the comment goes away with the edit)",
}
_RIGHTS: Mapping[Right, str] = {
    "leave_target": "It may change lines outside of its target if you agree.",
    "create_files": "It may make new files.",
}
_CHECKS: Mapping[CheckId, str] = {
    "code_unchanged": "An answer that changes code is rejected: only documentation may differ.",
}


def render_page(actions: Sequence[Action]) -> str:
    """The whole page."""
    rows = "".join(
        f"| `{action.id}` | `{action.kind}` | {action.tier} | {_RETURNS[action.returns]} |\n"
        for action in actions
    )
    table = "| id | code action kind | starts with | returns |\n| --- | --- | --- | --- |\n" + rows
    entries = "\n".join(_render_entry(action) for action in actions)
    return fill_page("actions", actions=f"{table}\n{entries}")


def _render_entry(action: Action) -> str:
    facts = "".join(f"{fact}\n" for fact in _list_facts(action))
    return f"## {action.id}\n\n{action.summary}\n\n{facts}"


def _list_facts(action: Action) -> list[str]:
    facts = [f"- It is offered {_join([_TRIGGERS[each] for each in action.offer.triggers])}."]
    if action.offer.languages:
        facts.append(
            f"- It is offered only in {_join([f'`{id_}`' for id_ in action.offer.languages])}."
        )
    if action.shows_changes:
        facts.append(
            "- The model is shown the diff since the last commit: of the file, or in the buffer of a "
            "commit all that is staged."
        )
    if action.needs_instruction:
        facts.append(
            "- It needs your words: from the editor's input box, from `--instruction`, or from a "
            "comment directive."
        )
    facts.append(f"- It starts with {action.tier.capitalize()}. {action.reason}")
    if action.escalates_to is None:
        facts.append("- It stays there after failed answers.")
    facts += [f"- {_RIGHTS[right]}" for right in action.rights]
    facts += [f"- {_CHECKS[check]}" for check in action.checks]
    return facts


def _join(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} or {last}" if most else last

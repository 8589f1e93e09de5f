"""What an agent may do, from the tools that its file lists.

Tools only grant the right to edit. Never runs one, and never reaches the network for one.
"""

from collections.abc import Iterable
from typing import get_args

from flux_lsp.actions.action import Returns
from flux_lsp.actions.agents.frontmatter import Value
from flux_lsp.actions.agents.keys import COMMAND_TOOLS, CREATE_TOOLS, EDIT_TOOLS, name_tool
from flux_lsp.actions.agents.roles import Roles, is_false, is_true
from flux_lsp.actions.agents.values import FileProblem

_CHANGES = ("edit", "tests")


def decide_returns(roles: Roles) -> tuple[Returns, tuple[FileProblem, ...]]:
    """Decide what an agent's runs give, and say what is wrong with what the file asks for."""
    may_edit = bool(_list_tools(roles) & EDIT_TOOLS) and not _is_read_only(roles)
    values = roles.list_values("returns")
    if not values:
        return ("edit" if may_edit else "answer"), ()
    known = get_args(Returns)
    returns = next((word for word in known if word == values[0].text.strip()), None)
    if returns is None:
        sentence = f"`returns` is one of {', '.join(known)}"
        return "answer", (FileProblem("error", "unknown-returns", sentence, values[0].place),)
    is_granted = may_edit or not (roles.list_values("tools") or _is_read_only(roles))
    if returns in _CHANGES and not is_granted:
        sentence = "No tool that edits is granted, so the agent only answers"
        return "answer", (FileProblem("warning", "no-right", sentence, roles.find_key("tools")),)
    return returns, ()


def may_create_files(roles: Roles) -> bool:
    """Whether a tool that makes new files is granted."""
    return bool(_list_tools(roles) & CREATE_TOOLS) and not _is_read_only(roles)


def list_command_tools(roles: Roles) -> list[str]:
    """List the tools that would run something or reach the network, in order of the alphabet."""
    return sorted(_list_tools(roles) & COMMAND_TOOLS)


def _list_tools(roles: Roles) -> frozenset[str]:
    names: list[str] = []
    for value in roles.list_values("tools"):
        catalog = value.get("catalog")
        denied = {entry.key for entry in value.entries if is_false(entry.value)}
        texts = catalog.list_texts() if catalog else value.list_texts()
        names += [text for text in texts if text not in denied]
    return frozenset(name_tool(name) for name in names)


def _is_read_only(roles: Roles) -> bool:
    denied = {name_tool(n) for v in roles.list_values("denied_tools") for n in _list_denied(v)}
    modes = roles.list_values("read_only")
    return bool(denied & EDIT_TOOLS) or any(is_true(v) or v.text == "plan" for v in modes)


def _list_denied(value: Value) -> Iterable[str]:
    """The tools of a list; of a map those that are set to deny."""
    if value.entries:
        return [entry.key for entry in value.entries if entry.value.text == "deny"]
    return value.list_texts()

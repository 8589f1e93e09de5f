"""What the menu depends on, what a client asks it, and how an entry is written as JSON.

Never decides what is offered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flux_lsp.actions.action import Action
from flux_lsp.actions.agents.rank import MenuAgent
from flux_lsp.actions.offer import MenuItem
from flux_lsp.fronts.lsp.menu_target import LineView


@dataclass(frozen=True, slots=True)
class Menu:
    """The part of the configuration on which the menu depends, computed when it changes.

    `disabled`: why nothing can run now and what to do, "" if runs are possible. `key_command`: the
    client's command that asks for the key, if that is what is missing. `shows_agents`: the person wants
    agents in the menu.
    """

    actions: tuple[Action, ...] = ()
    disabled: str = ""
    shows_disabled: bool = True  # the client knows disabled actions
    key_command: str = ""
    marks_generated: bool = False  # the client knows the tag for what a model generates
    agents: tuple[MenuAgent, ...] = ()  # as far as they were read
    shows_agents: bool = False
    agent_command: str = ""  # the client's own list of agents, "" if it has none


@dataclass(frozen=True, slots=True)
class MenuRequest:
    """The parts of a code action request that count."""

    uri: str
    path: str
    range: Mapping[str, Mapping[str, int]]
    only: tuple[str, ...] | None = None
    is_unasked: bool = False
    diagnostics: tuple[Mapping[str, Any], ...] = field(default=())


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether `kind` falls under one of the requested kinds; all do when none is named."""
    return not only or any(o in {"", kind} or kind.startswith(f"{o}.") for o in only)


def build_code_action(
    menu: Menu, action: Action, item: MenuItem, document: LineView, request: MenuRequest
) -> dict[str, Any]:
    """Build the entry that runs an action."""
    argument: dict[str, Any] = {
        "action": action.id,
        "uri": request.uri,
        "range": request.range,
        "version": document.version,
    }
    if item.directive is not None:
        line = item.directive.line
        argument["range"] = {
            "start": {"line": line, "character": 0},
            "end": {"line": line, "character": 0},
        }
        argument |= {"instruction": item.directive.instruction, "directive": True}
    more: dict[str, Any] = {}
    if action.needs_diagnostics:
        more["diagnostics"] = list(request.diagnostics)
    if action.needs_diagnostics or (action.shows_diagnostics and request.diagnostics):
        argument["diagnostics"] = list(request.diagnostics)
    return build_entry(menu, item.title, action.kind, "flux.run", argument) | more


def build_entry(
    menu: Menu, title: str, kind: str, command: str, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Build an entry that a model stands behind."""
    result: dict[str, Any] = {"title": title, "kind": kind}
    if menu.marks_generated:
        result["tags"] = [1]  # LLMGenerated
    if menu.disabled and menu.shows_disabled:
        result["disabled"] = {"reason": menu.disabled}
    result["command"] = {"title": title, "command": command, "arguments": [argument]}
    return result

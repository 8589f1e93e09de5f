"""What each key of an agent file means, in every dialect that is read: one row a key.

Only data; `read` acts on it. A key that is not here is unknown.
"""

from collections.abc import Mapping
from typing import Literal

Role = Literal[
    "name",
    "title",
    "description",
    "returns",
    "model",
    "escalation",
    "reason",
    "tools",
    "denied_tools",
    "read_only",
    "attempts",
    "effort",
    "paths",
    "languages",
    "words",
    "hint",
    "menu",
    "unlisted",
    "disabled",
    "activation",
    "conditions",
    "dependencies",
    "next_agents",
    "skills",
    "not_done",
    "not_sent",
    "ignored",
]

# `not_done`: Flux never acts on it. `not_sent`: today's models refuse it. `ignored`: nothing to say.
ROLES: Mapping[str, Role] = {
    "name": "name",
    "alias": "title",
    "title": "title",
    "description": "description",
    "summary": "description",
    "when_to_use": "description",
    "argument-hint": "hint",
    "returns": "returns",
    "model": "model",
    "escalation": "escalation",
    "reasoning": "reason",
    "tools": "tools",
    "allowed-tools": "tools",
    "disallowedTools": "denied_tools",
    "disallowed-tools": "denied_tools",
    "permission": "denied_tools",
    "permissions": "not_done",
    "readonly": "read_only",
    "permissionMode": "read_only",
    "maxTurns": "attempts",
    "maxSteps": "attempts",
    "max_turns": "attempts",
    "effort": "effort",
    "globs": "paths",
    "paths": "paths",
    "applyTo": "paths",
    "fileMatchPattern": "paths",
    "languages": "languages",
    "tier": "conditions",
    "activation": "activation",
    "tags": "words",
    "category": "words",
    "user-invocable": "menu",
    "user-invokable": "menu",
    "hidden": "unlisted",
    "disable": "disabled",
    "target": "unlisted",
    "disable-model-invocation": "ignored",
    "infer": "ignored",
    "handoffs": "next_agents",
    "agents": "next_agents",
    "dependencies": "dependencies",
    "skills": "skills",
    "hooks": "not_done",
    "mcpServers": "not_done",
    "mcp-servers": "not_done",
    "memory": "not_done",
    "background": "not_done",
    "is_background": "not_done",
    "isolation": "not_done",
    "shell": "not_done",
    "initialPrompt": "not_done",
    "temperature": "not_sent",
    "agent": "ignored",
    "alwaysApply": "ignored",
    "arguments": "ignored",
    "author": "ignored",
    "color": "ignored",
    "compatibility": "ignored",
    "context": "ignored",
    "emoji": "ignored",
    "interaction": "ignored",
    "kind": "ignored",
    "license": "ignored",
    "metadata": "ignored",
    "metrics": "ignored",
    "mode": "ignored",
    "opts": "ignored",
    "services": "ignored",
    "version": "ignored",
    "vibe": "ignored",
    "workflows": "ignored",
}

# The keys that Flux acts on, which are worth naming to somebody who writes a file.
MEANT = tuple(key for key, role in ROLES.items() if role not in ("not_done", "not_sent", "ignored"))

_EDITS = (
    "edit editfiles multiedit notebookedit write writefile write_file create createfile apply_patch "
    "patch replace insert str_replace all *"
)
_RUNS = (
    "bash shell execute terminal runcommands runtasks runinterminal run_terminal_cmd powershell "
    "webfetch websearch fetch web browser openbrowser openSimpleBrowser web_fetch web_search"
)
EDIT_TOOLS = frozenset(_EDITS.split())
CREATE_TOOLS = frozenset({"write", "writefile", "write_file", "create", "createfile", "all", "*"})
COMMAND_TOOLS = frozenset(_RUNS.lower().split())  # that run something or reach the network


def name_tool(name: str) -> str:
    """Give the plain word for a tool: `Bash(git:*)` is `bash`, `edit/editFiles` is `editfiles`."""
    return (
        name.split("(", maxsplit=1)[0].strip().split("/")[-1].strip().lower()
        or name.strip().lower()
    )

"""docs/settings.md: every key with its type, default, variable and what it does.

Never written by hand downstream; the sentences are the schema's docstrings.
"""

from collections.abc import Sequence

from flux_lsp.publish.keys import SECTIONS, Key
from flux_lsp.publish.pages import fill_page
from flux_lsp.settings.tree import WorkspaceRule

_TITLES = {
    "": "General",
    "routing": "Tiers by action",
    "routing.matrix": "Points for routing",
    "actions": "Actions offered",
    "budget": "Budgets",
    "budget.per_agent_usd": "Budgets by agent",
    "context": "What is sent",
    "telemetry": "OpenTelemetry",
}
_RULES = {
    WorkspaceRule.FREE: "may set it",
    WorkspaceRule.LOWER: "may only lower it or switch it off",
    WorkspaceRule.EXTEND: "may only add to it, and take nothing back in with `!`",
    WorkspaceRule.OFFLINE: "may only choose `offline`",
    WorkspaceRule.STRICTER: "may only make it stricter",
    WorkspaceRule.NEVER: "may not set it",
    WorkspaceRule.USER: "may never set it, nor may an editor",
}


def render_page(keys: Sequence[Key]) -> str:
    """The whole page."""
    parts = []
    for section in dict.fromkeys([*SECTIONS, *(key.section for key in keys)]):
        title = _TITLES.get(section, section.capitalize())
        members = [key for key in keys if key.section == section]
        parts.append(f"## {title}\n")
        parts += [_render_entry(key) for key in members]
    return fill_page("settings", keys="\n".join(parts))


def describe_type(key: Key) -> str:
    """The key's type for a person: `a number, 0 or more, or unlimited`."""
    names = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list of tables" if key.items == "object" else "a list of texts",
    }
    if key.choices:
        return ", ".join(f"`{choice}`" for choice in key.choices)
    text = names[key.kind] + _describe_bounds(key)
    return f"{text}, or `{key.word}`" if key.word else text


def _describe_bounds(key: Key) -> str:
    low = key.bounds.get("minimum", key.bounds.get("exclusiveMinimum"))
    high = key.bounds.get("maximum")
    if low is not None and high is not None:
        word = "above " if "exclusiveMinimum" in key.bounds else ""
        return f", {word}{low:g} to {high:,g}"
    return "" if low is None else f", {low:g} or more"


def _render_entry(key: Key) -> str:
    default = f"`{key.default_text}`" if key.default_text not in ("not set", "empty") else None
    return (
        f"### `{key.name}`\n\n{key.manual}\n\n"
        f"- Value: {describe_type(key)}\n"
        f"- Default: {default or key.default_text}\n"
        f"- Variable: `{key.variable}`\n"
        f"- An untrusted workspace {_RULES[key.rule]}.\n"
    )

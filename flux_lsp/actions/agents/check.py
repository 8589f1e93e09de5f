"""What is wrong with the frontmatter of an agent's file, as far as a Flux run is concerned.

No general linter: says nothing about what other tools make of a file.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from flux_lsp.actions.agents.frontmatter import Frontmatter, FrontmatterEntry
from flux_lsp.actions.agents.keys import MEANT, ROLES
from flux_lsp.actions.agents.rights import list_command_tools
from flux_lsp.actions.agents.roles import Roles
from flux_lsp.actions.agents.values import FileProblem, Fix, Severity


def check_frontmatter(roles: Roles, *, is_own: bool) -> Iterator[FileProblem]:
    """Find the problems. `is_own`: it is in a folder of Flux alone, where a key unknown is a mistake."""
    yield from _check_yaml(roles.front)
    seen: set[str] = set()
    for entry in roles.front.entries:
        if entry.key in seen:
            sentence = f"`{entry.key}` stands twice; the first one counts"
            yield FileProblem("warning", "doubled", sentence, entry.place)
        seen.add(entry.key)
        yield from _check_key(entry, is_own=is_own)
    commands = list_command_tools(roles)
    if commands:
        sentence = f"Flux runs nothing for an agent: {', '.join(commands)}"
        yield FileProblem("information", "no-commands", sentence, roles.find_key("tools"))


def _check_yaml(front: Frontmatter) -> Iterator[FileProblem]:
    fault = front.fault
    if fault is None:
        return
    if not front.entries:
        sentence = f"The frontmatter cannot be read: {fault.message}"
        yield FileProblem("error", "unreadable", sentence, fault.place)
        return
    value = front.get("description")
    fix = Fix("Quote the description", value.place, _quote(value.text)) if value else None
    sentence = (
        f"The frontmatter is no valid YAML ({fault.message}), so Flux read it line by line; other "
        "tools may skip this file"
    )
    yield FileProblem("hint", "repaired", sentence, fault.place, fix)


def _check_key(entry: FrontmatterEntry, *, is_own: bool) -> Iterator[FileProblem]:
    match ROLES.get(entry.key):
        case "not_done":
            sentence = f"Flux does not act on `{entry.key}`"
            yield FileProblem("information", "not-done", sentence, entry.place)
        case "not_sent":
            sentence = f"Today's models refuse `{entry.key}`, so Flux does not send it"
            yield FileProblem("information", "not-sent", sentence, entry.place)
        case None:
            close = get_close_matches(entry.key, MEANT, n=1)
            fix = Fix(f"Replace it by `{close[0]}`", entry.place, close[0]) if close else None
            question = f"; did you mean `{close[0]}`?" if close else ""
            sentence = f"Flux does not know the key `{entry.key[:60]}`{question}"
            severity: Severity = "warning" if is_own else "information"
            yield FileProblem(severity, "unknown-key", sentence, entry.place, fix)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'

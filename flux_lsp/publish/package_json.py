"""VS Code's package.json: the settings, and the entries of each action's command.

Everything else in the file is written by hand and stays byte for byte.
"""

import json
import re
from collections.abc import Callable, Sequence

from flux_lsp.engine.action import Action
from flux_lsp.publish.keys import Key
from flux_lsp.publish.lua import settable

_COMMAND = "flux.action."
# The generated places: what a place begins with, and what ends it on a line of its own.
_SETTINGS = ('"title": "Flux",\n        "properties": {\n', "        }\n")
_COMMANDS = ('    "commands": [\n', "    ],\n")
_MENU = ('      "flux.context": [\n', "      ],\n")


def package(host: str, keys: Sequence[Key], actions: Sequence[Action]) -> str:
    """`host` with its settings and action commands made anew.

    Raises ValueError when one of the places cannot be found or the result is no JSON.
    """
    host = _replaced(host, _SETTINGS, lambda _: _settings(keys))
    host = _replaced(host, _COMMANDS, lambda old: _entries(old, actions, _command))
    host = _replaced(host, _MENU, lambda old: _entries(old, actions, _menu_item))
    json.loads(host)
    return host


def _replaced(host: str, place: tuple[str, str], content: Callable[[str], str]) -> str:
    begin, end = place
    start = host.find(begin)
    stop = host.find(end, start + len(begin))
    if start < 0 or stop < 0:
        raise ValueError(f"no place {begin.strip()!r} in package.json")
    start += len(begin)
    return host[:start] + content(host[start:stop]) + host[stop:]


def _settings(keys: Sequence[Key]) -> str:
    lines = [
        f"          {json.dumps(f'flux.{key.name}')}: {_json(_property(key, order))}"
        for order, key in enumerate(settable(keys))
    ]
    return ",\n".join(lines) + "\n"


def _property(key: Key, order: int) -> dict[str, object]:
    """The setting as VS Code wants it. Only what a person set is sent on, so the default shown here
    takes nothing from the places below the editor.
    """
    kind: object = [key.kind, "string"] if key.word else key.kind
    if key.default is None and not key.word:
        kind = [key.kind, "null"]
    found: dict[str, object] = {"type": kind, **key.bounds}
    if key.choices:
        found["enum"] = list(key.choices)
    if key.word:
        found["pattern"] = f"^{key.word}$"
    if key.kind == "array":
        found["items"] = {"type": "string"}
    default = key.word if key.default is None else key.default
    return {**found, "default": default, "markdownDescription": key.manual, "order": order}


def _entries(old: str, actions: Sequence[Action], make: Callable[[int, Action], str]) -> str:
    """The lines of an array: one per action, kept as it is where it is there, then the others."""
    lines = [line.rstrip().rstrip(",") for line in old.splitlines() if line.strip()]
    named = {_action_of(line): line for line in lines if _action_of(line)}
    indent = re.match(r" *", lines[0])
    assert indent is not None
    own = [
        named.get(action.id) or indent[0] + make(number, action)
        for number, action in enumerate(actions, 1)
    ]
    # In the order of the file: people sort menus by hand.
    own.sort(key=lambda line: lines.index(line) if line in lines else len(lines))
    rest = [line for line in lines if not _action_of(line)]
    return ",\n".join([*own, *rest]) + "\n"


def _action_of(line: str) -> str | None:
    match = re.search(rf'"command": "{re.escape(_COMMAND)}(\w+)"', line)
    return match[1] if match else None


def _command(_: int, action: Action) -> str:
    title = action.id.replace("_", " ").capitalize() + ("…" if action.needs_instruction else "")
    return _json(
        {
            "command": _COMMAND + action.id,
            "title": title,
            "category": "Flux",
            "enablement": "flux.running",
        }
    )


def _menu_item(number: int, action: Action) -> str:
    return _json({"command": _COMMAND + action.id, "group": f"1_flux@{number}"})


def _json(value: object) -> str:
    """One line, in the file's own style."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"^\{(.*)\}$", r"{ \1 }", text)

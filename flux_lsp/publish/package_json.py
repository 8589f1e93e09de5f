"""VS Code's package.json: the settings, and the entries of each action's command.

Everything else in the file is written by hand and stays byte for byte.
"""

import json
import re
from collections.abc import Callable, Sequence

from flux_lsp.actions.action import Action
from flux_lsp.publish.keys import SECTIONS, Key
from flux_lsp.publish.lua import select_settable

_COMMAND = "flux.action."
# The generated places: what a place begins with, and what ends it on a line of its own.
_SETTINGS = ('"title": "Flux",\n        "properties": {\n', "        }\n")
_COMMANDS = ('    "commands": [\n', "    ],\n")
_MENU = ('      "flux.context": [\n', "      ],\n")


def update_package(host: str, keys: Sequence[Key], actions: Sequence[Action]) -> str:
    """`host` with its settings and action commands made anew.

    Raises ValueError when one of the places cannot be found or the result is no JSON.
    """
    host = _replace(host, _SETTINGS, lambda _: _render_settings(keys))
    host = _replace(host, _COMMANDS, lambda old: _update_entries(old, actions, _make_command))
    host = _replace(host, _MENU, lambda old: _update_entries(old, actions, _make_menu_item))
    json.loads(host)
    return host


def _replace(host: str, place: tuple[str, str], content: Callable[[str], str]) -> str:
    begin, end = place
    start = host.find(begin)
    stop = host.find(end, start + len(begin))
    if start < 0 or stop < 0:
        raise ValueError(f"no place {begin.strip()!r} in package.json")
    start += len(begin)
    return host[:start] + content(host[start:stop]) + host[stop:]


def _render_settings(keys: Sequence[Key]) -> str:
    settable = select_settable(keys)
    settings = {_name_setting(key.name): _describe_setting(key, settable) for key in settable}
    old = {f"flux.{key.name}": _describe_old_name(key) for key in settable if "_" in key.name}
    lines = [
        f"          {json.dumps(name)}: {_write_json(setting)}"
        for name, setting in {**old, **settings}.items()
    ]
    return ",\n".join(lines) + "\n"


def _name_setting(key: str) -> str:
    """The name as people write it in VS Code: `flux.maxTokens`."""
    return "flux." + re.sub(r"_([a-z])", lambda letter: letter[1].upper(), key)


def _describe_setting(key: Key, keys: Sequence[Key]) -> dict[str, object]:
    """The setting as VS Code wants it, of a type that its settings page has an editor for.

    Only what a person set is sent on, so the default shown here takes nothing from the places below
    the editor. An empty text or number is not set. A word in place of a number can be written in
    `settings.json` alone. `order` is the section's, and VS Code sorts a section by name: a new
    setting renumbers nothing.
    """
    unset = key.default is None and not key.word
    is_empty = key.default is None and bool(key.word)
    setting: dict[str, object] = {"type": [key.kind, "null"] if is_empty else key.kind}
    setting |= key.bounds
    if key.choices:
        setting["enum"] = [*([""] if unset else []), *key.choices]
    if key.kind == "array":
        setting["items"] = {"type": key.items}
    order = SECTIONS.index(key.section) if key.section in SECTIONS else len(SECTIONS)
    manual = _link_settings(key.manual, keys)
    if key.word:
        manual += f" Empty means `{key.default_text}`."
        manual += "" if is_empty else f" Write `{key.word}` in `settings.json`."
    default = "" if unset else key.default
    return {**setting, "default": default, "markdownDescription": manual, "order": order}


def _link_settings(manual: str, keys: Sequence[Key]) -> str:
    """Make each name of a setting a link to it."""
    names = {key.name for key in keys}
    return re.sub(
        r"`([a-z_.]+)`",
        lambda code: f"`#{_name_setting(code[1])}#`" if code[1] in names else code[0],
        manual,
    )


def _describe_old_name(key: Key) -> dict[str, object]:
    """The name with underscores, as Flux writes it elsewhere: it goes on working."""
    words = f"In VS Code the name is `#{_name_setting(key.name)}#`. This one works too."
    return {"markdownDeprecationMessage": words}


_Entry = dict[str, object]


def _update_entries(
    old: str, actions: Sequence[Action], make: Callable[[_Entry, Action], _Entry]
) -> str:
    """The lines of an array: one per action, in the order they have there, then the others.

    `make` adds to an entry what follows from its action; what people wrote beside it stays.
    """
    lines = [line.strip().rstrip(",") for line in old.splitlines() if line.strip()]
    indent = " " * (len(old) - len(old.lstrip(" ")))
    written: dict[str, _Entry] = {}
    others: list[str] = []
    for line in lines:
        entry: _Entry = json.loads(line)
        command = str(entry["command"])
        if command.startswith(_COMMAND):
            written[command.removeprefix(_COMMAND)] = entry
        else:
            others.append(line)
    places = list(written)
    ordered = sorted(actions, key=lambda a: places.index(a.id) if a.id in places else len(places))
    own = [_write_json(make(written.get(action.id, {}), action)) for action in ordered]
    return ",\n".join(indent + line for line in (*own, *others)) + "\n"


def _make_command(entry: _Entry, action: Action) -> _Entry:
    title = action.title + ("…" if action.needs_instruction else "")
    base: _Entry = {"command": _COMMAND + action.id, "title": title, "category": "Flux"}
    return {**base, **entry, "title": title, "enablement": "flux.running"}


def _make_menu_item(entry: _Entry, action: Action) -> _Entry:
    return {"command": _COMMAND + action.id, "group": f"1_flux@{action.order}", **entry}


def _write_json(value: object) -> str:
    """One line, in the file's own style."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"^\{(.*)\}$", r"{ \1 }", text)

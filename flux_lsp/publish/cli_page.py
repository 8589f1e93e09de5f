"""docs/cli.md and the README's table of commands, from the parsers themselves.

Lays the options out itself: argparse's own layout differs between versions of Python.
"""

import argparse
from collections.abc import Iterator

from flux_lsp.fronts.cli.parser import COMMANDS, build
from flux_lsp.publish.pages import fill_page


def render_page() -> str:
    """The whole page."""
    _, parsers = build(COMMANDS)
    commands = "".join(_render_command(name, parser) for name, parser in parsers.items())
    return fill_page("cli", commands=commands)


def render_table() -> str:
    """One row per command."""
    rows = "".join(f"| `flux-lsp {name}` | {does} |\n" for name, does in COMMANDS.items())
    return f"\n| command | does |\n| --- | --- |\n{rows}\n[docs/cli.md](docs/cli.md) has every option.\n\n"


def _render_command(name: str, parser: argparse.ArgumentParser) -> str:
    actions = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    arguments = [a for a in actions if not a.option_strings]
    options = [a for a in actions if a.option_strings and a.dest != "help"]
    words = " ".join(
        [*(_render_argument(a) for a in arguments), *(["[options]"] if options else [])]
    )
    lines = "".join(_render_lines([*arguments, *options]))
    return (
        f"\n## `flux-lsp {name} {words}`".rstrip(" `")
        + f"`\n\n{COMMANDS[name].capitalize()}.\n{lines}"
    )


def _render_lines(actions: list[argparse.Action]) -> Iterator[str]:
    if actions:
        yield "\n"
    for action in actions:
        name = ", ".join(action.option_strings)
        value = _name_value(action)
        shown = f"{name} {value}".strip() if name else value
        yield f"- `{shown}`: {action.help}\n"


def _render_argument(action: argparse.Action) -> str:
    return f"[{_name_value(action)}]" if action.nargs == "?" else _name_value(action)


def _name_value(action: argparse.Action) -> str:
    """How the argument's value is called; nothing for a switch."""
    if action.nargs == 0:
        return ""
    if action.choices is not None:
        return "|".join(str(choice) for choice in action.choices)
    return str(action.metavar or action.dest.upper())

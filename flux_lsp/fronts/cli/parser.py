"""The grammar of the command line: every command with its sentence; its module has the options.

Never runs anything, and imports only the module of the command in question.
"""

import argparse
from collections.abc import Collection, Sequence
from importlib import import_module
from types import ModuleType

from flux_lsp import __version__

# Each is a module of this package with `add_arguments(parser)` and `run(options) -> exit code`.
COMMANDS = {
    "serve": "start the language server over stdio (default)",
    "demo": "run edit, explain and tests on a file, and show what each does",
    "run": "run one action without an editor",
    "batch": "run one action over many symbols or files, at half price",
    "doctor": "show what is set up, what is missing, and why",
    "models": "show the model of each tier, and why Flux chose it",
    "usage": "show what you spent, on what, and how well it went",
    "report": "write the same figures as a page with charts",
    "agents": "list the agents that you and the workspace have, or check such files",
    "checks": "propose checks for the project: its linter, its type checker, its tests",
    "trust": "let a workspace's own settings and agents do what yours may",
}
_MIXED = frozenset({"batch"})  # commands whose paths may stand behind options


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options, `command` among them. Exits with 2 on wrong usage, with 0 after `--help`."""
    words = list(arguments)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "serve")
    parser = build(words[:1])[0]
    options, rest = parser.parse_known_args(words)
    # argparse takes paths in one run only: those behind further options are left over.
    if rest and (options.command not in _MIXED or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.paths += rest
    return options


def build(
    wanted: Collection[str],
) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Build the grammar and its commands' parsers, with the options of only the `wanted` commands."""
    parser = argparse.ArgumentParser(
        prog="flux-lsp",
        description="Claude in the code-action menu of every editor.",
        formatter_class=_make_formatter,
    )
    parser.add_argument("--version", action="version", version=f"flux-lsp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    parts = {}
    for name, sentence in COMMANDS.items():
        parts[name] = commands.add_parser(
            name, help=sentence, description=f"{sentence}.", formatter_class=_make_formatter
        )
        if name in wanted:
            import_command(name).add_arguments(parts[name])
    return parser, parts


def import_command(command: str) -> ModuleType:
    """Import the module of a command."""
    return import_module(f"flux_lsp.fronts.cli.{command}")


def _make_formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=88)  # the README shows it, on any terminal

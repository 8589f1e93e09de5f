"""What the server says of itself, as plain values: the same for the greeting and the real loop.

Standard library only, since `initialize` is answered before anything else is imported.
"""

from pathlib import Path

from flux_lsp import __version__
from flux_lsp.fronts.lsp.protocol.greeting import ServerDescription

COMMANDS = (
    "flux.run",
    "flux.cancel",
    "flux.undo",
    "flux.retry",
    "flux.status",
    "flux.preview",
    "flux.show",
    "flux.accept",
    "flux.reject",
)
KINDS = ("quickfix.flux", "refactor.rewrite.flux")


def action_ids() -> list[str]:
    """Ids of the actions there are, by their files' presence: importing them costs too much here."""
    folder = Path(__file__).parents[2] / "actions"
    return sorted(file.stem for file in folder.glob("[a-z]*.py"))


def describe_server() -> ServerDescription:
    """Name, version and capabilities; the position encoding is added when the client is known."""
    return ServerDescription(
        name="flux",
        version=__version__,
        capabilities={
            "textDocumentSync": {"openClose": True, "change": 2, "save": False},
            "codeActionProvider": {"codeActionKinds": list(KINDS), "resolveProvider": False},
            "executeCommandProvider": {"commands": list(COMMANDS)},
            "hoverProvider": True,
            "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
            "experimental": {"flux": {"outcome": True, "delta": True, "actions": action_ids()}},
        },
    )

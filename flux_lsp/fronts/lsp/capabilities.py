"""Describes the server with plain values, which the greeting and the real loop share.

Standard library only, since `initialize` is answered before anything else is imported.
"""

from flux_lsp import __version__
from flux_lsp.actions.registry import Registry
from flux_lsp.fronts.lsp.protocol.greeting import ServerDescription

COMMANDS = (
    "flux.run",
    "flux.cancel",
    "flux.undo",
    "flux.retry",
    "flux.continue",
    "flux.status",
    "flux.preview",
    "flux.related",
    "flux.agents",
    "flux.trust",
    "flux.show",
    "flux.accept",
    "flux.reject",
    "flux.dismiss",
)
KINDS = ("quickfix.flux", "refactor.rewrite.flux")


def describe_server(registry: Registry) -> ServerDescription:
    """Return name, version and capabilities; the position encoding follows once the client is known."""
    flux = {
        "outcome": True,
        "delta": True,
        "actions": list(registry.ids),
        "action_details": registry.describe(),
    }
    return ServerDescription(
        name="flux",
        version=__version__,
        capabilities={
            "textDocumentSync": {"openClose": True, "change": 2, "save": True},
            "codeActionProvider": {"codeActionKinds": list(KINDS), "resolveProvider": False},
            "executeCommandProvider": {"commands": list(COMMANDS)},
            "hoverProvider": True,
            "workspace": {
                "workspaceFolders": {"supported": True, "changeNotifications": True},
                "fileOperations": {
                    "didRename": {"filters": [{"scheme": "file", "pattern": {"glob": "**"}}]}
                },
            },
            "experimental": {"flux": flux},
        },
    )

"""Assembles the language server: registers every handler on one server.

Holds no logic.
"""

from collections.abc import Mapping

from flux_lsp.actions.registry import Registry
from flux_lsp.fronts.lsp.features import (
    agent_files,
    code_actions,
    commands,
    documents,
    hover,
    lifecycle,
    workspace,
)
from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.protocol.greeting import ServerDescription


def build_server(
    description: ServerDescription, command_line: Mapping[str, object], registry: Registry
) -> FluxServer:
    """Build a server that is ready to start. `command_line`: the settings given there."""
    server = FluxServer(description, command_line, registry)
    for feature in (lifecycle, documents, code_actions, hover, commands, workspace, agent_files):
        feature.register(server)
    return server

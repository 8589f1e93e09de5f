"""The commands about agents: the list for a picker, and the trust in one file.

Never runs an agent.
"""

import asyncio
from collections.abc import Sequence

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.fronts.lsp.agent_picking import list_agents_at
from flux_lsp.fronts.lsp.arguments import parse_place, parse_single
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.agents import trust_file
from flux_lsp.runs.uris import parse_file_uri


async def list_agents(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.agents`: list the agents offered at a place, best first; `tell` says how to reach one."""
    uri, place, tell = parse_place(arguments, "flux.agents")
    return await list_agents_at(session, uri, place, tell=tell)


async def trust_agent(session: EditorSession, arguments: Sequence[object], _: object) -> object:
    """`flux.trust`: trust the open file of a workspace's agent or pipeline, as it is saved now."""
    uri = parse_single(arguments, "flux.trust", {"uri": str}, required=("uri",))["uri"]
    path, root = parse_file_uri(uri), session.documents.find_root(uri)
    snapshot = session.documents.take_open_snapshot(uri)
    if path is None or root is None or snapshot is None:
        message = "Only an open file of the workspace can be trusted"
        raise FluxError(ErrorCode.BAD_REQUEST, message, "Open it, read it, then trust it")
    data = session.configuration.data_dir
    await asyncio.to_thread(trust_file, root, path, snapshot.text, data)
    session.note_trust()
    return {"trusted": str(path)}

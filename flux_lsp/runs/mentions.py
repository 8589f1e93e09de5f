"""Finds who a comment directive `flux: @ID what to do` is for: an agent or a pipeline that there is.

Never runs one.
"""

import asyncio

from flux_lsp.actions.mentions import Mention, read_mention
from flux_lsp.runs.session import RunSession


async def find_mention(
    session: RunSession, instruction: str, uri: str
) -> tuple[str, Mention] | None:
    """Find the id of the action that an instruction names, and the mention; None if it names nobody.

    A workspace's agent that is not trusted is named too: its run says so.
    """
    mention = read_mention(instruction)
    if mention is None:
        return None
    root = session.documents.find_root(uri)
    agents = {each.id for each in await session.agents.list_agents(root)}
    if mention.id in agents:
        return f"agent:{mention.id}", mention
    from flux_lsp.runs.pipelines.known import list_known_pipelines

    data = session.configuration.data_dir
    pipelines = await asyncio.to_thread(list_known_pipelines, root, data, agents)
    is_known = any(each.id == mention.id for each in pipelines)
    return (f"pipeline:{mention.id}", mention) if is_known else None

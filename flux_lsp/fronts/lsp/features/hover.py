"""The hover: the change that waits at a line, an explanation of the text, or what an agent is.

Never asks a model.
"""

from lsprotocol import types

from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.session import EditorSession


def register(server: FluxServer) -> None:
    """Handle `textDocument/hover`."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def answer_hover(params: types.HoverParams) -> types.Hover | None:
        uri, position = params.text_document.uri, params.position
        markdown = describe_place(server.session, uri, position)
        markdown = markdown or await server.agent_checking.describe(uri, position.line)
        if markdown is None:
            return None
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, markdown))


def describe_place(session: EditorSession, uri: str, position: types.Position) -> str | None:
    """Describe what Flux knows at a position, as Markdown; None for nothing."""
    document = session.documents.store.get(uri)
    if document is None:
        return None
    proposal = _show_proposal(session, uri, position.line)
    if proposal is not None or not session.explanations.has(uri):
        return proposal
    offset = document.offset(position.line, position.character)
    return session.explanations.find(uri, document.text(), offset)


def _show_proposal(session: EditorSession, uri: str, line: int) -> str | None:
    for proposal in session.proposals.find_by_document(uri):
        from flux_lsp.runs.review import format_markdown, is_near

        if any(is_near(piece, uri, line, line) for piece in proposal.open):
            return format_markdown(proposal)
    return None

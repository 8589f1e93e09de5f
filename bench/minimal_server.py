"""The yardstick: the smallest useful server that pygls alone makes; nothing is mended in it."""

from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("minimal", "1")


@server.feature(
    types.TEXT_DOCUMENT_CODE_ACTION,
    types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.RefactorRewrite]),
)
def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    return [
        types.CodeAction(
            title=f"Minimal: {name}",
            kind=types.CodeActionKind.RefactorRewrite,
            command=types.Command(
                title=name, command="minimal.run", arguments=[{"action": name, "uri": uri}]
            ),
        )
        for name in ("edit", "explain", "tests")
    ]


@server.command("minimal.run")
def run(argument: Any) -> None:
    del argument


if __name__ == "__main__":
    server.start_io()

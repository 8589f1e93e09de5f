"""The server asks to be told of source files that change on disk, where the editor can be asked."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

from flux_lsp.fronts.lsp.editor import Capabilities, ClientError, Editor
from flux_lsp.fronts.lsp.watching import watch_files
from tests.fakes.lsp import capabilities
from tests.server.flux import flux

WATCHES = capabilities(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})


async def test_source_files_are_watched_where_the_editor_can(tmp_path: Path) -> None:
    async with flux(tmp_path, capabilities=WATCHES) as f:
        asked = await f.client.wait_for(lambda: f.client.seen("client/registerCapability"))

    (registration,) = asked[0]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    (watcher,) = registration["registerOptions"]["watchers"]
    before, _, endings = watcher["globPattern"].partition("{")
    globs = [before + ending for ending in endings.rstrip("}").split(",")]
    for name in ("shop/cart.py", "src/app.ts", "main.go", "Cart.java"):
        assert any(fnmatch(name, glob.removeprefix("**/")) for glob in globs)
    assert not any(fnmatch("image.png", glob) for glob in globs)


class Wire:
    """A client that refuses every request, or that nobody may ask."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def request(self, method: str, params: object) -> object:
        self.asked.append(method)
        raise ClientError("no")


@pytest.mark.parametrize("can", [True, False])
async def test_a_refusal_is_no_failure_and_who_cannot_is_not_asked(can: bool) -> None:
    wire = Wire()
    declared = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": can}}}
    await watch_files(Editor(wire, Capabilities(declared, {})))  # type: ignore[arg-type]
    assert wire.asked == (["client/registerCapability"] if can else [])

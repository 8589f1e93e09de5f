"""What is offered as a fix can be run: on blank lines, behind the last line, with markup as message."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import tool
from tests.server.flux import Flux, flux

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def fixed(
    f: Flux, text: str, place: dict[str, Any], old: str, new: str, message: object = "bad"
) -> tuple[dict[str, Any], str | None]:
    """The outcome of the offered fix, and the document afterwards."""
    f.start_over(
        tool("apply_edits", {"edits": [{"path": "a.py", "old_string": old, "new_string": new}]})
    )
    uri = f.open("a.py", text)
    problem = {"range": place, "message": message, "severity": 1}
    [offered] = await f.client.code_actions(uri, place, diagnostics=[problem], only=["quickfix"])
    [argument] = offered["command"]["arguments"]
    outcome = await f.client.execute("flux.run", {**argument, "wait": True})
    return outcome, f.client.text(uri)


def span(first: int, last: int, end: int = 0) -> dict[str, Any]:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": end}}


async def test_a_message_in_markup_is_told_as_text(shared: Flux) -> None:
    markup = {"kind": "markdown", "value": "`b` is not defined"}
    await fixed(shared, "a = b\n", span(0, 0, 5), "a = b\n", "a = 1\n", markup)
    assert "`b` is not defined</diagnostic>" in shared.said()
    assert "markdown" not in shared.said()

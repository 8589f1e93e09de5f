"""What a selection means: a cursor, the symbol a selected word stands in, or just what is selected."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import text
from tests.fakes.lsp import capabilities
from tests.server.flux import Flux, flux
from tests.server.test_main_job import CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROSE = text("It adds them up.")
TARGET = re.compile(r"<target[^>]*>\n(.*?)\n?</target", re.DOTALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def asked_about(f: Flux, action: str, uri: str, range_: dict[str, Any], **more: Any) -> str:
    """The target that the model was shown for `action` on a selection."""
    more |= {"range": range_, "wait": True}
    await f.client.execute("flux.run", {"action": action, "uri": uri, **more})
    found = TARGET.search(f.said())
    assert found is not None
    return found[1]


def place(f: Flux, uri: str, part: str, word: str) -> dict[str, Any]:
    """The range of `word` inside of the only occurrence of `part`."""
    start = f.client.range_of(uri, part)["start"]
    column = start["character"] + part.index(word)
    ends = (column, column + len(word))
    return dict(zip(("start", "end"), ({**start, "character": n} for n in ends), strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_one_character_is_a_cursor_however_many_units_it_has(
    tmp_path: Path, encoding: str
) -> None:
    caps = capabilities(general={"positionEncodings": [encoding]})
    async with flux(tmp_path, PROSE, capabilities=caps) as f:
        uri = f.open("app.py", CODE.replace("n = 0", 'n = "𝒜"'))

        where = f.client.range_of(uri, "𝒜")
        titles = [a["title"] for a in await f.client.code_actions(uri, where)]
        automatic = await f.client.code_actions(uri, where, trigger=2)

        assert where["start"] != where["end"]
        assert titles[0] == "Flux: edit `total`…"
        assert automatic == []


async def test_an_explanation_is_called_after_the_symbol_it_is_about(shared: Flux) -> None:
    f = shared
    f.start_over(PROSE, PROSE)
    uri = f.open("app.py", CODE)
    where = place(f, uri, "n += item", "item")

    await asked_about(f, "explain", uri, where)
    await asked_about(f, "explain", uri, f.client.range_of(uri, "n += item"))

    by_word, by_line = f.client.seen("flux/outcome")
    assert (by_word["title"], by_word["range"]["start"]["line"]) == ("total", 3)
    assert (by_line["title"], by_line["range"]["start"]["line"]) == ("app.py", 6)

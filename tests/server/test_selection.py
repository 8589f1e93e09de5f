"""What a selection means: a cursor, the symbol a selected word stands in, or just what is selected."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.fakes.lsp import capabilities
from tests.server.flux import Flux, flux
from tests.server.test_main_job import CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROSE = text("It adds them up.")
TARGET = re.compile(r"<target[^>]*>\n(.*?)\n?</target", re.DOTALL)
TOTAL = CODE.split("\n\n\n")[1]


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


@pytest.mark.parametrize("word", ["item", "item ", " item", "total", "for"])
async def test_a_selected_word_stands_for_its_symbol_wherever_no_words_are_given(
    shared: Flux, word: str
) -> None:
    f = shared
    f.start_over(PROSE)
    uri = f.open("app.py", CODE)
    part = "def total(" if word == "total" else "for item in"

    where = place(f, uri, part, word)
    titles = [a["title"] for a in await f.client.code_actions(uri, where)]
    target = await asked_about(f, "explain", uri, where)

    assert titles == [
        "Flux: edit selection…",
        "Flux: explain `total`",
        "Flux: document `total`",
        "Flux: write tests for `total`",
    ]
    assert target == TOTAL


async def test_a_fix_at_a_selected_word_may_change_the_function(shared: Flux) -> None:
    f = shared
    f.start_over(PROSE)
    uri = f.open("app.py", CODE)
    where = place(f, uri, "n += item", "item")

    target = await asked_about(
        f, "fix", uri, where, diagnostics=[{"range": where, "message": "undefined"}]
    )

    assert target == TOTAL


async def test_words_of_a_persons_own_are_about_the_selected_word_alone(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": "    for thing in items:\n"}))
    uri = f.open("app.py", CODE)

    where = place(f, uri, "for item in", "item")
    target = await asked_about(f, "edit", uri, where, instruction="call it thing")

    assert target == "    for item in items:"


@pytest.mark.parametrize("part", ["n += item", "item in items", "(items)", "return n\n\n"])
async def test_more_than_a_word_stands_for_itself(shared: Flux, part: str) -> None:
    f = shared
    f.start_over(PROSE)
    uri = f.open("app.py", CODE)

    where = f.client.range_of(uri, part)
    titles = [a["title"] for a in await f.client.code_actions(uri, where)]
    target = await asked_about(f, "explain", uri, where)

    assert "Flux: explain selection" in titles
    lines = CODE[CODE.rindex("\n", 0, CODE.index(part)) + 1 :].splitlines()
    assert target.splitlines()[0] == lines[0]
    assert target != TOTAL


async def test_a_word_that_stands_in_no_symbol_stands_for_its_line(shared: Flux) -> None:
    f = shared
    f.start_over(PROSE)
    uri = f.open("notes.txt", "first line\n\nsecond line with words\nthird line\n", "plaintext")

    where = f.client.range_of(uri, "words")
    titles = [a["title"] for a in await f.client.code_actions(uri, where)]
    target = await asked_about(f, "explain", uri, where)

    assert titles == ["Flux: edit selection…", "Flux: explain selection"]
    assert target == "second line with words"


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

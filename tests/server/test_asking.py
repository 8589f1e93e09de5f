"""What a model is shown and told: only what the wish needs, and after a bad answer the facts that help."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import Answer, status, text, tool
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        yield f


def edits(*pairs: tuple[str, str]) -> Answer:
    return tool(
        "apply_edits",
        {"edits": [{"path": "app.py", "old_string": old, "new_string": new} for old, new in pairs]},
    )


# -- what is shown


@pytest.mark.parametrize("action", ["edit", "fix", "explain", "document", "tests"])
async def test_the_preview_is_byte_for_byte_what_is_sent(shared: Flux, action: str) -> None:
    f = shared
    await f.configure(context={"project": False})  # an index that is new may come in between
    f.start_over(status(401))
    f.file("AGENTS.md", "Keep it short.\n")
    f.file("tests/test_app.py", "from app import total\n\n\ndef test_total():\n    assert total\n")
    code = CODE.replace("return os.name", 'return os.name, "password=hunter2-Zx9"')
    uri = f.open("app.py", code)
    problem = {"range": f.client.range_of(uri, "n += item"), "message": "bad", "severity": 2}
    argument = f.argument(uri, action, "n += item", instruction="well", diagnostics=[problem])

    shown = await f.client.execute("flux.preview", argument)
    outcome = await f.client.execute("flux.run", {**argument, "wait": True})

    assert shown["request"] == f.api.calls[0].json
    assert shown["sent"] == outcome["sent"]
    assert shown["model"] == f.api.calls[0].json["model"]
    assert shown["max_tokens"] == f.api.calls[0].json["max_tokens"]
    assert 0 < shown["usd_at_most"] < 0.5


async def test_the_preview_shows_what_a_new_index_brings_and_the_run_sends_it(shared: Flux) -> None:
    f = shared
    await f.configure()
    f.start_over(status(401))
    file = f.file("prices.py", "def net(price: float) -> float:\n    return price / 1.19\n")
    news = {"changes": [{"uri": file.as_uri(), "type": 1}]}  # an index may be there already
    f.client.notify("workspace/didChangeWatchedFiles", news)
    uri = f.open("shop.py", "from prices import net\n\n\ndef total(p):\n    return net(p)\n")
    argument = f.argument(uri, "edit", "return net(p)", instruction="round it")

    shown: dict[str, Any] = {"sent": []}
    async with asyncio.timeout(20):  # an index is there already, or is made or looked through now
        while not any(part["path"] == "prices.py" for part in shown["sent"]):
            shown = await f.client.execute("flux.preview", argument)
    await f.client.execute("flux.run", {**argument, "wait": True})

    assert any(part["path"] == "prices.py" for part in shown["sent"])
    assert shown["request"] == f.api.calls[0].json


async def test_no_more_of_a_file_is_sent_than_is_allowed(shared: Flux) -> None:
    f = shared
    await f.configure(context={"max_tokens": 1500, "guidance": False})
    f.start_over(text("It adds."))
    filler = "".join(
        f"def filler_{n}(argument):\n    return argument + {n}\n\n\n" for n in range(400)
    )
    uri = f.open("app.py", CODE + "\n\n" + filler)

    outcome = await f.run(uri, "explain", "n += item")
    await f.configure()

    said = f.said()
    assert "def total(items):" in said
    assert "import os" in said
    assert "filler_399" not in said
    assert "left_out" in said  # and the model is told so
    assert len(said) < 1500 * 4
    assert f"1-{len((CODE + filler).splitlines())}" not in str(outcome["sent"])


# -- what is told after a bad answer


async def test_text_that_is_not_there_is_answered_with_the_lines_that_come_close(
    shared: Flux,
) -> None:
    f = shared
    f.start_over(edits(("        n = n + item\n", "        n -= item\n")), GOOD)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    turns = f.api.calls[1].json["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    told = turns[2]["content"][0]
    assert (told["type"], told["is_error"]) == ("tool_result", True)
    assert told["content"].startswith("SEARCH_TEXT_NOT_FOUND")
    assert "n += item" in told["content"]
    assert "7" in told["content"]  # the line's number


async def test_a_cut_off_answer_is_given_more_room(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD.cut(), GOOD)
    uri = f.open("app.py", CODE)

    await f.run(uri, "edit", "n += item", instruction="use sum")

    first, second = (call.json["max_tokens"] for call in f.api.calls)
    assert second == 2 * first


# -- answers that look right and are not


# -- tests


OLD_TESTS = """\
import pytest

from app import total


def test_empty():
    assert total([]) == 0


def test_many():
    assert total([1, 2]) == 3
"""
ADDED = "\n\ndef test_one():\n    assert total([1]) == 1\n"


async def test_tests_are_added_to_the_buffer_of_an_open_test_file(shared: Flux) -> None:
    f = shared
    edit = {"path": "tests/test_app.py", "old_string": "== 3\n", "new_string": f"== 3\n{ADDED}"}
    f.start_over(tool("apply_edits", {"edits": [edit]}))
    file = f.file("tests/test_app.py", "# an old state\n")
    tests = f.client.open(file, OLD_TESTS)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "tests", "n += item")

    assert outcome["status"] == "applied", outcome
    assert f.client.text(tests) == OLD_TESTS + ADDED
    assert file.read_text() == "# an old state\n"
    assert "def test_many():" in f.said()

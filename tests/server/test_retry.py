"""`flux.retry`: the same wish on the same code, wherever that code is by now."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.fakes.lsp import LspError
from tests.fakes.rules import rewritten
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
TYPED = "def first():\n    return 1\n\n\ndef second():\n    return 2\n"
PROSE = text("I would rather not.")
OUTSIDE = tool(
    "apply_edits",
    {"edits": [{"path": "app.py", "old_string": "return os.name", "new_string": "return None"}]},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    home = tmp_path_factory.mktemp("shared")
    async with flux(home, settings={"max_attempts": 1}) as f:
        yield f


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("import os\n", f"import os\n\n\n{TYPED}", id="above"),
        pytest.param("import os\n\n\ndef total", "def total", id="fewer above"),
        pytest.param("    n = 0\n", "    n = 0\n    m = 0\n    k = 0\n", id="in it"),
        pytest.param("        n += item\n", "        n += 2 * item\n", id="on its line"),
        pytest.param("return os.name\n", "return os.name\n\n\nx = 1\n", id="below"),
    ],
)
async def test_typing_meanwhile_does_not_turn_it_on_other_code(
    shared: Flux, old: str, new: str
) -> None:
    f = shared
    f.start_over(PROSE, rewritten(lambda _: BETTER))
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="use sum")
    f.client.replace(uri, old, new)
    typed = f.client.text(uri) or ""

    again = await f.client.execute("flux.retry", {"run": first["run"], "wait": True})

    assert again["status"] == "applied", again
    start = typed.index("def total")
    end = typed.index("    return n\n", start) + len("    return n\n")
    assert f.client.text(uri) == typed[:start] + BETTER + typed[end:]


async def test_another_tier_and_a_remark_can_be_given(shared: Flux) -> None:
    f = shared
    f.start_over(PROSE, GOOD)
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="use sum")

    started = await f.client.execute(
        "flux.retry", {"run": first["run"], "tier": "haiku", "instruction": "in one line"}
    )
    outcome = await f.outcome(started["run"])

    assert set(started) == {"run"}
    assert outcome["status"] == "applied"
    assert f.api.calls[1].json["model"] == "claude-haiku-5-5"
    assert "<instruction>use sum\nin one line</instruction>" in f.said(1)


async def test_its_proposal_takes_the_place_of_the_one_before(shared: Flux) -> None:
    f = shared
    f.start_over(OUTSIDE, OUTSIDE)
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="x")

    again = await f.client.execute("flux.retry", {"run": first["run"], "wait": True})
    told = await f.client.execute("flux.status")

    assert [first["status"], again["status"]] == ["proposed", "proposed"]
    assert [p["run"] for p in told["proposals"]] == [again["run"]]


async def test_what_cannot_be_done_again_says_so(shared: Flux) -> None:
    f = shared
    f.start_over(PROSE)
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="x")
    f.client.close(uri)
    (f.root / "app.py").unlink()

    for argument, words in (
        ({"run": first["run"]}, "neither open nor a readable text file"),
        ({"run": "0123456789ab"}, "no such run"),
        ({"run": first["run"], "tier": "opus"}, "opus"),
        ({}, "`run` is missing"),
    ):
        with pytest.raises(LspError) as error:
            await f.client.execute("flux.retry", argument)
        assert words in error.value.message


async def test_another_answer_can_take_the_place_of_the_first_one(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD, rewritten(lambda target: target.replace("n = 0", "n = 1")))
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="use sum")
    argument = {"run": first["run"], "instruction": "start at one", "undo": True, "wait": True}

    again = await f.client.execute("flux.retry", argument)

    assert again["status"] == "applied", again
    assert f.client.text(uri) == CODE.replace("n = 0", "n = 1", 1)


async def test_where_somebody_typed_over_it_the_next_answer_starts_from_there(
    shared: Flux,
) -> None:
    f = shared
    f.start_over(GOOD, rewritten(lambda target: target + "# again\n"))
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="use sum")
    f.client.replace(uri, "sum(", "total_of(")
    argument = {"run": first["run"], "instruction": "x", "undo": True, "wait": True}

    again = await f.client.execute("flux.retry", argument)

    assert again["status"] == "applied", again
    assert "total_of(" in (f.client.text(uri) or "")


async def test_a_further_question_tells_what_was_asked_and_answered(shared: Flux) -> None:
    f = shared
    f.start_over(text("It adds up the items."), text("Because of the loop."))
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "explain", "n += item")
    argument = {"run": first["run"], "instruction": "Why is it slow?", "wait": True}

    further = await f.client.execute("flux.continue", argument)

    before, now = (call.json for call in f.api.calls)
    assert (further["action"], further["status"]) == ("explain", "answered")
    assert (now["system"], now["tools"]) == (before["system"], before["tools"])
    *files, question = now["messages"][0]["content"]
    assert files == before["messages"][0]["content"][:-1], "what the cache holds"
    assert (
        "follows on it.\nAsked: explain\nAnswered: It adds up the items.</earlier>"
        in question["text"]
    )
    assert "<instruction>Why is it slow?</instruction>" in question["text"]


async def test_after_an_edit_the_next_one_starts_from_it(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD, rewritten(lambda target: target.replace("return", "yield")))
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "edit", "n += item", instruction="use sum")
    argument = {"run": first["run"], "instruction": "and yield it", "wait": True}

    further = await f.client.execute("flux.continue", argument)

    assert further["status"] == "applied", further
    assert f.client.text(uri) == CODE.replace(
        CODE[CODE.index("def total") : CODE.index("    return n\n") + len("    return n\n")],
        BETTER.replace("return", "yield"),
    )
    assert "Asked: use sum\\nAnswered: applied." in str(f.api.calls[1].json["messages"])


async def test_a_further_question_needs_words_and_a_run_that_ended(shared: Flux) -> None:
    f = shared
    f.start_over(text("It adds up the items."))
    uri = f.open("app.py", CODE)
    first = await f.run(uri, "explain", "n += item")

    with pytest.raises(LspError, match="nothing further asked"):
        await f.client.execute("flux.continue", {"run": first["run"], "instruction": " "})
    with pytest.raises(LspError, match="unknown tier"):
        await f.client.execute("flux.continue", {"run": first["run"], "tier": "opus"})

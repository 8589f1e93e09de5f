"""What is the same from one action to the next is read from the cache, and so is every retry."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import Answer, text, tool
from tests.fakes.cache import PromptCache
from tests.fakes.rules import by_text, replaced, target_of, user_text
from tests.server.flux import Flux, flux

pytestmark = pytest.mark.asyncio(loop_scope="module")

# A file of about 5,600 tokens.
FILE = "import os\n\n\n" + "\n\n".join(
    f"def fn{n}(items, flag=False):\n"
    f"    total = {n}\n"
    "    for item in items:\n"
    f"        if flag and item > {n}:\n"
    f"            total += item * {n}\n"
    "    return total\n"
    for n in range(110)
)
GUIDANCE = "Write short names.\n" * 150
GOOD = by_text(
    {
        "Explain the target.": text("It adds the items."),
        "Document the target.": replaced("    total =", '    """Add the items."""\n    total ='),
    },
    replaced("total", "summe"),
)
MISSED = tool(
    "apply_edits",
    {"edits": [{"path": "big.py", "old_string": "never there\n", "new_string": "x\n"}]},
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server; each test has a file of its own."""
    async with flux(tmp_path_factory.mktemp("cache")) as f:
        yield f


def cached(f: Flux) -> PromptCache:
    """The cache as the requests of this test left it."""
    cache = PromptCache()
    for call in f.api.calls:
        cache.take(call.json)
    return cache


async def test_nine_actions_on_one_file_read_most_of_it_from_the_cache(shared: Flux) -> None:
    f = shared
    f.start_over(*[GOOD] * 9)
    uri = f.open("big.py", FILE)
    await f.configure(review="always")

    for place in ("fn3(", "fn40(", "fn90("):
        for action, words in (("edit", "rename total"), ("explain", ""), ("document", "")):
            outcome = await f.run(uri, action, place, instruction=words)
            assert outcome["status"] in {"proposed", "answered"}, outcome

    cache = cached(f)
    assert len(cache.shares) == 9
    assert cache.share >= 0.70, cache.shares
    # one call of each model had to write it; all the others read all but their question
    assert sorted(cache.shares)[2] > 0.9, cache.shares


@pytest.mark.parametrize("guided", [False, True])
async def test_another_file_of_the_project_reads_tools_rules_and_guidance(
    shared: Flux, guided: bool
) -> None:
    f = shared
    guide = f.root / "CLAUDE.md"
    if guided:
        guide.write_text(GUIDANCE)
    f.start_over(*[GOOD] * 2)
    await f.configure(review="always")

    for name in ("one.py", "two.py"):
        await f.run(f.open(name, FILE[:2000]), "explain", "fn3(")

    second = cached(f).shares[1]
    assert second > (0.6 if guided else 0.4), second
    guide.unlink(missing_ok=True)


async def test_each_further_answer_of_a_run_reads_all_that_was_said_before(shared: Flux) -> None:
    f = shared
    f.start_over(MISSED, MISSED, GOOD)
    await f.configure(review="always", routing={"edit": "sonnet"})
    uri = f.open("big.py", FILE)

    outcome = await f.run(uri, "edit", "fn3(", instruction="rename total")

    assert outcome["status"] == "proposed", outcome
    assert [a["result"] for a in outcome["attempts"]] == ["SEARCH_TEXT_NOT_FOUND"] * 2 + ["ok"]
    shares = cached(f).shares
    assert shares[0] == 0
    assert min(shares[1:]) > 0.9, shares
    bodies = [call.json for call in f.api.calls]
    assert bodies[0]["tools"] == bodies[1]["tools"] == bodies[2]["tools"], "a pivot keeps the tools"
    assert "call rewrite_range" in str(bodies[2]["messages"][-1]), "it is said in words"


async def test_an_explanation_that_comes_as_a_tool_call_is_asked_for_once_more(
    shared: Flux,
) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": "x"}), text("It adds."))
    await f.configure()
    uri = f.open("fourth.py", FILE)

    outcome = await f.run(uri, "explain", "fn3(")

    assert outcome["status"] == "answered", outcome
    assert [a["result"] for a in outcome["attempts"]] == ["FORMAT", "ok"]
    assert "call no tool" in str(f.api.calls[1].json["messages"][-1])
    assert cached(f).shares[1] > 0.9


async def test_the_target_is_in_the_file_and_again_in_the_question(shared: Flux) -> None:
    f = shared

    def answer(request: dict[str, Any], _number: int) -> Answer:
        target = target_of(request)
        assert target is not None
        assert user_text(request).count(target.text) == 2
        return text("It adds.")

    f.start_over(answer, answer)
    await f.configure()
    uri = f.open("fifth.py", FILE)
    for place in ("fn3(", "fn99("):
        assert (await f.run(uri, "explain", place))["status"] == "answered"
    first, second = (call.json["messages"][0]["content"] for call in f.api.calls)
    assert first[0] == second[0]
    assert first[-1] != second[-1]

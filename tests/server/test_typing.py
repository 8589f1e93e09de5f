"""A person types while the model works: what was typed is there afterwards, whatever was typed and where."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio

from tests.fakes.editor import Json
from tests.fakes.flags import Gate
from tests.fakes.rules import Rule, rewritten
from tests.server.flux import Flux, flux

pytestmark = pytest.mark.asyncio(loop_scope="module")

FUNCTIONS = 5


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["utf-8", "utf-16"])
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Flux]:
    """One server for each encoding."""
    home = tmp_path_factory.mktemp(request.param)
    async with flux(home, encodings=[request.param], settings={"review": "never"}) as f:
        yield f


@pytest.fixture(autouse=True)
def obedient(shared: Flux) -> None:
    """The editor applies what it is sent, whatever the test before made of it."""
    shared.client.on("workspace/applyEdit", lambda p: shared.client.editor.apply(p["edit"]))


def fence(number: int) -> str:
    """A line between functions that nobody types on."""
    return f"# ---- {number} ----\n"


def module(line_end: str) -> str:
    parts = []
    for n in range(FUNCTIONS):
        lines = [f"def f{n}(x):", f"    a{n} = x + {n}  # 数😀", f"    b{n} = a{n} * 2"]
        parts.append(fence(n) + "\n".join([*lines, f"    return b{n}", "", ""]))
    return "".join(parts).replace("\n", line_end)


def pieces(text: str) -> list[str]:
    """The document cut at its fences."""
    found = []
    for n in range(FUNCTIONS):
        start = text.index(fence(n).rstrip("\n"))
        end = text.find(fence(n + 1).rstrip("\n"), start) if n + 1 < FUNCTIONS else len(text)
        found.append(text[start:end])
    return found


def held(gate: Gate, target: int) -> Rule:
    """The target with its first and last line of code changed, once the gate is open."""

    def change(code: str) -> str:
        code = code.replace(f"x + {target}", f"sum([x, {target}])  # 合計")
        return code.replace(f"return b{target}", f"return -b{target}")

    return lambda request, number: rewritten(change)(request, number).held(gate)


def type_something(f: Flux, uri: str, rng: random.Random, mark: str) -> None:
    """One change anywhere but on a fence."""
    lines = (f.client.text(uri) or "").replace("\r\n", "\n").split("\n")
    row = rng.choice([n for n, line in enumerate(lines) if not line.startswith("# ----")])
    width = len(lines[row])
    column = rng.randint(0, width)
    match rng.randrange(4):
        case 0:
            f.client.change(uri, (row, column), (row, column), mark)
        case 1:
            f.client.change(uri, (row, column), (row, min(width, column + 3)), mark)
        case 2:
            f.client.change(uri, (row, 0), (row, 0), f"    {mark} = 1\n")
        case _:
            f.client.change(uri, (row, 0), (row, width), "")


async def test_what_is_outside_of_the_target_never_changes(shared: Flux) -> None:
    f = shared
    rng = random.Random(20)
    ends = {"applied": 0, "refused": 0}
    for trial in range(100):
        gate, target = Gate(), rng.randrange(FUNCTIONS)
        f.start_over(held(gate, target))
        document = module(rng.choice(["\n", "\r\n"]))
        uri = f.open("app.py", document)
        waiting = asyncio.ensure_future(
            f.run(uri, "edit", f"b{target} = a", instruction="rewrite it")
        )
        await f.api.call(0)
        for n in range(rng.randint(1, 4)):
            type_something(f, uri, rng, f"mark_{trial}_{n}")
        typed = f.client.text(uri) or ""

        gate.open()
        outcome = await waiting
        after = f.client.text(uri) or ""

        ends[outcome["status"]] += 1
        before_and_after = list(zip(pieces(typed), pieces(after), strict=True))
        if outcome["status"] == "refused":
            assert outcome["error"]["code"] == "STALE_DOCUMENT"
            assert after == typed
            continue
        for n, (was, now) in enumerate(before_and_after):
            assert n == target or was == now, (trial, n)
        was, now = before_and_after[target]
        assert now.count("合計") == now.count(f"return -b{target}") == 1, trial
        for line in was.splitlines():
            assert "mark_" not in line or line in now.splitlines(), (trial, line)
        if was == pieces(document)[target]:
            expected = was.replace(f"x + {target}", f"sum([x, {target}])  # 合計")
            assert now == expected.replace(f"return b{target}", f"return -b{target}")
        assert len(f.client.seen("workspace/applyEdit")) == 1
        f.client.undo()
        assert f.client.text(uri) == typed
    assert min(ends.values()) >= 10, ends


async def test_typing_in_another_document_is_no_business_of_the_run(shared: Flux) -> None:
    f = shared
    gate = Gate()
    f.start_over(held(gate, 2))
    uri, other = f.open("app.py", module("\n")), f.open("other.py", module("\n"))
    waiting = asyncio.ensure_future(f.run(uri, "edit", "b2 = a", instruction="rewrite it"))
    await f.api.call(0)

    f.client.change(other, (0, 0), (20, 0), "gone\n")
    f.client.close(other)
    gate.open()
    outcome = await waiting

    assert outcome["status"] == "applied", outcome


async def test_a_document_that_was_replaced_as_a_whole_refuses_the_edit(shared: Flux) -> None:
    f = shared
    for text in ("", "x = 1\n", module("\n").replace("f2", "g2").replace("b2", "c2")):
        gate = Gate()
        f.start_over(held(gate, 2))
        uri = f.open("app.py", module("\n"))
        waiting = asyncio.ensure_future(f.run(uri, "edit", "b2 = a", instruction="rewrite it"))
        await f.api.call(0)

        f.client.change(uri, (0, 0), (999, 0), text)
        gate.open()
        outcome = await waiting

        assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
        assert f.client.text(uri) == text


async def test_code_that_was_moved_is_changed_where_it_is_now(shared: Flux) -> None:
    f = shared
    gate = Gate()
    f.start_over(held(gate, 1))
    document = module("\n")
    uri = f.open("app.py", document)
    waiting = asyncio.ensure_future(f.run(uri, "edit", "b1 = a", instruction="rewrite it"))
    await f.api.call(0)

    parts = pieces(document)
    moved = "".join([parts[0], parts[2], parts[3], parts[4], parts[1]])
    f.client.change(uri, (0, 0), (999, 0), moved)
    gate.open()
    outcome = await waiting

    assert outcome["status"] == "applied", outcome
    expected = moved.replace("x + 1", "sum([x, 1])  # 合計").replace("return b1", "return -b1")
    assert f.client.text(uri) == expected


def typing_as_the_edit_comes(f: Flux, uri: str, keys: int, place: tuple[int, int]) -> None:
    """The next `keys` edits come just as a key is pressed; the server hears of it after the no."""

    def apply(params: Json) -> Json:
        nonlocal keys
        if keys == 0:
            return f.client.editor.apply(params["edit"])
        keys -= 1
        asyncio.get_running_loop().call_soon(f.client.change, uri, place, place, "k")
        return {"applied": False, "failureReason": "the buffer has changed meanwhile"}

    f.client.on("workspace/applyEdit", apply)


@pytest.mark.parametrize("keys", [1, 3])
async def test_an_edit_that_a_key_came_in_the_way_of_is_sent_again(shared: Flux, keys: int) -> None:
    f = shared
    f.start_over(rewritten(lambda code: code.replace("x + 1", "x + 7")))
    uri = f.open("app.py", module("\n"))
    typing_as_the_edit_comes(f, uri, keys, (1, 4))

    outcome = await f.run(uri, "edit", "b1 = a", instruction="rewrite it")
    after = f.client.text(uri)

    assert outcome["status"] == "applied", outcome
    typed = module("\n").replace("def f0", f"def {'k' * keys}f0")
    assert after == typed.replace("x + 1", "x + 7")
    assert outcome["attempts"][1:] == []  # nobody was asked twice
    f.client.undo()
    assert f.client.text(uri) == typed


@pytest.mark.parametrize(("keys", "place"), [(9, (1, 4)), (1, (8, 5))], ids=["on and on", "there"])
async def test_keys_that_do_not_stop_or_hit_the_target_refuse_the_edit(
    shared: Flux, keys: int, place: tuple[int, int]
) -> None:
    f = shared
    f.start_over(rewritten(lambda code: code.replace("x + 1", "x + 7")))
    uri = f.open("app.py", module("\n"))
    typing_as_the_edit_comes(f, uri, keys, place)

    outcome = await f.run(uri, "edit", "b1 = a", instruction="rewrite it")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
    assert "x + 7" not in (f.client.text(uri) or "")
    assert (f.client.text(uri) or "").count("k") == min(keys, 4)


@pytest.mark.parametrize("stale", ["refuse", "lie"])
async def test_so_is_one_that_the_editor_threw_away_whatever_it_says(
    shared: Flux, stale: Literal["refuse", "lie"]
) -> None:
    f = shared
    f.start_over(rewritten(lambda code: code.replace("x + 1", "x + 7")))
    uri = f.open("app.py", module("\n"))
    met = iter(range(3))

    def typed_first(params: Json) -> Json:
        if next(met, None) is not None:
            f.client.change(uri, (1, 4), (1, 4), "k")
        f.client.editor.stale = stale
        return f.client.editor.apply(params["edit"])

    f.client.on("workspace/applyEdit", typed_first)
    outcome = await f.run(uri, "edit", "b1 = a", instruction="rewrite it")
    f.client.editor.stale = "refuse"

    assert outcome["status"] == "applied", outcome
    typed = module("\n").replace("def f0", "def kkkf0")
    assert f.client.text(uri) == typed.replace("x + 1", "x + 7")

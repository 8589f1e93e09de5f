"""The forms an answer may have, through the whole server: markers, reasoning, calls as text, new files."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.server.flux import Flux, flux
from tests.server.test_main_job import CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONFLICT = "before()\n<<<<<<< HEAD\nours()\n=======\ntheirs()\n>>>>>>> branch\nafter()\n"
INSIDE = CONFLICT[CONFLICT.index("<<<") : CONFLICT.index("after")]
RESOLVED = "before()\nboth()\nafter()\n"
MARKED = f"a.txt\n<<<<<<< SEARCH FLUX-1\n{INSIDE}======= FLUX-1\nboth()\n>>>>>>> REPLACE FLUX-1\n"
PLAIN = f"a.txt\n<<<<<<< SEARCH\n{INSIDE}=======\nboth()\n>>>>>>> REPLACE\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        f.file("pyproject.toml", "[tool.pytest.ini_options]\n")
        yield f


async def test_a_conflict_is_resolved_in_the_text_dialect(shared: Flux) -> None:
    f = shared
    await f.configure(dialect="text")
    f.start_over(text(PLAIN), text(MARKED))
    uri = f.open("a.txt", CONFLICT, "plaintext")

    outcome = await f.run(uri, "edit", INSIDE, instruction="resolve the conflict")
    await f.configure(dialect="auto")

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == RESOLVED
    assert len(outcome["attempts"]) == 2
    assert all("<<<<<<< SEARCH FLUX-1" in str(call.json) for call in f.api.calls)
    assert "<<<<<<< SEARCH FLUX-1" in f.said(1)


async def test_a_conflict_is_resolved_by_a_tool(shared: Flux) -> None:
    f = shared
    change = {"path": "a.txt", "old_string": INSIDE, "new_string": "both()\n"}
    f.start_over(tool("apply_edits", {"edits": [change]}))
    uri = f.open("a.txt", CONFLICT, "plaintext")

    outcome = await f.run(uri, "edit", INSIDE, instruction="resolve the conflict")

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == RESOLVED


DRAFT = "app.py\n<<<<<<< SEARCH\n    return n\n=======\n    return n or None\n>>>>>>> REPLACE\n"


@pytest.mark.parametrize("opening", ["<think>\n", ""])
async def test_a_draft_is_not_written(shared: Flux, opening: str) -> None:
    f = shared
    right = CODE.replace("n += item", "n = n + item")
    code = right[right.index("def total") : right.index("\n\n\ndef other") + 1]
    call = json.dumps({"name": "rewrite_range", "arguments": {"code": code}})
    f.start_over(text(f"{opening}Maybe:\n{DRAFT}No.\n</think>\n\n<tool_call>{call}</tool_call>"))
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == right


async def test_reasoning_is_not_shown_as_the_explanation(shared: Flux) -> None:
    f = shared
    f.start_over(text("<think>\nOkay, the user wants it.\n</think>\n\nIt adds."))
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "explain", "n += item")

    assert (outcome["status"], outcome["summary"]) == ("answered", "It adds."), outcome


async def test_a_call_that_cannot_be_read_names_the_setting(shared: Flux) -> None:
    f = shared
    f.start_over(*[text('<tool_call>{"name": "rewrite_range", "arguments": {"co')] * 3)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "FORMAT"), outcome
    assert "dialect" in outcome["error"]["hint"]
    assert f.client.text(uri) == CODE


def new_files(*paths: str) -> dict[str, Any]:
    return {"edits": [], "new_files": [{"path": path, "content": "x = 1\n"} for path in paths]}


@pytest.mark.parametrize(
    ("path", "status"),
    [("tests/test_applied.py", "applied"), ("conftest.py", "proposed"), ("pytest.py", "refused")],
)
async def test_only_the_announced_test_file_is_made_unasked(
    shared: Flux, path: str, status: str
) -> None:
    f = shared
    f.start_over(*[tool("apply_edits", new_files(path))] * 3)
    name = status  # each its own, since the first makes its file
    uri = f.open(f"{name}.py", CODE)

    outcome = await f.run(uri, "tests", "n += item")

    assert outcome["status"] == status, outcome
    assert f"Test file: tests/test_{name}.py (new)" in f.said()

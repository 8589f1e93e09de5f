"""Proposals: review in any client by code actions; looking changes nothing, order does not matter."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import tool
from tests.fakes.lsp import LspError, capabilities
from tests.server.flux import Flux, flux

CODE = """\
def one():
    return 1


def two():
    return 2


def three():
    return 3
"""
CHANGED = {"return 1": "return 10", "return 2": "return 20", "return 3": "return 30"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all tests that need none of their own."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


def answer() -> Any:
    return tool(
        "apply_edits",
        {
            "edits": [
                {"path": "app.py", "old_string": f"    {old}\n", "new_string": f"    {new}\n"}
                for old, new in CHANGED.items()
            ]
        },
    )


async def proposed(f: Flux) -> tuple[str, str]:
    """A proposal of three hunks; its document and run."""
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
    assert outcome["status"] == "proposed", outcome
    assert f.client.text(uri) == CODE
    return uri, outcome["run"]


async def test_edits_outside_of_the_target_wait_for_a_yes(tmp_path: Path) -> None:
    async with flux(tmp_path, answer(), capabilities=capabilities(experimental=None)) as f:
        uri, _ = await proposed(f)

        offered = await f.client.code_actions(uri, f.client.range_of(uri, "return 1"))
        titles = [a["title"] for a in offered if "accept" in a["title"] or "reject" in a["title"]]
        accept = next(a for a in offered if "accept all 3 changes" in a["title"])
        await f.client.execute(accept["command"]["command"], *accept["command"]["arguments"])

        assert any("accept change 1 of 3" in t for t in titles)
        assert any("reject all 3" in t for t in titles)
        expected = CODE
        for old, new in CHANGED.items():
            expected = expected.replace(old, new)
        assert f.client.text(uri) == expected
        f.client.undo()
        assert f.client.text(uri) == CODE


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3]))[::2])
async def test_hunks_accepted_in_any_order_give_the_same_text(
    shared: Flux, order: tuple[int, ...]
) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)

    for hunk in order:
        await f.client.execute("flux.accept", {"run": run, "hunk": hunk})

    expected = CODE
    for old, new in CHANGED.items():
        expected = expected.replace(old, new)
    assert f.client.text(uri) == expected


async def test_a_rejected_hunk_is_left_out(shared: Flux) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)

    await f.client.execute("flux.reject", {"run": run, "hunk": 2})
    await f.client.execute("flux.accept", {"run": run})

    assert f.client.text(uri) == CODE.replace("return 1", "return 10").replace(
        "return 3", "return 30"
    )


async def test_rejecting_changes_nothing(shared: Flux) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)

    await f.client.execute("flux.reject", {"run": run})
    offered = await f.client.code_actions(uri, f.client.range_of(uri, "return 1"))

    assert f.client.text(uri) == CODE
    assert run not in str(offered)


async def test_a_plugin_gets_before_and_after(shared: Flux) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)

    told = f.client.seen("flux/outcome")[-1]["proposal"]

    assert told["run"] == run
    assert told["files"][0]["before"] == CODE
    assert "return 30" in told["files"][0]["after"]
    hunks = told["files"][0]["hunks"]
    assert [h["index"] for h in hunks] == [1, 2, 3]
    assert [h["text"] for h in hunks] == [f"    return {n}\n" for n in (10, 20, 30)]
    assert told["files"][0]["uri"] == uri
    assert told["files"][0]["title"] == "app.py (Flux: edit, 3 changes)"


async def test_the_pieces_of_one_file_are_decided_on_by_its_uri(tmp_path: Path) -> None:
    old = "from app import one\n\n\ndef test_one():\n    assert one() == 1\n"
    more = f"{old}\n\ndef test_one_again():\n    assert one()\n"
    grown = {"path": "tests/test_app.py", "old_string": old, "new_string": more}
    new = {"path": "tests/test_more.py", "content": "def test_more():\n    assert True\n"}
    answer = tool("apply_edits", {"edits": [grown], "new_files": [new]})
    async with flux(tmp_path, answer, settings={"review": "always"}) as f:
        existing = f.open("tests/test_app.py", old)
        outcome = await f.run(f.open("app.py", CODE), "tests", "return 1")
        files = f.client.seen("flux/outcome")[-1]["proposal"]["files"]
        made = (f.root / "tests" / "test_more.py").as_uri()

        run = {"run": outcome["run"]}
        first = await f.client.execute("flux.accept", {**run, "uri": made})
        second = await f.client.execute("flux.reject", {**run, "uri": existing})

        assert [file["uri"] for file in files] == [existing, made]
        assert [file["title"] for file in files] == [
            "test_app.py (Flux: tests, file 1 of 2)",
            "test_more.py (Flux: tests, file 2 of 2)",
        ]
        left = first.pop("proposal")["files"]
        assert [file["uri"] for file in left] == [existing]
        assert first == {**run, "accepted": [2], "open": 1}
        assert second == {**run, "rejected": [1], "open": 0, "proposal": None}
        assert f.client.text(existing) == old
        assert f.client.text(made) == new["content"]


async def test_typing_beside_a_proposal_is_kept_when_it_is_accepted(shared: Flux) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)

    f.client.change(uri, (0, 0), (0, 0), "# typed\n")
    await f.client.execute("flux.accept", {"run": run})

    assert (f.client.text(uri) or "").startswith("# typed\ndef one")
    assert "return 20" in (f.client.text(uri) or "")


async def test_a_proposal_follows_typing_in_the_menu_the_hover_and_a_plugin(shared: Flux) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)

    f.client.change(uri, (0, 0), (0, 0), "# 𝒜\n# typed\n")
    f.client.replace(uri, "def two():\n", "def two():\n\n")
    f.client.replace(uri, "return 3", "return 3 + 3")
    told = await f.client.wait_notification("flux/proposal", lambda params: params["run"] == run)
    offered = await f.client.code_actions(uri, f.client.range_of(uri, "return 3"))
    place = {"textDocument": {"uri": uri}, "position": f.client.range_of(uri, "return 2")["start"]}
    hover = str(await f.client.request("textDocument/hover", place))

    (file,) = told["files"]
    assert file["before"] == f.client.text(uri)
    assert [(h["index"], h["first"], h["label"]) for h in file["hunks"]] == [
        (1, 4, "change 1 of 3"),
        (2, 9, "change 2 of 3"),
        (3, 13, "change 3 of 3: you typed over it"),
    ]
    titles = [
        action["title"]
        for action in offered
        if "change 3 of 3" in action["title"] and run in str(action)
    ]
    assert titles == ["Flux: reject change 3 of 3, which you typed over"]
    assert "@@ -1,12 +1,12 @@" in hover
    assert "You typed over change 3 in `app.py`" in hover
    with pytest.raises(LspError, match="You typed over change 3"):
        await f.client.execute("flux.accept", {"run": run})
    await f.client.execute("flux.reject", {"run": run, "hunk": 3})
    await f.client.execute("flux.accept", {"run": run})
    assert f.client.text(uri) == (file["before"]).replace("return 1", "return 10").replace(
        "return 2", "return 20"
    )


async def test_review_always_proposes_and_never_refuses_what_is_outside(tmp_path: Path) -> None:
    inside = tool("rewrite_range", {"code": "def one():\n    return 10\n"})
    async with flux(tmp_path, inside, settings={"review": "always"}) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
        assert outcome["status"] == "proposed"
        assert f.client.text(uri) == CODE
    async with flux(tmp_path, inside, settings={"review": "inline"}) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
        assert outcome["status"] == "proposed"
        assert f.client.seen("flux/outcome")[-1]["proposal"]["in_place"] is True
    async with flux(tmp_path, answer(), settings={"review": "never", "max_attempts": 1}) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
        assert outcome["error"]["code"] == "OUT_OF_SCOPE", outcome
        assert f.client.text(uri) == CODE


async def test_an_edit_that_was_applied_says_which_lines_it_changed_and_how(shared: Flux) -> None:
    f = shared
    f.start_over(tool("rewrite_range", {"code": "def one():\n    return 10\n"}))
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
    edit = f.client.seen("flux/outcome")[-1]["edit"]
    (file,) = edit["files"]
    (hunk,) = file["hunks"]
    line = CODE[: CODE.index("return 1")].count("\n") + 1

    assert edit["run"] == outcome["run"]
    assert (file["before"], file["after"]) == (CODE, f.client.text(uri))
    assert [hunk[key] for key in ("first", "last", "new_first", "new_last")] == [line] * 4
    assert hunk["text"] == "    return 10\n"


async def test_a_client_with_change_annotations_gets_its_own_preview(tmp_path: Path) -> None:
    caps = capabilities(
        experimental=None,
        workspace={"workspaceEdit": {"changeAnnotationSupport": {"groupsOnLabel": True}}},
    )
    async with flux(tmp_path, answer(), capabilities=caps) as f:
        uri = f.open("app.py", CODE)

        await f.run(uri, "edit", "return 1", instruction="times ten")

        edit = f.client.seen("workspace/applyEdit")[0]["edit"]
        assert edit["changeAnnotations"]["flux"]["needsConfirmation"] is True
        assert all("annotationId" in e for e in edit["documentChanges"][0]["edits"])


async def test_a_client_that_declares_annotations_but_no_whole_edits_gets_the_menu(
    tmp_path: Path,
) -> None:
    edit = {"changeAnnotationSupport": {"groupsOnLabel": True}, "failureHandling": None}
    caps = capabilities(experimental=None, workspace={"workspaceEdit": edit})
    async with flux(tmp_path, answer(), capabilities=caps) as f:
        uri, _ = await proposed(f)

        offered = await f.client.code_actions(uri, f.client.range_of(uri, "return 1"))

        assert f.client.seen("workspace/applyEdit") == []
        assert any("accept all 3 changes" in a["title"] for a in offered)


@pytest.mark.parametrize("kept", [0, 1])
async def test_what_a_preview_took_is_known_by_the_text_not_by_its_word(
    tmp_path: Path, kept: int
) -> None:
    caps = capabilities(
        experimental=None,
        workspace={"workspaceEdit": {"changeAnnotationSupport": {"groupsOnLabel": True}}},
    )
    async with flux(tmp_path, answer(), capabilities=caps) as f:

        def some(params: Any) -> Any:
            change = params["edit"]["documentChanges"][0]
            if kept:
                f.client.editor.edit(change["textDocument"]["uri"], change["edits"][:kept])
            return {"applied": True}

        f.client.on("workspace/applyEdit", some)
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
        offered = await f.client.code_actions(uri, f.client.range_of(uri, "def one"))

        assert outcome["status"] == ("applied" if kept else "proposed")
        assert any("accept" in a["title"] for a in offered) == (not kept)


async def test_a_proposal_is_shown_as_a_patch_of_what_is_still_open(shared: Flux) -> None:
    f = shared
    f.start_over(answer())
    uri, run = await proposed(f)
    await f.client.execute("flux.reject", {"run": run, "hunk": 2})
    await f.client.execute("flux.accept", {"run": run, "hunk": 1})
    before = f.client.text(uri) or ""

    shown = await f.client.execute("flux.show", {"run": run})

    (document,) = f.client.seen("window/showDocument")
    assert document["uri"] == Path(shown["file"]).as_uri()
    assert f.client.text(uri) == before
    (f.root / "app.py").write_text(before)
    process = await asyncio.create_subprocess_exec("git", "apply", shown["file"], cwd=f.root)
    assert await process.wait() == 0
    assert (f.root / "app.py").read_text() == before.replace("return 3", "return 30")


async def test_where_documents_cannot_be_shown_the_patch_is_named(tmp_path: Path) -> None:
    caps = capabilities(experimental=None, window={"showDocument": None})
    async with flux(tmp_path, answer(), capabilities=caps) as f:
        uri, _ = await proposed(f)

        offered = await f.client.code_actions(uri, f.client.range_of(uri, "return 1"))
        show = next(a["command"] for a in offered if a["title"].startswith("Flux: show all 3"))
        shown = await f.client.execute(show["command"], *show["arguments"])

        assert shown["file"] in str(f.client.seen("window/showMessage"))


async def test_a_change_of_another_file_is_decided_on_where_the_run_was_asked_for(
    tmp_path: Path,
) -> None:
    old, new = "def test_two():\n    assert two()\n", "\n\ndef test_one():\n    assert one() == 1\n"
    first = {
        "path": "tests/test_app.py",
        "old_string": "import os\n",
        "new_string": "import os\nimport sys\n",
    }
    more = {"path": "tests/test_app.py", "old_string": old, "new_string": old + new}
    caps = capabilities(experimental=None)
    script = tool("apply_edits", {"edits": [first, more]})
    async with flux(tmp_path, script, settings={"review": "always"}, capabilities=caps) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        tests = f.file("tests/test_app.py", f"import os\n\n\n{old}")
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "tests", "return 2")
        assert outcome["status"] == "proposed", outcome
        offered = await f.client.code_actions(uri, f.client.range_of(uri, "return 2"))
        titles = [a["title"] for a in offered]
        second = next(a["command"] for a in offered if "accept change 2 of 2" in a["title"])
        await f.client.execute(second["command"], *second["arguments"])

        assert "Flux: reject change 1 of 2 in tests/test_app.py" in titles
        assert f.client.text(tests.as_uri()) == f"import os\n\n\n{old}{new}"
        assert f.client.text(uri) == CODE


async def test_a_change_that_waits_is_the_hover_where_it_would_be(tmp_path: Path) -> None:
    async with flux(tmp_path, answer()) as f:
        uri, run = await proposed(f)

        async def hover(part: str) -> str:
            position = f.client.range_of(uri, part)["start"]
            where = {"textDocument": {"uri": uri}, "position": position}
            return str(await f.client.request("textDocument/hover", where))

        assert "-    return 3\\n+    return 30\\n" in await hover("return 2")
        assert "+    return 10" in await hover("def one")  # right above it
        await f.client.execute("flux.reject", {"run": run, "hunk": 2})
        assert await hover("def two") == "None"
        assert "return 20" not in await hover("return 3")
        await f.client.execute("flux.reject", {"run": run})
        assert await hover("return 3") == "None"


async def test_a_decision_tells_what_is_left_on_the_text_as_it_is_then(shared: Flux) -> None:
    f = shared
    longer = tool(
        "apply_edits",
        {
            "edits": [
                {
                    "path": "app.py",
                    "old_string": f"return {n}",
                    "new_string": f"x = {n}\n    return x",
                }
                for n in (1, 2, 3)
            ]
        },
    )
    f.start_over(longer)
    uri, run = await proposed(f)

    accepted = await f.client.execute("flux.accept", {"run": run, "hunk": 1})
    rejected = await f.client.execute("flux.reject", {"run": run, "hunk": 3})
    last = await f.client.execute("flux.accept", {"run": run})

    (file,) = accepted["proposal"]["files"]
    assert file["before"] == (f.client.text(uri) or "").replace("x = 2\n    return x", "return 2")
    assert [(h["index"], h["first"], h["new_first"]) for h in file["hunks"]] == [
        (2, 7, 7),
        (3, 11, 12),
    ]
    assert [h["index"] for h in rejected["proposal"]["files"][0]["hunks"]] == [2]
    assert rejected["proposal"]["files"][0]["after"] == f.client.text(uri)
    assert (last["open"], last["proposal"]) == (0, None)


async def test_what_became_of_a_run_is_told_in_a_line(shared: Flux) -> None:
    f = shared
    f.start_over(answer(), tool("rewrite_range", {"code": "def one():\n    return 10\n"}))
    uri, _ = await proposed(f)
    await f.run(uri, "fix", "return 1", diagnostics=[])
    started = await f.client.execute(
        "flux.run", f.argument(uri, "edit", "return 1", instruction="x")
    )
    await f.outcome(started["run"])

    waiting, refused, applied = (told["said"] for told in f.client.seen("flux/outcome"))

    assert waiting.startswith("3 changes in app.py: waiting for your yes [claude-")
    assert (
        refused
        == "There is no diagnostic in this range. Put the cursor on a reported problem, or use the edit action"
    )
    assert applied.startswith("1 change in app.py [claude-")


async def test_a_hover_shows_a_change_that_holds_a_fence_itself(tmp_path: Path) -> None:
    fenced = CODE.replace("return 1", 'return """\n```\nx\n```\n"""')
    reply = tool("rewrite_range", {"code": fenced[: fenced.index("\n\n\ndef two")] + "\n"})
    async with flux(tmp_path, reply, settings={"review": "always"}) as f:
        uri = f.open("app.py", CODE)
        await f.run(uri, "edit", "return 1", instruction="a text")

        place = f.client.range_of(uri, "return 1")["start"]
        hover = {"textDocument": {"uri": uri}, "position": place}
        shown = str(await f.client.request("textDocument/hover", hover))

        assert "````diff" in shown

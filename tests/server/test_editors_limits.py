"""Editors that can little, answer oddly or not at all: the job is done another way, and no outcome is a lie."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import text, tool
from tests.fakes.lsp import LspError, capabilities
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
NEW_TEST = "from app import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
POOR = {
    "workspace": {"applyEdit": True},
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {}}},
}
AFTER = CODE.replace(CODE.split("\n\n\n")[1] + "\n", BETTER)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def poor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """No progress, documents to show, document changes, new files, settings nor notifications."""
    async with flux(tmp_path_factory.mktemp("poor"), capabilities=POOR) as f:
        yield f


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def modern(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """Everything of the protocol, nothing of Flux."""
    caps = capabilities(experimental=None)
    async with flux(tmp_path_factory.mktemp("modern"), capabilities=caps) as f:
        yield f


@pytest.fixture
def answering(modern: Flux) -> Any:
    """Has the editor answer `workspace/applyEdit` in another way, for one test."""

    def by(handler: Any) -> None:
        modern.client.on("workspace/applyEdit", handler)

    yield by
    modern.client.on("workspace/applyEdit", lambda p: modern.client.editor.apply(p["edit"]))
    modern.client.editor.stale = "refuse"


def new_test(path: str) -> Any:
    return tool("apply_edits", {"edits": [], "new_files": [{"path": path, "content": NEW_TEST}]})


# -- can little


async def test_an_edit_without_document_changes_is_a_plain_one(poor: Flux) -> None:
    f = poor
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")
    undone = await f.client.execute("flux.undo", {"run": outcome["run"]})

    assert outcome["status"] == "applied", outcome
    first, second = f.client.seen("workspace/applyEdit")
    assert list(first["edit"]) == list(second["edit"]) == ["changes"]
    assert undone["undone"] is True
    assert f.client.text(uri) == CODE


async def test_a_new_file_is_made_on_disk_where_the_editor_cannot(poor: Flux) -> None:
    f = poor
    f.start_over(new_test("tests/test_app.py"))
    f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "tests", "n += item")

    assert outcome["status"] == "applied", outcome
    assert (f.root / "tests/test_app.py").read_text() == NEW_TEST
    assert f.client.seen("workspace/applyEdit") == []
    (f.root / "tests/test_app.py").unlink()


async def test_an_explanation_is_a_message_with_its_file_and_a_hover(poor: Flux) -> None:
    f = poor
    f.start_over(text("Adds up the items.\n\nIt loops over them."))
    uri = f.open("app.py", CODE)

    await f.run(uri, "explain", "n += item")
    position = f.client.range_of(uri, "n += item")["start"]
    hover = await f.client.request(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": position}
    )

    (message,) = f.client.seen("window/showMessage")
    summary, _, file = message["message"].partition(" (all of it: ")
    assert summary == "Adds up the items."
    assert "It loops over them." in Path(file.rstrip(")")).read_text()
    assert "It loops over them." in hover["contents"]["value"]


async def test_a_proposal_is_decided_on_by_code_actions_alone(poor: Flux) -> None:
    f = poor
    outside = {"path": "app.py", "old_string": "return os.name", "new_string": "return None"}
    f.start_over(tool("apply_edits", {"edits": [outside]}))
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="x")
    offered = await f.client.code_actions(uri, f.cursor(uri, "return os.name"))
    (message,) = f.client.seen("window/showMessage")
    accept = next(a["command"] for a in offered if a["title"].startswith("Flux: accept the change"))
    await f.client.execute(accept["command"], *accept["arguments"])

    assert outcome["status"] == "proposed"
    assert "code actions" in message["message"]
    assert f.client.text(uri) == CODE.replace("return os.name", "return None")


async def test_a_failure_is_a_message(poor: Flux) -> None:
    f = poor
    f.start_over(text("I would rather not."), text("Really not."), text("No."))
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="x")

    words, message = f.client.seen("window/showMessage")
    assert words["message"].startswith("Really not. (all of it: ")
    assert outcome["error"]["message"] in message["message"]
    assert outcome["error"]["hint"] in message["message"]


async def test_a_refused_command_is_a_message(poor: Flux) -> None:
    f = poor
    f.start_over()

    with pytest.raises(LspError) as error:
        await f.client.execute("flux.accept", {"run": "nonsense"})

    assert error.value.code == -32803
    (message,) = f.client.seen("window/showMessage")
    assert "no such proposal" in message["message"]


async def test_a_client_that_knows_commands_alone_is_offered_commands(tmp_path: Path) -> None:
    caps = {"workspace": {"applyEdit": True}}
    async with flux(tmp_path, GOOD, capabilities=caps) as f:
        uri = f.open("app.py", CODE.replace("def total", "# flux: use sum\ndef total"))

        offered = await f.client.code_actions(uri, f.cursor(uri, "# flux"))
        command = next(c for c in offered if c["title"] == "Flux: use sum")
        await f.client.execute(command["command"], {**command["arguments"][0], "wait": True})

        assert all(set(c) == {"title", "command", "arguments"} for c in offered)
        assert f.client.text(uri) == AFTER


async def test_a_client_that_takes_no_edits_is_offered_all_and_gets_patches(
    tmp_path: Path,
) -> None:
    caps = {"textDocument": POOR["textDocument"]}
    async with flux(tmp_path, GOOD, new_test("tests/test_app.py"), capabilities=caps) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        uri = f.open("app.py", CODE)
        offered = await f.client.code_actions(uri, f.cursor(uri, "n += item"))
        patches = []
        for action in ("edit", "tests"):
            outcome = await f.run(uri, action, "n += item", instruction="use sum")
            assert outcome["status"] == "proposed", outcome
            patches.append(Path(outcome["summary"].split(": ", 1)[1]))

        assert [a["kind"].rsplit(".", 1)[1] for a in offered] == [
            "edit", "explain", "document", "tests", "review", "agent",
        ]  # fmt: skip
        for patch in patches:
            assert str(patch) in str(f.client.seen("window/showMessage"))
            process = await asyncio.create_subprocess_exec("git", "apply", str(patch), cwd=f.root)
            assert await process.wait() == 0
        assert (f.root / "app.py").read_text() == AFTER
        assert (f.root / "tests/test_app.py").read_text() == NEW_TEST


# -- answer oddly


@pytest.mark.parametrize(
    "answer",
    [
        {"applied": False, "failureReason": "the buffer is read-only"},
        {"applied": False},
        {"applied": None},
        {},
        None,
        [],
        "yes",
        1,
    ],
    ids=repr,
)
async def test_an_edit_that_was_not_applied_is_refused_with_the_reason(
    modern: Flux, answering: Any, answer: Any
) -> None:
    f = modern
    f.start_over(GOOD)
    answering(lambda _: answer)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
    if isinstance(answer, dict) and answer.get("failureReason"):
        assert "the buffer is read-only" in outcome["error"]["message"]
    assert outcome["usd"] > 0  # paid for all the same, and told
    with pytest.raises(LspError):
        await f.client.execute("flux.undo", {"run": outcome["run"]})


async def test_an_editor_that_answers_with_an_error_is_quoted(modern: Flux, answering: Any) -> None:
    def refuse(_: Any) -> Any:
        raise LspError({"code": -32603, "message": "no window is open"})

    f = modern
    f.start_over(GOOD)
    answering(refuse)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
    assert "no window is open" in outcome["error"]["message"]


@pytest.mark.parametrize("stale", ["refuse", "lie"])
async def test_typing_that_crosses_the_edit_on_its_way_wins(
    modern: Flux, answering: Any, stale: Any
) -> None:
    f = modern
    f.start_over(GOOD)
    f.client.editor.stale = stale  # thrown away with `applied: true`, as one editor does
    uri = f.open("app.py", CODE)

    def typed_first(params: Any) -> Any:
        f.client.replace(uri, "n += item", "n += item * 2")
        return f.client.editor.apply(params["edit"])

    answering(typed_first)
    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
    assert f.client.text(uri) == CODE.replace("n += item", "n += item * 2")


async def test_typing_right_behind_the_edit_does_not_hide_it(modern: Flux, answering: Any) -> None:
    f = modern
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)

    def typed_after(params: Any) -> Any:
        answer = f.client.editor.apply(params["edit"])
        f.client.replace(uri, "import os\n", "import os\nimport sys\n")
        return answer

    answering(typed_after)
    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    answering(lambda params: f.client.editor.apply(params["edit"]))
    await f.client.execute("flux.undo", {"run": outcome["run"]})
    assert f.client.text(uri) == CODE.replace("import os\n", "import os\nimport sys\n")


async def test_an_editor_that_tells_of_its_change_late_is_believed(
    modern: Flux, answering: Any
) -> None:
    f = modern
    f.start_over(GOOD)
    answering(lambda _: {"applied": True})
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome


def give(value: Any, _: Any) -> Any:
    return value


async def test_what_cannot_be_shown_is_said(modern: Flux) -> None:
    f = modern
    for shown in ({"success": False}, None, "yes"):
        f.start_over(text("Adds up the items."))
        f.client.on("window/showDocument", partial(give, shown))
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "explain", "n += item")

        assert outcome["status"] == "answered"
        assert "Adds up the items. (all of it: " in str(f.client.seen("window/showMessage"))
    f.client.on("window/showDocument", lambda _: {"success": True})


async def test_an_editor_that_never_answers_keeps_nobody_waiting_for_long(modern: Flux) -> None:
    async def never(_: Any) -> Any:
        await asyncio.Event().wait()

    f = modern
    f.start_over(text("Adds up the items."))
    f.client.on("window/showDocument", never)
    f.client.on("window/workDoneProgress/create", never)
    uri = f.open("app.py", CODE)

    outcome = await f.run(uri, "explain", "n += item")
    f.client.on("window/showDocument", lambda _: {"success": True})
    f.client.on("window/workDoneProgress/create", f.client._create_token)

    assert outcome["status"] == "answered"
    assert "Adds up the items. (all of it: " in str(f.client.seen("window/showMessage"))
    assert f.client.seen("$/progress") == []


async def test_a_no_in_the_editors_own_preview_leaves_the_proposal(tmp_path: Path) -> None:
    caps = capabilities(
        experimental=None,
        workspace={"workspaceEdit": {"changeAnnotationSupport": {"groupsOnLabel": True}}},
    )
    async with flux(tmp_path, GOOD, settings={"review": "always"}, capabilities=caps) as f:
        f.client.on("workspace/applyEdit", lambda _: {"applied": False})
        uri = f.open("app.py", CODE)

        outcome = await f.run(uri, "edit", "n += item", instruction="use sum")
        f.client.on("workspace/applyEdit", lambda p: f.client.editor.apply(p["edit"]))
        offered = await f.client.code_actions(uri, f.cursor(uri, "n += item"))
        accept = next(a["command"] for a in offered if "accept" in a["title"])
        await f.client.execute(accept["command"], *accept["arguments"])

        assert outcome["status"] == "proposed"
        assert f.client.text(uri) == AFTER


# -- where the text is


async def test_the_edit_names_the_version_it_was_made_for(modern: Flux) -> None:
    f = modern
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)
    f.client.replace(uri, "import os\n", "import sys\n")
    f.client.replace(uri, "import sys\n", "import os\n")

    await f.run(uri, "edit", "n += item", instruction="use sum")

    (asked,) = f.client.seen("workspace/applyEdit")
    (change,) = asked["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 3}


async def test_the_buffer_counts_and_the_file_stays_as_it_is(modern: Flux) -> None:
    f = modern
    f.start_over(GOOD)
    uri = f.client.open(f.file("app.py", "print('on disk')\n"), CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    assert "on disk" not in f.said()
    assert f.client.text(uri) == AFTER
    assert (f.root / "app.py").read_text() == "print('on disk')\n"


async def test_a_file_that_is_not_open_is_changed_by_the_editor_too(modern: Flux) -> None:
    f = modern
    f.start_over(GOOD)
    file = f.file("closed.py", CODE)
    argument = {
        "action": "edit",
        "uri": file.as_uri(),
        "range": {"start": {"line": 6, "character": 8}, "end": {"line": 6, "character": 8}},
        "instruction": "use sum",
        "wait": True,
    }

    outcome = await f.client.execute("flux.run", argument)

    assert outcome["status"] == "applied", outcome
    (asked,) = f.client.seen("workspace/applyEdit")
    assert asked["edit"]["documentChanges"][0]["textDocument"]["version"] is None
    assert file.read_text() == AFTER


async def test_a_document_without_a_file_is_edited(modern: Flux) -> None:
    f = modern
    f.start_over(GOOD)
    uri = f.client.open("untitled:Untitled-1", CODE)

    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")

    assert outcome["status"] == "applied", outcome
    assert f.client.text(uri) == AFTER
    assert outcome["sent"][0]["path"] == "Untitled-1"
    with pytest.raises(LspError) as error:
        await f.run(uri, "tests", "def total")
    assert "Save `Untitled-1` first: tests have to import it" in error.value.message


@pytest.mark.parametrize("name", ["missing.py", "binary.py", "folder"])
async def test_what_is_no_text_is_refused_with_a_sentence(modern: Flux, name: str) -> None:
    f = modern
    f.start_over()
    f.file("binary.py", b"\xff\xfe\x00\x01")
    (f.root / "folder").mkdir(exist_ok=True)
    zero = {"line": 0, "character": 0}
    argument = {"action": "explain", "uri": (f.root / name).as_uri()}

    with pytest.raises(LspError) as error:
        await f.client.execute("flux.run", {**argument, "range": {"start": zero, "end": zero}})

    assert error.value.code == -32803
    assert f"`{name}` is neither open nor a readable text file" in error.value.message


async def test_a_document_that_is_not_shared_is_refused_with_a_reason(modern: Flux) -> None:
    f = modern
    f.start_over()
    zero = {"line": 0, "character": 0}
    argument = {"action": "explain", "uri": "git:/shop/app.py?ref=HEAD"}

    with pytest.raises(LspError) as error:
        await f.client.execute("flux.run", {**argument, "range": {"start": zero, "end": zero}})

    assert "“git” documents are not shared with Flux" in error.value.message


async def test_a_file_that_appeared_meanwhile_is_not_overwritten(
    modern: Flux, answering: Any
) -> None:
    f = modern
    f.start_over(new_test("tests/test_app.py"))
    f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')

    def made_first(params: Any) -> Any:
        f.file("tests/test_app.py", "precious = 1\n")
        try:
            return f.client.editor.apply(params["edit"])
        finally:
            f.client.editor.problems.clear()  # that it exists is what this is about

    answering(made_first)
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "tests", "n += item")

    assert (outcome["status"], outcome["error"]["code"]) == ("refused", "STALE_DOCUMENT")
    assert (f.root / "tests/test_app.py").read_text() == "precious = 1\n"
    (f.root / "tests/test_app.py").unlink()


async def test_one_selected_character_means_the_symbol(modern: Flux) -> None:
    f = modern
    f.start_over(GOOD)
    uri = f.open("app.py", CODE)
    start = f.client.range_of(uri, "n += item")["start"]
    one = {"start": start, "end": {**start, "character": start["character"] + 1}}

    offered = await f.client.code_actions(uri, one)
    argument = {"action": "edit", "uri": uri, "range": one, "instruction": "x", "wait": True}
    await f.client.execute("flux.run", argument)

    assert "Flux: explain `total`" in [a["title"] for a in offered]
    assert '<target path="app.py" first_line="4" last_line="8">' in f.said()


async def test_an_offered_action_needs_no_resolve_and_survives_a_restart(tmp_path: Path) -> None:
    code = CODE.replace("def total", "# flux: use sum\ndef total")
    async with flux(tmp_path) as f:
        assert f.client.server["capabilities"]["codeActionProvider"]["resolveProvider"] is False
        uri = f.open("app.py", code)
        offered = await f.client.code_actions(uri, f.cursor(uri, "# flux"))
        commands = {a["title"]: a["command"] for a in offered}
    async with flux(tmp_path, GOOD) as f:
        uri = f.open("app.py", code)

        command = next(c for title, c in commands.items() if title == "Flux: use sum")
        outcome = await f.client.execute(
            command["command"], {**command["arguments"][0], "wait": True}
        )

        assert outcome["status"] == "applied", outcome
        assert f.client.text(uri) == AFTER


async def test_in_a_workspace_of_two_folders_new_files_go_where_the_source_is(
    tmp_path: Path,
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    (second / "app.py").write_text(CODE)
    async with flux(tmp_path, new_test("tests/test_app.py")) as f:
        folder = {"uri": second.as_uri(), "name": "second"}
        f.client.notify(
            "workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}}
        )
        uri = f.client.open(second / "app.py", CODE)

        outcome = await f.run(uri, "tests", "n += item")

        assert outcome["status"] == "applied", outcome
        assert (second / "tests/test_app.py").read_text() == NEW_TEST
        assert not (f.root / "tests").exists()

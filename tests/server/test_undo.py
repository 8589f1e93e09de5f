"""`flux.undo`: all of a run or nothing of it, and never what the person has typed since."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.answers import tool
from tests.fakes.lsp import LspError, capabilities
from tests.server.flux import Flux, flux
from tests.server.test_main_job import BETTER, CODE
from tests.server.test_review import CODE as THREE
from tests.server.test_review import answer as three_hunks

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = tool("rewrite_range", {"code": BETTER})
NEW_TEST = "def test_total():\n    assert total([1, 2]) == 3\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        f.file("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n')
        yield f


async def edited(f: Flux, *script: Any) -> tuple[str, str]:
    """A document and the run that has just changed it."""
    f.start_over(*(script or (GOOD,)))
    uri = f.open("app.py", CODE)
    outcome = await f.run(uri, "edit", "n += item", instruction="use sum")
    assert outcome["status"] == "applied", outcome
    return uri, outcome["run"]


async def test_what_was_typed_beside_it_stays(shared: Flux) -> None:
    f = shared
    uri, run = await edited(f)
    f.client.replace(uri, "import os\n", "import os\nimport sys\n")
    f.client.replace(uri, "return os.name", "return None")

    told = await f.client.execute("flux.undo", {"run": run})

    assert told == {"run": run, "undone": True, "kept": [], "why": {}}
    typed = CODE.replace("import os\n", "import os\nimport sys\n")
    assert f.client.text(uri) == typed.replace("return os.name", "return None")


async def test_what_was_typed_in_it_refuses_the_undo(shared: Flux) -> None:
    f = shared
    uri, run = await edited(f)
    f.client.replace(uri, "return sum(items)", "return sum(items) + 1")
    typed = f.client.text(uri)

    with pytest.raises(LspError) as error:
        await f.client.execute("flux.undo", {"run": run})

    assert error.value.data["code"] == "STALE_DOCUMENT"
    assert error.value.data["hint"] == "Use the editor's own undo"
    assert f.client.text(uri) == typed


async def test_a_second_undo_goes_to_the_run_before(shared: Flux) -> None:
    f = shared
    f.start_over(GOOD, tool("rewrite_range", {"code": "def other():\n    return None\n"}))
    uri = f.open("app.py", CODE)
    await f.run(uri, "edit", "n += item", instruction="use sum")
    await f.run(uri, "edit", "return os.name", instruction="return nothing")
    both = f.client.text(uri)

    texts = []
    for _ in range(2):
        await f.client.execute("flux.undo")
        texts.append(f.client.text(uri))

    assert texts == [(both or "").replace("return None", "return os.name"), CODE]


async def test_hunks_that_were_accepted_one_by_one_go_together(shared: Flux) -> None:
    f = shared
    f.start_over(three_hunks())
    uri = f.open("app.py", THREE)
    outcome = await f.run(uri, "edit", "return 1", instruction="times ten")
    await f.client.execute("flux.accept", {"run": outcome["run"], "hunk": 3})
    f.client.change(uri, (0, 0), (0, 0), "# typed\n")
    await f.client.execute("flux.accept", {"run": outcome["run"], "hunk": 1})
    assert (f.client.text(uri) or "").count("0\n") == 2

    await f.client.execute("flux.undo", {"run": outcome["run"]})

    assert f.client.text(uri) == f"# typed\n{THREE}"
    assert len(f.client.seen("workspace/applyEdit")) == 3


async def test_a_file_that_a_run_made_goes_unless_somebody_wrote_in_it(shared: Flux) -> None:
    f = shared
    made = f.root / "tests/test_app.py"
    new = {"edits": [], "new_files": [{"path": "tests/test_app.py", "content": NEW_TEST}]}
    for typed, kept in (("", []), ("# mine\n", [made.as_uri()])):
        f.start_over(tool("apply_edits", new))
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "tests", "n += item")
        assert outcome["status"] == "applied", outcome
        if typed:
            f.client.open(made)
            f.client.change(made.as_uri(), (0, 0), (0, 0), typed)

        told = await f.client.execute("flux.undo", {"run": outcome["run"]})

        assert told["kept"] == kept
        assert made.exists() == bool(typed)
    made.unlink()


async def test_a_document_that_was_closed_without_saving_needs_no_undo(shared: Flux) -> None:
    f = shared
    uri, run = await edited(f)
    edits = len(f.client.seen("workspace/applyEdit"))
    f.client.close(uri)

    assert (await f.client.execute("flux.undo", {"run": run}))["kept"] == []

    assert len(f.client.seen("workspace/applyEdit")) == edits
    assert (f.root / "app.py").read_text() == CODE


async def test_a_document_that_was_saved_and_closed_is_undone_too(shared: Flux) -> None:
    f = shared
    uri, run = await edited(f)
    (f.root / "app.py").write_text(f.client.text(uri) or "")
    f.client.close(uri)

    await f.client.execute("flux.undo", {"run": run})

    now = f.client.text(uri)
    assert CODE in {now, (f.root / "app.py").read_text()}


async def test_without_a_plugin_the_undo_is_in_the_menu_for_a_while(tmp_path: Path) -> None:
    async with flux(tmp_path, capabilities=capabilities(experimental=None)) as f:
        uri, run = await edited(f)
        place = f.client.range_of(uri, "return os.name")

        titles = {a["title"]: a for a in await f.client.code_actions(uri, place)}

        undo = titles["Flux: undo edit"]
        assert undo["kind"] == "quickfix.flux.undo"
        assert undo["command"]["arguments"] == [{"run": run}]
        shown = titles["Flux: show what edit changed"]["command"]
        answer = await f.client.execute(shown["command"], *shown["arguments"])
        assert "-" in Path(answer["file"]).read_text()
        assert "+" in Path(answer["file"]).read_text()
        again = titles["Flux: undo edit and try again"]["command"]
        assert (again["command"], again["arguments"]) == (
            "flux.retry",
            [{"run": run, "undo": True}],
        )
        await f.client.execute("flux.undo", {"run": run})
        assert f.client.text(uri) == CODE
        offered = await f.client.code_actions(uri, place)
        assert not any("undo" in a["title"] for a in offered)


async def test_an_undo_that_the_editor_refuses_can_be_tried_again(shared: Flux) -> None:
    f = shared
    uri, run = await edited(f)
    f.client.on("workspace/applyEdit", lambda _: {"applied": False})
    with pytest.raises(LspError):
        await f.client.execute("flux.undo", {"run": run})

    f.client.on("workspace/applyEdit", lambda p: f.client.editor.apply(p["edit"]))
    await f.client.execute("flux.undo", {"run": run})

    assert f.client.text(uri) == CODE


async def test_a_run_of_another_session_is_not_known(tmp_path: Path) -> None:
    caps = capabilities(experimental=None)
    async with flux(tmp_path, capabilities=caps) as f:
        for argument in ({"run": "0123456789ab"}, {}):
            with pytest.raises(LspError) as error:
                await f.client.execute("flux.undo", argument)
            assert error.value.code == -32803
        with pytest.raises(LspError):
            await f.client.execute("flux.retry", {"run": "0123456789ab"})

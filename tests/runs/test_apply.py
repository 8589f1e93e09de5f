"""An edit on its way: typing meanwhile, fronts that decline, forget or answer late, files to make."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.engine.services import TestFile
from flux_lsp.engine.values import Applied, Cancelled, Failed, Refused
from flux_lsp.runs import apply
from flux_lsp.runs.ports import FrontCapabilities
from flux_lsp.runs.undo import undo_run
from flux_lsp.runs.values import WorkspaceEdit
from tests.runs.fakes import AFTER, CODE, URI, FakeFront, Stage, declined, stage

NEW_TEST = {
    "edits": [],
    "new_files": [
        {
            "path": "test_app.py",
            "content": "from app import total\n\n\ndef test_total():\n    assert total([]) == 0\n",
        }
    ],
}


async def at_work(it: Stage) -> Any:
    """A run whose model waits."""
    it.model.gate = asyncio.Event()
    run = it.start()
    await it.model.asked.wait()
    return run


async def test_typing_elsewhere_is_kept(tmp_path: Path) -> None:
    it = stage(tmp_path)
    run = await at_work(it)
    it.front.type(URI, lambda text: text.replace("import os\n", "import os\nimport sys\n"))
    it.model.gate.set()  # type: ignore[union-attr]

    assert isinstance(await run.wait(), Applied)
    assert it.text == AFTER.replace("import os\n", "import os\nimport sys\n")


async def test_typing_in_the_target_refuses_the_edit(tmp_path: Path) -> None:
    it = stage(tmp_path)
    run = await at_work(it)
    it.front.type(URI, lambda text: text.replace("n += item", "n += 2 * item"))
    it.model.gate.set()  # type: ignore[union-attr]

    result = await run.wait()

    assert isinstance(result, Refused)
    assert result.error.code is ErrorCode.STALE_DOCUMENT
    assert it.front.edits == []
    assert it.text == CODE.replace("n += item", "n += 2 * item")


async def test_a_document_that_was_closed_is_not_written_to(tmp_path: Path) -> None:
    it = stage(tmp_path)
    run = await at_work(it)
    del it.front.texts[URI]
    it.model.gate.set()  # type: ignore[union-attr]

    result = await run.wait()

    assert isinstance(result, Refused)
    assert "was closed" in result.error.message


async def test_an_edit_that_met_a_key_is_sent_again_on_what_the_key_made(tmp_path: Path) -> None:
    def meet_a_key(front: FakeFront, edit: WorkspaceEdit) -> Problem | None:
        if len(front.edits) == 1:
            front.type(URI, lambda text: text + "# typed\n")
            return declined()
        return front.take(edit)

    it = stage(tmp_path, front=FakeFront(on_edit=meet_a_key))

    assert isinstance(await it.start().wait(), Applied)
    assert it.text == AFTER + "# typed\n"
    assert len(it.front.edits) == 2


async def test_a_front_that_declines_and_stays_as_it_is_is_asked_once(tmp_path: Path) -> None:
    it = stage(tmp_path, front=FakeFront(on_edit=lambda *_: declined()))

    assert isinstance(await it.start().wait(), Refused)
    assert len(it.front.edits) == 1
    assert it.text == CODE


async def test_a_yes_for_an_edit_that_was_thrown_away_is_not_believed(tmp_path: Path) -> None:
    def throw_away(front: FakeFront, edit: WorkspaceEdit) -> None:
        front.type(URI, lambda text: text.replace("n = 0", "n = 00"))

    it = stage(tmp_path, front=FakeFront(on_edit=throw_away))

    result = await it.start().wait()

    assert isinstance(result, Refused)
    assert "EditApplied" not in it.kinds()


async def test_a_front_that_tells_nothing_of_its_documents_is_believed(tmp_path: Path) -> None:
    it = stage(tmp_path, front=FakeFront(on_edit=lambda *_: None))
    assert isinstance(await it.start().wait(), Applied)


async def test_a_front_that_never_tells_of_its_yes_is_named_to_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "_TOLD_WITHIN", 0.0)
    it = stage(tmp_path, front=FakeFront(on_edit=lambda *_: None))
    assert isinstance(await it.start().wait(), Applied)
    await asyncio.sleep(0)

    [(level, words)] = it.front.told
    assert (level, "`app.py` is as before" in words) == ("warning", True)


async def test_a_front_that_tells_late_is_no_matter_for_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[asyncio.Handle] = []
    loop, call_later = asyncio.get_running_loop(), asyncio.get_running_loop().call_later

    def note(seconds: float, callback: Any, *arguments: Any) -> Any:
        handle = call_later(seconds, callback, *arguments)
        if seconds == apply._TOLD_WITHIN:
            later.append(handle)
        return handle

    monkeypatch.setattr(loop, "call_later", note)
    it = stage(tmp_path, front=FakeFront(on_edit=lambda *_: None))
    assert isinstance(await it.start().wait(), Applied)
    it.front.type(URI, lambda _: AFTER)
    [handle] = later
    handle._run()

    assert it.front.told == []


async def test_cancelled_while_the_front_has_the_edit_it_counts_what_became_of_it(
    tmp_path: Path,
) -> None:
    has_it, go = asyncio.Event(), asyncio.Event()

    async def slowly(front: FakeFront, edit: WorkspaceEdit) -> Problem | None:
        has_it.set()
        await go.wait()
        return front.take(edit)

    it = stage(tmp_path, front=FakeFront(on_edit=slowly))
    run = it.start()
    await has_it.wait()
    it.session.runs.cancel(run.id)
    go.set()

    assert isinstance(await run.wait(), Applied)
    assert it.text == AFTER


async def test_an_edit_that_turns_up_after_its_run_was_cancelled_can_be_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flux_lsp.runs.apply._LAST_WORD", 0.01)
    has_it = asyncio.Event()
    waiting: list[WorkspaceEdit] = []

    async def never(front: FakeFront, edit: WorkspaceEdit) -> None:
        waiting.append(edit)
        has_it.set()
        await asyncio.Event().wait()

    it = stage(tmp_path, front=FakeFront(on_edit=never))
    run = it.start()
    await has_it.wait()
    it.session.runs.cancel(run.id)
    result = await run.wait()
    assert isinstance(result, Cancelled | Failed)
    assert result.error.code is ErrorCode.CANCELLED

    it.front.take(waiting[0])
    it.front.on_edit = None
    report = await undo_run(it.session, None)

    assert report.run == run.id
    assert it.text == CODE


# -- new files


def stage_with_tests(data: Path, root: Path, **can: bool) -> Stage:
    """A session in which `tests` makes `test_app.py` below `root`."""
    capabilities = FrontCapabilities(applies_edits=True, shows_outcomes=True, **can)
    it = stage(data, ("apply_edits", NEW_TEST), front=FakeFront(capabilities))
    it.session.documents.roots = (root,)
    it.front.texts[(root / "app.py").as_uri()] = it.front.texts.pop(URI)
    configuration: Any = it.session.configuration
    configuration.test_file = TestFile("test_app.py", "pytest", None, "Test file: test_app.py")
    return it


def start_tests(it: Stage, root: Path) -> Any:
    from flux_lsp.core.text import Span
    from flux_lsp.engine.values import Request
    from flux_lsp.runs.start import start_run

    snapshot = it.session.documents.take_open_snapshot((root / "app.py").as_uri())
    assert snapshot is not None
    offset = snapshot.text.index("n += item")
    return start_run(it.session, Request("", "tests", snapshot, Span(offset, offset)))


async def test_a_new_file_is_made_by_the_front_and_shown(tmp_path: Path) -> None:
    it = stage_with_tests(tmp_path / "data", tmp_path, creates_files=True)

    assert isinstance(await start_tests(it, tmp_path).wait(), Applied)

    uri = (tmp_path / "test_app.py").as_uri()
    assert it.front.texts[uri].content.startswith("from app import total")
    assert it.front.shown == [uri]
    assert not (tmp_path / "test_app.py").exists()


async def test_a_new_file_is_made_on_disk_for_a_front_that_cannot(tmp_path: Path) -> None:
    it = stage_with_tests(tmp_path / "data", tmp_path)

    assert isinstance(await start_tests(it, tmp_path).wait(), Applied)

    assert (tmp_path / "test_app.py").read_text().startswith("from app import total")
    assert it.front.edits == []


async def test_a_file_that_appeared_meanwhile_is_never_overwritten(tmp_path: Path) -> None:
    it = stage_with_tests(tmp_path / "data", tmp_path)
    (tmp_path / "test_app.py").write_text("precious = 1\n")

    assert isinstance(await start_tests(it, tmp_path).wait(), Refused)

    assert (tmp_path / "test_app.py").read_text() == "precious = 1\n"


@pytest.mark.parametrize("deletes_files", [True, False])
async def test_undo_takes_a_new_file_away_where_the_front_can(
    tmp_path: Path, deletes_files: bool
) -> None:
    it = stage_with_tests(
        tmp_path / "data", tmp_path, creates_files=True, deletes_files=deletes_files
    )
    run = start_tests(it, tmp_path)
    await run.wait()
    uri = (tmp_path / "test_app.py").as_uri()

    report = await undo_run(it.session, run.id)

    assert [file.uri for file in report.kept] == ([] if deletes_files else [uri])
    assert (uri in it.front.texts) is not deletes_files


async def test_undo_leaves_a_new_file_that_somebody_wrote_in(tmp_path: Path) -> None:
    it = stage_with_tests(tmp_path / "data", tmp_path, creates_files=True, deletes_files=True)
    run = start_tests(it, tmp_path)
    await run.wait()
    uri = (tmp_path / "test_app.py").as_uri()
    it.front.type(uri, lambda text: text + "# mine\n")

    report = await undo_run(it.session, run.id)

    assert [(file.uri, file.why) for file in report.kept] == [(uri, "was written in since")]

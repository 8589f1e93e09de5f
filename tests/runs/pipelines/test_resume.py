"""A pipeline that was cut off goes on at the first step that is not done, and pays for none twice."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.engine.pipelines.stored_state import read_state
from flux_lsp.engine.values import Cancelled, Failed, Proposed, Refused
from flux_lsp.runs.pipelines.run import find_stored
from flux_lsp.runs.pipelines.store import PipelineStore
from flux_lsp.runs.start import resume_run
from tests.runs.fakes import CODE, OpenText
from tests.runs.pipelines.stages import (
    FOUR,
    GOOD,
    SUM,
    TESTS,
    Stage,
    hand_over,
    rewrite,
    stage,
)

DOWN = CallError(Problem(ErrorCode.NETWORK, "The line is dead", "Plug it in"), status=400)


async def cut_off(tmp_path: Path, step: int) -> str:
    """Run a pipeline whose call of the step with this index fails; returns the run."""
    it = stage(tmp_path, *GOOD[:step], DOWN)
    result = await it.start().wait()
    assert isinstance(result, Failed), result
    it.ledger.close()
    return result.run


async def resume(it: Stage, run: str, **more: Any) -> Any:
    stored = await find_stored(it.session, run)
    assert stored is not None
    return await (await resume_run(it.session, stored, it.events.append, **more)).wait()


def list_files(it: Stage) -> list[str]:
    return sorted(file.name for file in (it.data / "pipelines").iterdir())


@pytest.mark.parametrize("step", [1, 2, 3])
async def test_it_goes_on_in_another_session(tmp_path: Path, step: int) -> None:
    run = await cut_off(tmp_path, step)
    it = stage(tmp_path, *GOOD[step:])

    result = await resume(it, run)

    assert isinstance(result, Proposed), result
    assert len(it.model.prompts) == len(FOUR) - step
    assert [each["agent"] for each in result.steps] == [each.agent for each in FOUR]
    (change,) = result.plan.files
    assert SUM.splitlines()[1].strip() == change.changes[0].text
    assert [(new.path, new.content) for new in result.plan.new_files] == [
        ("tests/test_app.py", TESTS)
    ]
    assert '"decisions":["sum() adds"]' in str(it.model.prompts[0].turns[-1].blocks[-1]["text"])
    assert list_files(it) == []
    assert len(result.attempts) == len(FOUR) - step  # what this run has paid for


async def test_nothing_is_stored_before_a_step_is_done(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 0)
    assert await find_stored(stage(tmp_path).session, run) is None


async def test_it_can_be_cut_off_again(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 1)
    it = stage(tmp_path, GOOD[1], DOWN)
    result = await resume(it, run)
    assert isinstance(result, Failed)
    assert list_files(it) == [f"{result.run}.json"]

    it = stage(tmp_path, *GOOD[2:])
    assert isinstance(await resume(it, result.run), Proposed)
    assert len(it.model.prompts) == 2


async def test_a_cancelled_one_goes_on(tmp_path: Path) -> None:
    it = stage(tmp_path, *GOOD)

    def cancel(number: int) -> None:
        if number == 3:
            it.session.runs.cancel(None)

    it.model.on_call = cancel
    result = await it.start().wait()
    assert isinstance(result, Cancelled), result

    it.model.script, it.model.on_call = [*GOOD[:3], *GOOD[2:]], lambda _: None
    again = await resume(it, result.run)
    assert isinstance(again, Proposed), again
    assert len(it.model.prompts) == 5  # one of the four was under way


async def test_one_under_way_is_not_run_twice(tmp_path: Path) -> None:
    it = stage(tmp_path, *GOOD)
    problems: list[FluxError] = []

    async def retry(number: int) -> None:
        if number == 2:
            try:
                await find_stored(it.session, run.id)
            except FluxError as error:
                problems.append(error)

    it.model.on_call = retry
    run = it.start()
    await run.wait()
    assert [error.problem.code for error in problems] == [ErrorCode.BAD_REQUEST]


async def test_a_remark_reaches_the_steps_that_are_left(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 1)
    it = stage(tmp_path, *GOOD[1:])
    await resume(it, run, instruction="and be quick", tier="sonnet")
    words = str(it.model.prompts[0].turns[-1].blocks[-1]["text"])
    assert "<instruction>use sum\nand be quick</instruction>" in words
    assert set(it.model.models) == {"claude-sonnet-5-5"}


async def test_finished_edits_are_moved_onto_what_was_typed(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 2)
    typed = f"# new\n{CODE}# end\n"
    it = stage(tmp_path, *GOOD[2:], text=typed)

    result = await resume(it, run)

    assert isinstance(result, Proposed), result
    assert f'<target path="app.py" first_line="5" last_line="6">\n{SUM}' in str(
        it.model.prompts[0].turns[-1].blocks[-1]["text"]
    )
    base = result.base["app.py"]
    assert base.text == typed


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.front.type(it.uri, lambda text: text.replace("n += item", "n -= item")),
        lambda it: (it.front.texts.pop(it.uri), (it.root / "app.py").unlink()),
        lambda it: (it.root / "tests/test_app.py").write_text("x = 1\n"),
    ],
    ids=["typed over", "deleted", "made by somebody else"],
)
async def test_what_does_not_fit_any_more_is_said_and_kept(tmp_path: Path, change: Any) -> None:
    run = await cut_off(tmp_path, 3)
    it = stage(tmp_path, *GOOD[3:])
    change(it)

    with pytest.raises(FluxError) as caught:
        await resume(it, run)

    assert caught.value.problem.code is ErrorCode.STALE_DOCUMENT
    assert it.model.prompts == []
    assert list_files(it) == [f"{run}.json"]


async def test_a_pipeline_whose_file_has_other_steps_now_does_not_go_on(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 2)
    it = stage(tmp_path, *GOOD[2:], steps=FOUR[:2])

    result = await resume(it, run)

    assert isinstance(result, Refused)
    assert result.error.code is ErrorCode.STALE_DOCUMENT
    assert it.model.prompts == []
    assert list_files(it) == [f"{run}.json"]


async def test_one_that_was_all_done_only_has_to_be_delivered(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 3)
    it = stage(tmp_path)
    store = PipelineStore(it.data)
    stored = store.read(run)
    assert stored is not None
    file = it.data / "pipelines" / f"{run}.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "next": 4}))

    assert isinstance(await resume(it, run), Proposed)
    assert it.model.prompts == []


async def test_the_file_is_private_and_bounded(tmp_path: Path) -> None:
    await cut_off(tmp_path, 2)
    it = stage(tmp_path)
    (file,) = (it.data / "pipelines").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert "sk-test" not in file.read_text()

    store = PipelineStore(it.data)
    (stored,) = store.list_cut_off()
    for number in range(30):
        request = stored.request.__class__(
            f"{number:012x}", "pipeline:four", stored.request.snapshot, stored.request.selection
        )
        assert store.write(stored.__class__(request, stored.state, stored.agents))
    assert len(list_files(it)) == 20


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"version": 1}', '{"version": 2}', "\ud800"],
)
async def test_a_damaged_file_is_no_pipeline(tmp_path: Path, content: str) -> None:
    run = await cut_off(tmp_path, 1)
    it = stage(tmp_path)
    (it.data / "pipelines" / f"{run}.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert await find_stored(it.session, run) is None
    assert PipelineStore(it.data).list_cut_off() == []


@pytest.mark.parametrize("run", ["", "../../etc/passwd", "0" * 11, "0" * 13, "ABCDEFABCDEF"])
async def test_only_a_run_names_a_file(tmp_path: Path, run: str) -> None:
    assert await find_stored(stage(tmp_path).session, run) is None


async def test_every_key_of_a_stored_file_counts(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 2)
    it = stage(tmp_path)
    value = json.loads((it.data / "pipelines" / f"{run}.json").read_text())
    assert read_state(value) is not None
    for key in set(value) - {"host", "pid"}:
        assert read_state({k: v for k, v in value.items() if k != key}) is None, key
    for key in value["request"]:
        broken = {k: v for k, v in value["request"].items() if k != key}
        assert read_state({**value, "request": broken}) is None, key


async def test_a_pipeline_of_another_living_process_stays_there(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 1)
    it = stage(tmp_path)
    file = it.data / "pipelines" / f"{run}.json"
    value = json.loads(file.read_text())
    file.write_text(json.dumps({**value, "pid": os.getppid()}))
    assert await find_stored(it.session, run) is None
    file.write_text(json.dumps({**value, "pid": 2**22 + 1}))
    assert await find_stored(it.session, run) is not None


async def test_an_unsaved_document_is_what_counts(tmp_path: Path) -> None:
    run = await cut_off(tmp_path, 2)
    it = stage(tmp_path, *GOOD[2:])
    it.front.texts[it.uri] = OpenText("# unsaved\n" + CODE, 7)
    result = await resume(it, run)
    assert isinstance(result, Proposed)
    assert result.base["app.py"].version == 7


async def test_a_rewrite_after_a_resumption_is_of_the_moved_target(tmp_path: Path) -> None:
    steps = (FOUR[0], FOUR[1], FOUR[1])
    it = stage(tmp_path, *GOOD[:2], DOWN, steps=steps)
    run = (await it.start().wait()).run
    better = "def total(items):\n    return sum(items) or 0\n"
    it = stage(tmp_path, [rewrite(better), hand_over()], steps=steps, text=f"\n\n{CODE}")

    result = await resume(it, run)

    assert it.text == "\n\n" + CODE.replace(
        CODE[CODE.index("def total") : CODE.index("\n\ndef home")], better
    ), result

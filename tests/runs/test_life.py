"""A run from its start to its end: delivered, refused, cancelled, superseded, and told of throughout."""

import asyncio
from pathlib import Path

import pytest

from flux_lsp.context.values import Diagnostic
from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.core.text import Span
from flux_lsp.engine.events import AttemptEnded, TextArrived
from flux_lsp.engine.values import Answered, Applied, Cancelled, Failed, Proposed, Refused
from flux_lsp.runs.events import Event, RunEnded
from flux_lsp.runs.ports import FrontCapabilities
from flux_lsp.runs.start import retry_run, take_snapshot
from tests.runs.fakes import ABLE, AFTER, BETTER, CODE, URI, FakeFront, stage


async def test_a_good_answer_is_one_edit_and_the_stream_tells_every_step(tmp_path: Path) -> None:
    it = stage(tmp_path)

    result = await it.start().wait()

    assert isinstance(result, Applied)
    assert it.text == AFTER
    assert len(it.front.edits) == 1
    assert it.kinds() == [
        "RunStarted", "ReadingStarted", "TargetKnown", "CallStarted", "ContextSent",
        "CheckStarted", "AttemptEnded", "EditApplied", "RunEnded",
    ]  # fmt: skip
    assert {event.run for event in it.events} == {result.run}


async def test_observers_of_the_session_see_every_run(tmp_path: Path) -> None:
    it = stage(tmp_path, "It adds.")
    seen: list[Event] = []
    it.session.observers.append(seen.append)

    first = await it.start("explain").wait()
    second = await it.start("explain", at="os.name").wait()

    ended = [event.run for event in seen if isinstance(event, RunEnded)]
    assert ended == [first.run, second.run]
    assert [event.text for event in seen if isinstance(event, TextArrived)] == ["It adds."] * 2


async def test_an_answer_that_cannot_be_used_twice_over_is_refused_with_its_attempts(
    tmp_path: Path,
) -> None:
    it = stage(tmp_path, "I would rather talk.", max_attempts=2)

    result = await it.start().wait()

    assert isinstance(result, Refused)
    assert result.error.code is ErrorCode.FORMAT
    assert [event.attempt for event in it.events if isinstance(event, AttemptEnded)] == list(
        result.attempts
    )
    assert len(result.attempts) == 2
    assert it.text == CODE


@pytest.mark.parametrize("shows_outcomes", [True, False])
async def test_a_failure_inside_is_told_once_and_changes_nothing(
    tmp_path: Path, shows_outcomes: bool
) -> None:
    front = FakeFront(FrontCapabilities(applies_edits=True, shows_outcomes=shows_outcomes))
    it = stage(tmp_path, RuntimeError("boom"), front=front)

    result = await it.start().wait()

    assert isinstance(result, Failed)
    assert result.error.code is ErrorCode.INTERNAL
    assert len(front.told) == (0 if shows_outcomes else 1)
    assert it.text == CODE


async def test_an_observer_that_fails_costs_the_run_and_nothing_else(tmp_path: Path) -> None:
    def fail(event: Event) -> None:
        if type(event).__name__ in {"RunStarted", "TargetKnown"}:
            raise RuntimeError("no window")

    it = stage(tmp_path)
    it.session.observers.append(fail)

    result = await it.start().wait()

    assert isinstance(result, Failed)
    assert result.error.code is ErrorCode.INTERNAL
    assert it.text == CODE


async def test_a_run_cancelled_before_its_first_step_is_told_too(tmp_path: Path) -> None:
    it = stage(tmp_path)
    first, second = it.start(), it.start()  # the same action on the same place

    results = await first.wait(), await second.wait()

    assert isinstance(results[0], Cancelled)
    assert isinstance(results[1], Applied)
    ended = [event.run for event in it.events if isinstance(event, RunEnded)]
    assert ended == [first.id, second.id]


async def test_a_cancelled_run_ends_as_cancelled_and_applies_nothing(tmp_path: Path) -> None:
    it = stage(tmp_path)
    it.model.gate = asyncio.Event()
    run = it.start()
    await it.model.asked.wait()

    assert it.session.runs.cancel(None) == [run.id]
    result = await run.wait()
    it.model.gate.set()

    assert isinstance(result, Cancelled)
    assert result.sent  # what has left is told all the same
    assert it.kinds()[-1] == "RunEnded"
    assert it.front.edits == []


async def test_the_same_action_on_the_same_place_ends_the_older_run(tmp_path: Path) -> None:
    it = stage(tmp_path)
    it.model.gate = asyncio.Event()
    older = it.start(at="n = 0")
    await it.model.asked.wait()
    elsewhere = it.start(at="os.name")
    newer = it.start(at="return n")  # another line of the same function

    assert isinstance(await older.wait(), Cancelled)
    assert elsewhere.is_running
    assert newer.is_running
    await it.session.close()


async def test_closing_ends_what_goes_on(tmp_path: Path) -> None:
    it = stage(tmp_path)
    it.model.gate = asyncio.Event()
    run = it.start()
    await it.model.asked.wait()

    await it.session.close()

    assert isinstance(run.result, Cancelled)


async def test_an_observer_that_never_finishes_does_not_keep_the_session_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flux_lsp.runs.session._LAST_SECONDS", 0.05)
    it = stage(tmp_path)
    ends: list[str] = []

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ends.append("cancelled")

    it.session.closers.append(wait_for_ever)

    await it.session.close()

    assert ends == ["cancelled"]


async def test_an_answer_is_kept_for_the_hover_and_shown_as_a_document(tmp_path: Path) -> None:
    it = stage(tmp_path, "It adds.\n\nAll of them.")

    result = await it.start("explain").wait()

    assert isinstance(result, Answered)
    ended = it.events[-1]
    assert isinstance(ended, RunEnded)
    assert ended.explanation is not None
    assert ended.explanation.title == "total"
    assert it.session.explanations.find(URI, CODE, CODE.index("n += item")) == result.text
    (file,) = (tmp_path / "explanations").iterdir()
    assert it.front.shown == [file.as_uri()]
    assert file.read_text() == "# total\n\nIt adds.\n\nAll of them.\n"


async def test_a_front_that_shows_answers_gets_no_document(tmp_path: Path) -> None:
    can = FrontCapabilities(applies_edits=True, shows_outcomes=True, shows_answers=True)
    it = stage(tmp_path, "It adds.", front=FakeFront(can))

    await it.start("explain").wait()

    assert it.front.shown == []
    assert not (tmp_path / "explanations").exists()


async def test_a_front_without_edits_gets_a_patch_file(tmp_path: Path) -> None:
    it = stage(tmp_path, front=FakeFront(FrontCapabilities(applies_edits=False)))

    result = await it.start().wait()

    assert isinstance(result, Proposed)
    (file,) = (tmp_path / "patches").iterdir()
    assert "+    return sum(items)" in file.read_text()
    assert str(file) in it.front.told[0][1]
    assert it.text == CODE


# -- once more


async def test_retry_is_about_the_same_code_wherever_it_is_now(tmp_path: Path) -> None:
    it = stage(tmp_path, "no", ("rewrite_range", {"code": BETTER}), max_attempts=1)
    place = CODE.index("n += item")
    diagnostic = Diagnostic(Span(place, place + 1), "error", "bad name")
    run = it.start(diagnostics=(diagnostic,))
    assert isinstance(await run.wait(), Refused)
    it.front.type(URI, lambda text: "# a line\n# and another\n" + text)

    again = await retry_run(it.session, run, instruction="in one line", tier="sonnet")
    result = await again.wait()

    assert isinstance(result, Applied)
    assert it.text == "# a line\n# and another\n" + AFTER
    assert again.request.instruction == "use sum\nin one line"
    assert again.request.tier == "sonnet"
    (moved,) = again.request.diagnostics
    assert moved.span.extract(again.request.snapshot.text) == "n"
    assert again.request.selection.start == place + len("# a line\n# and another\n")


async def test_retry_drops_the_proposal_of_the_run(tmp_path: Path) -> None:
    it = stage(tmp_path, review="always")
    run = it.start()
    await run.wait()

    again = await retry_run(it.session, run)
    await again.wait()

    assert [proposal.run for proposal in it.session.proposals.list_newest_first()] == [again.id]


# -- what a run can be started on


@pytest.mark.parametrize(
    ("uri", "action", "version", "words"),
    [
        ("file:///w/missing.py", "edit", None, "neither open nor a readable text file"),
        ("git:///w/app.py", "edit", None, "documents are not shared"),
        ("untitled:Untitled-1", "tests", None, "tests have to import it"),
        (URI, "edit", 7, "changed since the action was offered"),
    ],
)
async def test_what_cannot_be_worked_on_is_a_sentence(
    tmp_path: Path, uri: str, action: str, version: int | None, words: str
) -> None:
    it = stage(tmp_path)
    it.front.texts["untitled:Untitled-1"] = it.front.texts[URI]

    with pytest.raises(FluxError) as raised:
        await take_snapshot(it.session, uri, action, version)

    assert words in str(raised.value.problem)


async def test_there_is_no_run_that_nobody_started(tmp_path: Path) -> None:
    it = stage(tmp_path, front=FakeFront(ABLE))
    with pytest.raises(FluxError):
        it.session.find_run(None)
    run = it.start()
    assert it.session.find_run(None) is run
    assert it.session.find_run(run.id) is run
    with pytest.raises(FluxError):
        it.session.find_run("unknown")
    await run.wait()

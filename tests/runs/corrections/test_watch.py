"""What is seen of an applied edit in ten minutes of a clock that the test moves."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flux_lsp.core.text import Snapshot
from flux_lsp.runs.corrections.watch import PAUSE, CorrectionWatch
from flux_lsp.runs.corrections.watched_edit import Sighting
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.values import AppliedEdit
from tests.fakes.clock import ManualClock
from tests.runs.fakes import AFTER, CODE, FakeFront, OpenText

FILLER = "".join(f"\n\ndef step_{n}(x):\n    return x + {n}\n" for n in range(30))
OLD, NEW = CODE + FILLER, AFTER + FILLER


@dataclass
class Desk:
    """A person at an editor with one document, and a watch on what they do."""

    folder: Path
    front: FakeFront = field(default_factory=FakeFront)
    clock: ManualClock = field(default_factory=ManualClock)
    seen: list[tuple[str, Sighting]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uri = (self.folder / "app.py").as_uri()
        self.front.texts[self.uri] = OpenText(OLD)
        self.documents = WorkspaceDocuments(self.front, [self.folder])
        self.front.on_change = self.documents.notify_change
        self.watch = CorrectionWatch(
            self.documents, self.clock, lambda run, seen: self.seen.append((run, seen))
        )

    @property
    def last(self) -> Sighting:
        return self.seen[-1][1]

    async def apply(self, run: str = "r1", new: str = NEW) -> None:
        """Flux applies an edit, and the editor tells of it."""
        before = self.front.texts[self.uri]
        self.type(lambda _: new)
        base = Snapshot(self.uri, "app.py", "python", before.version, before.content)
        self.watch.expect(run, AppliedEdit(((base, new),)))
        await self.watch.begin(run, AppliedEdit(((base, new),)))

    def type(self, change: Callable[[str], str]) -> None:
        self.front.type(self.uri, change)

    def replace(self, old: str, new: str) -> None:
        assert old in self.front.texts[self.uri].content
        self.type(lambda text: text.replace(old, new, 1))

    async def wait(self, seconds: float) -> None:
        """Time passes, in the steps of the watch."""
        while seconds > 0:
            self.clock.advance(min(PAUSE, seconds))
            seconds -= PAUSE
            await self.watch.look()


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    it = Desk(tmp_path)
    await it.apply()
    return it


async def test_an_edit_that_nobody_touches_is_kept(desk: Desk) -> None:
    desk.type(lambda text: "import sys\n" + text + "\n# the end\n")
    await desk.wait(610)

    assert desk.last == Sighting(kept_half=1.0, kept_5=1.0, kept_10=1.0, watched="whole")
    assert [seen.watched for _, seen in desk.seen] == ["open"] * 3 + ["whole"]


async def test_nothing_is_kept_in_memory_after_ten_minutes(desk: Desk) -> None:
    await desk.wait(610)

    assert (desk.watch._edits, desk.watch._texts) == ({}, {})


@pytest.mark.parametrize(("after", "within"), [(5, 30), (120, 300), (500, 600)])
async def test_an_undo_is_seen_with_its_delay(desk: Desk, after: int, within: int) -> None:
    await desk.wait(after)
    desk.type(lambda _: OLD)
    await desk.wait(4)

    assert (desk.last.undone, desk.last.undone_within) == (True, within)
    await desk.wait(610)
    assert desk.last.undone
    assert desk.last.kept_10 == 0


async def test_a_redo_takes_the_undo_back(desk: Desk) -> None:
    desk.type(lambda _: OLD)
    await desk.wait(4)
    desk.type(lambda _: NEW)
    await desk.wait(610)

    assert not desk.last.undone
    assert desk.last.kept_10 == 1


async def test_an_undo_is_seen_though_the_file_is_saved_at_once(desk: Desk) -> None:
    desk.type(lambda _: OLD)
    desk.documents.notify_save(desk.uri)
    await desk.wait(4)

    assert desk.last.undone


async def test_typing_inside_is_a_correction_and_takes_its_share(desk: Desk) -> None:
    await desk.wait(40)
    desk.replace("return sum(items)", "return sum(whatever)")
    await desk.wait(600)

    assert desk.last.corrected
    assert desk.last.kept_half == 1
    assert desk.last.kept_10 is not None
    assert 0 < desk.last.kept_10 < 1


async def test_rewriting_it_leaves_less_than_half(desk: Desk) -> None:
    await desk.wait(60)
    desk.replace("return sum(items)", "yield from functools.reduce(operator.add, rows, 0)")
    await desk.wait(300)

    assert desk.last.kept_5 is not None
    assert desk.last.kept_5 < 0.5
    assert not desk.last.undone


async def test_what_a_formatter_does_around_a_save_is_no_correction(desk: Desk) -> None:
    await desk.wait(20)
    desk.documents.notify_save(desk.uri)
    desk.replace("return sum(items)", "return sum(\n        items\n    )")
    await desk.wait(600)

    assert not desk.last.corrected
    assert desk.last.kept_10 == 1


async def test_a_file_that_is_closed_tells_nothing_more(desk: Desk) -> None:
    await desk.wait(10)
    del desk.front.texts[desk.uri]
    await desk.wait(4)

    assert desk.last == Sighting(watched="closed")
    count = len(desk.seen)
    await desk.wait(600)
    assert len(desk.seen) == count


async def test_a_file_that_changes_as_a_whole_is_unknown(desk: Desk) -> None:
    desk.type(lambda _: "\n".join(f"other_{n} = {n}" for n in range(200)))
    await desk.wait(4)

    assert desk.last == Sighting(watched="replaced")


async def test_many_places_at_once_are_no_typing(desk: Desk) -> None:
    desk.type(lambda text: text.replace("(x)", "(y)").replace("x + ", "y + "))
    await desk.wait(4)

    assert desk.last.watched == "replaced"


@pytest.mark.parametrize("kind", ["folder", "link"])
async def test_another_branch_is_unknown(tmp_path: Path, kind: str) -> None:
    git = tmp_path / ".git"
    state = git if kind == "folder" else tmp_path / "main" / ".git" / "worktrees" / "w"
    state.mkdir(parents=True)
    if kind == "link":
        git.write_text(f"gitdir: {state}\n")
    (state / "HEAD").write_text("ref: refs/heads/main\n")
    it = Desk(tmp_path)
    await it.apply()
    await it.wait(10)

    (state / "HEAD").write_text("ref: refs/heads/other\n")
    it.type(lambda _: OLD)
    await it.wait(4)

    assert it.last == Sighting(watched="replaced")


@pytest.mark.parametrize("link", ["gitdir: //host/share", "gitdir: \\\\host\\share", "", "\0"])
async def test_a_repository_on_another_machine_is_not_followed(tmp_path: Path, link: str) -> None:
    (tmp_path / ".git").write_text(link)
    it = Desk(tmp_path)
    await it.apply()
    await it.wait(610)

    assert it.last.kept_10 == 1


async def test_an_editor_that_tells_of_no_changes_is_silent(tmp_path: Path) -> None:
    it = Desk(tmp_path)
    base = Snapshot(it.uri, "app.py", "python", 1, OLD)
    await it.watch.begin("r1", AppliedEdit(((base, NEW),)))

    assert it.seen == [("r1", Sighting(watched="silent"))]


async def test_an_edit_of_white_space_alone_is_not_watched(tmp_path: Path) -> None:
    it = Desk(tmp_path)
    await it.apply(new=OLD.replace("    return n", "\treturn n"))

    assert it.seen == []


async def test_a_second_edit_on_the_same_place_ends_the_first(desk: Desk) -> None:
    await desk.wait(20)
    await desk.apply("r2", desk.front.texts[desk.uri].content.replace("sum(items)", "fsum(items)"))
    await desk.wait(610)

    first = [seen for run, seen in desk.seen if run == "r1"][-1]
    assert (first.rerun, first.watched, first.corrected) == (True, "replaced", False)
    assert desk.last.kept_10 == 1


async def test_a_second_edit_elsewhere_disturbs_nothing(desk: Desk) -> None:
    await desk.wait(20)
    text = desk.front.texts[desk.uri].content
    for number in range(8):
        text = text.replace(f"return x + {number}\n", f"return {number} + x\n")
    await desk.apply("r2", text)
    await desk.wait(640)

    last = dict(desk.seen)
    assert {(seen.kept_10, seen.watched, seen.rerun) for seen in last.values()} == {
        (1.0, "whole", False)
    }


async def test_hunks_accepted_one_by_one_are_one_edit(desk: Desk) -> None:
    await desk.wait(20)
    desk.type(lambda text: "import sys\n" + text)
    text = desk.front.texts[desk.uri].content
    await desk.apply("r1", text.replace("return os.name", "return os.environ['HOME']"))
    desk.replace("return os.environ['HOME']", "return os.name")
    await desk.wait(610)

    assert desk.last.kept_10 is not None
    assert 0.4 < desk.last.kept_10 < 0.9
    assert not desk.last.undone


async def test_too_many_edits_push_the_oldest_out(tmp_path: Path) -> None:
    it = Desk(tmp_path)
    for number in range(35):
        text = it.front.texts[it.uri].content
        await it.apply(f"r{number}", text + f"\nvalue_{number} = {number}\n")

    assert len(it.watch._edits) == 30
    assert [run for run, seen in it.seen if seen.watched == "lost"] == [f"r{n}" for n in range(5)]


async def test_the_watch_looks_by_itself_and_stops_when_there_is_nothing_left(desk: Desk) -> None:
    for _ in range(320):
        desk.clock.advance(PAUSE)
        for _ in range(100):  # the look is in a thread
            await asyncio.sleep(0)
            if not desk.watch._lock.locked() and desk.clock._sleepers:
                break
        if desk.last.watched == "whole":
            break
        await asyncio.sleep(0.001)

    assert desk.last.watched == "whole"
    await desk.watch.close()
    assert desk.documents.listeners == set()
    assert desk.documents.save_listeners == set()


async def test_closing_ends_every_watch(desk: Desk) -> None:
    await desk.wait(40)
    await desk.watch.close()

    assert desk.last == Sighting(kept_half=1.0, watched="lost")

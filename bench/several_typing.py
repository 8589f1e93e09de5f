"""Plays an edit of several files while a person and other programs change them at any moment.

Every typed word is told apart, so that afterwards each file must be its text before or after the
edit, with every word in it, and all files of one edit must be alike.
"""

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.core.text import Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.engine.values import Request
from flux_lsp.runs import apply, settle
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.undo import undo_run
from flux_lsp.runs.values import AppliedEdit, FileEdit
from tests.runs.clients import KINDS, SimulatedClient

_LINES = 24


class Play:
    """One interleaving: some files, an edit of all, and what happens to them meanwhile."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance = root, random.Random(seed)
        self.client = SimulatedClient(self.chance.choice(KINDS))
        self.documents = WorkspaceDocuments(self.client, [root])
        self.client.on_change = self.documents.notify_change
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}
        self.typed: dict[str, list[str]] = {}
        self.gone: set[str] = set()
        self.words = 0
        self.edits = [self._make_file(f"f{n}.py") for n in range(self.chance.randint(2, 5))]

    def _make_file(self, name: str) -> FileEdit:
        lines = [f"value_{n} = {name[:2]}({n})\n" for n in range(_LINES)]
        before = "".join(lines)
        for line in self.chance.sample(range(_LINES), self.chance.randint(1, 3)):
            lines[line] = self.chance.choice(["", f"new({line})\n", f"{lines[line]}more = 1\n"])
        uri = (self.root / name).as_uri()
        (self.root / name).write_text(before)
        self.before[uri], self.after[uri], self.typed[uri] = before, "".join(lines), []
        if self.chance.random() < 0.6 or not self.client.texts:
            self.client.open(self.root / name)
        snapshot = self.documents.read(uri)
        assert snapshot is not None
        return FileEdit(snapshot, find_changes(before, self.after[uri]))

    def happen(self, share: float) -> None:
        """Something that a person or another program does, or nothing."""
        while self.chance.random() < share:
            uri = self.chance.choice(list(self.before))
            what = self.chance.choices(
                ["type", "disk", "open", "save", "delete"], [70, 12, 8, 8, 2]
            )
            if what == ["type"] and uri in self.client.texts:
                self.client.write(uri, self._type(uri, self.client.texts[uri].content))
            elif what == ["disk"] and uri not in self.client.texts and uri not in self.gone:
                if uri not in self.client.hidden:
                    file = self._file(uri)
                    file.write_text(self._type(uri, file.read_text()))
            elif what == ["open"] and uri not in self.client.texts and uri not in self.gone:
                if uri not in self.client.hidden:
                    self.client.open(self._file(uri))
            elif what == ["save"] and uri in self.client.texts:
                self.client.save(uri)
            elif what == ["delete"] and uri not in self.client.texts:
                self.gone.add(uri)
                self.client.hidden.pop(uri, None)
                self._file(uri).unlink(missing_ok=True)

    def _type(self, uri: str, text: str) -> str:
        self.words += 1
        word = f"⟨{self.words}⟩"
        self.typed[uri].append(word)
        at = self.chance.randint(0, len(text))
        at = max(at, text.find("⟩", at) + 1) if "⟨" in text[max(0, at - 5) : at] else at
        if self.chance.random() < 0.5:
            at = text.rfind("\n", 0, at) + 1
            word += "\n"
        return text[:at] + word + text[at:]

    def _file(self, uri: str) -> Path:
        return self.root / uri.rsplit("/", 1)[-1]

    def judge(self) -> dict[str, str]:
        """Say of each file that is still there whether it is as before, after, or what is wrong."""
        return {uri[-5:]: self._judge_file(uri) for uri in self.before.keys() - self.gone}

    def _judge_file(self, uri: str) -> str:
        text = self.client.read(uri) or ""
        lost = [word for word in self.typed[uri] if word not in text]
        for word in self.typed[uri]:
            text = text.replace(word, "", 1)
        if lost:
            return f"lost {lost}"
        plain = _squeeze(text)
        before, after = _squeeze(self.before[uri]), _squeeze(self.after[uri])
        return "after" if plain == after else "before" if plain == before else "part"


def _squeeze(text: str) -> str:
    """A text without its line ends: a word that was typed as a line leaves one."""
    return text.replace("\n", "")


async def play_interleavings(count: int, seed: int) -> dict[str, Any]:
    """Play `count` interleavings; what was lost, what was half done, and how each ended."""
    apply.ECHO_WITHIN = settle.ECHO_WITHIN = settle._OPENED_WITHIN = 0.01  # type: ignore[attr-defined]
    ends: Counter[str] = Counter()
    faults: dict[str, list[str]] = {"lost": [], "half done": []}
    for number in range(seed * 100_000, seed * 100_000 + count):
        with tempfile.TemporaryDirectory() as folder:
            play = Play(Path(folder), number)
            for end, fault in await _play(play):
                ends[end] += 1
                kind = "lost" if "lost" in fault else "half done"
                faults[kind] += [f"{number} {play.client.kind} {end}: {fault}"] if fault else []
    return {"interleavings": count, "ends": dict(ends), **faults}


async def _play(play: Play) -> list[tuple[str, str]]:
    """Play the edit and its undo; returns how each ended, and what is wrong, "" for nothing."""
    play.happen(0.7)  # while the model works
    play.client.on_arrival = play.client.on_done = lambda: play.happen(0.4)
    result = await apply_edits(play.client, play.documents, EditOrder("Flux: edit", play.edits))
    play.happen(0.3)
    states = play.judge()
    is_believed = play.client.kind == "none" and not isinstance(result, Problem)
    if is_believed and set(states.values()) == {"before"}:
        return [("nothing done, though the editor said yes and told nothing", "")]
    if isinstance(result, Problem):
        named = "still holds a part" in result.message
        end = "refused, and a part of it named" if named else "refused"
        wrong = {
            f: s for f, s in states.items() if s != "before" and f"`{f}`" not in result.message
        }
        return [(end, _describe(wrong))]
    wrong = {f: s for f, s in states.items() if s != "after"}
    first = ("applied", _describe(wrong))
    return [first] if wrong else [first, await _undo(play, result)]


async def _undo(play: Play, edit: AppliedEdit) -> tuple[str, str]:
    session = RunSession(play.client, play.documents, Mock(), Mock())
    run = session.runs._runs["r"] = Run(Request("r", "edit", play.edits[0].base, Span(0, 0)))
    session.runs.add_edit(run, edit)
    play.happen(0.5)
    try:
        report = await undo_run(session, "r")
    except FluxError as error:
        wrong = {f: s for f, s in play.judge().items() if s != "after"}
        named = "still holds" in error.problem.message or "undone" in error.problem.message
        return "not undone", _describe({f: s for f, s in wrong.items() if not named or "lost" in s})
    kept = {file.path for file in report.kept}
    wrong = {f: s for f, s in play.judge().items() if s != ("after" if f in kept else "before")}
    return ("undone, but for files that it named" if kept else "undone"), _describe(wrong)


def _describe(wrong: dict[str, str]) -> str:
    return ", ".join(f"{file} {state}" for file, state in sorted(wrong.items()))

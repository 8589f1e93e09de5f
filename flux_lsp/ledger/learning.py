"""Learns from runs where Haiku is not good enough: a cut for each action and language.

Pure: a fold over what Haiku's answers showed. Never moves towards Haiku; that takes an experiment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import log
from typing import Literal, NamedTuple

from flux_lsp.ledger.evidence import NO_RESULTS, Tally, weigh_excess
from flux_lsp.ledger.labels import RULES_OF_THE_SCORE, label_run, list_settled
from flux_lsp.ledger.run_values import RunRow

Cut = Literal["0", "3", "never"]
CUTS: tuple[Cut, ...] = ("0", "3", "never")  # the score that Haiku has to exceed
Cause = Literal["rejected", "corrected"]

# How many of Haiku's first answers may be unusable, without and with the project's own checks, and
# how many of its results a person may undo or reject, before something is wrong.
_REJECTED, _REJECTED_BY_CHECKS, _CORRECTED = 0.10, 0.20, 0.06
_PROOF = log(2 / 0.05)  # two tests share an error rate of 5 %


class HaikuAnswer(NamedTuple):
    """What one first answer of Haiku showed.

    `rejected` is None for a failure that the person tried again at the same place: one task that
    fails three times is no three tasks. `checked`: the project's own checks ran. `corrected`: a
    person undid or rejected the result; None when the result was not Haiku's.
    """

    rejected: bool | None
    checked: bool = False
    corrected: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A move of the cut: to what, because of what, and the run it came with."""

    cut: Cut
    cause: Cause
    tally: Tally
    run: str = ""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned of one action in one language: the cut, its steps, the evidence since the last."""

    cut: Cut = "0"
    steps: tuple[Step, ...] = ()
    plain: Tally = NO_RESULTS
    checked: Tally = NO_RESULTS
    corrected: Tally = NO_RESULTS

    @property
    def rejection_proof(self) -> float:
        """How much of a proof the rejections are; a step is made at 1."""
        without = weigh_excess(self.plain, _REJECTED)
        return (without + weigh_excess(self.checked, _REJECTED_BY_CHECKS)) / _PROOF

    @property
    def correction_proof(self) -> float:
        """How much of a proof the corrections are; a step is made at 1."""
        return weigh_excess(self.corrected, _CORRECTED) / _PROOF


def count_answer(learned: Learned, answer: HaikuAnswer) -> Learned:
    """Return what is known after one more answer; the cut moves at most one step."""
    if learned.cut == CUTS[-1]:
        return learned
    if answer.rejected is not None and answer.checked:
        learned = replace(learned, checked=learned.checked.count(answer.rejected))
    elif answer.rejected is not None:
        learned = replace(learned, plain=learned.plain.count(answer.rejected))
    if answer.corrected is not None:
        learned = replace(learned, corrected=learned.corrected.count(answer.corrected))
    if answer.rejected and learned.rejection_proof >= 1:
        both = (learned.plain, learned.checked)
        tally = Tally(sum(t.all for t in both), sum(t.bad for t in both))
        return _step(learned, "rejected", tally)
    if answer.corrected and learned.correction_proof >= 1:
        return _step(learned, "corrected", learned.corrected)
    return learned


def _step(learned: Learned, cause: Cause, tally: Tally) -> Learned:
    """Move the cut, and begin to count anew."""
    cut = CUTS[CUTS.index(learned.cut) + 1]
    return Learned(cut, (*learned.steps, Step(cut, cause, tally)))


def learn(rows: Sequence[RunRow], haiku: str, now: datetime) -> Learned:
    """Fold the runs of one action and language, oldest first, that asked the model `haiku`.

    Stops at the first run that may still be corrected, so that a step, once made, stays.
    """
    learned = Learned()
    for row in list_settled(rows, now):
        answer = read_answer_of(row, haiku)
        if answer is None:
            continue
        after = count_answer(learned, answer)
        if after.cut != learned.cut:
            *before, step = after.steps
            step = replace(step, run=row.run, time=row.time)
            after = replace(after, steps=(*before, step))
        learned = after
    return learned


def learn_all(rows: Iterable[RunRow], haiku: str, now: datetime) -> dict[tuple[str, str], Learned]:
    """Fold the runs, oldest first, of each (action, language)."""
    groups: dict[tuple[str, str], list[RunRow]] = {}
    for row in rows:
        groups.setdefault((row.action, row.language), []).append(row)
    return {key: learn(group, haiku, now) for key, group in groups.items()}


def find_haiku(rows: Sequence[RunRow]) -> str | None:
    """Find the model that Haiku meant in the newest run which asked it; None without one."""
    decisions = [row.decision for row in reversed(rows) if row.decision is not None]
    haiku = (d for d in decisions if d.tier == "haiku" and d.rule in RULES_OF_THE_SCORE)
    newest = next((d for d in haiku if d.experiment is None), None)
    return None if newest is None else newest.model


def read_answer_of(row: RunRow, haiku: str) -> HaikuAnswer | None:
    """Read what a run says about the model `haiku`; None when it says nothing that counts."""
    decision = row.decision
    if (
        decision is None
        or decision.rule not in RULES_OF_THE_SCORE
        or decision.experiment is not None
    ):
        return None
    if row.first_result is None or (row.first_tier, decision.tier) != ("haiku", "haiku"):
        return None
    if decision.model != haiku:
        return None
    ended = row.status in {"applied", "proposed", "answered"}
    # A result that nobody complained about counts as good, however short the look at it was: to leave
    # it out would count only the bad ones.
    corrected = label_run(row) == "bad" if ended and row.last_tier == "haiku" else None
    rejected = row.first_result != "ok"
    again = rejected and row.aftermath.rerun
    return HaikuAnswer(None if again else rejected, row.checks is not None, corrected)


def move_cut(learned: Cut, cut: int) -> int | None:
    """Return the score that Haiku has to exceed, where the settings say `cut`; None for never."""
    if learned == "never":
        return None
    return cut if learned == "0" else max(cut, int(learned))


def describe_step(action: str, language: str, step: Step) -> str:
    """Say in one line that the cut moved, why, and what to do about it."""
    what = "could not be used" if step.cause == "rejected" else "were undone or rejected"
    now = "only clear cases" if step.cut == "3" else "nothing more"
    where = f"`{action}`" + (f" in {language}" if language else "")
    return (
        f"{step.tally.bad} of Haiku's {step.tally.all} answers to {where} {what}, so Haiku gets {now} "
        "of it from now on; `flux-lsp models --learned --reset` starts anew"
    )

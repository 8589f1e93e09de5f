"""Whether what came of a sample is right, and the counts of that."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.real_symbols.play import Played
from bench.real_symbols.sample import Sample

RIGHT, PROPOSED, REFUSED, WRONG = "right at once", "proposed", "refused", "WRONG"
VERDICTS = (RIGHT, PROPOSED, REFUSED, WRONG)


@dataclass
class Counts:
    """Of one row: verdicts, proposals that hold what was wanted, and the yardstick's verdicts."""

    verdicts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))
    as_wanted: int = 0
    naive_right: int = 0
    naive_wrong: int = 0

    @property
    def total(self) -> int:
        """Of samples."""
        return sum(self.verdicts.values())

    def add(self, verdict: str, *, as_wanted: bool, naive: str) -> None:
        """Count one sample."""
        self.verdicts[verdict] += 1
        self.as_wanted += as_wanted
        self.naive_right += naive == RIGHT
        self.naive_wrong += naive == WRONG

    @classmethod
    def sum(cls, parts: Iterable["Counts"]) -> "Counts":
        """All of them together."""
        total = cls()
        for part in parts:
            for verdict, count in part.verdicts.items():
                total.verdicts[verdict] += count
            total.as_wanted += part.as_wanted
            total.naive_right += part.naive_right
            total.naive_wrong += part.naive_wrong
        return total


def verdict_of(sample: Sample, played: Played) -> str:
    """The verdict on what the engine did."""
    if played.buffer is None or (not played.proposed and played.buffer == sample.scene.file.text):
        return REFUSED
    if played.proposed:
        return PROPOSED
    return RIGHT if played.buffer in sample.right else WRONG


def holds_wanted(sample: Sample, played: Played) -> bool:
    """Whether a proposal holds what the person wanted."""
    return played.proposed and played.buffer in sample.wanted


def naive_verdict(sample: Sample, buffer: str | None) -> str:
    """The verdict on a buffer that was written at once."""
    if buffer is None or buffer == sample.scene.file.text:
        return REFUSED
    return RIGHT if buffer in sample.right else WRONG

"""What goes into a check and what comes out of it, as frozen values.

Never holds behaviour beyond how a value is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

# "passed": nothing fails that did not fail before. "failed": something does. "unfinished": the time
# of the run was over. "not_run": it could not start, or nothing here concerns it.
CheckStatus = Literal["passed", "failed", "unfinished", "not_run"]
# By which limit a command was ended; "" when it ended by itself.
Ending = Literal["", "time", "memory", "processes", "disk", "output", "cancelled", "cannot"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a check complains about.

    `test` is a test's id; else `path`, `code` and `message` tell failures apart. The line only helps
    a person: it moves with every edit.
    """

    message: str
    test: str = ""
    path: str = ""
    code: str = ""
    line: int | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        """By what the same failure is found again in another run."""
        return (self.test,) if self.test else (self.path, self.code, self.message)

    def __str__(self) -> str:
        """One line for a person."""
        if self.test:
            return f"{self.test}: {self.message}" if self.message else self.test
        place = f"{self.path}:{self.line}" if self.line else self.path
        return " ".join(filter(None, (f"{place}:" if place else "", self.code, self.message)))


@dataclass(frozen=True, slots=True)
class CommandRun:
    """One run of a command: its exit code (None when it was ended), what it wrote, how long it took."""

    exit_code: int | None
    output: str
    ms: int
    ending: Ending = ""
    trouble: str = ""  # why it could not start


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check says of a plan.

    `new`: what fails only with the plan. `old`: how much failed before. `flaky`: what failed once and
    not again. `why`: for a check that did not run or did not finish. `output`: what the command wrote
    about the new failures; it may hold anything, so nobody but the choke point passes it on.
    """

    name: str
    status: CheckStatus
    new: tuple[Failure, ...] = ()
    old: int = 0
    flaky: tuple[Failure, ...] = ()
    ms: int = 0
    why: str = ""
    output: str = field(default="", repr=False)

    def to_json(self) -> dict[str, object]:
        """The shape that clients rely on."""
        return {
            "name": self.name,
            "status": self.status,
            "new_failures": [str(failure) for failure in self.new],
            "old_failures": self.old,
            "flaky": [str(failure) for failure in self.flaky],
            "ms": self.ms,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Layover:
    """What lies over the project while a check runs: texts by path from the root, posix."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CommandLimits:
    """The limits of one command, all its processes together; bytes and seconds."""

    seconds: float
    memory: int = 4 << 30
    disk: int = 1 << 30
    processes: int = 1024
    output: int = 16 << 20


@dataclass(frozen=True, slots=True)
class ConcernedFile:
    """A file that an edit changes or makes: its path from the root, posix, and its language."""

    path: str
    language: str


@dataclass(frozen=True, slots=True)
class CheckedEdit:
    """An edit as checks see it: texts by path from the root, posix.

    `before` are the open documents that differ from the disk; `after` what the edit makes of the
    files it touches.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    files: tuple[ConcernedFile, ...]


# (name of the check, seconds since it began)
Tell = Callable[[str, float], None]

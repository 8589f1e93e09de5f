"""One search for a place: what it is for, and the package around it.

Never decides where tests lie.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flux_lsp.context.places.pairs import stems_of_source, stems_of_test
from flux_lsp.context.project import Project, folders_above
from flux_lsp.syntax.languages.habits import TestHabit


@dataclass(frozen=True)
class Search:
    """One search for a place. `roots`: folders for tests that a configuration names."""

    project: Project
    path: str
    home: str
    habit: TestHabit
    roots: tuple[str, ...] = ()
    known: str = ""  # a test file for all sources of a folder, where there is one
    is_package: Callable[[str], bool] = lambda _: True  # whether equal names in folders can clash

    @property
    def stems(self) -> list[str]:
        """What tests of the source may be called after."""
        return stems_of_source(self.path)


@dataclass(frozen=True, slots=True)
class Found:
    """`facts`: further (name, value) pairs for the model, empty values are left out."""

    path: str
    framework: str
    facts: tuple[tuple[str, str], ...] = ()


def home_of(project: Project, path: str, habit: TestHabit) -> str:
    """The folder of the package that `path` belongs to, "" for the workspace itself."""
    above = folders_above(path)
    return next((folder for folder in above if project.matches(folder, habit.homes)), "")


def is_test(path: str, habit: TestHabit) -> bool:
    """Whether a file is a test file by its own name."""
    named = stems_of_test(path, habit)
    return any(habit.names[number] != "{}" for number, _ in named)

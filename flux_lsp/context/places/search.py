"""One search for a place: what it is for, and the package around it.

Never decides where tests lie.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flux_lsp.context.places.pairs import list_source_stems, list_test_stems
from flux_lsp.context.project_files import Project, list_folders_above
from flux_lsp.syntax.languages.habits import TestHabit


@dataclass(frozen=True)
class PlaceSearch:
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
        return list_source_stems(self.path)


@dataclass(frozen=True, slots=True)
class TestLocation:
    """`facts`: further (name, value) pairs for the model, empty values are left out.

    `piece`: a new file (path, content) without which the runner does not find what is tested;
    `advice`: what a person has to add where no new file helps.
    """

    path: str
    framework: str
    facts: tuple[tuple[str, str], ...] = ()
    piece: tuple[str, str] | None = None
    advice: str = ""


def find_home(project: Project, path: str, habit: TestHabit) -> str:
    """The folder of the package that `path` belongs to, "" for the workspace itself."""
    above = list_folders_above(path)
    return next((folder for folder in above if project.match_names(folder, habit.homes)), "")


def is_test(path: str, habit: TestHabit) -> bool:
    """Whether a file is a test file by its own name."""
    named = list_test_stems(path, habit)
    return any(habit.names[number] != "{}" for number, _ in named)

"""The registry: the actions of one server, in menu order, as a value that is passed on.

Read once at start; never changed, never looked up behind anybody's back. Standard library only.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from flux_lsp.actions.action import Action
from flux_lsp.actions.parse import parse_action

BUILTIN = Path(__file__).parent / "builtin"


class Registry(NamedTuple):
    """The actions there are, in the order of the menu."""

    actions: tuple[Action, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of each action."""
        return tuple(action.id for action in self.actions)

    def find(self, action_id: str) -> Action | None:
        """The action called `action_id`."""
        return next((action for action in self.actions if action.id == action_id), None)

    def describe(self) -> list[dict[str, object]]:
        """What a plugin has to know of each action to build its commands, as JSON."""
        return [
            {
                "id": action.id,
                "title": action.title,
                "needs_instruction": action.needs_instruction,
                "hint": action.hint,
                "returns": action.returns,
            }
            for action in self.actions
        ]


def make_registry(actions: Iterable[Action]) -> Registry:
    """`actions` in menu order. Raises ValueError when two have one id."""
    ordered = tuple(sorted(actions, key=lambda action: (action.order, action.id)))
    ids = [action.id for action in ordered]
    doubled = {action_id for action_id in ids if ids.count(action_id) > 1}
    if doubled:
        raise ValueError(f"two actions are called `{min(doubled)}`")
    return Registry(ordered)


def load_registry(folder: Path = BUILTIN) -> Registry:
    """The actions of a folder, one Markdown file each; a file's name is its action's id.

    Raises ValueError that names the file when one cannot be read as an action.
    """
    return make_registry(_load(file) for file in folder.glob("*.md"))


def _load(file: Path) -> Action:
    try:
        return parse_action(file.stem, file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error

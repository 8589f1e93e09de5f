"""The menu: one file is one action is one id; presence of the file is its registration."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flux_lsp.engine.action import Action

# Order in the menu, cheapest and most specific first; an action not named here comes last.
_ORDER = ("fix", "edit", "explain", "document", "tests")


@cache
def all_actions() -> tuple[Action, ...]:
    """Every action in menu order."""
    found = [import_module(f"{__name__}.{module.name}").ACTION for module in iter_modules(__path__)]
    return tuple(sorted(found, key=lambda a: (_ORDER.index(a.id) if a.id in _ORDER else 99, a.id)))


def find(action_id: str) -> Action | None:
    """The action called `action_id`."""
    return next((action for action in all_actions() if action.id == action_id), None)

"""The values of a frontmatter by what their keys mean, whatever the dialect calls them.

Only finds values; what follows from them is decided by others.
"""

from dataclasses import dataclass
from functools import cached_property

from flux_lsp.actions.agents.frontmatter import Frontmatter, FrontmatterEntry, Place, Value
from flux_lsp.actions.agents.keys import ROLES, Role

_TRUE, _FALSE = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True)
class Roles:
    """Finds the values of `front`."""

    front: Frontmatter

    @cached_property
    def _by_role(self) -> dict[Role, list[FrontmatterEntry]]:
        roles: dict[Role, list[FrontmatterEntry]] = {}
        for entry in self.front.entries:
            if entry.key in ROLES:
                roles.setdefault(ROLES[entry.key], []).append(entry)
        return roles

    def list_values(self, role: Role) -> list[Value]:
        """The values of each key that has this role, in the order of the file."""
        return [entry.value for entry in self._by_role.get(role, [])]

    def list_nested(self, role: Role, key: str) -> list[Value]:
        """What stands under `key` in the maps of a role."""
        return [part for value in self.list_values(role) if (part := value.get(key))]

    def get_text(self, role: Role) -> str:
        """The first text that is not empty; "" if there is none."""
        texts = (value.text.strip() for value in self.list_values(role))
        return next((text for text in texts if text), "")

    def find_key(self, role: Role) -> Place:
        """Where the first key of a role stands; the file's first line if there is none."""
        entries = self._by_role.get(role)
        return entries[0].place if entries else Place(0, 0, 0, 3)

    def has_true(self, role: Role) -> bool:
        """Whether any value of the role says yes."""
        return any(is_true(value) for value in self.list_values(role))


def is_true(value: Value) -> bool:
    """Whether a scalar says yes, in any spelling of YAML's versions."""
    return value.text.strip().lower() in _TRUE


def is_false(value: Value) -> bool:
    """Whether a scalar says no."""
    return value.text.strip().lower() in _FALSE

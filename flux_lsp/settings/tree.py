"""What each part of the settings tree is made of: a frozen section, and the rule on workspaces.

Never names a setting.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class WorkspaceRule(StrEnum):
    """What the files of a workspace may do to a key before the person trusts the workspace."""

    FREE = "set it"
    LOWER = "only lower it or switch it off"
    EXTEND = "only add to it"
    OFFLINE = "only choose offline"
    STRICTER = "only make it stricter"
    NEVER = "not set it"
    USER = "not set it, trusted or not"


class SettingsTree(BaseModel):
    """A section: frozen, without unknown keys; the docstring under each field is its manual."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

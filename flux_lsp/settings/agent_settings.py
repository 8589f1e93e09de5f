"""The settings below `agents`: what the editor shows of them.

Never says which agents there are: their files do.
"""

from typing import Annotated

from flux_lsp.settings.tree import SettingsTree, WorkspaceRule


class AgentSettings(SettingsTree):
    """Agents."""

    menu: Annotated[bool, WorkspaceRule.LOWER] = True
    """Whether the code-action menu names the three agents that fit best, and the way to all of them. A
    comment `flux: @ID what to do` reaches an agent in any case."""

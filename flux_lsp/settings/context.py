"""The settings below `context`: what the model sees.

Never decides it for one file: `flux_lsp.context` does.
"""

from typing import Annotated

from pydantic import Field

from flux_lsp.settings.tree import SettingsTree, WorkspaceRule


class ContextSettings(SettingsTree):
    """What the model sees."""

    max_tokens: Annotated[int, Field(ge=500, le=500_000), WorkspaceRule.LOWER] = 16_000
    """The most tokens of your code that one request shows. The target itself is always whole; Flux
    leaves out what does not fit around it and marks the gap."""

    exclude: Annotated[tuple[str, ...], WorkspaceRule.EXTEND] = ()
    """Files that Flux never sends, as `.gitignore` patterns. They add to the built-in list (`.env`,
    keys, credentials), `.gitignore` and `.fluxignore`. The lists of all places add up."""

    project: Annotated[bool, WorkspaceRule.LOWER] = True
    """Whether Flux shows the model parts of other files of the project: definitions of what the target
    uses, its callers, how tests make its objects. After the first run it builds an index of your files
    in the background, in its data folder on this machine."""

    project_tokens: Annotated[int, Field(ge=500, le=50_000), WorkspaceRule.LOWER] = 4_000
    """The most tokens that these parts may take. Definitions need about 1,500 at most; callers and
    tests take the rest."""

    guidance: Annotated[bool, WorkspaceRule.LOWER] = True
    """Whether Flux sends the `CLAUDE.md` and `AGENTS.md` of the project with a request."""

"""The settings below `routing`: which tier an action starts with, and what a request's words say for it.

Never chooses a tier: `models.routing` does.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from flux_lsp.settings.tree import SettingsTree, WorkspaceRule

TierChoice = Literal["haiku", "sonnet", "auto"]
Points = Annotated[int, Field(ge=-10, le=10), WorkspaceRule.FREE]


class MatrixSettings(SettingsTree):
    """The points of each characteristic of a request: above 0 they speak for Haiku, below for Sonnet."""

    well_defined_spec: Points = 2
    """What is to be done is named: code, a value, a signature."""

    novel_problem: Points = -2
    """Nobody knows yet what is wrong, or how it can be done."""

    pattern_application: Points = 2
    """The request applies a pattern that everyone knows, or that the project shows."""

    complex_reasoning: Points = -2
    """Algorithms, concurrency, edge cases, many problems at once, or own words on long code."""

    security_critical: Points = -3
    """The request touches security. A rule sends it to Sonnet before any score; the points show it."""

    code_generation: Points = 2
    """The request asks for new code."""

    architecture_design: Points = -2
    """The request changes how parts of the program hang together."""

    batch_processing: Points = 2
    """The same is to be done in many places."""

    creative_synthesis: Points = -2
    """The request leaves open what a good result is: improve, simplify, suggest."""

    documentation: Points = 0
    """The request is about documentation."""

    action: Points = 0
    """How often the action's own points count: each action brings some along, such as 1 for `document`."""

    long_prompt: Points = 0
    """The prompt has more than 6,000 tokens."""


class Routing(SettingsTree):
    """The tier each action starts with, one key per action id, and how `auto` finds it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, TierChoice] = Field(init=False)

    cut: Annotated[int, Field(ge=-20, le=20), WorkspaceRule.FREE] = 0
    """Haiku takes a request whose score is above this number. At 0, a score of 0 is a tie, which goes to
    the action's own tier."""

    matrix: MatrixSettings = MatrixSettings()

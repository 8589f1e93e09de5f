"""The settings below `routing`: which tier an action starts with, and what a request's words say for it.

Never chooses a tier: `models.routing` does.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from flux_lsp.settings.tree import SettingsTree, WorkspaceRule
from flux_lsp.settings.value_types import OptionalText, Usd, accept_null_words

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


class ExperimentSettings(SettingsTree):
    """Compares two ways of routing one action on your own runs; nothing is compared without a name."""

    name: Annotated[OptionalText, WorkspaceRule.NEVER] = None
    """A name for the experiment. Each experiment needs its own: `flux-lsp usage --experiment` shows the
    runs under the name that is set here."""

    action: Annotated[OptionalText, WorkspaceRule.NEVER] = None
    """The id of the action whose runs take part. A run whose tier or model you ask for takes no part,
    and none that touches security does."""

    share: Annotated[float, Field(ge=0.05, le=0.5), WorkspaceRule.NEVER] = 0.5
    """The share of the runs that get the treatment; the others stay as they are. A small share costs
    little where the treatment is bad, and takes longer to tell."""

    tier: Annotated[
        Literal["haiku", "sonnet"] | None, accept_null_words("", "auto"), WorkspaceRule.NEVER
    ] = None
    """The tier of the treatment; without one the tier stays as it is."""

    model: Annotated[OptionalText, WorkspaceRule.NEVER] = None
    """The model id of the treatment; without one it is the model of the tier."""

    effort: Annotated[
        Literal["low", "medium", "high"] | None, accept_null_words("", "auto"), WorkspaceRule.NEVER
    ] = None
    """How much effort the treatment asks of its model, where the model knows efforts."""

    floor: Annotated[float, Field(ge=0.5, le=0.95), WorkspaceRule.NEVER] = 0.85
    """The share of the treatment's results that has to be good. The experiment ends by itself when it is
    shown that fewer are."""

    budget_usd: Annotated[Usd, WorkspaceRule.NEVER] = 5.0
    """The most that the treatment's runs may cost in all, in US dollars; then the experiment ends. A
    number, or `unlimited`."""


class Routing(SettingsTree):
    """The tier each action starts with, one key per action id, and how `auto` finds it."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, TierChoice] = Field(init=False)

    cut: Annotated[int, Field(ge=-20, le=20), WorkspaceRule.FREE] = 0
    """Haiku takes a request whose score is above this number. At 0, a score of 0 is a tie, which goes to
    the action's own tier."""

    matrix: MatrixSettings = MatrixSettings()

    learn: Annotated[bool, WorkspaceRule.LOWER] = False
    """Whether Flux takes work away from Haiku where Haiku fails: for each action and language the `cut`
    goes up to 3, then to never, when a statistical test says so. It never goes back by itself;
    `flux-lsp models --learned --reset` starts anew. Flux says so in one line when it happens."""

    experiment: ExperimentSettings = ExperimentSettings()

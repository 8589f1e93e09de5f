"""What an action is: one frozen value, read from one Markdown file.

Holds no control flow. `initialize` is answered from these values, so this module imports neither
dataclasses nor anything that does.
"""

from typing import Literal, NamedTuple

from flux_lsp.core.characteristics import Characteristic
from flux_lsp.core.tiers import Tier

GROUPS = ("agent", "pipeline")  # of actions that a person or a workspace adds: `agent:ID`

AGENT_KIND = "refactor.rewrite.flux.agent"
Returns = Literal["edit", "tests", "answer", "findings"]
Trigger = Literal["selection", "symbol", "text", "diagnostics", "directive"]
Requirement = Literal["file", "grammar", "comments"]
Right = Literal["leave_target", "create_files"]
CheckId = Literal["code_unchanged"]
Kind = Literal["quickfix", "refactor.rewrite"]


class OfferRule(NamedTuple):
    """Where an action is offered: at any of `triggers`, if every other condition holds.

    `triggers`: something is selected; the cursor is in a symbol; the document holds any text; the
    range has diagnostics; the range has comment directives, and each is offered by its own words.
    `requires`: the document is a file on disk; its language has a grammar; it has comments.
    `languages` are language ids and `paths` are patterns as in `.gitignore`; empty means all.
    """

    triggers: tuple[Trigger, ...] = ("selection", "text")
    requires: tuple[Requirement, ...] = ()
    languages: tuple[str, ...] = ()
    except_languages: tuple[str, ...] = ()
    except_symbols: tuple[str, ...] = ()  # kinds of symbols
    paths: tuple[str, ...] = ()


class Action(NamedTuple):
    """One entry of the product.

    `title` names it in lists. `menu` names it in the code-action menu, where `{target}` stands for
    the symbol or selection and `{problems}` for the diagnostics. `summary` is for the manual.
    `returns`: an edit of the target, new tests, an answer in Markdown, or findings. `task` is what
    the model is told. `hint` stands in the box that asks for an instruction. `tier` is asked first
    and `escalates_to` after failed answers, None for never; `reason` says why. `checks` are the ids
    of what a result must pass. `order` is the place in the menu. `characteristics` are what every
    request of it is like, and `points` what it says for Haiku or against it, for the router.
    `shows_changes`: it is about what changed since the last commit, in its file or, in a commit
    buffer, in all that is staged.

    What only agents have: `group`, the name that their code actions share; `brief`, their file's own words,
    which the model gets before the task. `is_pinned`: the router
    leaves the tier as it is. `turning_words`: a request that says one of these goes to `turns_to`.
    `model` is asked on the action's own tier, "" for the one of the settings; `effort` "" leaves it
    to the model. `attempts`: fewer answers than the settings allow. `shows_diagnostics`: those of the
    target are shown too, though the action is about more.

    `steps`: those of a pipeline; it asks nobody itself.
    """

    id: str
    title: str
    menu: str
    summary: str
    returns: Returns
    task: str
    tier: Tier
    reason: str
    escalates_to: Tier | None = "sonnet"
    offer: OfferRule = OfferRule()
    needs_instruction: bool = False
    hint: str = ""
    rights: tuple[Right, ...] = ()
    checks: tuple[CheckId, ...] = ()
    order: int = 99
    characteristics: tuple[Characteristic, ...] = ()
    points: int = 0
    shows_changes: bool = False
    group: str = ""
    brief: str = ""
    is_pinned: bool = False
    turns_to: Tier | None = None
    turning_words: tuple[str, ...] = ()
    model: str = ""
    effort: str = ""
    attempts: int | None = None
    shows_diagnostics: bool = False
    steps: tuple["ActionStep", ...] = ()

    @property
    def may_edit(self) -> bool:
        """Whether its runs change documents."""
        return self.returns in {"edit", "tests"}

    @property
    def needs_diagnostics(self) -> bool:
        """Whether the action is about diagnostics and nothing else."""
        return self.offer.triggers == ("diagnostics",)

    @property
    def may_change_callers(self) -> bool:
        """Whether it may change what a symbol takes or gives, so that its callers matter."""
        return self.returns == "edit" and "leave_target" in self.rights and not self.checks

    @property
    def writes_tests(self) -> bool:
        """Whether it has to make the objects that the target needs."""
        return self.returns == "tests"

    @property
    def kind(self) -> str:
        """The kind of its code action; the action's id, or its group, is the last part."""
        kind: Kind = "quickfix" if self.needs_diagnostics else "refactor.rewrite"
        return f"{kind}.flux.{self.group or self.id}"

    @property
    def default_instruction(self) -> str:
        """What the model is asked if the person adds no words of their own; an agent's task says it."""
        if self.needs_instruction or self.group:
            return ""
        words = fill_menu(self.menu, target="the target", problems="the diagnostics")
        return f"{words[0].upper()}{words[1:]}."


class ActionStep(NamedTuple):
    """One step of a pipeline: the action of its agent, and what the pipeline's file asks for here.

    `back_to`: the index of the step that the work goes back to if this one rejects it.
    """

    action: Action
    words: str = ""
    back_to: int | None = None

    @property
    def agent(self) -> str:
        """The id of the agent."""
        return self.action.id.removeprefix("agent:")


def fill_menu(menu: str, *, target: str, problems: str) -> str:
    """`menu` with its two placeholders filled; any other brace is text."""
    return menu.replace("{problems}", problems).replace("{target}", target)


def is_group(action_id: str) -> bool:
    """Whether an id names one of those that a person or a workspace adds, whether or not there is one."""
    group, _, name = action_id.partition(":")
    return group in GROUPS and bool(name)

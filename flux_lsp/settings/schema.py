"""The settings tree: one frozen value; the docstring under each field is its manual.

Never reads a file or the environment: `load.py` fills it.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from flux_lsp.settings.agent_settings import AgentSettings
from flux_lsp.settings.budget import Budget
from flux_lsp.settings.checks import CheckList
from flux_lsp.settings.context import ContextSettings
from flux_lsp.settings.routing import Routing, TierChoice
from flux_lsp.settings.telemetry import Telemetry
from flux_lsp.settings.tree import SettingsTree, WorkspaceRule
from flux_lsp.settings.value_types import (
    NULL_WORDS,
    Address,
    OptionalText,
    Usd,
    accept_null_words,
    complete_address,
    fold_case,
)

# from loose to strict
SCALE = {"review": ("never", "auto", "inline", "always"), "budget.at_limit": ("haiku", "stop")}


class Models(SettingsTree):
    """The model of each tier."""

    haiku: Annotated[str, Field(min_length=1), WorkspaceRule.FREE] = "auto"
    """The model of the quick, cheap tier: a model id, or `auto` for the newest Haiku that your key can
    use."""

    sonnet: Annotated[str, Field(min_length=1), WorkspaceRule.FREE] = "auto"
    """The model of the strong tier: a model id, or `auto` for the newest Sonnet that your key can use."""


class Actions(SettingsTree):
    """Which actions are offered: one key per action id."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, bool] = Field(init=False)


class Settings(SettingsTree):
    """Everything that a person can set."""

    provider: Annotated[
        Literal["auto", "anthropic", "bedrock", "vertex", "foundry", "offline"],
        BeforeValidator(fold_case),
        WorkspaceRule.OFFLINE,
    ] = "auto"
    """Who provides the models: `anthropic`, Amazon `bedrock`, Google `vertex`, Microsoft `foundry`, or
    `offline` for the built-in rules, which need no key and no network. `auto` means `anthropic`."""

    base_url: Annotated[Address, BeforeValidator(complete_address), WorkspaceRule.NEVER] = None
    """The address of another server that speaks the Messages API (a proxy, Ollama, llama.cpp), without
    `/v1`. Flux adds `http://` or `https://` if you leave it out. The variable `ANTHROPIC_BASE_URL`
    sets it too."""

    api_key_command: Annotated[OptionalText, WorkspaceRule.NEVER] = None
    """A command that prints the API key, for password managers: `pass show anthropic`. Flux runs it in
    your home folder at the first request, and only if `ANTHROPIC_API_KEY` is not set."""

    model: Annotated[str | None, accept_null_words("", "auto"), WorkspaceRule.FREE] = None
    """One model id for every action and tier; `auto` for the models of the tiers."""

    models: Models = Models()
    routing: Routing = Routing()
    actions: Actions = Actions()
    agents: AgentSettings = AgentSettings()

    max_attempts: Annotated[int, Field(ge=1, le=10), WorkspaceRule.LOWER] = 3
    """The most answers that a run asks for before it gives up."""

    max_tokens: Annotated[
        Annotated[int, Field(ge=256, le=128_000)] | None,
        accept_null_words(NULL_WORDS["max_tokens"]),
        WorkspaceRule.LOWER,
    ] = None
    """The longest answer in tokens, thinking included. Flux reserves the price of so many tokens before
    a call. `auto` chooses the length by the action and the target."""

    deadline_seconds: Annotated[
        float, Field(gt=0, le=3600, allow_inf_nan=False), WorkspaceRule.LOWER
    ] = 180.0
    """The longest time in seconds that one run may take, waiting and retries included."""

    dialect: Annotated[
        Literal["auto", "tools", "text"], BeforeValidator(fold_case), WorkspaceRule.FREE
    ] = "auto"
    """How the model returns its edits: by `tools`, or as search/replace blocks in `text` for servers
    without tools. Flux understands both, whichever it asks for."""

    review: Annotated[
        Literal["auto", "always", "inline", "never"],
        BeforeValidator(fold_case),
        WorkspaceRule.STRICTER,
    ] = "auto"
    """Whether Flux asks you before it applies an edit: `always`, or `auto`, which asks when the edit
    changes more than one file or anything outside the selection. `inline` asks like `always`, and
    the plugins for VS Code and Neovim show the change in place. `never` refuses an edit that `auto`
    would ask about."""

    watch_corrections: Annotated[bool, WorkspaceRule.LOWER] = True
    """Whether Flux watches for ten minutes what becomes of an edit: whether you undo it, reject it or
    type over it. The ledger gets these facts and how much of the edit is left, and no text. Learning
    and the report rest on it."""

    checks: Annotated[CheckList, WorkspaceRule.NEVER] = ()
    """Commands of the project that an edit has to pass: its linter, its type checker, its tests. A
    list of tables with `name` and `command`, and if you like `languages`, `paths` (as `.gitignore`
    patterns) and `timeout_seconds` (60). Flux runs each from the root of the workspace on the edit
    laid over the project, in a sandbox, and counts only failures that are new. `{file}` and `{files}`
    stand for the files that the edit touches. `flux-lsp checks suggest` proposes some. As a variable
    it is a JSON list."""

    checks_sandbox: Annotated[
        Literal["auto", "none"], BeforeValidator(fold_case), WorkspaceRule.USER
    ] = "auto"
    """Whether `checks` run in a sandbox. With `auto` they do not run where there is none. `none` runs
    them on a copy of the project, free to do whatever you could do. Only your user file or your
    environment can set this."""

    budget: Budget = Budget()
    context: ContextSettings = ContextSettings()
    telemetry: Telemetry = Telemetry()

    trusted_workspaces: Annotated[tuple[str, ...], WorkspaceRule.USER] = ()
    """Folders whose own settings may do what yours may, with everything below them. Only your user
    file or your environment can set this; `flux-lsp trust` does the same for one folder."""

    log_level: Annotated[
        Literal["error", "warning", "info", "debug"],
        BeforeValidator(fold_case),
        WorkspaceRule.NEVER,
    ] = "info"
    """How much the log says. Only `debug` may log source text."""

    def get_tier(self, action: str) -> TierChoice:
        """The tier that `action` starts with; "auto" leaves it to the action."""
        return (self.routing.__pydantic_extra__ or {}).get(action, "auto")

    def is_enabled(self, action: str) -> bool:
        """Whether `action` is offered."""
        return (self.actions.__pydantic_extra__ or {}).get(action, True)


# Keys with one leaf per action id: what each leaf is, what it starts as, and its manual.
PER_ACTION: dict[str, tuple[Any, object, str]] = {
    "routing": (
        Annotated[TierChoice, BeforeValidator(fold_case), WorkspaceRule.FREE],
        "auto",
        "The tier that the action starts with: `haiku`, `sonnet`, or `auto`, which decides by what is "
        "known of each request.",
    ),
    "actions": (Annotated[bool, WorkspaceRule.LOWER], True, "Whether Flux offers the action."),
}

PER_AGENT = "budget.per_agent_usd"  # holds one leaf per agent id, which only running shows


@cache
def list_fields() -> dict[str, FieldInfo]:
    """Every fixed key as its dotted path, in the order of the manual."""
    return dict(_walk_fields(Settings, ""))


def _walk_fields(tree: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in tree.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _walk_fields(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, info


def list_sections() -> frozenset[str]:
    """The keys that hold other keys."""
    fixed = {key.rpartition(".")[0] for key in list_fields()}
    return frozenset({*fixed, *PER_ACTION, PER_AGENT} - {""})


def find_field(key: str) -> FieldInfo | None:
    """The field behind a dotted key, those per action and agent included; None when there is none."""
    if is_per_agent(key):
        return _make_agent_field()
    if is_per_action(key):
        return _make_action_field(key.partition(".")[0])
    return list_fields().get(key)


def is_per_action(key: str) -> bool:
    """Whether the last part of a dotted key is the id of an action."""
    section, _, leaf = key.partition(".")
    return section in PER_ACTION and leaf != "" and "." not in leaf and key not in list_fields()


def is_per_agent(key: str) -> bool:
    """Whether the last part of a dotted key is the id of an agent."""
    section, _, leaf = key.rpartition(".")
    return section == PER_AGENT and leaf != ""


@cache
def _make_agent_field() -> FieldInfo:
    info = FieldInfo.from_annotation(Annotated[Usd, WorkspaceRule.LOWER])  # type: ignore[arg-type]
    info.default = None
    info.description = (
        "The most that the agent with this id may spend in one calendar day of your time zone, in all "
        "your editors together. A number, or `unlimited`. Write `-` in an id as `_` in a variable."
    )
    return info


@cache
def _make_action_field(section: str) -> FieldInfo:
    annotation, default, manual = PER_ACTION[section]
    info = FieldInfo.from_annotation(annotation)
    info.default, info.description = default, manual
    return info


def get_null_word(key: str) -> str | None:
    """How a person writes "none" for the key; None where nothing is written, or a value must be."""
    info = find_field(key)
    if info is None or type(None) not in get_args(info.annotation):
        return None
    return NULL_WORDS.get(key) or NULL_WORDS.get(key.partition(".")[0])


def get_workspace_rule(info: FieldInfo) -> WorkspaceRule:
    """What an untrusted workspace may do to the field; nothing where the field does not say."""
    rules = [item for item in info.metadata if isinstance(item, WorkspaceRule)]
    return rules[0] if rules else WorkspaceRule.NEVER

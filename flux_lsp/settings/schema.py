"""The settings tree: one frozen value, and the docstring under each field is its manual.

Never reads a file or the environment: `load.py` fills it, and editors get it generated.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from flux_lsp.settings.value_types import (
    NULL_WORDS,
    Address,
    OptionalText,
    Usd,
    accept_null_words,
    complete_address,
    fold_case,
)


class Workspace(StrEnum):
    """What a workspace's own files may do to a key before the person trusts the workspace."""

    FREE = "set it"
    LOWER = "only lower it or switch it off"
    EXTEND = "only add to it"
    OFFLINE = "only choose offline"
    STRICTER = "only make it stricter"
    NEVER = "not set it"
    USER = "not set it, trusted or not"


TierChoice = Literal["haiku", "sonnet", "auto"]
SCALE = {"review": ("never", "auto", "always")}  # from loose to strict


class _SettingsTree(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Models(_SettingsTree):
    """Which model stands behind each tier."""

    haiku: Annotated[str, Field(min_length=1), Workspace.FREE] = "auto"
    """Model of the quick, cheap tier: a model id, or `auto` for the newest Haiku your key can
    reach."""

    sonnet: Annotated[str, Field(min_length=1), Workspace.FREE] = "auto"
    """Model of the strong tier: a model id, or `auto` for the newest Sonnet your key can reach."""


class Routing(_SettingsTree):
    """The tier each action starts with: one key per action id."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, TierChoice] = Field(init=False)


class Actions(_SettingsTree):
    """Which actions are offered: one key per action id."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, bool] = Field(init=False)


class Budget(_SettingsTree):
    """Limits in US dollars, held before each call; nothing is sent that could pass one of them."""

    per_action_usd: Annotated[Usd, Workspace.LOWER] = 0.50
    """The most one action may cost, its retries included. A number, or `unlimited`."""

    per_day_usd: Annotated[Usd, Workspace.LOWER] = 10.0
    """The most all editors together may spend in one calendar day of your time zone. A number, or
    `unlimited`."""

    per_month_usd: Annotated[Usd, Workspace.LOWER] = 100.0
    """The most all editors together may spend in one calendar month of your time zone. A number,
    or `unlimited`."""


class ContextSettings(_SettingsTree):
    """What the model gets to see."""

    max_tokens: Annotated[int, Field(ge=500, le=500_000), Workspace.LOWER] = 16_000
    """How many tokens of your code may go along with one request. The target itself is always
    whole; what does not fit around it is left out and marked."""

    exclude: Annotated[tuple[str, ...], Workspace.EXTEND] = ()
    """Files that are never sent, as `.gitignore` patterns; they come on top of the built-in list
    (`.env`, keys, credentials), `.gitignore` and `.fluxignore`. Lists of all places add up."""

    guidance: Annotated[bool, Workspace.LOWER] = True
    """Whether the project's `CLAUDE.md` and `AGENTS.md` are sent along."""


class Settings(_SettingsTree):
    """Everything a person can set."""

    provider: Annotated[
        Literal["auto", "anthropic", "bedrock", "vertex", "foundry", "offline"],
        BeforeValidator(fold_case),
        Workspace.OFFLINE,
    ] = "auto"
    """Where the models are: `anthropic`, Amazon `bedrock`, Google `vertex`, Microsoft `foundry`, or
    `offline` for the built-in rules that need no key and no network. `auto` is Anthropic."""

    base_url: Annotated[Address, BeforeValidator(complete_address), Workspace.NEVER] = None
    """Address of another server that speaks the Messages API (a proxy, Ollama, llama.cpp), without
    `/v1`; without `http://` or `https://` the one that fits is added. The variable
    `ANTHROPIC_BASE_URL` sets it too."""

    api_key_command: Annotated[OptionalText, Workspace.NEVER] = None
    """Command that prints the API key, for password managers: `pass show anthropic`. It runs in your
    home folder when the first request needs it, and only when `ANTHROPIC_API_KEY` is not set."""

    model: Annotated[str | None, accept_null_words("", "auto"), Workspace.FREE] = None
    """One model id for everything, whatever the tier; `auto` for the models of the tiers."""

    models: Models = Models()
    routing: Routing = Routing()
    actions: Actions = Actions()

    max_attempts: Annotated[int, Field(ge=1, le=10), Workspace.LOWER] = 3
    """How many answers a run may ask for before it gives up."""

    max_tokens: Annotated[
        Annotated[int, Field(ge=256, le=128_000)] | None,
        accept_null_words(NULL_WORDS["max_tokens"]),
        Workspace.LOWER,
    ] = None
    """The longest answer in tokens, thinking included; it is also what is reserved before a call.
    `auto` sizes it by the action and the target."""

    deadline_seconds: Annotated[
        float, Field(gt=0, le=3600, allow_inf_nan=False), Workspace.LOWER
    ] = 180.0
    """How long one run may take in seconds, waiting and retries included."""

    dialect: Annotated[
        Literal["auto", "tools", "text"], BeforeValidator(fold_case), Workspace.FREE
    ] = "auto"
    """How the model hands in its edits: by `tools`, or as search/replace blocks in `text` for
    servers without tools. Whichever is asked for, both are understood."""

    review: Annotated[
        Literal["auto", "always", "never"], BeforeValidator(fold_case), Workspace.STRICTER
    ] = "auto"
    """Whether you are asked before an edit is applied: `always`, or `auto`, which asks when it
    touches more than one file or anything outside the selection. `never` refuses such an edit
    instead of asking."""

    budget: Budget = Budget()
    context: ContextSettings = ContextSettings()

    trusted_workspaces: Annotated[tuple[str, ...], Workspace.USER] = ()
    """Folders whose own settings may do what yours may, with everything below them. Only your user
    file or environment can set it; `flux-lsp trust` does the same for one folder."""

    log_level: Annotated[
        Literal["error", "warning", "info", "debug"], BeforeValidator(fold_case), Workspace.NEVER
    ] = "info"
    """How much the log says. Only `debug` may hold source text."""

    def tier_for(self, action: str) -> TierChoice:
        """The tier the person wants `action` to start with; "auto" leaves it to the action."""
        return (self.routing.__pydantic_extra__ or {}).get(action, "auto")

    def enabled(self, action: str) -> bool:
        """Whether `action` is offered."""
        return (self.actions.__pydantic_extra__ or {}).get(action, True)


# Keys with one leaf per action id: what each leaf is, what it starts as, and its manual.
PER_ACTION: dict[str, tuple[Any, object, str]] = {
    "routing": (
        Annotated[TierChoice, BeforeValidator(fold_case), Workspace.FREE],
        "auto",
        "The tier the action starts with: `haiku`, `sonnet`, or `auto` for the action's own.",
    ),
    "actions": (Annotated[bool, Workspace.LOWER], True, "Whether the action is offered."),
}


@cache
def fields() -> dict[str, FieldInfo]:
    """Every fixed key as its dotted path, in the order of the manual."""
    return dict(_walk_fields(Settings, ""))


def _walk_fields(tree: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, info in tree.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _walk_fields(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, info


def sections() -> frozenset[str]:
    """The keys that hold other keys."""
    return frozenset({*(key.rpartition(".")[0] for key in fields()), *PER_ACTION} - {""})


def field_of(key: str) -> FieldInfo | None:
    """The field behind a dotted key, those per action included; None when there is no such key."""
    section, _, leaf = key.partition(".")
    if section in PER_ACTION and leaf and "." not in leaf:
        return _make_action_field(section)
    return fields().get(key)


@cache
def _make_action_field(section: str) -> FieldInfo:
    annotation, default, manual = PER_ACTION[section]
    info = FieldInfo.from_annotation(annotation)
    info.default, info.description = default, manual
    return info


def null_word(key: str) -> str | None:
    """How a person writes "none" for the key; None where nothing is written."""
    return NULL_WORDS.get(key) or NULL_WORDS.get(key.partition(".")[0])


def rule_of(info: FieldInfo) -> Workspace:
    """What an untrusted workspace may do to the field; nothing where the field does not say."""
    rules = [item for item in info.metadata if isinstance(item, Workspace)]
    return rules[0] if rules else Workspace.NEVER

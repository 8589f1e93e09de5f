"""The settings tree flattened into keys, each with all that a manual or an editor wants to know.

Never adds a fact: types, defaults and sentences are the schema's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from flux_lsp.settings.schema import (
    PER_ACTION,
    PER_AGENT,
    find_field,
    get_null_word,
    get_workspace_rule,
    is_per_action,
    list_fields,
)
from flux_lsp.settings.tree import WorkspaceRule

# The sections in the order of the manual and of VS Code's settings; another one stands at the end.
SECTIONS = (
    "",
    "models",
    "routing",
    "actions",
    "budget",
    "budget.per_agent_usd",
    "context",
    "routing.matrix",
    "telemetry",
)


@dataclass(frozen=True)
class Key:
    """One setting. `default` is None where nothing is set; `word` is how None is written."""

    name: str
    kind: str  # string, integer, number, boolean or array (of `items`)
    choices: tuple[str, ...]
    bounds: Mapping[str, float]  # JSON schema's words
    default: object
    word: str | None
    manual: str
    rule: WorkspaceRule
    items: str = "string"  # or object

    @property
    def section(self) -> str:
        """Its name but for the last part, "" for a key that stands alone."""
        return self.name.rpartition(".")[0]

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"FLUX_{self.name.upper().replace('.', '__')}"

    @property
    def default_text(self) -> str:
        """The default as a person would write it."""
        if self.default is None:
            return self.word or "not set"
        if isinstance(self.default, bool):
            return str(self.default).lower()
        if isinstance(self.default, float):
            return f"{self.default:g}"
        return "empty" if self.default == () else str(self.default)


def list_keys(actions: Sequence[str]) -> list[Key]:
    """Every key in the manual's order; those per action once for each of `actions`."""
    names = list(list_fields())
    place = names.index("models.sonnet") + 1
    per_action = [f"{section}.{action}" for section in PER_ACTION for action in actions]
    return [_read_key(name) for name in (*names[:place], *per_action, *names[place:])]


def fold_keys(keys: Sequence[Key]) -> list[Key]:
    """For people: the keys of each action as one, `routing.<action>`, and the one of agents."""
    by_name: dict[str, Key] = {}
    for key in keys:
        name = f"{key.section}.<action>" if is_per_action(key.name) else key.name
        by_name.setdefault(name, replace(key, name=name))
    by_name[f"{PER_AGENT}.<agent>"] = _read_key(f"{PER_AGENT}.<agent>")
    return list(by_name.values())


def _read_key(name: str) -> Key:
    info = find_field(name)
    assert info is not None
    shape = _read_shape(info)
    return Key(
        name=name,
        kind=shape["type"],
        choices=tuple(shape.get("enum", ())),
        bounds={word: shape[word] for word in _BOUNDS if word in shape},
        default=info.default,
        word=get_null_word(name),
        manual=" ".join((info.description or "").split()),
        rule=get_workspace_rule(info),
        items="object" if "$ref" in shape.get("items", {}) else "string",
    )


_BOUNDS = ("minimum", "exclusiveMinimum", "maximum")


def _read_shape(info: FieldInfo) -> dict[str, Any]:
    """The field's JSON schema without the null that files do not have."""
    adapter: TypeAdapter[object] = TypeAdapter(  # the form is built here, so mypy cannot know it
        Annotated[info.annotation, *info.metadata]  # type: ignore[arg-type]
    )
    schema = adapter.json_schema()
    options = schema.get("anyOf", [schema])
    shape: dict[str, Any] = next(option for option in options if option.get("type") != "null")
    return shape

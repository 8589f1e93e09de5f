"""Which model an agent's file asks for, in the spellings of all dialects.

Never takes a model of another maker, and never a retired one: the tier of its line stands in.
"""

import re
from datetime import date

from flux_lsp.actions.agents.frontmatter import Value
from flux_lsp.actions.agents.roles import Roles
from flux_lsp.actions.agents.values import FileProblem, Fix, ModelChoice
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.models.catalogue import Catalogue

_NONE = frozenset({"", "inherit", "default", "auto"})
_TIERS: dict[str, Tier] = {"haiku": "haiku", "fast": "haiku", "sonnet": "sonnet"}
_LARGE = ("opus", "fable", "mythos")  # lines that have no tier here
_NOTE = re.compile(r"\s*\([^()]*\)$")  # `Claude Sonnet 4.6 (copilot)`


def choose_model(
    roles: Roles, catalogue: Catalogue, today: date
) -> tuple[ModelChoice, tuple[FileProblem, ...]]:
    """Choose the first model of the file that Flux can ask, and say what is wrong with its name."""
    for value in roles.list_values("model"):
        names = _list_names(value)
        if names:
            choices = [_choose(name, catalogue, today) for name in names]
            return next((each for each in choices if each[0] != ModelChoice()), choices[0])
    return ModelChoice(), ()


def read_escalation(roles: Roles) -> tuple[Tier | None, tuple[str, ...]]:
    """The tier that failed answers go to, None for no other, and the words that send a request there."""
    for value in [*roles.list_values("escalation"), *roles.list_nested("model", "escalation")]:
        target, when = value.get("to"), value.get("when")
        words = when.list_texts() if when else ()
        name = (target or value).text.strip().lower()
        tier = next((tier for tier in TIERS if tier == name), None)
        if tier or name == "none":
            return tier, words
    return "sonnet", ()


def _list_names(value: Value) -> list[Value]:
    """One name, a list of them, or a preference and what stands in for it."""
    preference, fallbacks = value.get("preference"), value.get("fallbacks")
    if preference:
        return [preference, *(fallbacks.items if fallbacks else ())]
    return list(value.items) if value.items else [value]


def _choose(
    name: Value, catalogue: Catalogue, today: date
) -> tuple[ModelChoice, tuple[FileProblem, ...]]:
    plain = _NOTE.sub("", name.text.strip())
    word, shown = plain.lower(), name.text.strip()[:60]
    if word in _NONE or word in _TIERS:
        return ModelChoice(_TIERS.get(word)), ()
    known = catalogue.get(_spell(plain))
    line = (known and known.line) or _find_line(word)
    if line in _LARGE:
        sentence = f"Flux has no tier for `{shown}`; it asks Sonnet"
        return ModelChoice("sonnet"), (FileProblem("hint", "no-tier", sentence, name.place),)
    tier = _TIERS.get(line or "")
    if tier is None:
        sentence = f"Flux does not know the model `{shown}`; it asks its own"
        return ModelChoice(), (FileProblem("warning", "unknown-model", sentence, name.place),)
    if known and known.state(today) != "retired":
        return ModelChoice(tier, known.id), ()
    instead = (known and known.replacement) or tier
    state = "was retired" if known else "is not available"
    sentence = f"`{shown}` {state}; Flux asks {tier.capitalize()}"
    fix = Fix(f"Replace it by {instead}", name.place, instead)
    return ModelChoice(tier), (FileProblem("warning", "old-model", sentence, name.place, fix),)


def _find_line(word: str) -> str | None:
    lines = (*_TIERS, *_LARGE)
    return next((line for line in lines if re.search(rf"\b{line}\b", word)), None)


def _spell(name: str) -> str:
    """Spell a name as an id: `anthropic/Claude Sonnet 4.6` is `claude-sonnet-4-6`."""
    last = re.split("[/:]", name)[-1].lower()
    return re.sub(r"[\s._]+", "-", last).strip("-")

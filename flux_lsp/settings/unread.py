"""Finds settings that protect the person and could not be read, each with its place.

While there is one, Flux sends nothing: the default protects less than what the person wrote. Never
checks a value, and never imports pydantic.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROTECTING = ("provider", "base_url", "api_key_command", "review", "trusted_workspaces")
_PROTECTING_SECTIONS = ("budget", "context")
_MEANT = re.compile(r"flux+|flx|fluxe?s|flux.?lsp", re.IGNORECASE)
_IN_SECTIONS = (
    "per_action_usd", "per_agent_usd", "per_day_usd", "per_month_usd", "per_session_usd",
    "exclude", "guidance", "max_tokens",
)  # fmt: skip
# What people call such settings. A key that has one of these words was meant to protect.
_WORDS = re.compile(
    r"(?:^|[._])(?:provider|offline|url|budgets?|usd|spend(?:ing)?|limits?|costs?|excluded?s?|"
    r"exclusions?|ignored?|deny|denied|private|secrets?|review|guidance)(?:[._]|$)"
)


@dataclass(frozen=True, slots=True)
class UnreadSetting:
    """One setting, or a whole file, that could not be read.

    `warning`: the sentence about it, as the warnings hold it. `where`: the place to correct, a file
    with its line where that is known.
    """

    warning: str
    where: str

    @property
    def full_warning(self) -> str:
        """Return the warning and its consequence."""
        return f"{self.warning}. Until you correct {self.where}, nothing is sent"


def is_protective(key: str) -> bool:
    """Whether a key that exists keeps money, secrets or the choice of the server safe."""
    return key in _PROTECTING or key.partition(".")[0] in _PROTECTING_SECTIONS


def looks_protective(key: str, sections: frozenset[str]) -> bool:
    """Whether an unknown key was probably meant to protect; `sections`: the sections that exist."""
    from difflib import get_close_matches

    section, _, rest = key.partition(".")
    leaf, wholes = key.rpartition(".")[2], [*_PROTECTING, *_IN_SECTIONS]
    if rest and section in sections:
        # In TOML a key below another table's head belongs to that table: `[models]`, then `provider`.
        strayed = bool(get_close_matches(leaf, wholes, 1, 0.8))
        return section in _PROTECTING_SECTIONS or strayed
    if _WORDS.search(key):
        return True
    near = get_close_matches(leaf, wholes, 1, 0.75) or get_close_matches(key, wholes, 1, 0.75)
    return bool(near) or (
        bool(rest) and bool(get_close_matches(section, _PROTECTING_SECTIONS, 1, 0.75))
    )


def find_misnamed_tables(table: object, path: Path) -> Iterator[UnreadSetting]:
    """Find tables of a pyproject.toml, read from `path`, that were probably meant for Flux."""
    top = table if isinstance(table, dict) else {}
    tools = top.get("tool")
    names = [("", name) for name in top]
    names += [("tool.", name) for name in tools] if isinstance(tools, dict) else []
    for prefix, name in names:
        if prefix + name != "tool.flux" and _MEANT.fullmatch(name):
            warning = f"`[{prefix}{name}]` in {path} is ignored; did you mean `[tool.flux]`?"
            yield UnreadSetting(warning, str(path))

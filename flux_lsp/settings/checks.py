"""One entry of the setting `checks`: a command of the project that its edits have to pass.

Never runs one.
"""

import json
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from flux_lsp.settings.tree import SettingsTree


def _read_list(value: object) -> object:
    """Return a list as a tuple, which is what a frozen setting holds."""
    return tuple(value) if isinstance(value, list) else value


def _read_text(value: object) -> object:
    """Read the JSON that a variable holds."""
    if not isinstance(value, str):
        return value
    try:
        return _read_list(json.loads(value))
    except ValueError:
        raise ValueError("must be a JSON list of tables") from None


def _require_words(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if not value or not (value.strip() if isinstance(value, str) else value[0].strip()):
        raise ValueError("must name a program")
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_read_list)]


class CheckSetting(SettingsTree):
    """One command of the project."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What Flux calls it."""

    command: Annotated[
        str | tuple[str, ...], BeforeValidator(_read_list), AfterValidator(_require_words)
    ]
    """A line for the shell, or a list of a program and its arguments."""

    languages: Texts = ()
    """The languages of the files that it concerns; empty for all."""

    paths: Texts = ()
    """The files that it concerns, as `.gitignore` patterns; empty for all."""

    timeout_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 60.0
    """The longest time in seconds that one run of it may take."""


def _require_other_names(value: tuple[CheckSetting, ...]) -> tuple[CheckSetting, ...]:
    names = [check.name for check in value]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise ValueError(f"names two checks {double!r}")
    return value


CheckList = Annotated[
    tuple[CheckSetting, ...], BeforeValidator(_read_text), AfterValidator(_require_other_names)
]

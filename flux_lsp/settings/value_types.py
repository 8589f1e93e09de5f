"""The kinds of values that settings hold, with how a person may write them.

Never knows a key: `schema.py` says which key holds which kind.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from flux_lsp.settings.addresses import add_scheme

# How "none" is written where a file has no null, by key or section.
NULL_WORDS = {"budget": "unlimited", "max_tokens": "auto"}


def accept_null_words(*words: str) -> BeforeValidator:
    """Return a validator that reads `words` as "none", for files that have no null."""

    def read(value: object) -> object:
        return None if isinstance(value, str) and value.strip().lower() in words else value

    return BeforeValidator(read)


def fold_case(value: object) -> object:
    """Return a word as the choices spell it."""
    return value.strip().lower() if isinstance(value, str) else value


def complete_address(value: object) -> object:
    """Return an address with `http://` or `https://` before it."""
    return add_scheme(value) if isinstance(value, str) else value


def require_scheme(value: str | None) -> str | None:
    """Refuse an address that does not say how to reach the server."""
    if value is not None and not value.lower().startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value


Usd = Annotated[
    Annotated[float, Field(ge=0, allow_inf_nan=False)] | None,
    accept_null_words(NULL_WORDS["budget"]),
]
OptionalText = Annotated[str | None, accept_null_words("")]
Address = Annotated[OptionalText, AfterValidator(require_scheme)]

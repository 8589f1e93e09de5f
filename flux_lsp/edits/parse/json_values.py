"""Reads JSON that a model wrote: line ends in texts are fine, a key that is named twice is not.

Never repairs anything, and never picks one of two values.
"""

import json
from typing import Any


class BadJsonError(ValueError):
    """What is wrong with the arguments of a call, in words for the model."""


def load_arguments(text: str) -> Any:
    """Read the arguments of a call; models write the whole of them once more as a string, too.

    Raises BadJsonError.
    """
    value = load_json(text)
    return load_json(value) if isinstance(value, str) else value


def load_json(text: str) -> Any:
    """Read a text that is one JSON value and nothing else. Raises BadJsonError."""
    if not text.strip():
        raise BadJsonError("the arguments are empty")
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise BadJsonError("the arguments are nested too deeply") from None
    except ValueError as error:
        raise BadJsonError(f"the arguments are not valid JSON ({error})") from None


def find_json(text: str, at: int) -> tuple[Any, int] | None:
    """Read the JSON value that begins at `at`, and where it ends; None when there is none."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is named twice")
    return value


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_read_object)

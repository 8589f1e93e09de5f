"""Writes warnings about keys that Flux does not accept: the key, what is wrong, and its place.

Never repeats a value that could be a secret: it quotes only words of a fixed choice.
"""

from collections.abc import Collection
from difflib import get_close_matches

from pydantic import ValidationError

from flux_lsp.settings.layers import Entry
from flux_lsp.settings.schema import PER_ACTION, list_fields, list_sections

_TYPES = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
    type(None): "nothing",
}
_WORDS = {
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "text",
    "a valid boolean": "true or false",
    "a valid tuple": "a list",
    "a valid dictionary or instance of CheckSetting": "a table",
    "Field required": "lacks a key",
}
_NO_KEY_HERE = (
    "a key does not belong in the settings: set `ANTHROPIC_API_KEY`, or `api_key_command` to a "
    "command that prints it"
)


def describe_error(entry: Entry, error: ValidationError, kept: str) -> str:
    """Write one warning for a value of the wrong type or out of bounds."""
    problem = error.errors(include_url=False, include_input=False)[0]
    wish = problem["msg"].removeprefix("Value error, ")
    wish = wish.replace("Input should be", "must be").split(", unable")[0]
    place = problem["loc"]
    wish = wish.replace(
        "Extra inputs are not permitted", f"has no key `{place[-1] if place else entry.key}`"
    )
    for pydantic, plain in _WORDS.items():
        wish = wish.replace(pydantic, plain)
    if problem["type"] == "literal_error":
        wish += _suggest_word(str(entry.value), problem["ctx"]["expected"])
    elif not entry.text and problem["type"].endswith(("_type", "_parsing")):
        wish += f", not {_describe_type(entry.value, problem['loc'])}"
    return f"`{entry.key}` in {entry.source} {wish}; {kept} stays"


def describe_unknown_key(entry: Entry, actions: Collection[str]) -> str:
    """Write one warning for a key that does not exist, with the key that the person probably meant."""
    if entry.key in list_sections():
        return f"`{entry.key}` in {entry.source} holds other keys and takes no value of its own"
    if entry.key.rpartition(".")[2] in ("api_key", "apikey", "anthropic_api_key", "key"):
        return f"Unknown key `{entry.key}` in {entry.source}: {_NO_KEY_HERE}"
    known = [
        *list_fields(),
        *(f"{section}.{action}" for section in PER_ACTION for action in actions),
    ]
    near = get_close_matches(entry.key, known, n=1, cutoff=0.8) or _match_leaf(entry.key, known)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"Unknown key `{entry.key}` in {entry.source} is ignored{hint}"


def _describe_type(value: object, place: tuple[int | str, ...]) -> str:
    """Describe the type of the value, or for a list of what stands at `place` in it."""
    if isinstance(value, list) and place and isinstance(place[0], int):
        return f"{_describe_type(value[place[0]], ())} (entry {place[0] + 1})"
    return _TYPES.get(type(value), "a date")


def _match_leaf(key: str, known: list[str]) -> list[str]:
    """Find keys whose last part is like the whole of `key`: `per_day_usd` for `budget.per_day_usd`."""
    leaves = {name.rpartition(".")[2]: name for name in known}
    near = get_close_matches(key.rpartition(".")[2], leaves, n=1, cutoff=0.8)
    return [leaves[near[0]]] if near else []


def _suggest_word(value: str, expected: str) -> str:
    choices = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
    near = get_close_matches(value.lower(), choices, n=1, cutoff=0.6)
    return f" (did you mean `{near[0]}`?)" if near else ""

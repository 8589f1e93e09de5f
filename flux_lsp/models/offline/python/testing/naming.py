"""Names for tests that say what each of them states.

Never gives the same name twice, nor one that is taken.
"""

import ast
import re
from collections.abc import Collection

from flux_lsp.models.offline import words

_LONGEST = 70


class Names:
    """Gives names; `taken` are those of the test file."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = {name.split(".")[-1] for name in taken}

    def free(self, name: str) -> str:
        """`name`, with a number behind it when it is taken."""
        short = name[:_LONGEST].rstrip("_")
        found, number = short, 2
        while found in self._taken:
            found, number = f"{short}_{number}", number + 1
        self._taken.add(found)
        return found


def snake(name: str) -> str:
    """`OutOfStockError` as `out_of_stock_error`."""
    return "_".join(words.parts(name)) or "it"


def slug(code: str) -> str:
    """A few words for an argument: `minus_1`, `empty`, `hello_world`."""
    try:
        value = ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return "given"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return re.sub(r"\W", "_", f"{value}".replace("-", "minus_"))
    if not value:
        return "empty"
    if isinstance(value, str):
        return "_".join(re.findall(r"[a-z0-9]+", value.lower())[:3]) or "of_signs"
    return f"of_{len(value)}"

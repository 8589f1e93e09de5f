"""Suggests the model that a wrong name may mean: a tier's word, a typo, another tool's spelling.

Pure; never replaces a name.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

_MAKER = re.compile(r"^(?:[a-z.]*anthropic[./])|(?:\[\w+\]|:\w+)$")
_LONGEST = 100


def suggest(name: str, known: Sequence[str], newest: Mapping[str, str]) -> str | None:
    """Suggest the model that `name` may mean; None when it resembles none, like a local model's name.

    `known`: every id there is. `newest`: the newest model of each line, by the line's word.
    """
    plain = _MAKER.sub("", name.strip().lower()[:_LONGEST]).replace(".", "-").replace("_", "-")
    plain = re.sub(r"[\s-]+", "-", plain).strip("-")
    if plain in known:
        return None if plain == name else plain
    words = set(re.findall("[a-z]+", plain))
    for line, model in newest.items():
        if line in words and ("claude" in words or plain.startswith(line)):
            return model
    close = get_close_matches(plain, known, n=1, cutoff=0.85)
    return close[0] if close else None

"""Which functions, classes and other named parts a new text no longer has.

Never says that they must stay: a person decides.
"""

from collections import Counter
from collections.abc import Sequence

from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.tree import parse

_KINDS = frozenset({"function", "method", "class", "struct", "interface", "trait", "enum", "test"})
_OPENINGS = {"php": "<?php"}  # what a part of a file needs above it to be parsed


def find_lost_symbols(old: Sequence[str], new: Sequence[str], language: Language) -> str:
    """A sentence that names what `new` lacks of the symbols in `old`; "" when it lacks none.

    A symbol that is only renamed counts as there.
    """
    if len(new) >= len(old):
        return ""
    before, after = Counter(_names(old, language)), Counter(_names(new, language))
    lost = list((before - after).elements())
    if len(lost) <= (after - before).total():
        return ""
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"The answer removes `{lost[0]}`{more}"


def _names(lines: Sequence[str], language: Language) -> list[str]:
    parsed = parse("\n".join([_OPENINGS.get(language.id, ""), *lines, ""]), language)
    symbols = parsed.symbols() if parsed else ()
    return [s.qualified for s in symbols if s.kind in _KINDS]

"""Counts brackets without a partner, for texts that no grammar reads.

Never knows a language: it skips strings and comments as most languages write them.
"""

import re
from collections import Counter

_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))
# Each takes what it opens up to its end or as far as it goes, so that no text is searched twice; the
# group says that the end was there.
_PASSED_OVER = re.compile(
    r'"(?:\\.|[^"\\\n])*+(")?'
    r"|'(?:\\.|[^'\\\n])*+(')?"
    r"|`(?:\\.|[^`\\])*+(`)?"
    r"|/\*(?:[^*]|\*(?!/))*+(\*/)?"
    r"|(//)[^\n]*+",
    re.DOTALL,
)


def count_imbalance(text: str) -> int:
    """Count the brackets of `text` without a partner, by their numbers alone."""
    count = Counter(_PASSED_OVER.sub(_keep_open, text))
    return sum(abs(count[opening] - count[closing]) for opening, closing in _PAIRS)


def _keep_open(match: re.Match[str]) -> str:
    """Keep nothing of a string or comment, but all of what only began like one."""
    return "" if match.lastindex else match[0]

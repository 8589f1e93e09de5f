"""Recognizes Python that is newer than the interpreter that runs this server.

Never says that such code is right: the grammar decides then.
"""

import re
import sys

_MARK = re.compile(r"""\b(?:f|rf|fr)(["'])""", re.IGNORECASE)
_SINCE = (
    ((3, 12), re.compile(r"^\s*type\s+\w+\s*(?:\[.*\]\s*)?=")),  # PEP 695
    ((3, 12), re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\[")),
    ((3, 14), re.compile(r"^\s*except\*?\s+[\w.]+\s*,")),  # PEP 758
    ((3, 14), re.compile(r"""\b(?:t|rt|tr)["']""", re.IGNORECASE)),  # PEP 750
)
_FORMATTED = (3, 12)  # PEP 701: any expression in an f-string


def may_be_newer(line: str, message: str) -> bool:
    """Whether `line`, where the compiler stopped with `message`, may be fine in a newer Python."""
    ours = sys.version_info[:2]
    if any(ours < since and form.search(line) for since, form in _SINCE):
        return True
    in_string = message.startswith(("f-string", "unterminated string"))
    return ours < _FORMATTED and in_string and _MARK.search(line) is not None

"""Takes out of a signature what a file says in texts, before the signature is written to disk.

What an index holds are names and types. Never keeps the contents of a string, or a long value that
is no name: either may be a secret.
"""

import re

# A string in any language, which may span lines; one that does not end goes on to the line's end.
# `'` also begins a lifetime in Rust and ends a name in Haskell: those are not strings.
_STRING = re.compile(
    r"(\"\"\"|'''|`)(?:.*?)(?:\1|\Z)"
    r"|(\")(?:\\.|[^\"\\\n])*(?:\"|$)"
    r"|(?<![\w<&])(')(?:\\.|[^'\\\n<>&|;])*(?:'|$)",
    re.DOTALL | re.MULTILINE,
)
_VALUE = re.compile(r"=.*")
_LONG = re.compile(r"[\w+/.=-]*\d[\w+/.=-]*")  # a word with a digit, such as a token
_LONGEST = 12  # characters of such a word in a value


def hide_texts(signature: str) -> str:
    """Return `signature` with its strings emptied; it keeps its lines."""
    hidden = _STRING.sub(_empty, signature)
    return _VALUE.sub(lambda value: _LONG.sub(_shorten, value[0]), hidden)


def _empty(string: re.Match[str]) -> str:
    mark = string[1] or string[2] or string[3]
    return mark + "\n" * string[0].count("\n") + mark


def _shorten(word: re.Match[str]) -> str:
    return word[0] if len(word[0]) <= _LONGEST else "0"

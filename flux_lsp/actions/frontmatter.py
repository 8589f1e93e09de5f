"""A Markdown file's frontmatter as keys and texts, and the body below it.

Reads the plain part of YAML that the built-in actions are written in: `key: words` and
`key: [a, b]`, one a line. Never guesses at anything else. Standard library only.
"""

_FENCE = "---"


def split_frontmatter(text: str) -> tuple[dict[str, str], str]:
    """The keys with their values as written, and the body without the blank lines around it.

    Raises ValueError for a file without frontmatter, a line that is no key, or a doubled key.
    """
    lines = text.splitlines()
    if not lines or lines[0] != _FENCE or _FENCE not in lines[1:]:
        raise ValueError(f"it does not begin with frontmatter between two lines `{_FENCE}`")
    end = lines.index(_FENCE, 1)
    keys: dict[str, str] = {}
    for line in lines[1:end]:
        key, colon, value = line.partition(":")
        if not colon or not key or key != key.strip():
            raise ValueError(f"`{line}` is not `key: value`")
        if key in keys:
            raise ValueError(f"`{key}` stands there twice")
        keys[key] = value.strip()
    return keys, "\n".join(lines[end + 1 :]).strip()


def split_list(value: str) -> tuple[str, ...]:
    """The entries of `[a, b]`; one word alone is a list of one, "" an empty list."""
    inner = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    return tuple(entry for part in inner.split(",") if (entry := part.strip().strip("\"'")))

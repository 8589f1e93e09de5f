"""SEARCH/REPLACE blocks as the format is written down, for the control that forgives nothing."""

import re

_BLOCK = re.compile(
    r"^(?P<path>\S[^\n]*)\n(?:```[^\n]*\n)?<<<<<<< SEARCH\n(?P<old>.*?)^=======\n(?P<new>.*?)"
    r"^>>>>>>> REPLACE$",
    re.MULTILINE | re.DOTALL,
)


def plain_blocks(text: str) -> tuple[dict[str, object], ...]:
    """The blocks that are perfectly well formed."""
    return tuple(
        {"path": block["path"].strip(), "search": block["old"], "replace": block["new"]}
        for block in _BLOCK.finditer(text)
    )

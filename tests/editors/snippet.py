"""Print a block of a set-up page, so that what the pages say is what the editors are tested with.

usage: python tests/editors/snippet.py docs/editors/PAGE.md NAME   (standard library only)
"""

import re
import sys
from pathlib import Path


def snippet(page: str, name: str) -> str:
    """The fenced block behind `<!-- snippet: NAME -->`; ValueError when the page has none."""
    found = re.search(
        rf"<!-- snippet: {re.escape(name)} -->\n```\w*\n(.*?)^```", page, re.DOTALL | re.MULTILINE
    )
    if found is None:
        raise ValueError(f"no snippet {name!r}")
    return found[1]


if __name__ == "__main__":
    print(snippet(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]), end="")

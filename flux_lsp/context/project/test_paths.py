"""Tells tests from the code that they test, by their paths.

Never reads a file.
"""

import re

_FOLDERS = frozenset({"tests", "test", "__tests__", "spec", "specs", "testdata", "testing"})
_NAME = re.compile(
    r"test_|conftest\.py$|tests?\.\w+$|.*[._-](?:test|tests|spec)\.\w+$"
    r"|.*(?:Test|Tests|TestCase|Spec|IT)\.(?:java|kt|kts|scala|groovy|cs|php|swift)$"
)


def is_test_path(path: str) -> bool:
    """Whether a posix path from the root is that of a test or of what only tests use."""
    *folders, name = path.split("/")
    return any(folder.lower() in _FOLDERS for folder in folders) or bool(_NAME.match(name))

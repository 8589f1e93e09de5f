"""Options of the whole suite.

Never holds a fixture: each test says what it needs beside it.
"""

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--shuffle SEED`: files, and the tests within each, in another order; none depends on it."""
    parser.addoption("--shuffle", type=int, default=None, metavar="SEED")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle, and keep a file's tests together: they share a server."""
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    chance = random.Random(seed)
    files = sorted({item.path for item in items})
    chance.shuffle(files)
    chance.shuffle(items)
    items.sort(key=lambda item: files.index(item.path))

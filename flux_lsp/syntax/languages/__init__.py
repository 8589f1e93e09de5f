"""The table of languages: each is one row that holds every fact about it.

Never imports a grammar: that is `grammars.py`, on first use.
"""

from functools import cache
from pathlib import PurePosixPath

from flux_lsp.syntax.languages import (
    braces,
    c_family,
    data,
    functional,
    managed,
    markup,
    numeric,
    scripts,
    shells,
)
from flux_lsp.syntax.languages.values import Language

__all__ = ["Language", "find_language", "list_languages"]

_ROWS = (
    *scripts.ROWS,
    *braces.ROWS,
    *managed.ROWS,
    *numeric.ROWS,
    *c_family.ROWS,
    *shells.ROWS,
    *functional.ROWS,
    *markup.ROWS,
    *data.ROWS,
)


def find_language(language_id: str, path: str) -> Language:
    """Find the language of a document by its LSP language id, else by its path; else plain text."""
    language = _map_ids().get(language_id.lower())
    # An editor that knows no better sends plaintext for a file whose name tells more.
    if language is not None and language.id != "plaintext":
        return language
    name = PurePosixPath(path.replace("\\", "/")).name.lower()
    return _map_filenames().get(name) or _find_by_extension(name) or _map_ids()["plaintext"]


def list_languages() -> tuple[Language, ...]:
    """List every language of the table."""
    return _ROWS


def _find_by_extension(name: str) -> Language | None:
    """Find the language by the longest known extension: `x.html.j2` is a template, not a page."""
    known = _map_extensions()
    suffixes = PurePosixPath(name).suffixes
    endings = ("".join(suffixes[i:]) for i in range(len(suffixes)))
    return next((known[ending] for ending in endings if ending in known), None)


@cache
def _map_ids() -> dict[str, Language]:
    return {key: row for row in _ROWS for key in (row.id, *row.aliases)}


@cache
def _map_filenames() -> dict[str, Language]:
    return {name: row for row in _ROWS for name in row.filenames}


@cache
def _map_extensions() -> dict[str, Language]:
    return {extension: row for row in _ROWS for extension in row.extensions}

"""Reads the LSP diagnostics that a person names for a repair from the command line.

Never raises for what the file holds.
"""

from pathlib import Path
from typing import Any

from flux_lsp.files import SOURCE_BYTES, parse_json, read_text
from flux_lsp.runs.diagnostics import find_mistake


def read_diagnostics_file(file: str | None) -> list[Any] | str:
    """Read the file, or say what is wrong with it."""
    if file is None:
        return []
    try:
        content = parse_json(read_text(Path(file), SOURCE_BYTES))
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    except ValueError:
        return f"{file} is not JSON"
    if not isinstance(content, list):
        return f"{file} is no list of LSP diagnostics"
    return find_mistake(content) or content

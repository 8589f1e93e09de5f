"""Prints what commands say: only JSON on stdout, complaints on stderr, and the exit code of a problem.

Never prints a key, and never anything but the document when JSON was asked for.
"""

import json
import sys

from flux_lsp.core.errors import Problem
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED
from flux_lsp.fronts.cli.streams import can_show_unicode


def exit_code(problem: Problem | None) -> int:
    """Return 0 without a problem, 3 if something has to be set up first, else 1."""
    return DONE if problem is None else problem.code.exit_code


def complain(problem: Problem) -> int:
    """Print `problem` on stderr; returns its exit code."""
    print(f"flux-lsp: {problem.message}.", file=sys.stderr)
    if problem.hint:
        print(f"  {problem.hint}.", file=sys.stderr)
    return exit_code(problem)


def complain_of_file(error: OSError) -> int:
    """Print which file or folder caused the error; returns the exit code."""
    where = f"{error.filename}: " if error.filename is not None else ""
    print(f"flux-lsp: {where}{error.strerror or error}.", file=sys.stderr)
    return FAILED


def print_json(document: object) -> None:
    """Print one JSON document on stdout, in ASCII if the encoding needs it."""
    print(json.dumps(document, indent=2, ensure_ascii=not can_show_unicode(), default=str))

"""Tells which comments of a language say by their form that they document a symbol.

Never decides whether a comment documents something: its place decides that.
"""

import re
from dataclasses import dataclass
from functools import cache

from flux_lsp.syntax.languages import Language

_SLASH = r"///|//!|/\*\*|/\*!"
_OTHER = rf"{_SLASH}|##|#'|#:|---|--\s*\||;;;|%%|\{{-\s*\||\(\*\*|<#|\"\"\""


@dataclass(frozen=True, slots=True)
class DocForms:
    """`pattern` matches the beginning of a comment that documents by its form; None without one.

    `plain`: an ordinary comment directly above a symbol documents it, too.
    """

    pattern: re.Pattern[str] | None
    plain: bool

    def has_form(self, comment: str) -> bool:
        """Whether `comment` says by its form that it documents."""
        return self.pattern is not None and self.pattern.match(comment) is not None


@cache
def find_doc_forms(language: Language) -> DocForms:
    """Return the forms of `language`."""
    marks = language.docs.marks
    if marks is None:
        marks = _SLASH if language.line_comment == "//" else _OTHER
    return DocForms(re.compile(marks) if marks else None, language.docs.plain)

"""Loads a language's grammar and its query once, for the first text of that language.

Never decides which language a text is in. The query files name what counts as a symbol.

Captures: a kind (`@function`, `@class`, …) marks a symbol and `@name` its name; `@owner` the type
a method stands outside of; `@wrap` a node that only dresses the symbol that ends it (decorators,
export, template); `@above` what belongs to a symbol when it stands right above it (comments,
attributes); `@header` imports and what else heads a file. `@_f` is what a call calls; the pattern
counts only where it matches the expression `(#set! callee …)`.

The files in `queries/members` are for the index of a project: `@type`, `@function`, `@field`,
`@value`, `@module` mark a definition, `@attribute` a field of the type around the function that sets
it (`@self` is the object, where it has to be `self` or `cls`), `@impl` a block with members of
`@owner`. `@bases` are clauses and `@base` single names that a type builds on. `@scope` hides what is
in it; `@import` and `@package` are statements, `@callee` what a call calls.
"""

from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from flux_lsp.syntax.languages import Language

if TYPE_CHECKING:
    import tree_sitter


@lru_cache(maxsize=64)
def load_grammar(language: Language) -> "tree_sitter.Language | None":
    """Load the grammar, None for a language that Flux reads by lines."""
    if language.grammar is None:
        return None
    from tree_sitter import Language as Grammar

    module, function = language.grammar
    return Grammar(getattr(import_module(module), function)())


@lru_cache(maxsize=64)
def load_query(language: Language) -> "tree_sitter.Query":
    """Load the compiled symbol query of a language with a grammar; takes some ms the first time."""
    return _compile(language, "queries")


@lru_cache(maxsize=64)
def load_member_query(language: Language) -> "tree_sitter.Query | None":
    """Load the compiled query for definitions, members and imports; None where files share none."""
    return _compile(language, "queries/members") if language.project.imports else None


def _compile(language: Language, folder: str) -> "tree_sitter.Query":
    from tree_sitter import Query

    loaded = load_grammar(language)
    if loaded is None:
        raise ValueError(f"{language.id} has no grammar")
    place = files("flux_lsp.syntax") / folder
    names = language.queries or (language.id,)
    return Query(loaded, "\n".join((place / f"{n}.scm").read_text("utf-8") for n in names))

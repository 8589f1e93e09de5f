"""Loads a language's grammar and its query once, for the first text of that language.

Never decides which language a text is in. The query files name what counts as a symbol.

Captures: a kind (`@function`, `@class`, …) marks a symbol and `@name` its name; `@owner` the type
a method stands outside of; `@wrap` a node that only dresses the symbol that ends it (decorators,
export, template); `@above` what belongs to a symbol when it stands right above it (comments,
attributes); `@header` imports and what else heads a file. `@_f` is what a call calls; the pattern
counts only where it matches the expression `(#set! callee …)`.
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
    from tree_sitter import Query

    loaded = load_grammar(language)
    if loaded is None:
        raise ValueError(f"{language.id} has no grammar")
    folder = files("flux_lsp.syntax") / "queries"
    names = language.queries or (language.id,)
    return Query(loaded, "\n".join((folder / f"{n}.scm").read_text("utf-8") for n in names))

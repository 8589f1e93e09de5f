"""What an action is: one frozen value that says when it is offered and what the model is told.

An action never runs anything itself; `engine.perform` does, from this value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.values import Parse, Reject
from flux_lsp.syntax.directives import Directive
from flux_lsp.syntax.languages import Language

if TYPE_CHECKING:
    from flux_lsp.engine.values import Tier

# Compares a document with the text that it would become; `Span` is the target, None outside of it.
Check = Callable[[Snapshot, str, Parse | None, Span | None], Reject | None]
Kind = Literal["quickfix", "refactor.rewrite"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be seen without parsing when the menu opens; made on the hot path.

    `symbol` is the name of the symbol a run would be about: "" when it has none, None when there is
    no symbol but lines only. `kind` is the symbol's where it is known, else "". `text`: the document
    holds any. `saved`: the document is a file, so that there can be a test file beside it.
    """

    language: Language
    selection: bool
    symbol: str | None
    problems: tuple[str, ...]
    directives: tuple[Directive, ...]
    kind: str = ""
    text: bool = True
    saved: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu."""

    title: str
    directive: Directive | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of the product: `id` is its file's name, the last part of its kind and its key.

    `answers`: "edit" changes the target, "tests" the test file, "text" nothing.
    `automatic`: also offered when the editor asks by itself on a bare cursor.
    `task` is what the model is told; `unchanged` compares each changed document before and after and
    rejects an answer that changes what this action never changes.
    """

    id: str
    summary: str
    kind: Kind
    tier: "Tier"
    answers: Literal["edit", "tests", "text"]
    task: str
    offer: Callable[[Offer], tuple[Item, ...]]
    automatic: bool = False
    needs_instruction: bool = False
    needs_diagnostics: bool = False
    unchanged: Check | None = None


def named(offer: Offer) -> str:
    """How the menu calls what the action is about."""
    if offer.selection:
        return "selection"
    if offer.symbol is None:
        return "this block"
    return f"`{offer.symbol}`" if offer.symbol else "this symbol"

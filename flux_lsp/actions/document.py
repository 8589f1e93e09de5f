"""Write the documentation of a symbol where its language keeps it; never changes code."""

from flux_lsp.edits.plan.code_unchanged import code_unchanged
from flux_lsp.engine.action import Action, Item, Offer, named

# What is prose or data itself, or has no place for documentation.
_UNDOCUMENTED = frozenset({"element", "section"})


def _offer(offer: Offer) -> tuple[Item, ...]:
    language = offer.language
    has_comments = language.line_comment or language.block_comment
    if offer.symbol is None or offer.kind in _UNDOCUMENTED or not has_comments:
        return ()
    return (Item(f"Flux: document {named(offer)}"),)


ACTION = Action(
    id="document",
    summary="Writes or completes the documentation of a symbol; code stays as it is.",
    kind="refactor.rewrite",
    tier="haiku",
    answers="edit",
    offer=_offer,
    unchanged=code_unchanged,
    task=(
        "Write the documentation of the target in the form its language uses (docstring, JSDoc, doc "
        "comment …) and in the style the file already has: what it is for in one sentence, then "
        "parameters, result and errors where they are not obvious. Complete what is there; invent "
        "nothing the code does not show. Change no code."
    ),
)

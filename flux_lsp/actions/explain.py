"""Say what the selection or symbol does; never edits."""

from flux_lsp.engine.action import Action, Item, Offer, named


def _offer(offer: Offer) -> tuple[Item, ...]:
    if offer.selection or offer.text:
        return (Item(f"Flux: explain {named(offer)}"),)
    return ()


ACTION = Action(
    id="explain",
    summary="Explains the selection or symbol in a Markdown document beside the code.",
    kind="refactor.rewrite",
    tier="haiku",
    answers="text",
    offer=_offer,
    task=(
        "Explain the target to a programmer who is new to this code base. Begin with one sentence that "
        "says what it is for. Then what it takes, returns and raises; how it works, in the order in "
        "which it happens; what is easy to get wrong. Name what you only suppose as such. Answer in "
        "Markdown, without a heading on top, in at most 400 words, and quote no long code."
    ),
)

"""Change the selection or symbol as the person asked, in words or by a comment directive."""

from flux_lsp.engine.action import Action, Item, Offer, named


def _offer(offer: Offer) -> tuple[Item, ...]:
    directives = tuple(Item(f"Flux: {d.instruction}", directive=d) for d in offer.directives)
    if offer.selection or offer.text:
        return (*directives, Item(f"Flux: edit {named(offer)}…"))
    return directives


ACTION = Action(
    id="edit",
    summary="Changes the selection or symbol as you say, in an input box or in a `flux:` comment.",
    kind="refactor.rewrite",
    tier="sonnet",
    answers="edit",
    automatic=True,  # only its directives: see `fronts/lsp/offer.py`
    needs_instruction=True,
    offer=_offer,
    task=(
        "Change the target as the instruction says, and nothing else. Keep names, comments, "
        "formatting and behaviour that the instruction does not mention. If the instruction stands in "
        "a comment that begins with `flux:`, that comment is to be gone from your answer."
    ),
)

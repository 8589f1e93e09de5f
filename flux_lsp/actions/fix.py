"""Repair what the checkers report in the selection or symbol."""

from flux_lsp.engine.action import Action, Item, Offer

_TITLE_LIMIT = 60


def _offer(offer: Offer) -> tuple[Item, ...]:
    if not offer.problems:
        return ()
    first = " ".join(offer.problems[0].split())
    short = first if len(first) <= _TITLE_LIMIT else f"{first[: _TITLE_LIMIT - 1]}…"
    more = len(offer.problems) - 1
    return (Item(f"Flux: fix {short}" + (f" (and {more} more)" if more else "")),)


ACTION = Action(
    id="fix",
    summary="Repairs the diagnostics in the range, and nothing else.",
    kind="quickfix",
    tier="haiku",
    answers="edit",
    automatic=True,
    needs_diagnostics=True,
    offer=_offer,
    task=(
        "Repair the cause of every diagnostic shown, by the smallest change that is right. Don't "
        "silence a diagnostic, don't delete code to be rid of it, don't touch what it does not "
        "concern."
    ),
)

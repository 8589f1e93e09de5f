"""Make or extend the test file of a symbol where the project keeps its tests."""

from flux_lsp.engine.action import Action, Item, Offer, named

# Languages that hold nothing to run, and symbols that do nothing.
_INERT = frozenset({"json", "yaml", "toml", "html", "css", "hcl", "markdown"})
_STILL = frozenset({"constant", "key", "element", "section", "table", "rule", "block"})


def _offer(offer: Offer) -> tuple[Item, ...]:
    language = offer.language
    if not offer.saved or language.grammar is None or language.id in _INERT:
        return ()
    if offer.kind in _STILL or (offer.symbol is None and not offer.selection):
        return ()
    return (Item(f"Flux: write tests for {named(offer)}"),)


ACTION = Action(
    id="tests",
    summary="Writes tests for a symbol or file where the project keeps them; existing tests stay.",
    kind="refactor.rewrite",
    tier="haiku",
    answers="tests",
    offer=_offer,
    task=(
        "Write tests for the target in the framework and file named in <test_place>: the ordinary "
        "case, the edges, the errors it promises. Each test states one fact in its name and passes "
        "against the code as it is. Use `apply_edits`: `new_files` for a test file that is new; for one "
        "that exists, edits that add to it. Never change, move or repeat a test that is there, and "
        "never change the code under test."
    ),
)

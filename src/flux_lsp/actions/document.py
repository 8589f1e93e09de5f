"""Write the documentation of a symbol where its language keeps it; never changes code."""

import ast

from flux_lsp.engine.action import Action, Item, Offer, named
from flux_lsp.syntax.languages import Language

# What is prose or data itself, or has no place for documentation.
_UNDOCUMENTED = frozenset({"element", "section"})


def _offer(offer: Offer) -> tuple[Item, ...]:
    language = offer.language
    has_comments = language.line_comment or language.block_comment
    if offer.symbol is None or offer.kind in _UNDOCUMENTED or not has_comments:
        return ()
    return (Item(f"Flux: document {named(offer)}"),)


def _code_unchanged(before: str, after: str, language: Language) -> str | None:
    """Whether only docstrings and comments differ; judged for Python, where it can be proven."""
    if language.id != "python":
        return None
    try:
        same = _without_docstrings(before) == _without_docstrings(after)
    except (SyntaxError, ValueError, RecursionError):
        return None  # the syntax check has its own word on this
    return None if same else "the answer changed code, not only documentation"


def _without_docstrings(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
    return ast.dump(tree)


ACTION = Action(
    id="document",
    summary="Writes or completes the documentation of a symbol; code stays as it is.",
    kind="refactor.rewrite",
    tier="haiku",
    answers="edit",
    offer=_offer,
    unchanged=_code_unchanged,
    task=(
        "Write the documentation of the target in the form its language uses (docstring, JSDoc, doc "
        "comment …) and in the style the file already has: what it is for in one sentence, then "
        "parameters, result and errors where they are not obvious. Complete what is there; invent "
        "nothing the code does not show. Change no code."
    ),
)

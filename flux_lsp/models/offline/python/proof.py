"""Proof that a change of text did to the tree what was meant, and nothing else."""

import ast
from collections.abc import Mapping, Sequence

from flux_lsp.core.text import Change, apply_changes
from flux_lsp.models.offline.python.source import Source, read_source

# What a node became, by the node's `id`; None: it is gone.
Became = Mapping[int, ast.AST | None]


def proves(
    source: Source,
    changes: Sequence[Change],
    became: Became,
    body: Sequence[ast.stmt] | None = None,
) -> bool:
    """Whether `changes` parse to the tree of `source` with only `became` put in place.

    `body`: the outermost statements, where there are more of them than before.
    """
    after = read_source(apply_changes(source.text, changes))
    before = source.body if body is None else body
    return after is not None and _same(list(before), list(after.body), became)


def _same(old: object, new: object, became: Became) -> bool:
    if isinstance(old, list):
        if not isinstance(new, list):
            return False
        kept = [one for one in old if became.get(id(one), one) is not None]
        return len(kept) == len(new) and all(
            _same(a, b, became) for a, b in zip(kept, new, strict=True)
        )
    if isinstance(old, ast.AST):
        meant = became.get(id(old), old)
        if meant is None or type(meant) is not type(new):
            return False
        return all(
            _same(getattr(meant, name, None), getattr(new, name, None), became)
            for name in meant._fields
        )
    return type(old) is type(new) and old == new

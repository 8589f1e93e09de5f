"""Whether a model's word on its own answers tells right from wrong, by what became of them.

Never trusts it where too few answers are known.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flux_lsp.core.errors import FluxError
from flux_lsp.ledger.labels import label_run, list_settled
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_values import RunRow

ENOUGH_ANSWERS = 200
ENOUGH_SEPARATION = 0.65  # AUROC; 0.5 is a coin


def read_trust(log: RunLog, now: datetime) -> bool:
    """Read whether confidence has separated so far. Blocks; a ledger in trouble says no."""
    try:
        return is_telling(log.list_runs(), now)
    except FluxError:
        return False


def is_telling(rows: Iterable[RunRow], now: datetime) -> bool:
    """Whether confidence separates among Haiku's answers: at least 200 of them, AUROC 0.65.

    Counts runs, oldest first, that ended on Haiku with a confidence and a label.
    """
    pairs = [
        (row.confidence, label == "bad")
        for row in list_settled(rows, now)
        if row.confidence is not None
        and row.last_tier == "haiku"
        and (label := label_run(row)) in {"good", "bad"}
    ]
    if len(pairs) < ENOUGH_ANSWERS:
        return False
    separation = compute_auroc(pairs)
    return separation is not None and separation >= ENOUGH_SEPARATION


def compute_auroc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Compute how often a right answer has more confidence than a wrong one; a tie counts half.

    Each pair is a confidence and whether the answer was wrong. None without answers of both kinds.
    """
    ranks: dict[float, float] = {}
    ordered = sorted(confidence for confidence, _ in pairs)
    for index, confidence in enumerate(ordered, 1):
        ranks.setdefault(confidence, index)
    counts = {confidence: ordered.count(confidence) for confidence in ranks}
    right = [confidence for confidence, wrong in pairs if not wrong]
    wrong_count = len(pairs) - len(right)
    if not right or not wrong_count:
        return None
    total = sum(ranks[c] + (counts[c] - 1) / 2 for c in right)
    return (total - len(right) * (len(right) + 1) / 2) / (len(right) * wrong_count)

"""How long the answers to an action usually are, from the calls of the past.

Never reads more than the newest calls of the action.
"""

import sqlite3
from statistics import median

from flux_lsp.core.errors import FluxError
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.ledger.store import Ledger

_NEWEST = 200  # calls of the action
_ENOUGH = 5  # answers that say what is usual
_LENGTHS = (
    "SELECT tier, output_tokens FROM calls WHERE action = ? AND result = 'ok' "
    "ORDER BY id DESC LIMIT ?"
)


def read_typical_output(ledger: Ledger, action: str) -> dict[Tier, int]:
    """Read the median tokens of usable answers by tier; nothing for a tier with fewer than five.

    Blocks. A ledger that cannot be read knows nothing; where money is reserved, a person is told.
    """

    def select(database: sqlite3.Connection) -> list[tuple[str, int]]:
        return database.execute(_LENGTHS, (action, _NEWEST)).fetchall()

    try:
        rows = ledger.read(select)
    except FluxError:
        return {}
    lengths = {tier: [length for name, length in rows if name == tier] for tier in TIERS}
    return {tier: int(median(each)) for tier, each in lengths.items() if len(each) >= _ENOUGH}

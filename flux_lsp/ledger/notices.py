"""What a person is told about money is told once, by all editors of the machine together.

Never tells anything itself.
"""

from flux_lsp.ledger.store import Ledger


def claim_notice(ledger: Ledger, name: str, period: str) -> bool:
    """Return True for the first who asks with this name and period, whichever process it is.

    Blocks; raises FluxError when the ledger cannot be written.
    """
    with ledger.open_transaction() as database:
        cursor = database.execute("INSERT OR IGNORE INTO notices VALUES (?, ?)", (name, period))
        return cursor.rowcount == 1

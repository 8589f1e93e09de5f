"""The ledger as one page: `charts.py` computes, `tables.py` writes, `page.py` puts together."""

"""Imports: how each language writes them (`written*.py`), and which files they lead to (`to_*.py`)."""

"""Alerts: `days.py` adds days up, `rules.py` judges them by `evidence.py`, `causes.py` says what changed."""

"""The project around a file: what its files define, import and refer to. `values.py` is the way in."""

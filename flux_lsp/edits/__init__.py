"""An answer becomes verified changes: read → plan → locate → parse, with `change` beside.

Pure functions on values. Never does I/O, never guesses, never takes the first of many.
"""
